"""A Windows to try the installer on, by Wine: programs, registry, folders."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PATIENCE = 60.0  # s


class Wine:
    """A Windows of its own in a folder."""

    def __init__(self, prefix: Path) -> None:
        home = prefix.with_name("home")  # Wine makes the desktop a link to the one there
        home.mkdir()
        self._env = {
            **os.environ,
            "HOME": str(home),
            "WINEPREFIX": str(prefix),
            "WINEDEBUG": "-all",
            # no questions about .NET and a browser, no entries in the menu of this system
            "WINEDLLOVERRIDES": "mscoree,mshtml=;winemenubuilder.exe=d",
            "DISPLAY": "",
        }
        self.run("wineboot", "-i")
        self.run("reg", "add", r"HKCU\Software\Wine", "/v", "Version", "/d", "win10", "/f")
        self.home = prefix / "drive_c" / "users" / self._user()
        self.local = self.home / "AppData" / "Local"
        roaming = self.home / "AppData" / "Roaming"
        self.menu = roaming / "Microsoft" / "Windows" / "Start Menu" / "Programs"
        self.desktop = self.home / "Desktop"

    def run(self, *command: object) -> int:
        """Run a program to its end; its exit code."""
        return self._start(*command).wait()

    def read(self, *command: object) -> str:
        """What a program prints."""
        done = subprocess.run(
            self._words(command),
            env=self._env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        return done.stdout.decode("utf-8", "replace")

    def value(self, key: str, name: str = "") -> str | None:
        """A value of the registry, None when it is not there; without a name the default one."""
        wanted = ["/v", name] if name else ["/ve"]
        for line in self.read("reg", "query", key, *wanted).splitlines():
            parts = line.split(None, 2)  # name, type, value
            if len(parts) > 1 and parts[1].startswith("REG_"):
                return parts[2].strip() if len(parts) > 2 else ""
        return None

    def has(self, key: str) -> bool:
        """Whether the registry has a key."""
        return self.run("reg", "query", key) == 0

    def settle(self) -> None:
        """Wait for what the uninstaller left behind to do its work: it runs from a copy."""
        subprocess.run(["wineserver", "-w"], env=self._env, check=False, timeout=_PATIENCE)

    def close(self) -> None:
        """End what still runs there, so that the folder can be removed."""
        subprocess.run(["wineserver", "-k"], env=self._env, check=False, timeout=_PATIENCE)
        self.settle()

    @contextmanager
    def running(self, program: Path) -> Iterator[None]:
        """Keep a program running."""
        process = self._start(program)
        time.sleep(3)
        try:
            yield
        finally:
            process.kill()
            process.wait()
            self.settle()

    def _start(self, *command: object) -> "subprocess.Popen[bytes]":
        nothing = subprocess.DEVNULL
        return subprocess.Popen(
            self._words(command), env=self._env, stdin=nothing, stdout=nothing, stderr=nothing
        )

    def _words(self, command: tuple[object, ...]) -> list[str]:
        return ["wine", *map(str, command)]

    def _user(self) -> str:
        return self.read("cmd", "/c", "echo %USERNAME%").strip()
