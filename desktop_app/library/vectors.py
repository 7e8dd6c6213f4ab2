"""The vectors of a library: the truth from which every index is built.

A vector belongs to an article, an encoder, and the hash of the text it was made from; when the
text changes, the article counts as not embedded until it is embedded anew.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, and_, func, or_, select

from desktop_app.library import schema

FloatArray = npt.NDArray[np.float32]
IdArray = npt.NDArray[np.int64]

_CHUNK = 8192  # vectors read at once: 6 MB of float16 at 384 dimensions
_DISK = np.dtype("<f2")

_READ = (
    "SELECT embedding.id, embedding.article_id, embedding.vector FROM embedding"
    " JOIN article ON article.id = embedding.article_id"
    " WHERE embedding.encoder_id = ? AND embedding.id > ? AND article.deleted_at IS NULL"
    " AND embedding.text_hash = article.text_hash"
    " ORDER BY embedding.id LIMIT ?"
)
_CHANGED = "SELECT id FROM article WHERE revision > ?"
_READ_CHANGED = (
    "SELECT embedding.id, embedding.article_id, embedding.vector FROM article"
    " JOIN embedding ON embedding.article_id = article.id AND embedding.encoder_id = ?"
    " WHERE article.revision > ? AND embedding.id <= ? AND article.deleted_at IS NULL"
    " AND embedding.text_hash = article.text_hash ORDER BY embedding.id"
)
_STORE = (
    "INSERT OR REPLACE INTO embedding(article_id, encoder_id, text_hash, vector)"
    " VALUES (?, ?, ?, ?)"
)


@dataclass(frozen=True, slots=True)
class ArticleText:
    """What an encoder reads of one article."""

    id: int
    text: str
    text_hash: bytes


@dataclass(frozen=True, slots=True)
class VectorBlock:
    """Some stored vectors: `vectors` is (n, dimension) float32, parallel to the two id arrays."""

    embedding_ids: IdArray
    article_ids: IdArray
    vectors: FloatArray


def encoder_row(connection: Connection, encoder_id: str) -> int | None:
    """The row number of an encoder, None when it never embedded anything here."""
    c = schema.encoder.c
    found = connection.execute(select(c.id).where(c.encoder_id == encoder_id)).scalar()
    return None if found is None else int(found)


def add_encoder(connection: Connection, encoder_id: str, dimension: int) -> int:
    """The row number of an encoder, entered if it is new."""
    found = encoder_row(connection, encoder_id)
    if found is not None:
        return found
    table = schema.encoder
    statement = table.insert().values(encoder_id=encoder_id, dimension=dimension)
    return int(connection.execute(statement.returning(table.c.id)).scalar_one())


def ids_to_embed(connection: Connection, encoder: int | None) -> list[int]:
    """The articles with text whose vector is missing or was made from another text, ascending."""
    a, e = schema.article.c, schema.embedding.c
    query = (
        select(a.id)
        .outerjoin_from(
            schema.article,
            schema.embedding,
            and_(e.article_id == a.id, e.encoder_id == (encoder or -1)),
        )
        .where(
            a.deleted_at.is_(None),
            or_(a.title != "", a.abstract != ""),
            or_(e.id.is_(None), e.text_hash != a.text_hash),
        )
        .order_by(a.id)
    )
    return [int(row[0]) for row in connection.execute(query)]


def texts(connection: Connection, ids: Sequence[int]) -> list[ArticleText]:
    """What the encoder is to read: title and abstract, the abstract in one paragraph."""
    a = schema.article.c
    query = select(a.id, a.title, a.abstract, a.text_hash).where(a.id.in_(ids)).order_by(a.id)
    return [
        ArticleText(row[0], f"{row[1]} {row[2]}".strip().replace("\n", " "), row[3])
        for row in connection.execute(query)
    ]


def store_vectors(
    connection: Connection, encoder: int, articles: Sequence[ArticleText], vectors: FloatArray
) -> None:
    """Keep the vectors of `articles`, (n, dimension) float32, in place of older ones."""
    rows = [
        (article.id, encoder, article.text_hash, vector.astype(_DISK).tobytes())
        for article, vector in zip(articles, vectors, strict=True)
    ]
    connection.exec_driver_sql(_STORE, rows)


def read_vectors(connection: Connection, encoder: int, after: int = 0) -> Iterator[VectorBlock]:
    """Yield the valid vectors entered after embedding id `after`, in the order they came."""
    while True:
        rows = connection.exec_driver_sql(_READ, (encoder, after, _CHUNK)).fetchall()
        if not rows:
            return
        after = int(rows[-1][0])
        yield _block(rows)


def _block(rows: Sequence[Any]) -> VectorBlock:
    matrix = np.frombuffer(b"".join(row[2] for row in rows), dtype=_DISK)
    return VectorBlock(
        np.fromiter((row[0] for row in rows), np.int64, len(rows)),
        np.fromiter((row[1] for row in rows), np.int64, len(rows)),
        matrix.reshape(len(rows), -1).astype(np.float32),
    )


def changed_articles(connection: Connection, after_revision: int) -> IdArray:
    """The articles changed or withdrawn after a library revision."""
    rows = connection.exec_driver_sql(_CHANGED, (after_revision,))
    return np.fromiter((row[0] for row in rows), np.int64)


def vectors_of_changed(
    connection: Connection, encoder: int, after_revision: int, until: int
) -> Iterator[VectorBlock]:
    """Yield the valid vectors, entered up to embedding id `until`, of articles changed since."""
    rows = connection.exec_driver_sql(_READ_CHANGED, (encoder, after_revision, until))
    for chunk in rows.partitions(_CHUNK):
        yield _block(chunk)


def count_vectors(connection: Connection, encoder: int) -> int:
    """How many articles have a valid vector of an encoder."""
    a, e = schema.article.c, schema.embedding.c
    query = (
        select(func.count())
        .select_from(schema.embedding)
        .join(schema.article, a.id == e.article_id)
        .where(e.encoder_id == encoder, a.deleted_at.is_(None), e.text_hash == a.text_hash)
    )
    return int(connection.execute(query).scalar_one())


def encoders(connection: Connection) -> list[tuple[str, int]]:
    """The (id, dimension) of every encoder that has vectors here, the first used first."""
    c = schema.encoder.c
    query = select(c.encoder_id, c.dimension).order_by(c.id)
    return [(str(row[0]), int(row[1])) for row in connection.execute(query)]


def drop_encoder(connection: Connection, encoder: int) -> None:
    """Forget an encoder and all its vectors."""
    connection.execute(schema.embedding.delete().where(schema.embedding.c.encoder_id == encoder))
    connection.execute(schema.encoder.delete().where(schema.encoder.c.id == encoder))
