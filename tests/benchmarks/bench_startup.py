"""From starting the program to a window with articles in it, and to the first semantic search.

Each round is a process of its own. Needs the library that `bench search` builds.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.table import print_table

ROOT = Path(__file__).resolve().parent.parent.parent
ARTICLES = int(os.environ.get("LITMESH_BENCH_ARTICLES", "100000"))
LIBRARY = ROOT / ".dev" / f"bench-{ARTICLES}"
ROUNDS = 5

CHILD = """
import json, os, sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from desktop_app.app import application, build
from desktop_app.gui.theme import Theme
from desktop_app.settings import Settings

started = float(sys.argv[2])
def now(): return round(time.time() - started, 3)
def memory():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20

app = application()
flow = build(Theme(app, "light"), Settings(), dialogs=False)
flow.window.resize(1440, 900)
flow.window.show()
app.processEvents()
told = {"window painted, s": now()}
meant = []
def answered(result):
    if "articles shown, s" not in told:
        told["articles shown, s"] = now()
        told["MB then"] = round(memory())
    if result.encoder_id:
        told["first search by meaning, s"] = now()
        told["MB with the encoder"] = round(memory())
        app.quit()
flow.answered.connect(answered)
flow.workspace.encoder_ready.connect(lambda: flow.query.submit_text("insulin resistance in muscle"))
flow.open_library(Path(sys.argv[1]))
app.exec()
flow.workspace.close()
print(json.dumps(told))
"""


def main() -> None:
    """Print the median of five starts."""
    if not (LIBRARY / "library.db").exists():
        sys.exit("Run the benchmark “search” first: it builds the library.")
    rounds = [_start() for _ in range(ROUNDS + 1)][1:]  # the first one warms the disk cache
    rows = [(name, statistics.median(r[name] for r in rounds)) for name in rounds[0]]
    print_table(f"Start with {ARTICLES:,} articles, warm disk", ("what", "median of 5"), rows)


def _start() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as config:
        env = os.environ | {"QT_QPA_PLATFORM": "offscreen", "LITMESH_CONFIG_DIR": config}
        command = [sys.executable, "-c", CHILD, str(LIBRARY), str(time.time())]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
