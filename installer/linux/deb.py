"""The Debian package: the bundle in /opt, a link in /usr/bin, and what the desktop must know.

It has no maintainer scripts: dpkg's triggers look at new menu entries, file types and icons.
"""

import gzip
import hashlib
import os
import platform
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from installer.checkout.commands import say
from installer.contents import version
from installer.environment import build_python
from installer.freeze import epoch
from installer.linux.depends import depends
from installer.linux.desktop import FILES, rendered, write_share

MAINTAINER = "Litmesh maintainers <maintainers@litmesh.org>"
HOME = "opt/litmesh"


def make_deb(bundle: Path, work: Path, output: Path, compression: str = "gzip") -> Path:
    """Pack `bundle` as `<output>/litmesh_<version>_<architecture>.deb`."""
    say("  Debian package …")
    root = work / "deb"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(bundle, root / HOME, symlinks=True)
    write_share(root / "usr" / "share", build_python())
    _add_command(root)
    _add_documents(root)
    _set_modes(root)
    (root / "DEBIAN").mkdir()
    (root / "DEBIAN" / "control").write_text(control(root, depends(bundle)), encoding="utf-8")
    (root / "DEBIAN" / "md5sums").write_text(_sums(root), encoding="utf-8")
    _set_modes(root)
    output.mkdir(parents=True, exist_ok=True)
    target = output / f"litmesh_{version()}_{architecture()}.deb"
    options = [f"-Z{compression}", "-z6"]
    command = ["dpkg-deb", "--root-owner-group", *options, "--build", str(root), str(target)]
    variables = os.environ | {"SOURCE_DATE_EPOCH": str(epoch())}
    subprocess.run(command, check=True, env=variables, stdout=subprocess.DEVNULL)
    shutil.rmtree(root)
    return target


def architecture() -> str:
    """Debian's name of this processor."""
    machine = platform.machine()
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine)


def control(root: Path, needs: list[str]) -> str:
    """The package's description for dpkg."""
    files = [path for path in root.rglob("*") if path.is_file() and not path.is_symlink()]
    kibibytes = sum(-(-path.stat().st_size // 1024) for path in files)
    fields = {
        "Package": "litmesh",
        "Version": version(),
        "Architecture": architecture(),
        "Maintainer": MAINTAINER,
        "Installed-Size": str(kibibytes),
        "Depends": ", ".join(needs),
        "Recommends": "shared-mime-info",
        "Suggests": "xdg-utils",  # opens web pages; every desktop has it, it brings 60 packages
        "Section": "science",
        "Priority": "optional",
        "Description": _DESCRIPTION,
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


_DESCRIPTION = """search your own literature by meaning, words and MeSH
 Litmesh makes a local library of PubMed searches, reference files and PDFs. It
 understands questions and PubMed's query language, ranks by meaning, words and
 MeSH headings together, and shows the MeSH tree of what it found.
 .
 Nothing leaves the machine: no account, no server, no telemetry."""


def _add_command(root: Path) -> None:
    command = root / "usr" / "bin" / "litmesh"
    command.parent.mkdir(parents=True)
    command.symlink_to(f"/{HOME}/litmesh")


def _add_documents(root: Path) -> None:
    documents = root / "usr" / "share" / "doc" / "litmesh"
    documents.mkdir(parents=True)
    (documents / "copyright").write_text(rendered("copyright"), encoding="utf-8")
    when = datetime.fromtimestamp(epoch(), UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
    entry = f"litmesh ({version()}) unstable; urgency=medium\n\n"
    entry += f"  * Version {version()}; what is new is in CHANGELOG.md of the source.\n\n"
    entry += f" -- {MAINTAINER}  {when}\n"
    packed = gzip.compress(entry.encode(), 9, mtime=0)
    (documents / "changelog.gz").write_bytes(packed)
    overrides = root / "usr" / "share" / "lintian" / "overrides" / "litmesh"
    overrides.parent.mkdir(parents=True)
    shutil.copyfile(FILES / "lintian-overrides", overrides)


def _sums(root: Path) -> str:
    """The file `md5sums`, by which dpkg finds damaged files."""
    lines = []
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if path.is_file() and not path.is_symlink() and inside.parts[0] != "DEBIAN":
            lines.append(f"{_md5(path)}  {inside.as_posix()}\n")
    return "".join(lines)


def _md5(path: Path) -> str:

    with open(path, "rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def _set_modes(root: Path) -> None:
    """As umask might not: everybody may read; one time for everything."""
    moment = epoch()
    for path in [root, *root.rglob("*")]:
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
        elif not path.is_symlink() and (root / HOME) not in path.parents:
            path.chmod(0o644)
        os.utime(path, (moment, moment), follow_symlinks=False)
