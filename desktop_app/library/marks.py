"""What the user says of articles: stars, tags, notes, judgements, collections."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Select, Table, func, select
from sqlalchemy.dialects.sqlite import insert

from desktop_app.errors import UserError
from desktop_app.library import schema

if TYPE_CHECKING:
    from desktop_app.library.library import Library


@dataclass(frozen=True, slots=True)
class Collection:
    """A folder of articles; `parent` is the one it stands in."""

    id: int
    parent: int | None
    name: str
    articles: int  # of its own


class Marks:
    """The marks of one library, exposed as `Library.marks`."""

    def __init__(self, library: "Library") -> None:
        self._library = library

    # --- stars ------------------------------------------------------------------------------

    def star(self, ids: Sequence[int]) -> None:
        """Give articles a star; those that have one keep it."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._library.writing() as connection:
            _insert(connection, schema.star, [{"article_id": i, "starred_at": now} for i in ids])

    def unstar(self, ids: Sequence[int]) -> None:
        """Take the stars of articles away."""
        c = schema.star.c
        with self._library.writing() as connection:
            connection.execute(schema.star.delete().where(c.article_id.in_(ids)))

    def starred(self) -> list[int]:
        """The articles with a star."""
        return self._ids(select(schema.star.c.article_id))

    # --- tags -------------------------------------------------------------------------------

    def tag(self, ids: Sequence[int], name: str) -> None:
        """Give articles a tag, which is made when it is new. Raises UserError without a name."""
        name = _named(name, "tag")
        with self._library.writing() as connection:
            _insert(connection, schema.tag, [{"name": name}])
            tag_id = connection.execute(_tag_of(name)).scalar_one()
            _insert(
                connection, schema.article_tag, [{"article_id": i, "tag_id": tag_id} for i in ids]
            )

    def untag(self, ids: Sequence[int], name: str) -> None:
        """Take a tag from articles; one that no article has any more is gone."""
        c, tag = schema.article_tag.c, schema.tag.c
        statement = schema.article_tag.delete().where(
            c.article_id.in_(ids), c.tag_id.in_(_tag_of(name))
        )
        with self._library.writing() as connection:
            connection.execute(statement)
            connection.execute(schema.tag.delete().where(tag.id.not_in(select(c.tag_id))))

    def tagged_articles(self) -> dict[str, frozenset[int]]:
        """The articles that have each tag, by its name."""
        c, tag = schema.article_tag.c, schema.tag
        query = select(tag.c.name, c.article_id).join_from(tag, schema.article_tag)
        found: dict[str, set[int]] = {}
        with self._library.reading() as connection:
            for name, article_id in connection.execute(query.order_by(tag.c.name)):
                found.setdefault(str(name), set()).add(int(article_id))
        return {name: frozenset(ids) for name, ids in found.items()}

    def tags(self) -> dict[str, int]:
        """Every tag and how many articles have it, by name."""
        query = (
            select(schema.tag.c.name, func.count(schema.article_tag.c.article_id))
            .outerjoin_from(schema.tag, schema.article_tag)
            .group_by(schema.tag.c.id)
            .order_by(schema.tag.c.name)
        )
        with self._library.reading() as connection:
            return {str(name): int(count) for name, count in connection.execute(query)}

    def tagged(self, name: str) -> list[int]:
        """The articles with a tag; case does not count."""
        c, tag = schema.article_tag.c, schema.tag.c
        wanted = name.strip().casefold()  # SQLite's lower() knows ASCII alone
        with self._library.reading() as connection:
            every = connection.execute(select(tag.id, tag.name)).all()
        ids = [tag_id for tag_id, known in every if known.casefold() == wanted]
        return self._ids(select(c.article_id).where(c.tag_id.in_(ids)).distinct())

    # --- notes ------------------------------------------------------------------------------

    def note(self, article_id: int) -> str:
        """The user's note on an article; those of merged records one below the other."""
        c = schema.note.c
        query = select(c.text).where(c.article_id == article_id).order_by(c.id)
        with self._library.reading() as connection:
            return "\n\n".join(str(text) for text in connection.execute(query).scalars())

    def set_note(self, article_id: int, text: str) -> None:
        """Keep this as the note on an article; blank text is none."""
        n, now = schema.note, datetime.now(UTC).isoformat(timespec="seconds")
        with self._library.writing() as connection:
            connection.execute(n.delete().where(n.c.article_id == article_id))
            if text.strip():
                values = {"article_id": article_id, "text": text, "changed_at": now}
                connection.execute(n.insert().values(values))

    def noted(self, words: str) -> list[int]:
        """The articles whose note has these words, in this order; case does not count."""
        c, wanted = schema.note.c, " ".join(words.casefold().split())
        with self._library.reading() as connection:
            every = connection.execute(select(c.article_id, c.text)).all()
        return sorted({i for i, text in every if wanted in " ".join(text.casefold().split())})

    # --- judgements -------------------------------------------------------------------------

    def judge(self, query: str, ids: Sequence[int], relevant: bool | None) -> None:
        """Say that articles are relevant to a search or not; None takes back what was said."""
        j, now = schema.judgement, datetime.now(UTC).isoformat(timespec="seconds")
        with self._library.writing() as connection:
            connection.execute(j.delete().where(j.c.query == query, j.c.article_id.in_(ids)))
            if relevant is not None:
                said: dict[str, int | str] = {
                    "query": query,
                    "grade": int(relevant),
                    "judged_at": now,
                }
                _insert(connection, j, [{"article_id": i, **said} for i in ids])

    def judged(self, query: str) -> dict[int, bool]:
        """Which articles were judged for a search, and whether they are relevant to it."""
        c = schema.judgement.c
        with self._library.reading() as connection:
            rows = connection.execute(select(c.article_id, c.grade).where(c.query == query))
            return {int(article_id): grade > 0 for article_id, grade in rows}

    # --- collections ------------------------------------------------------------------------

    def add_collection(self, name: str, parent: int | None = None) -> int:
        """Make a collection; its id. Raises UserError without a name."""
        values = {"name": _named(name, "collection"), "parent_id": parent}
        statement = schema.collection.insert().values(values).returning(schema.collection.c.id)
        with self._library.writing() as connection:
            return int(connection.execute(statement).scalar_one())

    def remove_collection(self, collection: int) -> None:
        """Remove a collection and those in it; the articles stay in the library."""
        c = schema.collection.c
        with self._library.writing() as connection:
            connection.execute(schema.collection.delete().where(c.id == collection))

    def collect(self, ids: Sequence[int], collection: int) -> None:
        """Put articles into a collection."""
        rows = [{"article_id": i, "collection_id": collection} for i in ids]
        with self._library.writing() as connection:
            _insert(connection, schema.collection_article, rows)

    def take_out(self, ids: Sequence[int], collection: int) -> None:
        """Take articles out of a collection."""
        c = schema.collection_article.c
        statement = schema.collection_article.delete().where(
            c.collection_id == collection, c.article_id.in_(ids)
        )
        with self._library.writing() as connection:
            connection.execute(statement)

    def collections(self) -> list[Collection]:
        """Every collection, by name."""
        c, articles = schema.collection.c, schema.collection_article
        query = (
            select(c.id, c.parent_id, c.name, func.count(articles.c.article_id))
            .outerjoin_from(schema.collection, articles)
            .group_by(c.id)
            .order_by(c.name, c.id)
        )
        with self._library.reading() as connection:
            return [Collection(*row) for row in connection.execute(query)]

    def in_collection(self, collection: int | str) -> list[int] | None:
        """The articles of a collection (id, or name without regard to case) and of those in it.

        None when there is none of that name or id.
        """
        every = self.collections()
        if isinstance(collection, str):
            name = collection.strip().casefold()
            chosen = {c.id for c in every if c.name.casefold() == name}
        else:
            chosen = {c.id for c in every if c.id == collection}
        if not chosen:
            return None
        before = 0
        while len(chosen) > before:
            before = len(chosen)
            chosen |= {c.id for c in every if c.parent in chosen}
        c = schema.collection_article.c
        return self._ids(select(c.article_id).where(c.collection_id.in_(chosen)).distinct())

    def _ids(self, query: Select[int]) -> list[int]:
        with self._library.reading() as connection:
            return sorted(int(row[0]) for row in connection.execute(query))


def _insert(connection: Connection, table: Table, rows: Sequence[Mapping[str, int | str]]) -> None:
    if rows:
        connection.execute(insert(table).on_conflict_do_nothing(), [dict(row) for row in rows])


def _tag_of(name: str) -> Select[int]:
    return select(schema.tag.c.id).where(schema.tag.c.name == name.strip())


def _named(name: str, what: str) -> str:
    if not name.strip():
        raise UserError(f"The {what} has no name.", "Give it one.")
    return " ".join(name.split())
