"""Does the index of exact words hold what the tables hold? It keeps no text to be compared with.

Every article has one code in common, which tells the articles that are in the index; of some spread
over the library every word and code is looked up.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from desktop_app.library.exact_words import COLUMNS, Code, flat_articles, texts_of
from desktop_app.library.fulltext import quoted, tokens
from desktop_app.library.reader import live_ids

_LOOKED_UP = 200  # articles
_WORDS = 50  # of a column of each
_CHECKED = ("abstract", "title", "indexing", "codes")
_INTEGRITY = "INSERT INTO exact_fts(exact_fts) VALUES ('integrity-check')"
_ALL = "SELECT rowid FROM exact_fts WHERE exact_fts MATCH ? ORDER BY rowid"
_ONE = "SELECT 1 FROM exact_fts WHERE exact_fts MATCH ? AND rowid = ?"


def mismatch(connection: Connection) -> str:
    """What differs, "" when all is well; raises sqlalchemy.exc.DatabaseError when it is broken."""
    connection.exec_driver_sql(_INTEGRITY)
    live = live_ids(connection)
    found = connection.exec_driver_sql(_ALL, (f"{{codes}} : {quoted(Code.ARTICLE)}",))
    indexed = [int(row[0]) for row in found]
    if indexed != live:
        missing, more = len(set(live) - set(indexed)), len(set(indexed) - set(live))
        return f"{missing} articles are missing, {more} should not be there"
    wrong = sum(1 for _ in _different(connection, live[:: len(live) // _LOOKED_UP + 1]))
    return f"{wrong} of some articles differ" if wrong else ""


def _different(connection: Connection, ids: Sequence[int]) -> Iterator[int]:
    for article_id, flat in flat_articles(connection, ids):
        texts = dict(zip(COLUMNS, texts_of(flat), strict=True))
        for column in _CHECKED:
            words = texts[column].split() if column == "codes" else tokens(texts[column])
            if not words:
                continue
            every = " AND ".join(quoted(word) for word in dict.fromkeys(words[:_WORDS]))
            match = f"{{{column}}} : ({every})"
            if connection.exec_driver_sql(_ONE, (match, article_id)).first() is None:
                yield article_id
                break
