"""One open PDF to one plain dictionary: what the worker answers. Runs only in the worker."""

import hashlib
import re
import time
from itertools import islice, pairwise
from typing import Any, BinaryIO

import pypdfium2 as pdfium
from pypdfium2 import raw

from desktop_app.importers.pdf.identify import find_doi, find_pmcid, find_pmid
from desktop_app.importers.pdf.layout import Line, lines_of
from desktop_app.importers.pdf.reading import Finding, State
from desktop_app.importers.pdf.text import clean, one_line, squeezed
from desktop_app.importers.pdf.titles import find_title
from desktop_app.importers.pdf.xmp import Stated, read_packets

FILE_BYTES = 500 * 1024 * 1024
PAGES = 2_000
TEXT_CHARACTERS = 20_000_000
CPU_SECONDS = 20.0  # then the text so far is given; the process is killed at 30
_PAGE_CHARACTERS = 1_000_000
_FRONT_PAGES = 3
_FRONT_CHARACTERS = 60_000  # of a page; a full one has 10,000
_LETTERS_A_PAGE = 20  # fewer on average: page numbers and stamps on pictures

Answer = dict[str, Any]


def read_document(file: BinaryIO, name: str) -> Answer:
    """Everything a `PdfReading` holds except its path, as JSON can carry it. Raises OSError.

    `name` is the file's own, which may hold an identifier.
    """
    size = file.seek(0, 2)
    if size > FILE_BYTES:
        reason = f"It is larger than {FILE_BYTES >> 20} MB ({size >> 20} MB)."
        return not_read(State.TOO_BIG, reason, "Split it, or save it with smaller pictures.")
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    stated_titles, stated_ids = read_packets(file)
    file.seek(0)
    try:
        document = pdfium.PdfDocument(file)
    except pdfium.PdfiumError as error:
        return _not_opened(error) | {"sha256": digest}
    try:
        answer = _contents(document, name, (stated_titles, stated_ids))
    finally:
        document.close()
    return answer | {"sha256": digest}


def _contents(
    document: pdfium.PdfDocument, name: str, packets: tuple[list[str], list[str]]
) -> Answer:
    count = len(document)
    if not count:
        return not_read(State.DAMAGED, "It has no pages.", _DOWNLOAD)
    texts, cut, unreadable = _texts(document, count)
    if unreadable == len(texts):
        return not_read(State.DAMAGED, "None of its pages can be read.", _DOWNLOAD, pages=count)
    stated = _stated(document, *packets)
    front = next((n for n, text in enumerate(texts) if len(squeezed(text[:2_000])) > 40), 0)
    findings = _findings(document, front, texts, stated, name)
    state, reason, remedy = State.READ, f"It was read: {_pages(count)}.", ""
    if _is_scan(document, texts):
        state, reason = State.SCANNED, f"It has no text to speak of in {_pages(count)}: a scan?"
        remedy = "Run text recognition (OCR) on it and import the result."
    elif cut or unreadable:
        reason = cut or f"{unreadable} of its {_pages(count)} cannot be read."
    complete = not cut and not unreadable
    answer = not_read(state, reason, remedy, pages=count)
    return answer | {"page_texts": texts, "is_complete": complete, **findings}


def _is_scan(document: pdfium.PdfDocument, texts: list[str]) -> bool:
    """True without any text, and with no more than page numbers or stamps beside pictures."""
    letters = sum(len(squeezed(text[:2_000])) for text in texts[:50])
    if letters >= _LETTERS_A_PAGE * min(len(texts), 50):
        return False
    return letters == 0 or any(_has_picture(document, n) for n in range(min(len(texts), 3)))


def _has_picture(document: pdfium.PdfDocument, number: int) -> bool:
    try:
        page = document[number]
        try:
            things = page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)
            return any(True for _ in islice(things, 1))
        finally:
            page.close()
    except pdfium.PdfiumError:
        return False


def _texts(document: pdfium.PdfDocument, count: int) -> tuple[list[str], str, int]:
    """The text of each page, why it ends early if it does, how many pages could not be read."""
    texts: list[str] = []
    unreadable = characters = 0
    started = time.process_time()
    for number in range(min(count, PAGES)):
        text = _page_text(document, number)
        unreadable += text is None
        texts.append(text or "")
        characters += len(text or "")
        if characters > TEXT_CHARACTERS or time.process_time() - started > CPU_SECONDS:
            why = "it is very long" if characters > TEXT_CHARACTERS else "it is very slow to read"
            return texts, f"Only the first {number + 1:,} of {_pages(count)}: {why}.", unreadable
    cut = f"Only the first {PAGES:,} of its {_pages(count)} were read." if count > PAGES else ""
    return texts, cut, unreadable


