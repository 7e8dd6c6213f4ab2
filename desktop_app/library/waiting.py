"""Files that wait for the user to say which article they are: the list behind *Needs you*.

A decision keeps the row: the same file is never asked about twice, and a decision can be undone.
"""

import json
import zlib
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Row, func, or_, select

from desktop_app.errors import UserError
from desktop_app.library import attachments, schema
from desktop_app.library.article_store import ArticleStore
from desktop_app.library.known_records import find, incoming
from desktop_app.library.rows import flatten
from desktop_app.library.sources import digest, sources_of
from desktop_app.library.writer import Writer
from desktop_app.records import Article, Attachment, Doubtful, Guess, Guesses

if TYPE_CHECKING:
    from desktop_app.library.library import Library

ORIGIN = "PDF"
ACCEPTED, ATTACHED, DISMISSED = "accepted", "attached", "dismissed"
_W = schema.waiting_file.c
_LISTED = [_W.id, _W.name, _W.path, _W.sha256, _W.size, _W.reason, _W.guess, _W.added_at]


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """One file on the list."""

    id: int
    name: str  # as the report called it
    path: Path  # of the kept copy
    sha256: str
    size: int  # bytes
    reason: str
    guesses: Guesses
    added_at: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a waiting file; enough to take it back."""

    waiting_id: int
    outcome: str
    article_id: int = 0
    attachment_id: int = 0  # 0: the article had the file already
    is_new: bool = False  # the article was made by this decision


class WaitingFiles:
    """The waiting files of an open library."""

    def __init__(self, library: "Library") -> None:
        self._library = library

    def count(self) -> int:
        """How many wait."""
        query = select(func.count()).select_from(schema.waiting_file).where(_W.outcome == "")
        with self._library.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def files(self) -> list[WaitingFile]:
        """Those that wait, in the order they came."""
        query = select(*_LISTED).where(_W.outcome == "").order_by(_W.id)
        with self._library.reading() as connection:
            return [self._file(row) for row in connection.execute(query)]

    def file(self, waiting_id: int) -> WaitingFile:
        """One that waits. Raises UserError when there is none of that number."""
        with self._library.reading() as connection:
            return self._file(_row(connection, waiting_id))

    def page_image(self, waiting_id: int) -> bytes:
        """PNG of the first page, empty when there is none."""
        query = select(_W.page_image).where(_W.id == waiting_id)
        with self._library.reading() as connection:
            return bytes(connection.execute(query).scalar() or b"")

    def knows(self, sha256: str) -> bool:
        """Whether a file of this content waits or was decided upon."""
        with self._library.reading() as connection:
            return connection.execute(select(_W.id).where(_W.sha256 == sha256)).first() is not None

    def identified(self, article: Article) -> list[int]:
        """The live articles that have the PMID, DOI or PMCID of `article`."""
        a = schema.article.c
        same = [
            column == value
            for column, value in ((a.pmid, article.pmid), (a.doi, article.doi))
            if value
        ]
        same += [a.pmcid == article.pmcid] if article.pmcid else []
        if not same:
            return []
        query = select(a.id).where(or_(*same), a.deleted_at.is_(None)).order_by(a.id)
        with self._library.reading() as connection:
            return [int(row[0]) for row in connection.execute(query)]

    def accept(self, waiting_id: int, article: Article) -> Decision:
        """The file is this article: attach it to the one that is here, else add the article.

        Nothing that is known of an article that is here changes. Raises UserError.
        """
        with self._library.writing() as connection:
            file, stored = self._waiting(connection, waiting_id)
            known = live_match(connection, article)
            source = ""
            if known is None:
                revision = self._library.revision_in(connection) + 1
                writer = Writer(connection, revision, ORIGIN, True)
                counts = writer.write_entries([article])
                connection.execute(schema.state.update().values(revision=revision))
                source = digest(ORIGIN, article)
                article_id, is_new = writer.ids[0], bool(counts.added)
            else:
                article_id, is_new = known, False
            number = attachments.attach(connection, article_id, file, stored, _now(), source)
            _decide(connection, waiting_id, ACCEPTED)
        return Decision(waiting_id, ACCEPTED, article_id, number, is_new)

    def attach(self, waiting_id: int, article_id: int) -> Decision:
        """The file is that article, which is here. Raises UserError."""
        with self._library.writing() as connection:
            file, stored = self._waiting(connection, waiting_id)
            a = schema.article.c
            query = select(a.id).where(a.id == article_id, a.deleted_at.is_(None))
            if connection.execute(query).first() is None:
                raise UserError(f"There is no article {article_id}.", "Choose another one.")
            number = attachments.attach(connection, article_id, file, stored, _now())
            _decide(connection, waiting_id, ATTACHED)
        return Decision(waiting_id, ATTACHED, article_id, number)

    def dismiss(self, waiting_id: int) -> Decision:
        """Do not ask about the file again. Raises UserError."""
        with self._library.writing() as connection:
            _row(connection, waiting_id)
            _decide(connection, waiting_id, DISMISSED)
        return Decision(waiting_id, DISMISSED)

    def undo(self, decision: Decision) -> None:
        """Let the file wait again, as if nothing had been decided.

        Raises UserError when more has become of the article since.
        """
        with self._library.writing() as connection:
            if decision.attachment_id and not attachments.detach(
                connection, decision.attachment_id, decision.article_id
            ):
                raise UserError(
                    "The article has been merged with another one since.", "Undo that first."
                )
            if decision.is_new:
                if sources_of(connection, decision.article_id):
                    raise UserError(
                        "Another record of this article has been imported since.",
                        "Separate the two in the article, if the file is another one's.",
                    )
                revision = self._library.revision_in(connection) + 1
                store = ArticleStore(connection, revision)
                store.hide([decision.article_id])
                store.forget_identity(decision.article_id)
                connection.execute(schema.state.update().values(revision=revision))
            _decide(connection, decision.waiting_id, "")

    def _file(self, row: Row[tuple[object, ...]]) -> WaitingFile:
        path = self._library.attachments.files.path(row.path)
        guesses = unpacked_guesses(row.guess)
        return WaitingFile(
            row.id, row.name, path, row.sha256, row.size, row.reason, guesses, row.added_at
        )

    def _waiting(self, connection: Connection, waiting_id: int) -> tuple[Attachment, str]:
        """What is to be attached, and where it is kept."""
        row = _row(connection, waiting_id)
        path = self._library.attachments.files.path(row.path)
        text = connection.execute(select(_W.text).where(_W.id == waiting_id)).scalar_one()
        return Attachment(path, row.name, row.sha256, row.size, text), row.path


def enter(connection: Connection, doubtful: Doubtful, stored: str) -> None:
    """Put a file on the list that is kept under `stored`."""
    file = doubtful.file
    connection.execute(
        schema.waiting_file.insert().values(
            name=file.name,
            path=stored,
            sha256=file.sha256,
            size=file.size,
            reason=doubtful.reason,
            guess=packed_guesses(doubtful.guesses),
            page_image=doubtful.page_image or None,
            text=file.text,
            added_at=_now(),
        )
    )


def live_match(connection: Connection, article: Article) -> int | None:
    """The article that is here and not withdrawn, by identifiers or by description."""
    [match] = find(connection, [incoming(article, flatten(article), True)])
    a = schema.article.c
    query = select(a.id).where(a.id == match.same, a.deleted_at.is_(None))
    found = connection.execute(query).scalar() if match.same else None
    return None if found is None else int(found)


def packed_guesses(guesses: Guesses) -> bytes:
    """Guesses as the database keeps them."""
    return zlib.compress(json.dumps(asdict(guesses), ensure_ascii=False).encode("utf-8"))


def unpacked_guesses(content: bytes) -> Guesses:
    """Undo `packed_guesses`; fields that a newer Litmesh knows are left out."""
    found = json.loads(zlib.decompress(content))
    names = {field.name for field in fields(Guesses)}
    return Guesses(**{name: Guess(**value) for name, value in found.items() if name in names})


def _row(connection: Connection, waiting_id: int) -> Row[tuple[object, ...]]:
    query = select(*_LISTED).where(_W.id == waiting_id, _W.outcome == "")
    row = connection.execute(query).one_or_none()
    if row is None:
        raise UserError(f"No file {waiting_id} waits for you.", "“litmesh needs-you list” tells.")
    return row


def _decide(connection: Connection, waiting_id: int, outcome: str) -> None:
    when = _now() if outcome else None
    table = schema.waiting_file
    connection.execute(
        table.update().where(_W.id == waiting_id).values(outcome=outcome, decided_at=when)
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
