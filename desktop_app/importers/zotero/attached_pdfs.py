"""The PDFs that Zotero keeps with an item: read where they lie, one Problem for each that fails."""

from collections.abc import Iterator
from pathlib import Path

from desktop_app.errors import UserError
from desktop_app.importers.input_file import InputFile
from desktop_app.importers.pdf.format import attachment_of, shared_reader, text_problem
from desktop_app.records import Article, Attachment, Problem

_HEAD = 1024 + len(b"%PDF-")


def attached_pdfs(file: InputFile, article: Article, place: str) -> Iterator[Attachment | Problem]:
    """What there is of the files that `article` names; `place` is the item's.

    A file that is not there (on another computer, not synchronised) or no PDF stays a mere name.
    Raises what the report of `file`, the database, raises.
    """

    def waiting(done: int, total: int) -> None:
        file.poll()

    for named in article.fields:
        path = Path(named.value)
        if named.name != "file" or not path.is_absolute():
            continue
        try:
            if not _is_pdf(path):
                continue
            reading = shared_reader().read(path, waiting)
            if not reading.sha256:
                yield Problem(file.name, f"{place}, {path.name}", reading.reason, reading.remedy)
                continue
            yield attachment_of(reading, path.name)
            if problem := text_problem(reading, f"{file.name}, {place}, {path.name}"):
                yield problem
        except UserError as error:
            yield Problem(file.name, f"{place}, {path.name}", error.message, error.hint)
        except OSError as error:
            reason = f"It cannot be read: {error.strerror or error}."
            yield Problem(file.name, f"{place}, {path.name}", reason, "Check its permissions.")


def _is_pdf(path: Path) -> bool:
    """Whether there is a PDF; a name with a NUL in it is none. Raises OSError."""
    try:
        if not path.is_file():
            return False
    except ValueError:
        return False
    with open(path, "rb") as file:
        return b"%PDF-" in file.read(_HEAD)
