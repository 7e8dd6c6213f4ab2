"""PDFs a second with one worker and with two, and PDFium beside pypdf and pdfminer.six.

The comparison gives each library's text and lines to the same search for DOI and title. pypdf and
pdfminer.six are no dependencies: without them their rows are left out.
"""

import argparse
import csv
import importlib.util
import io
import logging
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from desktop_app.importers.pdf.document import read_document
from desktop_app.importers.pdf.identify import find_doi
from desktop_app.importers.pdf.layout import Line
from desktop_app.importers.pdf.reader import PdfReader
from desktop_app.importers.pdf.reading import Finding
from desktop_app.importers.pdf.text import clean, one_line
from desktop_app.importers.pdf.titles import find_title
from tests.benchmarks.table import percentile, print_table

Found = tuple[Finding, Finding]  # DOI, title
_HEIGHT = 792.0
_DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    data = Path(os.environ.get("LITMESH_SHARED_DATA", _DATA))
    parser.add_argument("--folder", type=Path, default=data / "pdf")
    parser.add_argument("--files", type=int, default=500)
    arguments = parser.parse_args()
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # one line for every font
    paths = sorted(arguments.folder.glob("*.pdf"))
    many = [paths[n % len(paths)] for n in range(arguments.files)]
    print_table(
        f"Reading {len(many)} PDFs, from the path to the answer",
        ("workers", "PDFs / s", "median s", "95 % s", "slowest s"),
        [_throughput(many, workers) for workers in (1, 2)],
    )
    with open(arguments.folder / "ground_truth.tsv", encoding="utf-8", newline="") as file:
        truth = list(csv.DictReader(file, delimiter="\t"))
    print_table(
        f"{len(truth)} known articles, nothing told by the file name",
        ("library", "seconds", "DOI right", "title right", "DOI wrong and sure"),
        [_quality(name, found, truth, arguments.folder) for name, found in _libraries()],
    )


def _throughput(paths: list[Path], workers: int) -> tuple[str, ...]:
    seconds: list[float] = []

    def work(share: list[Path]) -> None:
        with PdfReader() as reader:
            for path in share:
                started = time.perf_counter()
                reader.read(path)
                seconds.append(time.perf_counter() - started)

    started = time.perf_counter()
    threads = [threading.Thread(target=work, args=(paths[n::workers],)) for n in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = len(paths) / (time.perf_counter() - started)
    spread = (percentile(seconds, 0.5), percentile(seconds, 0.95), max(seconds))
    return (str(workers), f"{rate:.1f}", *(f"{value:.3f}" for value in spread))


def _libraries() -> Iterable[tuple[str, Callable[[bytes], Found]]]:
    yield "pypdfium2, as built in", _by_pdfium
    if importlib.util.find_spec("pypdf"):
        yield "pypdf", _by_pypdf
    if importlib.util.find_spec("pdfminer"):
        yield "pdfminer.six", _by_pdfminer


def _quality(
    name: str, find: Callable[[bytes], Found], truth: list[dict[str, str]], folder: Path
) -> tuple[object, ...]:
    seconds, dois, titles, wrong = 0.0, 0, 0, 0
    for row in truth:
        content = (folder / f"{row['pmcid']}.pdf").read_bytes()
        started = time.process_time()
        doi, title = find(content)
        seconds += time.process_time() - started
        dois += doi.value == row["doi"].lower()
        wrong += doi.is_sure and doi.value != row["doi"].lower()
        expected = one_line(row["title"]).casefold()
        titles += fuzz.ratio(expected, title.value.casefold()) >= 95
    return name, f"{seconds:.1f}", dois, titles, wrong


def _by_pdfium(content: bytes) -> Found:
    answer = read_document(io.BytesIO(content), "x.pdf")
    return Finding(*answer["doi"]), Finding(*answer["title"])


def _by_pypdf(content: bytes) -> Found:
    from pypdf import PdfReader as PypdfReader

    document = PypdfReader(io.BytesIO(content))
    texts = [clean(page.extract_text()) for page in document.pages]
    lines: list[Line] = []

    def visit(text: str, _page: Any, matrix: Any, _font: Any, size: float) -> None:
        scale = abs(matrix[3]) or abs(matrix[1])
        left, bottom, height = matrix[4], matrix[5], size * scale
        right = left + 0.5 * height * len(text)
        if text.strip():
            lines.append(Line(text, round(height, 1), left, bottom, right, bottom + height))

    document.pages[0].extract_text(visitor_text=visit)
    information = document.metadata
    stated = (
        [str(information.get(key) or "") for key in ("/Title", "/Subject")] if information else []
    )
    return _found(lines, stated, texts)


def _by_pdfminer(content: bytes) -> Found:
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LTChar, LTTextContainer, LTTextLine
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfparser import PDFParser
    from pdfminer.utils import decode_text

    lines: list[Line] = []
    texts = []
    for number, page in enumerate(extract_pages(io.BytesIO(content))):
        boxes = [box for box in page if isinstance(box, LTTextContainer)]
        texts.append(clean("".join(box.get_text() for box in boxes)))
        for line in (line for box in boxes for line in box if isinstance(line, LTTextLine)):
            sizes = Counter(round(char.size, 1) for char in line if isinstance(char, LTChar))
            if number == 0 and sizes:
                text = line.get_text().strip("\n")
                lines.append(Line(text, sizes.most_common(1)[0][0], *line.bbox))
    information = (PDFDocument(PDFParser(io.BytesIO(content))).info or [{}])[0]
    raw = [information.get(key, b"") for key in ("Title", "Subject")]
    return _found(lines, [decode_text(v) for v in raw if isinstance(v, bytes)], texts)


def _found(lines: list[Line], stated: list[str], texts: list[str]) -> Found:
    title = find_title(lines, _HEIGHT, tuple(stated[:1]), "\n".join(texts[:2]))
    agrees = title.place == "metadata and first page"
    return find_doi(stated, texts[:3], "x.pdf", agrees), title


if __name__ == "__main__":
    main()
