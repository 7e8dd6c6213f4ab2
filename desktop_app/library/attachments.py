"""Files attached to articles: which article has which, where they lie, whose they were.

A file is copied before the transaction that names it: a crash leaves a file without a row, which
the next import of it takes, and never a row without a file.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Row, select

from desktop_app.errors import UserError
from desktop_app.files import sha256 as sha256_of
from desktop_app.library import full_texts, schema
from desktop_app.library.file_store import FileStore
from desktop_app.records import Attachment

if TYPE_CHECKING:
    from desktop_app.library.library import Library

FOLDER = "attachments"


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """One file of an article."""

    id: int
    article_id: int
    path: Path  # where it should be
    sha256: str
    media_type: str
    size: int  # bytes
    is_missing: bool  # moved or deleted by somebody else

    @property
    def name(self) -> str:
        """The name that the user knows, without the digits that we put before it."""
        digits, _, name = self.path.name.partition(" ")
        return name if name and self.sha256.startswith(digits) else self.path.name


class Attachments:
    """The attached files of an open library; `files` is the folder of those it keeps."""

    def __init__(self, library: "Library") -> None:
        self._library = library
        self.files = FileStore(library.folder / FOLDER)

    def of(self, article_id: int) -> list[AttachedFile]:
        """The files of an article in the order they came."""
        c = schema.attachment.c
        query = select(schema.attachment).where(c.article_id == article_id).order_by(c.id)
        with self._library.reading() as connection:
            return [self._attached(row) for row in connection.execute(query)]

    def holders(self, sha256: str) -> list[int]:
        """The articles that have a file of this content."""
        with self._library.reading() as connection:
            return holders(connection, sha256)

    def locate(self, attachment_id: int, path: Path) -> None:
        """Take a missing file from where the user found it.

        Raises UserError when it has another content, cannot be read or cannot be copied.
        """
        c = schema.attachment.c
        with self._library.reading() as connection:
            row = connection.execute(
                select(schema.attachment).where(c.id == attachment_id)
            ).one_or_none()
        if row is None:
            raise UserError("The article has no such file any more.", "Open it again.")
        try:
            if sha256_of(path) != row.sha256:
                raise UserError(
                    f"{path.name} is not the file that was attached: it has another content.",
                    "Import it to attach it as another file.",
                )
            # under its name of before: whatever else names that file has it again too
            found = Attachment(path, self._attached(row).name, row.sha256, path.stat().st_size)
            stored = self.files.keep(found)
        except OSError as error:
            reason = error.strerror or error
            raise UserError(f"{path} cannot be read: {reason}.", "Check its permissions.") from None
        with self._library.writing() as connection:
            connection.execute(
                schema.attachment.update().where(c.id == attachment_id).values(path=stored)
            )

    def _attached(self, row: Row[tuple[object, ...]]) -> AttachedFile:
        path = self.files.path(row.path)
        missing = not path.is_file()
        return AttachedFile(
            row.id, row.article_id, path, row.sha256, row.media_type, row.size, missing
        )


def attach(
    connection: Connection,
    article_id: int,
    file: Attachment,
    stored: str,
    now: str,
    source: str = "",
) -> int:
    """Attach a file that is kept under `stored`, with its text; the number of the attachment.

    0 when the article has the file already. `source` is the digest of the record it came with.
    """
    table = schema.attachment
    c = table.c
    query = select(c.id).where(c.article_id == article_id, c.sha256 == file.sha256)
    if connection.execute(query).first() is not None:
        return 0
    full_texts.store(connection, file.sha256, file.text)
    statement = table.insert().values(
        article_id=article_id,
        path=stored,
        sha256=file.sha256,
        media_type=file.media_type,
        size=file.size,
        source=source,
        added_at=now,
    )
    return int(connection.execute(statement.returning(c.id)).scalar_one())


def detach(connection: Connection, attachment_id: int, article_id: int) -> bool:
    """Undo `attach`; False when the article does not have the file any more."""
    c = schema.attachment.c
    query = select(c.sha256).where(c.id == attachment_id, c.article_id == article_id)
    digest = connection.execute(query).scalar()
    if digest is None:
        return False
    connection.execute(schema.attachment.delete().where(c.id == attachment_id))
    full_texts.drop_unattached(connection, digest)
    return True


def holders(connection: Connection, sha256: str) -> list[int]:
    """The live articles that have a file of this content, ascending."""
    c, a = schema.attachment.c, schema.article
    query = (
        select(c.article_id)
        .join(a, a.c.id == c.article_id)
        .where(c.sha256 == sha256, a.c.deleted_at.is_(None))
        .order_by(c.article_id)
    )
    return [int(row[0]) for row in connection.execute(query)]


def note_source(connection: Connection, article_id: int, source: str) -> None:
    """Before a merge: say of an article's own files which record they go with when it is undone."""
    c = schema.attachment.c
    own = (c.article_id == article_id, c.source == "")
    connection.execute(schema.attachment.update().where(*own).values(source=source))


def hand_over(connection: Connection, old: int, new: int, source: str = "") -> None:
    """Give the files of an article to another, which keeps one of each content.

    With `source` only the files that came with that record.
    """
    c = schema.attachment.c
    mine = [c.article_id == old, *([c.source == source] if source else [])]
    had = select(c.sha256).where(c.article_id == new)
    new_files = schema.attachment.update().where(*mine, c.sha256.not_in(had))
    connection.execute(new_files.values(article_id=new))
