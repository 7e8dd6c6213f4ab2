"""How long the event loop is held while someone types in the window over 100,000 articles.

    python3 dev.py bench typing [LIBRARY FOLDER]

The real window, shown offscreen: keys come every 90 ms, with suggestions, searches, facets and
chips behind them. Bar: no gap over 50 ms.
"""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtTest import QTest

from desktop_app.app import application, build
from desktop_app.encoders.installed import default_encoder
from desktop_app.encoders.onnx_encoder import load_encoder
from desktop_app.gui.flow import Flow
from desktop_app.gui.theme import Theme
from desktop_app.settings import Settings
from tests.benchmarks.large_library import large_library
from tests.benchmarks.table import print_table
from tests.gui.watchdog import Watchdog

ARTICLES = 100_000
FOLDER = Path(__file__).resolve().parents[2] / ".dev" / f"bench-{ARTICLES}"
BAR = 50.0  # ms
PAUSE = 90  # ms between two keys: a quick typist
TEXTS = (
    "mitochondrial dysfunction in heart failure",
    '("heart failure"[mh] OR cardiomyopathy[tiab]) AND mice',
    "insulin",
)


def main() -> int:
    """Measure, print a table, end with 1 when a gap is over the bar."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    if len(sys.argv) < 2:
        info = default_encoder()
        assert info is not None
        large_library(folder, ARTICLES, load_encoder(info.folder)).close()
    with tempfile.TemporaryDirectory(prefix="litmesh-bench-") as scratch:
        os.environ["LITMESH_CONFIG_DIR"] = str(Path(scratch) / "config")
        flow = build(Theme(application(), "light"), Settings(), dialogs=False)
        flow.window.resize(1440, 900)
        flow.window.show()
        flow.open_library(folder)
        while not (flow.workspace.indexed and not flow.jobs.busy and not flow.searcher.busy):
            rest(50)
        rows = [measured(flow, text) for text in TEXTS]
        flow.window.close()
    head = ("typed", "longest gap, ms", "second", "third")
    shown = [(text, *(f"{gap:.0f}" for gap in gaps)) for text, gaps in rows]
    print_table(f"Event loop while typing, {ARTICLES:,} articles", head, shown)
    return 0 if max(gaps[0] for _, gaps in rows) <= BAR else 1


def measured(flow: Flow, text: str) -> tuple[str, list[float]]:
    """The three longest gaps while a text is typed and answered."""
    flow.window.header.box.clear()
    rest(1_500)
    dog = Watchdog()
    dog.start()
    for letter in text:
        QTest.keyClicks(flow.window.header.box, letter)
        rest(PAUSE)
    while flow.query.request.text != text or flow.searcher.busy:
        rest(20)
    rest(500)
    dog.stop()
    return text, [*dog.gaps, 0.0, 0.0, 0.0][:3]


def rest(milliseconds: int) -> None:
    """Let the window work for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    sys.exit(main())
