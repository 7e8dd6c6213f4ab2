"""Real articles with known titles and DOIs, and real files that break readers."""

import csv
import re
import shutil
import sys
from pathlib import Path

import pytest
from rapidfuzz import fuzz

from desktop_app.importers.pdf.reader import PdfReader
from desktop_app.importers.pdf.reading import Confidence, PdfReading, State
from desktop_app.importers.pdf.text import one_line


@pytest.fixture(scope="module")
def known(
    shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[dict[str, str], PdfReading, PdfReading]]:
    """Each row of the truth with the reading under a name that says nothing, and its own."""
    nameless = tmp_path_factory.mktemp("pdf") / "download.pdf"
    folder = shared_data / "pdf"
    found = []
    with open(folder / "ground_truth.tsv", encoding="utf-8", newline="") as file, PdfReader() as r:
        for row in csv.DictReader(file, delimiter="\t"):
            path = folder / f"{row['pmcid']}.pdf"
            shutil.copy(path, nameless)
            found.append((row, r.read(nameless), r.read(path)))
    return found


def title_is_right(row: dict[str, str], reading: PdfReading) -> bool:
    truth, found = one_line(row["title"]).casefold(), reading.title.value.casefold()
    return fuzz.ratio(truth, found) >= 95


def test_doi_or_pmcid_of_known_articles(
    known: list[tuple[dict[str, str], PdfReading, PdfReading]],
) -> None:
    assert sum(nameless.doi.value == row["doi"].lower() for row, nameless, _ in known) >= 23
    right = [n for n, (row, _, r) in enumerate(known) if r.pmcid.value == row["pmcid"]]
    assert len(right) >= 23


def test_titles_of_known_articles(
    known: list[tuple[dict[str, str], PdfReading, PdfReading]],
) -> None:
    wrong = [(row["title"], r.title) for row, r, _ in known if not title_is_right(row, r)]
    assert len(wrong) <= 1, wrong


def test_nothing_is_wrong_and_sure(
    known: list[tuple[dict[str, str], PdfReading, PdfReading]],
) -> None:
    readings = [(row, reading) for row, *both in known for reading in both]
    for row, reading in readings:
        assert not reading.doi.is_sure or reading.doi.value == row["doi"].lower()
        assert not reading.title.is_sure or title_is_right(row, reading)
        assert not reading.pmid.is_sure
        assert not reading.pmcid.is_sure or reading.pmcid.value == row["pmcid"]
    assert sum(reading.confidence is Confidence.SURE for _, reading in readings) >= 40


def test_hostile_files(shared_data: Path) -> None:
    files = sorted((shared_data / "pdf_hostile").rglob("*.pdf"))
    assert len(files) == 157
    readings, peak = [], 0
    with PdfReader() as reader:
        for path in files:
            readings.append(reader.read(path))
            peak = max(peak, _peak_kilobytes(reader.worker_pid))
    assert peak <= 1.1 * 1024 * 1024
    assert all(reading.reason for reading in readings)
    assert all(reading.remedy or reading.state is State.READ for reading in readings)
    assert all(reading.confidence is not Confidence.SURE for reading in readings)
    states = {reading.path.name: reading.state for reading in readings}
    assert states["encryption_r4-user-password.pdf"] is State.ENCRYPTED
    assert states["encryption_r4-owner-password.pdf"] is State.READ
    assert states["imagemagick-lzw.pdf"] is State.SCANNED
    assert states["issue-141a.pdf"] is State.DAMAGED


def _peak_kilobytes(pid: int | None) -> int:
    """The most memory a process has had, as Linux tells it."""
    if pid is None or sys.platform != "linux":
        return 0
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1])
