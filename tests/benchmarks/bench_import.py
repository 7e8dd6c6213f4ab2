"""Import speed and memory, beside pubmed_parser's parse of the same file in the same run.

CPU seconds of one process, so that other work on the machine counts little. `--records` sets the
size of the synthetic file (11 KB a record, as in NLM's baseline).
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.synthetic_pubmed import write_pubmed_xml
from tests.benchmarks.table import print_table

_PROLOGUE = """
import resource, sys, time
from pathlib import Path
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
"""
PARSE = (
    _PROLOGUE
    + """
from desktop_app.importers.registry import read_file
idle = peak(); start = time.process_time()
count = sum(1 for _ in read_file(Path(sys.argv[1])))
print(count / (time.process_time() - start), peak() - idle)
"""
)
STORE = (
    _PROLOGUE
    + """
import tempfile
from desktop_app.library.library import Library
from desktop_app.tasks.import_files import import_files
with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder)) as library:
    idle = peak(); start = time.process_time()
    report = import_files(library, [Path(sys.argv[1])])
    assert not report.problems, report.problems[:1]
    print(report.added / (time.process_time() - start), peak() - idle)
"""
)
PUBMED_PARSER = (
    _PROLOGUE
    + """
import pubmed_parser
idle = peak(); start = time.process_time()
everything = dict(reference_list=True, author_list=True, nlm_category=True)
options = everything if sys.argv[2:] else {}
count = len(list(pubmed_parser.parse_medline_xml(sys.argv[1], **options)))
print(count / (time.process_time() - start), peak() - idle)
"""
)


def main() -> None:
    """Print records a CPU second, ratios and peak memory over idle."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=30_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "synthetic.xml.gz"
        write_pubmed_xml(path, arguments.records, seed=1)
        megabytes = path.stat().st_size / 1e6
        best = _best_of(arguments.rounds, path)
    base = best["pubmed_parser 0.5.1, parse alone"][0]
    rows = [
        (name, f"{rate:,.0f}", f"{rate / base:.2f}", f"{memory:,.0f}")
        for name, (rate, memory) in best.items()
    ]
    print_table(
        f"Import of {arguments.records:,} records ({megabytes:.0f} MB gzip), one core",
        ("what", "records / CPU s", "ratio", "peak MB over idle"),
        rows,
    )


def _best_of(rounds: int, path: Path) -> dict[str, tuple[float, float]]:
    """The best rate of each (and the highest peak), with the programs taking turns."""
    programs = {
        "pubmed_parser 0.5.1, parse alone": (PUBMED_PARSER, ()),
        "pubmed_parser 0.5.1, parse alone, all its fields": (PUBMED_PARSER, ("all",)),
        "Litmesh, parse alone": (PARSE, ()),
        "Litmesh, parse + store + full text": (STORE, ()),
    }
    best = dict.fromkeys(programs, (0.0, 0.0))
    for _ in range(rounds):
        for name, (program, arguments) in programs.items():
            rate, memory = _run(program, path, *arguments)
            best[name] = max(best[name][0], rate), max(best[name][1], memory)
    return best


def _run(program: str, path: Path, *arguments: str) -> tuple[float, float]:
    command = [sys.executable, "-c", program, str(path), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rate, memory = done.stdout.split()[-2:]
    return float(rate), float(memory)


if __name__ == "__main__":
    main()
