"""PDF as a format of the import: what is sure becomes an article, the rest waits for the user.

Encrypted files and scans wait too, for a person can tell what they are. What cannot be read at all
(damaged, too big, too slow) is a Problem: there is nothing to look at, and often no PDF.
"""

import atexit
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from desktop_app.errors import UserError
from desktop_app.importers.format import Entry, Format
from desktop_app.importers.identifiers import pmid_number
from desktop_app.importers.input_file import InputFile
from desktop_app.importers.pdf.reader import PdfReader
from desktop_app.importers.pdf.reading import Confidence, Finding, PdfReading, State
from desktop_app.progress import Report
from desktop_app.records import (
    Article,
    ArticleWithFiles,
    Attachment,
    Doubtful,
    Field,
    Guess,
    Guesses,
    PartialDate,
    Problem,
)

TEXT_CHARACTERS = 4_000_000  # of the full text that is kept: some 1,300 pages
_HEADER_WITHIN = 1024  # characters; ISO 32000 asks for 0, Acrobat has always taken 1,024
_IMAGE_WIDTH = 900  # px
_READABLE = (State.READ, State.SCANNED, State.ENCRYPTED)


@cache
def shared_reader() -> PdfReader:
    """The reader of this process: one worker for all files of an import."""
    reader = PdfReader()
    atexit.register(reader.close)
    return reader


def read_pdf(file: InputFile) -> Iterator[Entry]:
    """An article with its file when title and identifier are sure, else a Doubtful or a Problem.

    A further Problem says when not all of the text was taken. Raises OSError.
    """

    def waiting(done: int, total: int) -> None:
        file.poll()  # so that a cancel is heard while the worker reads

    with open(file.path, "rb") as on_disk:
        if b"%PDF-" not in on_disk.read(_HEADER_WITHIN + len("%PDF-")):
            yield Problem(file.name, "", "It is a compressed PDF.", "Unpack it and import it.")
            return
    try:
        reading = shared_reader().read(file.path, waiting, Path(file.name).name)
        yield _entry(reading, file.name, waiting)
        if cut := text_problem(reading, file.name):
            yield cut
        file.told(file.path.stat().st_size)
    except UserError as error:
        yield Problem(file.name, "", error.message, error.hint)


def attachment_of(reading: PdfReading, name: str) -> Attachment:
    """The file with its text, as much of it as is kept. Raises OSError when it is gone."""
    text = "\f".join(reading.page_texts)[:TEXT_CHARACTERS].strip()
    return Attachment(reading.path, name, reading.sha256, reading.path.stat().st_size, text)


def text_problem(reading: PdfReading, name: str) -> Problem | None:
    """That some of a text was not taken, if so."""
    if reading.state is not State.READ:
        return None
    reason = "" if reading.is_complete else reading.reason
    if sum(map(len, reading.page_texts)) > TEXT_CHARACTERS:
        reason = f"Only the first {TEXT_CHARACTERS:,} characters of its text can be searched."
    remedy = "The file itself is kept whole, if it is kept."
    return Problem(name, "", reason, remedy) if reason else None


def _entry(reading: PdfReading, name: str, waiting: Report) -> Entry:
    if reading.state not in _READABLE or not reading.sha256:
        return Problem(name, "", reading.reason, reading.remedy)
    file = attachment_of(reading, name)
    if reading.state is not State.READ or reading.confidence is not Confidence.SURE:
        reason = reading.reason if reading.state is not State.READ else _doubt(reading)
        return Doubtful(file, reason, _guesses(reading), _first_page(reading, waiting))
    article = Article(
        title=reading.title.value,
        pmid=pmid_number(reading.pmid.value) if reading.pmid.is_sure else None,
        pmcid=reading.pmcid.value if reading.pmcid.is_sure else "",
        doi=reading.doi.value if reading.doi.is_sure else "",
        date=PartialDate(reading.year) if reading.year else None,
        fields=(Field("file", name),),
    )
    return ArticleWithFiles(article, (file,))


def _first_page(reading: PdfReading, waiting: Report) -> bytes:
    if reading.state is State.ENCRYPTED:
        return b""
    try:
        return shared_reader().first_page_image(reading.path, _IMAGE_WIDTH, waiting)
    except UserError:  # the list shows the guesses without it
        return b""


def _guesses(reading: PdfReading) -> Guesses:
    where = "page or metadata"
    return Guesses(
        title=_guess(reading.title),
        author=Guess(reading.first_author, "guess", where) if reading.first_author else Guess(),
        year=Guess(str(reading.year), "guess", where) if reading.year else Guess(),
        doi=_guess(reading.doi),
        pmid=_guess(reading.pmid),
        pmcid=_guess(reading.pmcid),
    )


def _guess(finding: Finding) -> Guess:
    return Guess(finding.value, finding.confidence.value, finding.place)


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
