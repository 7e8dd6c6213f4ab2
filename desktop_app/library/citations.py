"""Which article cites which: the articles' own reference lists and the links of a citation index.

Kept as PMIDs in both directions: also of articles that are not here, so that an article imported
later stands in its links at once. A link of an article with itself marks that the index was asked.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, Select, exists, func, select, union

from desktop_app.library import schema

Link = tuple[int, int]  # PMID of the citing article, PMID of the cited one
IntArray = npt.NDArray[np.int64]
Opened = Callable[[], AbstractContextManager[Connection]]

_BATCH = 10_000  # links a statement


class Citations:
    """The citations that a library knows."""

    def __init__(self, reading: Opened, writing: Opened) -> None:
        self._reading = reading
        self._writing = writing

    def store(self, links: Iterable[Link], source: str, asked: Sequence[int] = ()) -> int:
        """Keep links of a citation index, as one transaction; how many were new.

        `asked` are the PMIDs that the index was asked for: they are remembered as asked, so that
        the next run goes on behind them. `source` names the index.
        """
        with self._writing() as connection:
            new = _insert(connection, sorted(set(links)), source)
            _insert(connection, [(pmid, pmid) for pmid in asked], source)
        return new

    def not_asked(self, source: str) -> list[int]:
        """The PMIDs of the articles that a citation index has not been asked for, ascending."""
        a, c = schema.article.c, schema.citation_link.c
        asked = exists().where(c.citing_pmid == a.pmid, c.cited_pmid == a.pmid, c.source == source)
        query = (
            select(a.pmid)
            .where(a.pmid.is_not(None), a.deleted_at.is_(None), ~asked)
            .order_by(a.pmid)
        )
        with self._reading() as connection:
            return [int(row[0]) for row in connection.execute(query)]

    def count(self) -> int:
        """How many links of citation indexes are kept."""
        table = schema.citation_link
        query = select(func.count()).where(table.c.citing_pmid != table.c.cited_pmid)
        with self._reading() as connection:
            return int(connection.execute(query).scalar_one())

    def cited_by(self, pmid: int) -> list[int]:
        """The PMIDs of what cites an article, ascending, whether it is in the library or not."""
        a, r, c = schema.article.c, schema.reference.c, schema.citation_link.c
        of_lists = (
            select(a.pmid)
            .join_from(schema.article, schema.reference, r.article_id == a.id)
            .where(r.pmid == pmid, a.pmid.is_not(None), a.pmid != pmid, a.deleted_at.is_(None))
        )
        return self._pmids(
            of_lists, select(c.citing_pmid).where(c.cited_pmid == pmid, c.citing_pmid != pmid)
        )

    def cites(self, pmid: int) -> list[int]:
        """The PMIDs of what an article cites, ascending, whether it is in the library or not."""
        a, r, c = schema.article.c, schema.reference.c, schema.citation_link.c
        of_lists = (
            select(r.pmid)
            .join_from(schema.article, schema.reference, r.article_id == a.id)
            .where(a.pmid == pmid, r.pmid.is_not(None), r.pmid != pmid)
        )
        return self._pmids(
            of_lists, select(c.cited_pmid).where(c.citing_pmid == pmid, c.cited_pmid != pmid)
        )

    def _pmids(self, *queries: Select[Any]) -> list[int]:
        with self._reading() as connection:
            return [int(pmid) for pmid in sorted(connection.execute(union(*queries)).scalars())]


def _insert(connection: Connection, links: Sequence[Link], source: str) -> int:
    statement = schema.citation_link.insert().prefix_with("OR IGNORE")
    new = 0
    for start in range(0, len(links), _BATCH):
        rows = [
            {"citing_pmid": citing, "cited_pmid": cited, "source": source}
            for citing, cited in links[start : start + _BATCH]
        ]
        new += connection.execute(statement, rows).rowcount
    return new
