"""The full-text index: SQLite FTS5 over title, abstract, headings, keywords and authors.

The index holds no text of its own: `article_text` is a view over the tables, and rows enter and
leave the index by selecting from it, so that both can never disagree.
"""

import re
from collections.abc import Sequence

from sqlalchemy import Connection

COLUMNS = ("title", "abstract", "headings", "keywords", "authors")
AUTHORS_INDEXED = 50  # bm25 divides by length: 3,000 authors would bury a consortium's paper

CREATE = (
    """
    CREATE VIEW article_text AS
    SELECT article.id AS id, article.title AS title, article.abstract AS abstract,
      (SELECT group_concat(name, ' ; ') FROM (
         SELECT name FROM heading WHERE article_id = article.id
         UNION ALL SELECT name FROM qualifier WHERE article_id = article.id)) AS headings,
      (SELECT group_concat(text, ' ; ') FROM (
         SELECT text FROM keyword WHERE article_id = article.id
         UNION ALL SELECT name FROM substance WHERE article_id = article.id)) AS keywords,
      (SELECT group_concat(last || ' ' || initials || ' ' || collective, ' ; ')
         FROM author WHERE article_id = article.id AND position < 50) AS authors
    FROM article
    """,
    """
    CREATE VIRTUAL TABLE article_fts USING fts5(
      title, abstract, headings, keywords, authors,
      content='article_text', content_rowid='id',
      tokenize='porter unicode61 remove_diacritics 2')
    """,
)

_INSERT = """
    INSERT INTO article_fts(rowid, title, abstract, headings, keywords, authors)
    SELECT id, title, abstract, headings, keywords, authors FROM article_text WHERE id = ?
"""
_DELETE = """
    INSERT INTO article_fts(article_fts, rowid, title, abstract, headings, keywords, authors)
    SELECT 'delete', id, title, abstract, headings, keywords, authors FROM article_text WHERE id = ?
"""
_COUNT = "SELECT count(*) FROM article_fts WHERE article_fts MATCH ?"
_MATCHES = """
    SELECT rowid, -bm25(article_fts, ?, ?, ?, ?, ?) FROM article_fts WHERE article_fts MATCH ?
"""
_MARKED = """
    SELECT highlight(article_fts, 0, char(1), char(2)), highlight(article_fts, 1, char(1), char(2)),
      highlight(article_fts, 2, char(1), char(2)), highlight(article_fts, 3, char(1), char(2)),
      highlight(article_fts, 4, char(1), char(2))
    FROM article_fts WHERE article_fts MATCH ? AND rowid = ?
"""
_MARK = re.compile("\x01(.*?)\x02", re.DOTALL)
_CHECK = "INSERT INTO article_fts(article_fts, rank) VALUES ('integrity-check', 1)"

_TOKEN = re.compile(r"[^\W_]+")  # what unicode61 takes as a token: letters and digits


def index_articles(connection: Connection, ids: Sequence[int]) -> None:
    """Enter articles that were just written."""
    _for_each(connection, _INSERT, ids)


def unindex_articles(connection: Connection, ids: Sequence[int]) -> None:
    """Remove articles; to be called while their old text is still in the tables."""
    _for_each(connection, _DELETE, ids)


def _for_each(connection: Connection, statement: str, ids: Sequence[int]) -> None:
    if ids:
        connection.exec_driver_sql(statement, [(i,) for i in ids])


def quoted(term: str) -> str:
    """`term` as an FTS5 string: any character is literal, several tokens become a phrase."""
    return '"' + term.replace('"', '""') + '"'


def tokens(text: str) -> list[str]:
    """The tokens of `text` as the index cuts them (before stemming), in order."""
    return _TOKEN.findall(text.lower())


def count_matches(connection: Connection, term: str) -> int:
    """How many articles hold a term (a word or a phrase) in any column."""
    row = connection.exec_driver_sql(_COUNT, (quoted(term),)).one()
    return int(row[0])


def matches(
    connection: Connection, terms: Sequence[str], weights: Sequence[float]
) -> list[tuple[int, float]]:
    """The (article id, bm25 score) of every article holding any of `terms`, in no order."""
    cursor = connection.exec_driver_sql(_MATCHES, (*weights, _any_of(terms)))
    return [(int(row[0]), float(row[1])) for row in cursor]


def matched_words(
    connection: Connection, terms: Sequence[str], ids: Sequence[int]
) -> dict[int, list[str]]:
    """The words of each article that `terms` match, in lower case, in order of appearance."""
    found: dict[int, list[str]] = {}
    if not terms:
        return found
    expression = _any_of(terms)
    for article_id in ids:
        row = connection.exec_driver_sql(_MARKED, (expression, article_id)).first()
        marked = _MARK.findall(" ".join(column or "" for column in row)) if row else []
        found[article_id] = list(dict.fromkeys(word.lower() for word in marked))
    return found


def _any_of(terms: Sequence[str]) -> str:
    return " OR ".join(quoted(term) for term in terms)


def check_fulltext(connection: Connection) -> None:
    """Compare the index with the tables; raises sqlalchemy.exc.DatabaseError when they differ."""
    connection.exec_driver_sql(_CHECK)
