"""PDF as a format of the import: what is sure becomes an article, the rest says what it lacks."""

import atexit
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from desktop_app.errors import UserError
from desktop_app.importers.format import Entry, Format
from desktop_app.importers.identifiers import pmid_number
from desktop_app.importers.input_file import InputFile
from desktop_app.importers.pdf.reader import PdfReader
from desktop_app.importers.pdf.reading import Confidence, PdfReading, State
from desktop_app.records import Article, Field, PartialDate, Problem

_HEADER_WITHIN = 1024  # characters; ISO 32000 asks for 0, Acrobat has always taken 1,024


@cache
def shared_reader() -> PdfReader:
    """The reader of this process: one worker for all files of an import."""
    reader = PdfReader()
    atexit.register(reader.close)
    return reader


def read_pdf(file: InputFile) -> Iterator[Entry]:
    """One article when title and identifier are sure, else one Problem. Raises OSError."""

    def waiting(done: int, total: int) -> None:
        file.poll()  # so that a cancel is heard while the worker reads

    with open(file.path, "rb") as on_disk:
        if b"%PDF-" not in on_disk.read(_HEADER_WITHIN + len("%PDF-")):
            yield Problem(file.name, "", "It is a compressed PDF.", "Unpack it and import it.")
            return
    try:
        yield _entry(shared_reader().read(file.path, waiting, Path(file.name).name), file.name)
        file.told(file.path.stat().st_size)
    except UserError as error:
        yield Problem(file.name, "", error.message, error.hint)


def _entry(reading: PdfReading, name: str) -> Entry:
    if reading.state is not State.READ:
        return Problem(name, "", reading.reason, reading.remedy)
    if reading.confidence is not Confidence.SURE:
        return Problem(name, "", _doubt(reading), "Check what was found and import its record.")
    return Article(
        title=reading.title.value,
        pmid=pmid_number(reading.pmid.value) if reading.pmid.is_sure else None,
        pmcid=reading.pmcid.value if reading.pmcid.is_sure else "",
        doi=reading.doi.value if reading.doi.is_sure else "",
        date=PartialDate(reading.year) if reading.year else None,
        fields=(Field("file", name),),
    )


def _doubt(reading: PdfReading) -> str:
    found = [
        f"{name} {finding.value} ({finding.confidence}, {finding.place})"
        for name, finding in (
            ("title", reading.title),
            ("DOI", reading.doi),
            ("PMID", reading.pmid),
            ("PMCID", reading.pmcid),
        )
        if finding.value
    ]
    return f"It is not certain which article this is: {'; '.join(found) or 'nothing found'}."


def _is_pdf(head: str) -> bool:
    return not head.startswith("<") and "%PDF-" in head[:_HEADER_WITHIN]


FORMAT = Format("PDF", _is_pdf, read_pdf)
