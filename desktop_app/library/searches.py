"""The searches that were made, numbered for `#3`, and those that the user keeps by name.

A request is kept as the text that `search.request_json` makes of it; a library does not read it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from sqlalchemy import Row, Select, select
from sqlalchemy.dialects.sqlite import insert

from desktop_app.errors import UserError
from desktop_app.library import schema

if TYPE_CHECKING:
    from desktop_app.library.library import Library

KEPT = 1_000  # searches of the history


@dataclass(frozen=True, slots=True)
class PastSearch:
    """A search that was made; `number` is its #."""

    number: int
    request: str
    hits: int
    at: str  # ISO 8601, UTC


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search under a name; articles of a revision above `seen_revision` are new since."""

    id: int
    name: str
    request: str
    seen_revision: int
    at: str


class Searches:
    """The searches of one library, exposed as `Library.searches`."""

    def __init__(self, library: "Library") -> None:
        self._library = library

    def record(self, request: str, hits: int) -> int:
        """Enter a search in the history; its number. The last one made again keeps its number."""
        c = schema.search_history.c
        with self._library.writing() as connection:
            last = connection.execute(select(c.id, c.request).order_by(c.id.desc())).first()
            values = {"request": request, "hits": hits, "searched_at": _now()}
            if last is not None and last[1] == request:
                connection.execute(
                    schema.search_history.update().where(c.id == last[0]).values(values)
                )
                return int(last[0])
            number = 1 if last is None else int(last[0]) + 1
            connection.execute(schema.search_history.insert().values(id=number, **values))
            connection.execute(schema.search_history.delete().where(c.id <= number - KEPT))
        return number

    def history(self, limit: int = 100) -> list[PastSearch]:
        """The latest searches, the last one first."""
        query = select(schema.search_history).order_by(schema.search_history.c.id.desc())
        with self._library.reading() as connection:
            return [PastSearch(*row) for row in connection.execute(query.limit(limit))]

    def past(self, number: int) -> PastSearch | None:
        """The search of a number."""
        query = select(schema.search_history).where(schema.search_history.c.id == number)
        with self._library.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else PastSearch(*row)

    def forget(self) -> None:
        """Empty the history; numbers begin at 1 again."""
        with self._library.writing() as connection:
            connection.execute(schema.search_history.delete())

    def save(self, name: str, request: str) -> SavedSearch:
        """Keep a search under a name, in place of what had the name; all articles count as seen.

        Raises UserError without a name.
        """
        name = " ".join(name.split())
        if not name:
            raise UserError("The search has no name.", "Give it one.")
        with self._library.writing() as connection:
            values = {
                "request": request,
                "seen_revision": self._library.revision_in(connection),
                "saved_at": _now(),
            }
            statement = insert(schema.saved_search).values(name=name, **values)
            connection.execute(
                statement.on_conflict_do_update(index_elements=["name"], set_=values)
            )
            row = connection.execute(_saved(name)).one()
        return _of(row)

    def saved(self) -> list[SavedSearch]:
        """The kept searches, by name."""
        query = select(schema.saved_search).order_by(schema.saved_search.c.name)
        with self._library.reading() as connection:
            return [_of(row) for row in connection.execute(query)]

    def delete(self, name: str) -> None:
        """Remove a kept search."""
        c = schema.saved_search.c
        with self._library.writing() as connection:
            connection.execute(schema.saved_search.delete().where(c.name == name))

    def mark_seen(self, name: str) -> None:
        """Count what is in the library now as seen."""
        c = schema.saved_search.c
        with self._library.writing() as connection:
            revision = self._library.revision_in(connection)
            connection.execute(
                schema.saved_search.update().where(c.name == name).values(seen_revision=revision)
            )

    def new_since(self, name: str, ids: Sequence[int] | npt.NDArray[np.int64]) -> list[int]:
        """Those of `ids` that were added or changed since the kept search was last looked at."""
        a = schema.article.c
        with self._library.reading() as connection:
            row = connection.execute(_saved(name)).first()
            if row is None:
                return []
            query = select(a.id).where(a.revision > _of(row).seen_revision)
            changed = {int(row[0]) for row in connection.execute(query)}
        return [int(i) for i in ids if int(i) in changed]


def _saved(name: str) -> Select[int, str, str, int, str]:
    c = schema.saved_search.c
    return select(c.id, c.name, c.request, c.seen_revision, c.saved_at).where(c.name == name)


def _of(row: Row[int, str, str, int, str]) -> SavedSearch:
    return SavedSearch(*row)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
