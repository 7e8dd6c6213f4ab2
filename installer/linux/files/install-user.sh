#!/bin/sh
# Installs Litmesh for one user, below ~/.local; no root, no network.
#   ./install-user.sh              install, or replace the version that is there
#   ./install-user.sh --uninstall  remove the program; libraries and settings stay
# XDG_DATA_HOME is respected. The same script lies in the installed program's folder.
set -eu

data=${XDG_DATA_HOME:-$HOME/.local/share}
home=$HOME/.local/opt/litmesh
command=$HOME/.local/bin/litmesh
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

say() { printf '%s\n' "$*"; }

# What desktops look at again after files came or went; each is optional.
refresh() {
    if command -v update-desktop-database >/dev/null; then
        update-desktop-database -q "$data/applications" || true
    fi
    if command -v update-mime-database >/dev/null && [ -d "$data/mime/packages" ]; then
        update-mime-database "$data/mime" >/dev/null 2>&1 || true
    fi
    if command -v gtk-update-icon-cache >/dev/null && [ -f "$data/icons/hicolor/index.theme" ]; then
        gtk-update-icon-cache -q "$data/icons/hicolor" || true
    fi
}

# The list of what was put below $data, one path a line; nothing else is ever removed there.
remove_listed() {
    [ -f "$home/installed-files" ] || return 0
    while IFS= read -r name; do
        case $name in */../* | ../* | /* | '') continue ;; esac
        rm -f -- "$data/$name"
        (cd "$data" && rmdir -p -- "$(dirname -- "$name")" 2>/dev/null) || true
    done <"$home/installed-files"
}

# What `refresh` wrote for this program alone.
remove_empty_caches() {
    if [ -d "$data/mime" ] && [ -z "$(ls -A "$data/mime/packages" 2>/dev/null)" ]; then
        rm -rf -- "$data/mime"
    fi
    if [ -z "$(find "$data/applications" -name '*.desktop' 2>/dev/null)" ]; then
        rm -f -- "$data/applications/mimeinfo.cache"
        rmdir "$data/applications" 2>/dev/null || true
    fi
}

uninstall() {
    if [ ! -d "$home" ]; then
        say "Litmesh is not installed in $home."
        exit 1
    fi
    remove_listed
    [ "$(readlink "$command" 2>/dev/null)" = "$home/litmesh" ] && rm -f -- "$command"
    rm -rf -- "$home"
    rmdir "$HOME/.local/opt" 2>/dev/null || true
    refresh
    remove_empty_caches
    say "Litmesh was removed. Your libraries and settings were left where they are:"
    say "  ${LITMESH_DATA_DIR:-$data/Litmesh}"
    say "  ${LITMESH_CONFIG_DIR:-${XDG_CONFIG_HOME:-$HOME/.config}/Litmesh}"
}

install() {
    if [ "$(id -u)" = 0 ] && [ -z "${LITMESH_AS_ROOT:-}" ]; then
        say "This installs for one user: run it as yourself, without sudo."
        exit 1
    fi
    if [ ! -x "$here/litmesh/litmesh" ]; then
        say "The folder litmesh is not beside this script: unpack the whole archive first."
        exit 1
    fi
    mkdir -p "$HOME/.local/opt" "$HOME/.local/bin" "$data"
    # Copied beside the old version first: a full disk leaves that one as it is.
    rm -rf -- "$home.new"
    cp -R "$here/litmesh" "$home.new"
    cp "$here/install-user.sh" "$home.new/install-user.sh"
    (cd "$here/share" && find . -type f | sed 's|^\./||' | sort) >"$home.new/installed-files"
    remove_listed
    rm -rf -- "$home"
    mv "$home.new" "$home"
    while IFS= read -r name; do
        mkdir -p "$data/$(dirname -- "$name")"
        sed_or_copy "$here/share/$name" "$data/$name"
    done <"$home/installed-files"
    ln -sf "$home/litmesh" "$command"
    refresh
    say "Litmesh is installed: in the menu of applications, or as $command"
    say "To remove it: $home/install-user.sh --uninstall"
}

# The desktop entry names the program by its whole path: ~/.local/bin is not on every PATH.
sed_or_copy() {
    case $1 in
    *.desktop)
        path=$(printf '%s' "$home/litmesh" | sed 's/[&|\\]/\\&/g')
        sed "s|^Exec=litmesh|Exec=\"$path\"|; s|^TryExec=.*|TryExec=$path|" "$1" >"$2"
        ;;
    *) cp "$1" "$2" ;;
    esac
}

case ${1:-} in
'') install ;;
--uninstall) uninstall ;;
*)
    say "Usage: $0 [--uninstall]"
    exit 2
    ;;
esac
