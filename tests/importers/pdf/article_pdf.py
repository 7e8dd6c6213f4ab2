"""PDFs as an import meets them: sure, doubtful, scanned, encrypted, damaged. All invented."""

from tests.importers.pdf.small_pdf import Printed, body, small_pdf, with_picture

TITLE = "Early exercise after heart surgery in older adults"
DOI = "10.1234/abc.5"


def sure_pdf(title: str = TITLE, doi: str = DOI, words: str = "", padding: int = 0) -> bytes:
    """One with a title that stands out and a printed DOI; `padding` bytes make it larger."""
    lines = [Printed(f"J Tests 2019;3:4. doi:{doi}", 8, bottom=760), Printed(title, 18), *body()]
    if words:
        lines.append(Printed(words, bottom=200))
    return small_pdf([lines]) + b"%" + b"x" * padding + b"\n"


def doubtful_pdf(title: str = TITLE, words: str = "") -> bytes:
    """One with a title and no identifier."""
    extra = [Printed(words, bottom=200)] if words else []
    return small_pdf([[Printed(title, 18), *body(), *extra]])


def scanned_pdf() -> bytes:
    """One page that is a picture."""
    return with_picture()


def encrypted_pdf() -> bytes:
    """One that asks for a password (ISO 32000-1, 7.6.3: the standard security handler)."""
    secret = b"<" + b"5a" * 32 + b">"
    lock = b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O%s/U%s>>/ID[<00><00>]>>" % (secret, secret)
    head, mark, tail = small_pdf([body()]).rpartition(b">>\nstartxref")
    assert mark
    return head + lock + b"\nstartxref" + tail


def damaged_pdf() -> bytes:
    """A header and no more."""
    return b"%PDF-1.7 and no more"
