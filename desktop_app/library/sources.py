"""What each source said of an article that has several: kept, so that merging can be undone."""

import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from desktop_app.library import schema
from desktop_app.library.rows import ARTICLE_COLUMNS, flatten, restore
from desktop_app.records import Article


@dataclass(frozen=True, slots=True)
class Source:
    """One source of an article; `id` is 0 while it is the only one and not kept apart."""

    id: int
    origin: str  # format: PubMed XML, RIS …
    record: Article


def sources_of(connection: Connection, article_id: int) -> list[Source]:
    """The kept sources of an article in the order they came; empty while it has just one."""
    c = schema.source_record.c
    query = select(c.id, c.origin, c.record).where(c.article_id == article_id).order_by(c.id)
    return [Source(row[0], row[1], _unpacked(row[2])) for row in connection.execute(query)]


def keep_sources(
    connection: Connection, article_id: int, sources: Sequence[Source], now: str
) -> None:
    """Keep these as the sources of an article, in place of those kept before."""
    table = schema.source_record
    connection.execute(table.delete().where(table.c.article_id == article_id))
    rows = [
        {
            "article_id": article_id,
            "origin": source.origin,
            "record": _packed(source.record),
            "added_at": now,
        }
        for source in sources
    ]
    if len(rows) > 1:  # a single source is the article itself
        connection.execute(table.insert(), rows)


def origin_of(connection: Connection, article_id: int) -> str:
    """The format of an article's best source."""
    c = schema.article.c
    return str(connection.execute(select(c.origin).where(c.id == article_id)).scalar_one())


def digest(origin: str, record: Article) -> str:
    """What a source is known by wherever it is kept: the same for the same record and format."""
    return hashlib.sha256(f"{origin}\n{_as_json(record)}".encode()).hexdigest()


def _packed(record: Article) -> bytes:
    return zlib.compress(_as_json(record).encode("utf-8"))


def _as_json(record: Article) -> str:
    flat = flatten(record)
    return json.dumps((flat.columns, flat.journal, flat.parts), ensure_ascii=False)


def _unpacked(content: bytes) -> Article:
    columns, journal, parts = json.loads(zlib.decompress(content))
    rows = {name: [tuple(row) for row in table] for name, table in parts.items()}
    return restore(dict(zip(ARTICLE_COLUMNS, columns, strict=True)), tuple(journal), rows)
