"""The full text of kept files, and its FTS5 index.

A text belongs to a file's content and not to an article: it is kept once, and whichever article the
file is attached to has it. So attaching, merging and undoing never move a text.
"""

from sqlalchemy import Connection, select

from desktop_app.library import schema

_INDEX = "INSERT INTO full_text_fts(rowid, text) VALUES (?, ?)"
_UNINDEX = "INSERT INTO full_text_fts(full_text_fts, rowid, text) VALUES ('delete', ?, ?)"
_CHECK = "INSERT INTO full_text_fts(full_text_fts, rank) VALUES ('integrity-check', 1)"
_REBUILD = "INSERT INTO full_text_fts(full_text_fts) VALUES ('rebuild')"


def store(connection: Connection, sha256: str, text: str) -> None:
    """Keep and index the text of a file, unless that is done or there is none."""
    table = schema.full_text
    known = connection.execute(select(table.c.id).where(table.c.sha256 == sha256)).first()
    if known is not None or not text.strip():
        return
    statement = table.insert().values(sha256=sha256, text=text).returning(table.c.id)
    row = int(connection.execute(statement).scalar_one())
    connection.exec_driver_sql(_INDEX, (row, text))


def drop_unattached(connection: Connection, sha256: str) -> None:
    """Forget the text of a file that is attached to nothing any more."""
    t, a = schema.full_text, schema.attachment
    attached = select(a.c.id).where(a.c.sha256 == t.c.sha256).exists()
    query = select(t.c.id, t.c.text).where(t.c.sha256 == sha256, ~attached)
    for row in connection.execute(query).all():
        connection.exec_driver_sql(_UNINDEX, (row.id, row.text))
        connection.execute(t.delete().where(t.c.id == row.id))


def check(connection: Connection) -> None:
    """Compare the index with the texts; raises sqlalchemy.exc.DatabaseError when they differ."""
    connection.exec_driver_sql(_CHECK)


def rebuild(connection: Connection) -> None:
    """Make the index anew from the texts."""
    connection.exec_driver_sql(_REBUILD)
