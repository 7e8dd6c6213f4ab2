"""The package and the archive in use: put on this system, started, replaced, taken off again."""

import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Self

from installer.invented import write_records
from installer.linux.session import launch
from installer.stranger import NOBODY, CheckFailed, Stranger

_DATA = Path(".local/share/Litmesh")


class Installed(ABC):
    """One way of installing, with the ordinary user that uses it; a context that cleans up."""

    starters: tuple[tuple[str, ...], ...] = ()

    def __init__(self, product: Path) -> None:
        self.product = product

    def __enter__(self) -> Self:
        self.home = Path(tempfile.mkdtemp(prefix="litmesh-user-"))
        self.records = write_records(self.home / "found.nbib", 40)
        if os.geteuid() == 0:
            os.chown(self.home, NOBODY, NOBODY)
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.home, ignore_errors=True)

    @property
    @abstractmethod
    def command(self) -> str:
        """What starts the program."""

    @abstractmethod
    def install(self) -> str:
        """Install."""

    @abstractmethod
    def remove(self) -> str:
        """Remove."""

    def launch(self, starter: tuple[str, ...]) -> str:
        """Start the menu entry with a file, until the file is in the user's library."""
        return launch(self.home, self.command, *starter, str(self.records))

    def upgrade(self) -> str:
        """Install over what is there; the library must stay as it is."""
        before = self._articles()
        self.install()
        if self._articles() != before:
            raise CheckFailed(f"{before} articles before, {self._articles()} after")
        return f"{before} articles"

    def leftovers(self) -> str:
        """What is left of the program; raises CheckFailed when that is anything."""
        if not (self.home / _DATA / "library" / "library.db").is_file():
            raise CheckFailed("the user's library is gone")
        left = [path for path in self._places() if path.exists() or path.is_symlink()]
        if left:
            raise CheckFailed(f"left behind: {', '.join(map(str, left[:5]))}")
        return "the library is there"

    @abstractmethod
    def _places(self) -> list[Path]:
        """Every file that an installation may have made."""

    def _articles(self) -> int:
        stranger = Stranger((self.command,), self.home)
        library = self.home / _DATA / "library"
        said = stranger.run("library", "info", "--json", "--library", library)
        return int(json.loads(said)["articles"])


class Package(Installed):
    """The .deb, by dpkg."""

    starters = (
        ("gtk-launch", "litmesh"),
        ("gio", "launch", "/usr/share/applications/litmesh.desktop"),
    )
    command = "/usr/bin/litmesh"

    def install(self) -> str:
        """As `apt-get install ./litmesh.deb` does."""
        words = ["apt-get", "install", "-y", "-q", "--reinstall", "--allow-downgrades"]
        return _must(*words, "--no-install-recommends", str(self.product))

    def remove(self) -> str:
        """Remove, then purge."""
        self._listed = _lines("dpkg", "-L", "litmesh")
        return _must("dpkg", "--remove", "litmesh") + _purged()

    def _places(self) -> list[Path]:
        ours = [Path(line) for line in self._listed if "litmesh" in line.lower()]
        return [*ours, Path("/opt/litmesh"), Path("/var/lib/dpkg/info/litmesh.list")]

    def __exit__(self, *words: object) -> None:
        subprocess.run(["dpkg", "--purge", "litmesh"], capture_output=True, check=False)
        super().__exit__(*words)


class Archive(Installed):
    """The tar.gz with its script, as an ordinary user."""

    starters = (("gtk-launch", "litmesh"),)

    @property
    def command(self) -> str:
        """The link that the script makes."""
        return str(self.home / ".local" / "bin" / "litmesh")

    def install(self) -> str:
        """Unpack and run the script."""
        with tempfile.TemporaryDirectory() as scratch:
            Path(scratch).chmod(0o755)
            with tarfile.open(self.product) as archive:
                archive.extractall(scratch, filter="tar")
            script = next(Path(scratch).glob("*/install-user.sh"))
            return self._script(str(script)).splitlines()[-1]

    def remove(self) -> str:
        """With the script that lies in the installed folder."""
        script = self.home / ".local" / "opt" / "litmesh" / "install-user.sh"
        return self._script(str(script), "--uninstall").splitlines()[0]

    def _script(self, *words: str) -> str:
        return Stranger(("sh",), self.home).run(*words)

    def _places(self) -> list[Path]:
        found = [path for path in self.home.rglob("*") if path.is_file() or path.is_symlink()]
        kept = (self.home / _DATA, self.home / ".local/state", self.home / ".config")
        mine = {self.records, *(path for path in found if {*kept} & {*path.parents})}
        caches = (".cache", ".dbus")  # the session's own
        return [
            p for p in found if p not in mine and p.relative_to(self.home).parts[0] not in caches
        ]


def _must(*words: str) -> str:
    variables = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    run = subprocess.run(words, capture_output=True, text=True, check=False, env=variables)
    if run.returncode:
        raise CheckFailed(f"{words[0]}: {(run.stdout + run.stderr)[-500:]}")
    return ""


def _purged() -> str:
    _must("dpkg", "--purge", "litmesh")
    if any(line.startswith(("ii", "rc")) for line in _lines("dpkg", "-l", "litmesh")):
        raise CheckFailed("dpkg still knows it")
    return "removed and purged"


def _lines(*words: str) -> list[str]:
    run = subprocess.run(words, capture_output=True, text=True, check=False)
    return run.stdout.splitlines()