def _page_text(document: pdfium.PdfDocument, number: int) -> str | None:
    try:
        page = document[number]
        try:
            textpage = page.get_textpage()
            length = min(textpage.count_chars(), _PAGE_CHARACTERS)
            text = textpage.get_text_range(0, length) if length > 0 else ""
            textpage.close()
        finally:
            page.close()
    except (pdfium.PdfiumError, UnicodeError):
        return None
    return clean(text)


def _findings(
    document: pdfium.PdfDocument, front: int, texts: list[str], stated: Stated, name: str
) -> Answer:
    fronts = [text[:_FRONT_CHARACTERS] for text in texts[front : front + _FRONT_PAGES]]
    lines, height = _front_lines(document, front)
    title = find_title(lines, height, stated.titles, "\n".join(fronts[:2]))
    agrees = title.place == "metadata and first page"
    doi = find_doi(list(stated.identifiers), fronts, name, agrees)
    return {
        "title": _plain(title),
        "doi": _plain(doi),
        "pmid": _plain(find_pmid(fronts, name)),
        "pmcid": _plain(find_pmcid(fronts, name)),
        "year": _year(fronts[0], stated) if fronts else None,
        "first_author": _first_author(title.value, stated.author, lines),
    }


def _front_lines(document: pdfium.PdfDocument, front: int) -> tuple[list[Line], float]:
    try:
        page = document[front]
        try:
            return lines_of(page), page.get_height()
        finally:
            page.close()
    except pdfium.PdfiumError:
        return [], 0.0


def _stated(document: pdfium.PdfDocument, titles: list[str], identifiers: list[str]) -> Stated:
    info = {key: one_line(value)[:2000] for key, value in document.get_metadata_dict().items()}
    return Stated(
        tuple(filter(None, (info.get("Title", ""), *titles))),
        (*identifiers, info.get("Subject", ""), info.get("Title", ""), info.get("Keywords", "")),
        info.get("Author", ""),
        info.get("Subject", ""),
        info.get("CreationDate", ""),
    )


_PRINTED_YEAR = re.compile(
    r"(?:©|\(c\)|copyright|published|accepted|\bepub\b|vol\S{0,9})[^\n]{0,50}?\b((?:19|20)\d\d)\b|"
    r"\(((?:19|20)\d\d)\)\s*\d|\b((?:19|20)\d\d)\s*[;,]\s*\d+\s*[:(]",
    re.IGNORECASE,
)


def _year(page: str, stated: Stated) -> int | None:
    """The year of publication as printed, else as the metadata have it; a guess."""
    subject = re.search(r"\b(?:19|20)\d\d\b", stated.subject.partition("10.")[0])
    if subject:
        return int(subject[0])
    printed = _PRINTED_YEAR.search(page)
    if printed:
        return int(next(filter(None, printed.groups())))
    created = re.match(r"D:((?:19|20)\d\d)", stated.created)
    return int(created[1]) if created else None


_PERSON = re.compile(  # "Jan van der Berg", "J. B. Smith"
    r"[^\W\d_a-z][\w.'’-]*(?: (?:(?:van|von|der|den|de|da|di|la|le|el|al|bin|ter)|"
    r"[^\W\d_a-z][\w.'’-]*)){1,5}"
)


def _first_author(title: str, stated: str, lines: list[Line]) -> str:
    """The metadata's author when it looks like a person, else the first name below the title."""
    person = re.split(r",|;| and |&", stated)[0].strip()
    if _PERSON.fullmatch(person):
        return person
    end = squeezed(title)[-12:]
    texts = [line.text for line in lines]
    for above, line in pairwise(texts):
        if end and squeezed(above).endswith(end[-len(squeezed(above)) :]) and squeezed(above):
            name = re.split(r"[,;·\d*†]| and ", one_line(line))[0].strip()
            if _PERSON.fullmatch(name):
                return name
    return ""


def _plain(finding: Finding) -> list[str]:
    return [finding.value, finding.confidence.value, finding.place]


_DOWNLOAD = "Open it in a viewer; when it fails there too, download it again."


def _not_opened(error: pdfium.PdfiumError) -> Answer:
    code = getattr(error, "err_code", None)
    if code == raw.FPDF_ERR_PASSWORD:
        reason = "It is encrypted and needs a password."
        return not_read(State.ENCRYPTED, reason, "Save a copy without a password and import that.")
    if code == raw.FPDF_ERR_SECURITY:
        reason = "It is encrypted in a way that cannot be undone here."
        return not_read(State.ENCRYPTED, reason, "Save a copy without encryption and import that.")
    return not_read(State.DAMAGED, "It is damaged or no PDF.", _DOWNLOAD)


def not_read(state: State, reason: str, remedy: str = "", pages: int = 0) -> Answer:
    """The answer without contents."""
    return {"state": state.value, "reason": reason, "remedy": remedy, "pages": pages}


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count:,} pages"
