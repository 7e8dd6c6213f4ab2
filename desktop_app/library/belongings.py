"""What the user hung on an article: it moves when two are merged, and back when that is undone.

Attached files have their own way (`attachments`).
"""

from dataclasses import dataclass

from sqlalchemy import Connection, Table, select, update

from desktop_app.library import schema

# Where both articles have the same thing one is enough.
_TABLES = (
    schema.article_tag,
    schema.note,
    schema.collection_article,
    schema.judgement,
    schema.star,
)
_Row = tuple[tuple[str, object], ...]  # column, value; the article is left out


@dataclass(frozen=True, slots=True)
class Belongings:
    """Tags, notes, collections, judgements and star of one article at one time."""

    rows: tuple[tuple[str, _Row], ...] = ()  # table, row


def belongings(connection: Connection, article_id: int) -> Belongings:
    """What hangs on an article now."""
    found: list[tuple[str, _Row]] = []
    for table in _TABLES:
        columns = [column for column in table.c if column.name != "article_id"]
        query = select(*columns).where(table.c.article_id == article_id)
        for row in connection.execute(query):
            named = zip((column.name for column in columns), row, strict=True)
            found.append((table.name, tuple(named)))
    return Belongings(tuple(found))


def hand_over(connection: Connection, old: int, new: int) -> None:
    """Move everything from one article to another."""
    for table in _TABLES:
        statement = update(table).where(table.c.article_id == old).values(article_id=new)
        connection.execute(statement.prefix_with("OR IGNORE"))
        connection.execute(table.delete().where(table.c.article_id == old))


def give_back(
    connection: Connection, kept: int, own: Belongings, other: int, others: Belongings
) -> None:
    """Undo `hand_over` to `kept`: `other` gets again what it had, `kept` keeps what was its own.

    What the user changed or took away since then stays so; what is new stays with `kept`.
    """
    here = set(belongings(connection, kept).rows)
    for name, row in others.rows:
        if (name, row) not in here:
            continue
        table = schema.metadata.tables[name]
        if (name, row) not in own.rows:
            _move(connection, table, row, kept, other)
        else:
            connection.execute(table.insert().values(article_id=other, **dict(row)))


def _move(connection: Connection, table: Table, row: _Row, old: int, new: int) -> None:
    statement = update(table).where(table.c.article_id == old)
    for column, value in row:
        statement = statement.where(table.c[column] == value)
    connection.execute(statement.values(article_id=new))
