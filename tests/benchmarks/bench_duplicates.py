"""Duplicates found in labelled sets, beside bib-dedupe on the same records in the same run.

bib-dedupe (Wagner 2024, JOSS 9(97) 6318) was tuned on sets of this kind, ASySD's among them. It
brings pandas, so it wants an environment of its own, named by `--peer`:

    python3 -m venv ENV && ENV/bin/pip install bib-dedupe==0.11.0

CPU seconds, of Litmesh with storing and the full-text index. Needs the real collections
(LITMESH_SHARED_DATA, by default ../shared/data).
"""

import argparse
import csv
import gzip
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from desktop_app.importers import identifiers
from desktop_app.library.library import Library
from desktop_app.records import Article, Author, Identifier, Journal, PartialDate, Section
from tests.benchmarks.table import print_table

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED = Path(os.environ.get("LITMESH_SHARED_DATA", ROOT.parent / "shared" / "data"))
FIELDS = ("title", "author", "year", "journal", "volume", "number", "pages", "doi", "abstract")
PEER = """
import json, sys, time
import pandas
from bib_dedupe.bib_dedupe import block, cluster, match, prep
records = pandas.DataFrame(json.load(open(sys.argv[1], encoding="utf-8")))
start = time.process_time()
prepared = prep(records, verbosity_level=0, cpu=1)
matched = match(block(prepared, verbosity_level=0, cpu=1), verbosity_level=0, cpu=1)
groups = cluster(matched, verbosity_level=0)
seconds = time.process_time() - start
answer = {"seconds": seconds, "groups": [list(map(str, g)) for g in groups]}
json.dump(answer, open(sys.argv[2], "w"))
"""
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Labelled:
    """Records with the truth. `copies`: records beyond the first of each group (ASySD's label),
    or every record of a group (copper's label), as `whole_groups` says.
    """

    name: str
    rows: list[Row]
    labelled: frozenset[int]
    whole_groups: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """The groups of rows taken for one publication, and how long it took."""

    groups: list[list[int]]
    seconds: float


