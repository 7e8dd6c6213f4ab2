"""Indexing: every article with text gets its vector, a few at a time, so that search can go on."""

from dataclasses import dataclass
from typing import Protocol

from desktop_app.errors import Cancelled
from desktop_app.library.library import Library
from desktop_app.library.vectors import FloatArray
from desktop_app.progress import Report, silent

BATCH = 32  # articles a transaction: a second or two of work on a laptop


class DocumentEncoder(Protocol):
    """What indexing needs of an encoder."""

    @property
    def id(self) -> str: ...
    def encode_documents(self, texts: list[str], report: Report = silent) -> FloatArray: ...


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an indexing run did; a cancelled one keeps what was embedded until then."""

    embedded: int
    already: int
    without_text: int
    cancelled: bool


def index_library(
    library: Library, encoder: DocumentEncoder, report: Report = silent
) -> IndexReport:
    """Embed exactly the articles whose vector is missing or was made from another text.

    `report` counts articles. On Cancelled the finished batches stay.
    """
    ids = library.vectors.missing(encoder.id)
    already = library.vectors.count(encoder.id)
    without_text = library.count() - already - len(ids)
    embedded = 0
    cancelled = False
    try:
        for start in range(0, len(ids), BATCH):
            report(start, len(ids))
            articles = library.vectors.texts(ids[start : start + BATCH])
            texts = [article.text for article in articles]
            vectors = encoder.encode_documents(
                texts, lambda done, _, start=start: report(start + done, len(ids))
            )
            library.vectors.store(encoder.id, articles, vectors)
            embedded += len(articles)
    except Cancelled:
        cancelled = True
    return IndexReport(embedded, already, without_text, cancelled)
