"""How long the event loop is held while 5,000 records are imported and articles are indexed.

    python3 dev.py bench event_loop

The real window, shown offscreen; a search is typed meanwhile. Bar: no gap over 100 ms.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

from PySide6.QtCore import QEventLoop, QTimer

from desktop_app.app import application, build
from desktop_app.gui.flow import Flow
from desktop_app.gui.theme import Theme
from desktop_app.settings import Settings
from tests.benchmarks.synthetic_pubmed import write_pubmed_xml
from tests.benchmarks.table import print_table
from tests.gui.watchdog import Watchdog

RECORDS = 5_000
INDEXED = 50
BAR = 100.0  # ms
QUERIES = ("insulin", "insulin receptor", "cardiac fibrosis in mice", "")


def main() -> int:
    """Measure, print a table, end with 1 when a gap of import or indexing is over the bar."""
    with tempfile.TemporaryDirectory(prefix="litmesh-bench-") as folder:
        scratch = Path(folder)
        os.environ["LITMESH_CONFIG_DIR"] = str(scratch / "config")
        xml = scratch / "records.xml"
        write_pubmed_xml(xml, RECORDS)
        flow = build(Theme(application(), "light"), Settings(), dialogs=False)
        flow.window.resize(1440, 900)
        flow.window.show()
        dog = Watchdog()
        gaps = {"open": measure(dog, lambda: opened(flow, scratch / "library"))}
        gaps["import"] = measure(dog, lambda: imported(flow, xml))
        gaps["index"] = measure(dog, lambda: indexed(flow))
        flow.window.close()
    worst = max(gaps["import"][0], gaps["index"][0])
    rows = [(n, *(f"{gap:.0f}" for gap in (*found, 0.0, 0.0)[:3])) for n, found in gaps.items()]
    head = ("while", "longest gap, ms", "second", "third")
    print_table(f"Event loop while importing {RECORDS:,} records and indexing", head, rows)
    return 0 if worst <= BAR else 1


def measure(dog: Watchdog, action: Callable[[], None]) -> list[float]:
    """The gaps while something happens, longest first."""
    dog.start()
    action()
    dog.stop()
    return dog.gaps or [0.0]


def opened(flow: Flow, library: Path) -> None:
    """Open an empty library and load the encoder."""
    flow.open_library(library)
    wait(lambda: flow.workspace.indexed and not flow.jobs.busy)


def imported(flow: Flow, xml: Path) -> None:
    """Import, with searches typed meanwhile."""
    flow.import_paths([xml])
    done: list[object] = []
    flow.workspace.imported.connect(done.append)
    typing = typist(flow)
    wait(lambda: bool(done))
    typing.stop()


def indexed(flow: Flow) -> None:
    """Go on until some articles are embedded, with searches typed meanwhile."""
    session = flow.workspace.session
    assert session is not None
    assert session.encoder is not None
    encoder_id, library = session.encoder.id, session.library
    typing = typist(flow)
    wait(lambda: library.vectors.count(encoder_id) >= INDEXED, look=200)
    typing.stop()
    flow.jobs.cancel()
    wait(lambda: not flow.jobs.busy)


def typist(flow: Flow) -> QTimer:
    """Asks for another query every 0.7 s."""
    turn = iter(range(10_000))
    timer = QTimer(flow, interval=700)
    timer.timeout.connect(lambda: flow.query.submit_text(QUERIES[next(turn) % len(QUERIES)]))
    timer.start()
    return timer


def wait(ready: Callable[[], bool], look: int = 20) -> None:
    """Run the event loop until something is so; `look` milliseconds between two looks."""
    while not ready():
        loop = QEventLoop()
        QTimer.singleShot(look, loop.quit)
        loop.exec()


if __name__ == "__main__":
    sys.exit(main())