def main() -> None:
    """Print precision, recall, F1, false merges and time of each program on each set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", default="", help="a Python that has bib-dedupe installed")
    arguments = parser.parse_args()
    folder = SHARED / "reference_files"
    if not folder.is_dir():
        sys.exit(f"The real collections are not there: {folder} (LITMESH_SHARED_DATA names it).")
    if not arguments.peer:
        print("without --peer there is nothing to compare with", file=sys.stderr)
    for labelled in (_asysd(folder), _copper(folder)):
        outcomes = {"Litmesh": _ours(labelled.rows)}
        outcomes["exact DOI or title"] = _baseline(labelled.rows)
        if arguments.peer:
            outcomes["bib-dedupe 0.11.0"] = _peer(arguments.peer, labelled.rows)
        _print(labelled, outcomes)


def _print(labelled: Labelled, outcomes: Mapping[str, Outcome]) -> None:
    ours = outcomes["Litmesh"].seconds
    rows = []
    for name, outcome in outcomes.items():
        right, false = _counts(labelled, outcome.groups)
        precision, recall = right / max(1, right + false), right / len(labelled.labelled)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        figures = (f"{precision:.4f}", f"{recall:.4f}", f"{f1:.4f}", str(false))
        rows.append((name, *figures, f"{outcome.seconds:.2f}", f"{outcome.seconds / ours:.1f}"))
    print_table(
        f"{labelled.name}: {len(labelled.rows):,} records, {len(labelled.labelled):,} labelled",
        ("program", "precision", "recall", "F1", "false", "CPU seconds", "× Litmesh"),
        rows,
    )


def _counts(labelled: Labelled, groups: Sequence[Sequence[int]]) -> tuple[int, int]:
    """Records rightly and wrongly found to be copies."""
    if labelled.whole_groups:
        found = {row for group in groups if len(group) > 1 for row in group}
        return len(found & labelled.labelled), len(found - labelled.labelled)
    inside = [(len(group) - 1, sum(row in labelled.labelled for row in group)) for group in groups]
    return sum(map(min, inside)), sum(max(0, merged - copies) for merged, copies in inside)


# --- programs ------------------------------------------------------------------------------------


def _ours(rows: Sequence[Row]) -> Outcome:
    """Through a library, with everything that an import does, storing and full text included."""
    articles = [_article(number, row) for number, row in enumerate(rows)]
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder)) as library:
        start = time.process_time()
        for first in range(0, len(articles), 500):
            library.write(articles[first : first + 500], "RIS", find_duplicates=True)
        seconds = time.process_time() - start
        stored = library.articles(library.ids()).values()
        groups = [[int(i.value) for i in a.identifiers if i.kind == "row"] for a in stored]
    return Outcome(groups, seconds)


def _peer(python: str, rows: Sequence[Row]) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        given, answer = Path(folder, "records.json"), Path(folder, "groups.json")
        records = [{**row, "ID": str(n), "ENTRYTYPE": "article"} for n, row in enumerate(rows)]
        given.write_text(json.dumps(records), encoding="utf-8")
        subprocess.run([python, "-c", PEER, str(given), str(answer)], check=True)
        said = json.loads(answer.read_text(encoding="utf-8"))
    groups = [[int(row) for row in group] for group in said["groups"]]
    return Outcome(groups, said["seconds"])


def _baseline(rows: Sequence[Row]) -> Outcome:
    """What reference managers at least do: the same DOI, else the same letters in the title."""
    start = time.process_time()
    first: dict[str, list[int]] = {}
    groups: list[list[int]] = []
    for number, row in enumerate(rows):
        title = re.sub(r"\W+", "", row["title"].lower())
        keys = [key for key in (identifiers.doi(row["doi"]), title) if key]
        group = next((first[key] for key in keys if key in first), None)
        if group is None:
            group = []
            groups.append(group)
        group.append(number)
        for key in keys:
            first.setdefault(key, group)
    return Outcome(groups, time.process_time() - start)


def _article(number: int, row: Row) -> Article:
    year = re.search(r"\d{4}", row["year"])
    names = [
        re.split(r",|\s+(?=[A-Z]\.)", name)[0].strip() for name in row["author"].split(" and ")
    ]
    return Article(
        title=row["title"],
        doi=identifiers.doi(row["doi"]) or "",
        authors=tuple(Author(name) for name in names if name),
        journal=Journal(row["journal"]),
        date=PartialDate(int(year[0])) if year else None,
        volume=row["volume"],
        issue=row["number"],
        pages=row["pages"],
        sections=(Section(row["abstract"]),) if row["abstract"] else (),
        identifiers=(Identifier("row", str(number)),),
    )


# --- sets ----------------------------------------------------------------------------------------


def _asysd(folder: Path) -> Labelled:
    """The column `source` is the truth (docs/decisions/duplicates.md)."""
    path = folder / "asysd" / "labelled_test_set.csv.gz"
    with io.TextIOWrapper(gzip.open(path), "utf-8", errors="replace", newline="") as file:
        read = list(csv.DictReader(file))
    rows = [{n: "" if r[n] in ("NA", None) else r[n] for n in FIELDS} for r in read]
    for row in rows:
        row["author"] = re.sub(r"(?<=\.), ", " and ", row["author"])
    copies = frozenset(n for n, row in enumerate(read) if row["source"] == "duplicate")
    return Labelled("ASySD", list(rows), copies, whole_groups=False)


def _copper(folder: Path) -> Labelled:
    path = folder / "dedupe_sweep" / "copper.xml.gz"
    records = list(etree.fromstring(gzip.decompress(path.read_bytes())).iter("record"))
    paths = {
        "title": "titles/title",
        "year": "dates/year",
        "journal": "titles/secondary-title",
        "doi": "electronic-resource-num",
        **{name: name for name in ("volume", "number", "pages", "abstract")},
    }
    rows: list[Row] = []
    for record in records:
        row = {name: " ".join(_texts(record, place)) for name, place in paths.items()}
        rows.append({**row, "author": " and ".join(_texts(record, "contributors/authors/author"))})
    labelled = {n for n, r in enumerate(records) if "Duplicate" in _texts(r, "caption")}
    return Labelled("copper", rows, frozenset(labelled), whole_groups=True)


def _texts(record: "etree._Element", path: str) -> Iterator[str]:
    for element in record.iterfind(path):
        yield "".join(map(str, element.itertext())).strip()


if __name__ == "__main__":
    main()
