#!/usr/bin/env python3
"""Install, upgrade, refuse and remove under Wine, with a stand-in for the frozen program.

`python3 installer/windows/exercise.py` prints a line for each check and 'N passed, N failed'. It
needs makensis and wine64; what it makes lies in a temporary folder. What it cannot show: the real
program, SmartScreen, Explorer's menu.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from installer.windows.nsis import LONGEST, build
from installer.windows.wine import Wine

STAND_IN = """
Unicode true
SilentInstall silent
RequestExecutionLevel user
OutFile "{output}"
Section
  Sleep 120000
SectionEnd
"""
CLASSES = r"HKCU\Software\Classes"
REMOVE = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Litmesh"
TYPES = (".pdf", ".xml", ".ris", ".bib", ".nbib", ".nxml")
REFUSED = 2
_UNICODE = "Größe 文献 β"


class Checks:
    """Prints a line for each check and counts."""

    def __init__(self) -> None:
        self.passed = self.failed = 0

    def check(self, what: str, fact: object) -> None:
        """One check: it has passed when the fact is true."""
        self.passed += bool(fact)
        self.failed += not fact
        print(f"{'ok    ' if fact else 'FAILED'} {what}", flush=True)


def payload(folder: Path, version: str) -> Path:
    """A bundle as PyInstaller lays it out, with names as hard as they come."""
    inner = folder / "_internal"
    deep = inner / Path(*["nested"] * 12)
    for place in (deep, inner / _UNICODE):
        place.mkdir(parents=True)
    script = folder / "stand_in.nsi"
    for name in ("litmesh.exe", "litmesh-window.exe"):
        script.write_text(STAND_IN.format(output=folder / name), encoding="utf-8")
        makensis = ["makensis", "-V1", "-XTarget amd64-unicode", str(script)]
        subprocess.run(makensis, check=True, stdout=subprocess.DEVNULL)
    script.unlink()
    (inner / _UNICODE / "an article.txt").write_text(version, encoding="utf-8")
    (inner / f"only in {version}.txt").write_text(version, encoding="utf-8")
    (inner / "$INSTDIR 100%.txt").write_text(version, encoding="utf-8")
    room = LONGEST - len(deep.relative_to(folder).as_posix()) - 1
    (deep / ("n" * room)).write_text(version, encoding="utf-8")
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its content."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def installed(folder: Path) -> dict[str, bytes]:
    """`tree` without the uninstaller."""
    return {name: held for name, held in tree(folder).items() if name != "uninstall.exe"}


def exercise(scratch: Path, checks: Checks) -> None:
    """Every story, on one Windows."""
    old, new = payload(scratch / "old", "0.1.0"), payload(scratch / "new", "0.2.0")
    setups = [build(old, scratch, "0.1.0"), build(new, scratch, "0.2.0")]
    again = build(new, scratch / "again", "0.2.0")
    checks.check(
        "the same bundle gives the same installer", again.read_bytes() == setups[1].read_bytes()
    )
    wine = Wine(scratch / "wine")
    try:
        exercise_on(wine, setups, (old, new), checks)
    finally:
        wine.close()


def exercise_on(wine: Wine, setups: list[Path], bundles: tuple[Path, Path], checks: Checks) -> None:
    """Install the old version and the new one, twice, then elsewhere."""
    old, new = bundles
    mine = user_data(wine)
    wine.run("reg", "add", rf"{CLASSES}\.pdf", "/ve", "/d", "Another.Reader", "/f")
    progids = rf"{CLASSES}\.pdf\OpenWithProgids"
    wine.run("reg", "add", progids, "/v", "Another.Reader", "/d", "", "/f")
    for turn in ("first", "second"):
        print(f"--- {turn} time")
        check_install(wine, setups[0], old, checks)
        check_running(wine, setups[1], old, checks)
        check_cut(wine, setups[1], old, checks)
        check_upgrade(wine, setups[1], new, checks)
        check_removal(wine, checks)
        checks.check("the user's data are as they were", tree(wine.local / "Litmesh") == mine)
    print("--- elsewhere")
    check_other_folder(wine, setups[1], new, checks)
    check_foreign_folder(wine, setups[1], checks)


def user_data(wine: Wine) -> dict[str, bytes]:
    """What the program keeps for its user: a library, settings, an encoder."""
    for name in ("library/library.db", "settings.json", "encoders/mine/manifest.json"):
        path = wine.local / "Litmesh" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"the user's {name}", encoding="utf-8")
    return tree(wine.local / "Litmesh")


def check_install(wine: Wine, setup: Path, bundle: Path, checks: Checks) -> None:
    """A silent installation and everything it must have written."""
    home = wine.local / "Programs" / "Litmesh"
    checks.check("a silent installation ends with 0", wine.run(setup, "/S", "/DESKTOP") == 0)
    checks.check("every file is there as in the bundle", installed(home) == tree(bundle))
    checks.check("a Start-menu entry", (wine.menu / "Litmesh.lnk").is_file())
    checks.check("a shortcut on the desktop, as asked", (wine.desktop / "Litmesh.lnk").is_file())
    size = wine.value(REMOVE, "EstimatedSize") or "0"
    expected = sum(map(len, tree(bundle).values())) // 1024
    checks.check("Apps & features: version", wine.value(REMOVE, "DisplayVersion") == "0.1.0")
    checks.check("Apps & features: size", int(size, 16) == expected)
    where = wine.value(REMOVE, "InstallLocation") or ""
    checks.check("Apps & features: folder", where.endswith(r"AppData\Local\Programs\Litmesh"))
    said = wine.value(REMOVE, "Comments") or ""
    checks.check("Apps & features: where the user's data stay", r"AppData\Local\Litmesh" in said)
    for kind in TYPES:
        offered = wine.value(rf"{CLASSES}\{kind}\OpenWithProgids", "Litmesh.Document")
        checks.check(f"{kind}: Open with Litmesh", offered is not None)
    command = wine.value(rf"{CLASSES}\Litmesh.Document\shell\open\command") or ""
    checks.check(
        "it opens with the file's name", command.endswith(r'\litmesh-window.exe" open "%1"')
    )
    checks.check(
        ".pdf: another's default stays", wine.value(rf"{CLASSES}\.pdf") == "Another.Reader"
    )


def check_running(wine: Wine, setup: Path, bundle: Path, checks: Checks) -> None:
    """While the program runs, neither an upgrade nor a removal touches anything."""
    home = wine.local / "Programs" / "Litmesh"
    with wine.running(home / "litmesh-window.exe"):
        checks.check(
            "an upgrade of the running program is refused", wine.run(setup, "/S") == REFUSED
        )
        checks.check("and has changed nothing", installed(home) == tree(bundle))
        remove = (home / "uninstall.exe", "/S", r"_?=C:" + _windows(home))
        checks.check("so is its removal", wine.run(*remove) == REFUSED)
        checks.check("which has changed nothing", installed(home) == tree(bundle))
        checks.check("the version is the old one", wine.value(REMOVE, "DisplayVersion") == "0.1.0")


def check_cut(wine: Wine, setup: Path, bundle: Path, checks: Checks) -> None:
    """An installer that did not come whole."""
    cut = setup.with_name("cut.exe")
    cut.write_bytes(setup.read_bytes()[:-100])
    checks.check("a cut download is refused", wine.run(cut, "/S") == REFUSED)
    there = installed(wine.local / "Programs" / "Litmesh")
    checks.check("and has changed nothing", there == tree(bundle))


def check_upgrade(wine: Wine, setup: Path, bundle: Path, checks: Checks) -> None:
    """A newer version over an older one."""
    home = wine.local / "Programs" / "Litmesh"
    (home / "notes of the user.txt").write_text("mine", encoding="utf-8")
    checks.check("an upgrade ends with 0", wine.run(setup, "/S") == 0)
    there = installed(home)
    checks.check("a file of the user stays", there.pop("notes of the user.txt", b"") == b"mine")
    checks.check("nothing else is left of the old version", there == tree(bundle))
    checks.check("Apps & features: new version", wine.value(REMOVE, "DisplayVersion") == "0.2.0")
    checks.check("the desktop shortcut stays", (wine.desktop / "Litmesh.lnk").is_file())


def check_removal(wine: Wine, checks: Checks) -> None:
    """Removing leaves what is the user's and what is another program's."""
    home = wine.local / "Programs" / "Litmesh"
    checks.check("a removal ends with 0", wine.run(home / "uninstall.exe", "/S") == 0)
    wine.settle()
    checks.check("only the user's file is left", list(tree(home)) == ["notes of the user.txt"])
    shutil.rmtree(home)
    links = (wine.menu / "Litmesh.lnk", wine.desktop / "Litmesh.lnk")
    checks.check("no shortcut is left", not [link for link in links if link.exists()])
    ours = [REMOVE, r"HKCU\Software\Litmesh", rf"{CLASSES}\Litmesh.Document"]
    ours += [rf"{CLASSES}\{name}" for name in (r"Applications\litmesh-window.exe", *TYPES[1:])]
    checks.check("no key is left", not [key for key in ours if wine.has(key)])
    others = wine.value(rf"{CLASSES}\.pdf\OpenWithProgids", "Another.Reader")
    ours_there = wine.value(rf"{CLASSES}\.pdf\OpenWithProgids", "Litmesh.Document")
    checks.check("another's entry for .pdf stays", others is not None and ours_there is None)
    checks.check("and is the default", wine.value(rf"{CLASSES}\.pdf") == "Another.Reader")


def check_other_folder(wine: Wine, setup: Path, bundle: Path, checks: Checks) -> None:
    """A folder with blanks and other scripts in its name, and no types."""
    home = wine.home / f"my {_UNICODE}" / "Litmesh"
    code = wine.run(setup, "/S", "/NOTYPES", *_folder(home))
    checks.check("a folder in Unicode: installed", code == 0 and installed(home) == tree(bundle))
    checks.check("no desktop shortcut unless asked", not (wine.desktop / "Litmesh.lnk").exists())
    offered = wine.value(rf"{CLASSES}\.ris\OpenWithProgids", "Litmesh.Document")
    checks.check("no types when not wanted", offered is None)
    wine.run(home / "uninstall.exe", "/S")
    wine.settle()
    checks.check("a folder in Unicode: removed", not home.exists() and not wine.has(REMOVE))


def check_foreign_folder(wine: Wine, setup: Path, checks: Checks) -> None:
    """Another program's folder, which has a folder of the same name."""
    home = wine.home / "other program"
    (home / "_internal").mkdir(parents=True)
    (home / "_internal" / "theirs.dll").write_text("theirs", encoding="utf-8")
    code = wine.run(setup, "/S", *_folder(home))
    checks.check("another program's folder is refused", code == REFUSED)
    checks.check("and left alone", tree(home) == {"_internal/theirs.dll": b"theirs"})
    checks.check("nothing was registered", not wine.has(REMOVE))


def _folder(home: Path) -> list[str]:
    """The option that names the folder. It is read unquoted to the end: blanks part the words."""
    return rf"/D=C:{_windows(home)}".split(" ")


def _windows(path: Path) -> str:
    """A path of the prefix as Windows writes it, without its drive."""
    return str(path).partition("drive_c")[2].replace("/", "\\")


def main() -> int:
    """Run it all; 1 when a check failed or the tools are missing."""
    missing = [name for name in ("makensis", "wine") if shutil.which(name) is None]
    if missing:
        print(f"{' and '.join(missing)} missing. Debian: apt-get install nsis wine64")
        return 1
    checks = Checks()
    with tempfile.TemporaryDirectory(prefix="litmesh-wine-") as scratch:
        exercise(Path(scratch), checks)
    print(f"\n{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
