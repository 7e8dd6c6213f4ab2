"""Makes the pictures of the documentation: `python3 dev.py screenshots [FOLDER]`.

It drives the real window over a copy of the sample library, without a screen.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
ROOT = Path(__file__).resolve().parent.parent

from PySide6.QtCore import QEventLoop, QTimer  # noqa: E402
from PySide6.QtWidgets import QWidget  # noqa: E402

from desktop_app.app import application, build  # noqa: E402
from desktop_app.gui.dialogs.duplicates_dialog import DuplicatesDialog  # noqa: E402
from desktop_app.gui.flow import Flow  # noqa: E402
from desktop_app.gui.theme import Theme  # noqa: E402
from desktop_app.settings import Settings  # noqa: E402

SAMPLE = ROOT / ".dev" / "sample"
LIBRARY = ROOT / ".dev" / "sample-library"
QUESTION = "does mitochondrial dysfunction cause insulin resistance?"
PATIENCE = 300  # s


class Studio:
    """One window that is brought into a state and photographed."""

    def __init__(self, target: Path, scratch: Path) -> None:
        os.environ["LITMESH_CONFIG_DIR"] = str(scratch / "config")
        self.theme = Theme(application(), "light")
        self.flow: Flow = build(self.theme, Settings(), dialogs=False)
        self.window = self.flow.window
        self.window.resize(1440, 900)
        self.window.show()
        self._target = target
        self._errors: list[BaseException] = []
        self.flow.messages.shown.connect(self._errors.append)

    def open(self, library: Path) -> None:
        """Open a library and wait until everything in it is indexed."""
        self.flow.open_library(library)
        self.settle()

    def settle(self) -> None:
        """Wait until nothing runs and the answer to the present search is shown."""
        self.wait(lambda: self.flow.workspace.indexed and not self.flow.jobs.busy)
        self.wait(lambda: not self.flow.searcher.busy)
        rest(300)
        if self._errors:  # no picture of a window that misses something
            raise self._errors[0]

    def shoot(self, name: str, window: QWidget | None = None) -> None:
        """Save a picture of the main window or of another one."""
        path = self._target / f"{name}.png"
        if not (window or self.window).grab().save(str(path)):
            raise OSError(f"{path} cannot be written")
        print(path)

    def wait(self, ready: Callable[[], bool]) -> None:
        limit = time.monotonic() + PATIENCE
        while not ready():
            if time.monotonic() > limit:
                raise TimeoutError("the window did not become ready")
            rest(20)


def rest(milliseconds: int) -> None:
    """Let the window work for a while (QTest.qWait would keep the workers from doing theirs)."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def main() -> None:
    """Make all pictures in the folder named on the command line, else in docs/images."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="litmesh-pictures-") as folder:
        scratch = Path(folder)
        studio = Studio(target, scratch)
        _searches(studio, _sample_library(scratch))
        _duplicates(studio, scratch)
        _imports(studio, scratch)
        studio.window.close()


def _searches(studio: Studio, library: Path) -> None:
    studio.open(library)
    studio.flow.query.submit_text(QUESTION)
    studio.settle()
    studio.shoot("main-light")
    studio.theme.choose("dark")
    studio.flow.query.submit_text("inflammation and the heart")
    studio.settle()
    studio.flow.query.toggle_include("C14")  # Cardiovascular Diseases
    studio.flow.query.toggle_exclude("C04")  # Neoplasms
    studio.settle()
    studio.shoot("filters-dark")
    studio.theme.choose("light")


def _duplicates(studio: Studio, scratch: Path) -> None:
    """Records of the sample once more, as other programs would have written them."""
    from desktop_app.library.library import Library

    folder = scratch / "duplicates"
    with Library.open(scratch / "sample library", read_only=True) as sample:
        originals = [
            a for a in sample.articles(sample.ids()[:400]).values() if len(a.abstract) > 900
        ]
    with Library.open(folder) as library:
        for number, original in enumerate(originals[:6]):
            other = replace(
                original,
                pmid=None,
                pmcid="",
                doi="",
                title=original.title.rstrip(".").lower().capitalize()
                + ("" if number else " (RCT)"),
                authors=original.authors[:3],
                headings=(),
                pages=original.pages.split("-")[0],
                volume=original.volume or "12",
                sections=original.sections[:1],
            )
            library.write([original], "PubMed XML")
            library.write([other], "RIS")
            library.duplicates.decide(2 * number + 1, 2 * number + 2, "doubtful")
    studio.open(folder)
    for theme in ("dark", "light"):
        studio.theme.choose(theme)
        studio.flow.features.duplicates.open()
        dialog = studio.flow.features.duplicates.dialog
        assert dialog is not None
        studio.wait(partial(_is_read, dialog))
        studio.settle()
        studio.shoot(f"duplicates-{theme}", dialog)
        dialog.close()


def _is_read(dialog: DuplicatesDialog) -> bool:
    return dialog.read is not None


def _imports(studio: Studio, scratch: Path) -> None:
    studio.flow.query.clear_filters()
    studio.open(scratch / "new library")
    studio.shoot("empty-library")
    files = sorted(SAMPLE.glob("*.xml"))[:8]
    note = scratch / "reading list.txt"
    note.write_text("read these some day", encoding="utf-8")
    studio.flow.import_paths([*files, note])
    studio.settle()
    studio.shoot("import-report")


def _sample_library(scratch: Path) -> Path:
    copy = scratch / "sample library"
    if (LIBRARY / "library.db").exists():
        shutil.copytree(LIBRARY, copy)
    elif not any(SAMPLE.glob("*.xml")):
        sys.exit("There is no sample yet: “python3 dev.py run” makes it.")
    else:
        from desktop_app.library.library import Library
        from desktop_app.tasks.import_files import import_files

        with Library.open(copy) as library:
            import_files(library, [SAMPLE])
    return copy


if __name__ == "__main__":
    main()
