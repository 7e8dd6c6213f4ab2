"""How long the event loop is held while 500 PDFs that were dropped on the window are imported.

    python3 dev.py bench event_loop_pdf

The PDFs are the real ones beside the repository (`shared/data/pdf`, LITMESH_SHARED_DATA names
another folder), made 500 by a comment line at the end of each copy. Bars: no gap over 100 ms, the
remaining time is shown, a cancel is heard within a second.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

from desktop_app.app import application, build
from desktop_app.gui.flow import Flow
from desktop_app.gui.theme import Theme
from desktop_app.settings import Settings
from tests.benchmarks.bench_event_loop import BAR, measure, opened, typist, wait
from tests.benchmarks.table import print_table
from tests.gui.test_drop_import import drop, mime
from tests.gui.watchdog import Watchdog

FILES = 500
PATIENCE = 1.0  # s
_ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    """Measure, print a table, end with 1 when a bar is missed."""
    shared = Path(os.environ.get("LITMESH_SHARED_DATA", _ROOT.parent / "shared" / "data"))
    originals = sorted((shared / "pdf").glob("*.pdf"))
    if not originals:
        print(f"no PDFs in {shared / 'pdf'}")
        return 0
    with tempfile.TemporaryDirectory(prefix="litmesh-bench-") as folder:
        scratch = Path(folder)
        os.environ["LITMESH_CONFIG_DIR"] = str(scratch / "config")
        paths = copies(originals, scratch / "pdf")
        flow = build(Theme(application(), "light"), Settings(), dialogs=False)
        flow.window.resize(1440, 900)
        flow.window.show()
        dog = Watchdog()
        opened(flow, scratch / "library")
        said: set[str] = set()
        started = time.perf_counter()
        gaps = measure(dog, lambda: imported(flow, paths, said))
        seconds = time.perf_counter() - started
        heard = cancelled(flow, copies(originals, scratch / "more", "again"))
        report = flow.window.report.figure("unchanged")
        flow.window.close()
    eta = any(" left" in words for words in said)
    rows = [
        ("longest gap, ms", *(f"{gap:.0f}" for gap in (*gaps, 0.0, 0.0)[:3])),
        ("whole import, s", f"{seconds:.0f}", f"{seconds / FILES * 1000:.0f} ms a file", ""),
        ("remaining time shown", "yes" if eta else "no", "", ""),
        ("cancel heard after, s", f"{heard:.2f}", f"{report} unchanged", ""),
        ("load", *(f"{load:.1f}" for load in os.getloadavg())),
    ]
    print_table(f"Event loop while importing {FILES} PDFs", ("", "", "", ""), rows)
    return 0 if gaps[0] <= BAR and eta and heard <= PATIENCE else 1


def copies(originals: list[Path], folder: Path, mark: str = "copy") -> list[Path]:
    """As many different PDFs as are measured, by a comment at their end."""
    folder.mkdir()
    paths = []
    for number in range(FILES):
        path = folder / f"{number:03d}.pdf"
        original = originals[number % len(originals)]
        path.write_bytes(original.read_bytes() + f"\n%{mark} {number}\n".encode())
        paths.append(path)
    return paths


def imported(flow: Flow, paths: list[Path], said: set[str]) -> None:
    """Drop the files, with searches typed meanwhile; `said` collects what the job bar says."""
    done: list[object] = []
    flow.workspace.imported.connect(done.append)
    drop(flow.window.results.list.viewport(), mime(*paths))
    typing = typist(flow)

    def ready() -> bool:
        said.add(flow.window.job_bar.job_text)
        return bool(done)

    wait(ready)
    typing.stop()
    flow.jobs.cancel_all()
    wait(lambda: not flow.jobs.busy)


def cancelled(flow: Flow, paths: list[Path]) -> float:
    """Seconds from a press of Cancel to the report of what was imported until then."""
    done: list[object] = []
    flow.workspace.imported.connect(done.append)
    drop(flow.window.results.list.viewport(), mime(*paths))
    began = time.perf_counter()
    wait(lambda: time.perf_counter() - began > 5.0 and flow.window.job_bar.cancel.isVisible())
    pressed = time.perf_counter()
    flow.window.job_bar.cancel.click()
    wait(lambda: bool(done))
    return time.perf_counter() - pressed


if __name__ == "__main__":
    sys.exit(main())
