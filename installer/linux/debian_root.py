"""A minimal Debian without Python, in a folder: installing there shows what the package forgot.

Needs root and debootstrap. The packages that ours depends on are fetched first; the measured
installation then works without a network.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from installer.invented import write_records
from installer.stranger import CheckFailed, display

SUITE = "bookworm"
QUESTION = "does mitochondrial dysfunction cause insulin resistance?"
_LIBRARY = "/home/reader/.local/share/Litmesh/library"
_NO_NETWORK = ("unshare", "--net")
# What a file manager does with the menu entry when a file is dropped on it.
_START = r"""
line=$(sed -n 's/^Exec=//p' /usr/share/applications/litmesh.desktop)
exec sh -c "exec ${line%\%F} /home/reader/found.nbib"
"""
_FIRST_HIT = f"""
until litmesh search --json --library {_LIBRARY} '{QUESTION}' 2>/dev/null | grep '"title"'
do sleep 0.2; done
"""


def make_root(folder: Path) -> str:
    """A minimal system (`debootstrap --variant=minbase`) from this machine's own mirror."""
    listing = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(SITE) $(CODENAME)"],
        capture_output=True,
        text=True,
        check=True,
    )
    pairs = (line.split() for line in listing.stdout.splitlines())
    mirror = next(pair[0] for pair in pairs if pair[1:] == [SUITE])
    command = ["debootstrap", "--variant=minbase", SUITE, str(folder), mirror]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return SUITE


def first_hit(folder: Path, package: Path) -> str:
    """Install in the root, open a file from the menu entry, search; says how long it took.

    Raises CheckFailed when Python is there beforehand, or a step fails.
    """
    if list(folder.glob("usr/bin/python3*")):
        raise CheckFailed("this root has Python: it would prove nothing")
    shutil.copy(package, folder / "litmesh.deb")
    _give_network(folder)
    with mounted(folder), display() as screen:
        _inside(folder, "apt-get", "update", "-q")
        _inside(folder, "apt-get", "install", "-y", "-q", "--download-only", "/litmesh.deb")
        if not (folder / "home/reader").exists():
            _inside(folder, "useradd", "--create-home", "reader")
        write_records(folder / "home/reader/found.nbib", 40)
        started = time.monotonic()
        _inside(folder, "apt-get", "install", "-y", "-q", "/litmesh.deb", network=False)
        installed = time.monotonic() - started
        window = _as_reader(folder, screen, _START)
        try:
            search = _as_reader(folder, screen, _FIRST_HIT)
            if search.wait(timeout=300):
                raise CheckFailed("no hit")
            whole = time.monotonic() - started
        finally:
            window.terminate()
            window.wait()
    return f"installed after {installed:.1f} s, first hit after {whole:.1f} s"


@contextmanager
def mounted(folder: Path) -> Iterator[None]:
    """The folder with /proc, /dev and the X server's sockets, all gone afterwards."""
    with ExitStack() as stack:
        binds = [("bind", place) for place in ("dev", "dev/pts", "tmp/.X11-unix")]
        for kind, place in [("proc", "proc"), *binds]:
            target = folder / place
            target.mkdir(parents=True, exist_ok=True)
            source = Path("/", place)
            source.mkdir(parents=True, exist_ok=True)
            how = ["-t", "proc", "proc"] if kind == "proc" else ["--bind", str(source)]
            subprocess.run(["mount", *how, str(target)], check=True)
            stack.callback(subprocess.run, ["umount", "--lazy", str(target)], check=False)
        yield


def _give_network(folder: Path) -> None:
    """Let apt fetch in there as it does here: names, proxies, certificates."""
    if Path("/etc/resolv.conf").exists():
        shutil.copy("/etc/resolv.conf", folder / "etc/resolv.conf")
    command = ["apt-config", "dump", "--format", '%F "%v";%n']
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    wanted = ("Acquire::http::", "Acquire::https::", "Acquire::Retries")
    lines = [line for line in said.splitlines() if line.startswith(wanted) and '""' not in line]
    target = folder / "etc/apt/apt.conf.d/90-like-the-host"
    target.write_text("\n".join([*lines, ""]), encoding="utf-8")


def _inside(folder: Path, *command: str, network: bool = True) -> None:
    """Run a command as root in the folder; its last lines are shown when it fails."""
    wanted = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive"}
    kept = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
    words = [*([] if network else _NO_NETWORK), "chroot", str(folder), *command]
    run = subprocess.run(words, env=wanted | kept, capture_output=True, text=True, check=False)
    if run.returncode:
        raise CheckFailed(f"{' '.join(command)}: {(run.stdout + run.stderr)[-400:]}")


def _as_reader(folder: Path, screen: dict[str, str], script: str) -> "subprocess.Popen[bytes]":
    """Start a shell script as the ordinary user in the folder, on the screen, with no more."""
    user = [
        *_NO_NETWORK,
        "chroot",
        "--userspec=reader",
        str(folder),
        "env",
        "-i",
        "HOME=/home/reader",
    ]
    variables = [f"{name}={value}" for name, value in screen.items()]
    words = [*user, "PATH=/usr/bin:/bin", "LANG=C.UTF-8", *variables, "sh", "-c", script]
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
