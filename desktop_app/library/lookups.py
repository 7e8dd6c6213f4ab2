"""Which articles have a word, a phrase, a code, a date …: the questions of a Boolean search.

Every answer is an ascending array of ids of live articles. What the user typed reaches SQLite only
as a bound parameter, and FTS5 only inside a quoted string.
"""

import json
import math
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby, product
from sqlite3 import OperationalError
from time import monotonic, thread_time
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError as WrappedError

from desktop_app.errors import Cancelled, UserError
from desktop_app.library import exact_words
from desktop_app.library.fulltext import quoted
from desktop_app.progress import Report, silent

if TYPE_CHECKING:
    from desktop_app.library.library import Library

IdArray = npt.NDArray[np.int64]
Day = tuple[int, int, int]  # year, month, day

SECONDS = 2.0  # of the processor for one lookup; the commonest word of a million articles: 0.5
WAITING = 20.0  # seconds altogether, on a slow disk or a busy machine
_FORMS = 600  # of a cut word inside a phrase, as PubMed once allowed
_CODES_AT_ONCE = 200  # FTS5 limits the depth of its expressions
_TOKEN = re.compile(r"[^\W_]+")
_STEPS = 20_000  # of SQLite's machine between two looks at the clock, some milliseconds

_EXACT = "SELECT group_concat(rowid) FROM exact_fts WHERE exact_fts MATCH ?"
_FULL = """
    SELECT group_concat(article_id) FROM (
      SELECT DISTINCT article.id AS article_id FROM full_text_fts
      JOIN full_text ON full_text.id = full_text_fts.rowid
      JOIN attachment ON attachment.sha256 = full_text.sha256
      JOIN article ON article.id = attachment.article_id
      WHERE full_text_fts MATCH ? AND article.deleted_at IS NULL)
"""
_DATES = """
    SELECT group_concat(id) FROM article
    WHERE (year, month, day) >= (?, ?, ?) AND (year, month, day) <= (?, ?, ?)
"""
_FORMS_OF = "SELECT term FROM exact_fts_vocab WHERE term >= ? AND term < ? LIMIT ?"
_KNOWN = "SELECT 1 FROM exact_fts_vocab WHERE term >= ? AND term < ? LIMIT 1"
_BY_NUMBER = {
    "pmid": "SELECT id FROM article WHERE pmid = ? AND deleted_at IS NULL",
    "doi": "SELECT id FROM article WHERE doi = ? AND deleted_at IS NULL",
    "pmcid": "SELECT id FROM article WHERE pmcid = ? AND deleted_at IS NULL",
}
_CITING = """
    SELECT article_id FROM reference WHERE pmid = :pmid UNION
    SELECT article.id FROM citation_link JOIN article ON article.pmid = citing_pmid
    WHERE cited_pmid = :pmid AND citing_pmid != cited_pmid
"""
_CITED_BY = """
    SELECT cited.id FROM article JOIN reference ON reference.article_id = article.id
    JOIN article AS cited ON cited.pmid = reference.pmid WHERE article.pmid = :pmid UNION
    SELECT article.id FROM citation_link JOIN article ON article.pmid = cited_pmid
    WHERE citing_pmid = :pmid AND citing_pmid != cited_pmid
"""
_HAVING = {
    "pdf": "SELECT DISTINCT article_id FROM attachment",
    "abstract": "SELECT id FROM article WHERE abstract != ''",
    "mesh": "SELECT DISTINCT article_id FROM heading",
    "references": "SELECT DISTINCT article_id FROM reference",
    "fulltext": """SELECT DISTINCT article_id FROM attachment
                   JOIN full_text ON full_text.sha256 = attachment.sha256""",
    "note": "SELECT DISTINCT article_id FROM note",
}
HAVING = tuple(_HAVING)
_QUALIFIED = """
    SELECT q.article_id, h.ui, h.name, q.name, h.major OR q.major
    FROM json_each(?) JOIN qualifier AS q ON q.article_id = json_each.value
    JOIN heading AS h ON h.article_id = q.article_id AND h.position = q.heading
"""
_HEADING_NAME = """
    SELECT DISTINCT h.article_id FROM heading AS h
    LEFT JOIN qualifier AS q ON q.article_id = h.article_id AND q.heading = h.position
    WHERE h.name = :name COLLATE NOCASE AND (NOT :major OR h.major OR q.major)
    AND (:qualifiers = '[]' OR q.name IN (SELECT value FROM json_each(:qualifiers)))
"""
_AUTHORS = """
    SELECT article_id, last, fore, initials FROM json_each(?)
    JOIN author ON article_id = json_each.value WHERE last != '' ORDER BY article_id, position
"""
_NONE = np.empty(0, np.int64)


class Lookups:
    """The lookups of one library, exposed as `Library.lookups`."""

    def __init__(self, library: "Library") -> None:
        self._library = library
        self._stops = 0

    def stop(self) -> None:
        """End the lookups that run now, in whatever thread: they raise Cancelled."""
        self._stops += 1

    def prepare(self, most: float = math.inf, report: Report = silent) -> int:
        """Enter up to about `most` new articles into the index; how many are missing then.

        `report` counts articles; raises what it raises, and what was entered stays. A library
        open for reading only stays as it is.
        """
        with self._library.reading() as connection:
            missing = exact_words.missing(connection)
        done, total = 0, missing
        while missing and done < most and not self._library.read_only:
            report(done, total)
            with self._library.writing() as connection:
                entered = exact_words.catch_up(connection)
                # counting a million takes as long as entering a thousand
                missing = missing - entered if entered else exact_words.missing(connection)
            done += entered
        return missing

    def phrase(
        self, columns: Sequence[str], words: Sequence[str], within: int | None = None
    ) -> IdArray:
        """Articles with the words next to each other in one of the columns of `exact_words`.

        A word that ends with * stands for every word that begins so; with `within` the words may
        stand in any order with at most so many others between them. Raises UserError when a cut
        word inside a phrase stands for more than 600 words.
        """
        with self._library.reading() as connection:
            with self._limited(connection):
                expression = _expression(connection, words, within)
            if not expression:
                return _NONE
            return self._ids(connection, _EXACT, (f"{{{' '.join(columns)}}} : ({expression})",))

    def codes(self, codes: Sequence[str], begin: bool = False) -> IdArray:
        """Articles with any of the codes (see `exact_words.Code`), or of what begins so."""
        star = " *" if begin else ""
        found = []
        with self._library.reading() as connection:
            for at in range(0, len(codes), _CODES_AT_ONCE):
                some = codes[at : at + _CODES_AT_ONCE]
                either = " OR ".join(quoted(code) + star for code in some)
                found.append(self._ids(connection, _EXACT, (f"{{codes}} : ({either})",)))
        if len(found) == 1:
            return found[0]
        return np.unique(np.concatenate([_NONE, *found]))

    def has_code(self, code: str, begin: bool = False) -> bool:
        """Whether any article has a code, or one that begins so."""
        end = code + ("\U0010ffff" if begin else "\u0000")
        with self._library.reading() as connection:
            return connection.exec_driver_sql(_KNOWN, (code, end)).first() is not None

    def heading_name(self, name: str, qualifiers: Sequence[str], major: bool) -> IdArray:
        """Articles with a heading that the vocabulary does not have, perhaps with a qualifier.

        Reads every heading of the library.
        """
        values = {"name": name, "qualifiers": json.dumps(list(qualifiers)), "major": major}
        with self._library.reading() as connection:
            return self._rows(connection, _HEADING_NAME, values)

    def qualified(self, ids: IdArray) -> list[tuple[int, str, str, str, bool]]:
        """(id, UI and name of the heading, qualifier, major) for each qualifier of articles."""
        return self._of_articles(_QUALIFIED, ids)

    def by_authors(
        self, ids: IdArray, meant: Callable[[str, str, str], bool], place: int | None
    ) -> IdArray:
        """Those of the articles of which `meant(last, fore, initials)` is true of some author.

        `place` 0 is the first author, -1 the last one, None any; groups do not count.
        """
        rows = self._of_articles(_AUTHORS, ids)
        found = []
        for article_id, authors in groupby(rows, lambda row: int(row[0])):
            people = [row[1:] for row in authors]
            if any(meant(*row) for row in (people if place is None else [people[place]])):
                found.append(article_id)
        return np.array(found, np.int64)

    def _of_articles(self, query: str, ids: IdArray) -> list[Any]:
        listed = json.dumps(ids.tolist())
        with self._library.reading() as connection, self._limited(connection):
            return list(connection.exec_driver_sql(query, (listed,)))

    def dates(self, first: Day, last: Day) -> IdArray:
        """Articles published from one day to another; month and day may be 0, which is unknown."""
        with self._library.reading() as connection:
            return self._ids(connection, _DATES, (*first, *last))

    def number(self, kind: str, value: str | int) -> IdArray:
        """The article with a pmid, doi or pmcid."""
        with self._library.reading() as connection:
            return self._rows(connection, _BY_NUMBER[kind], (value,))

    def citing(self, pmid: int) -> IdArray:
        """Articles that cite the one with a PMID, by their own references or a citation index."""
        with self._library.reading() as connection:
            return self._rows(connection, _CITING, {"pmid": pmid})

    def cited_by(self, pmid: int) -> IdArray:
        """Articles that the one with a PMID cites."""
        with self._library.reading() as connection:
            return self._rows(connection, _CITED_BY, {"pmid": pmid})

    def having(self, what: str) -> IdArray:
        """Articles that have a pdf, an abstract …; KeyError unless `what` is in `HAVING`."""
        with self._library.reading() as connection:
            return self._rows(connection, _HAVING[what], ())

    def full_text(self, words: Sequence[str]) -> IdArray:
        """Articles with the words next to each other in the text of an attached file, by stems."""
        tokens = [token for word in words for token in _TOKEN.findall(word)]
        if not tokens:
            return _NONE
        with self._library.reading() as connection:
            return self._ids(connection, _FULL, (quoted(" ".join(tokens)),))

    def _ids(self, connection: Connection, query: str, values: Sequence[str | int]) -> IdArray:
        """The ids that a query gives joined by commas: ten times as fast as row by row."""
        with self._limited(connection):
            joined = connection.exec_driver_sql(query, tuple(values)).scalar()
        if not joined:
            return _NONE
        ids = np.fromstring(str(joined), np.int64, sep=",")
        return ids if (ids[1:] > ids[:-1]).all() else np.sort(ids)  # FTS5 gives them in order

    def _rows(
        self,
        connection: Connection,
        query: str,
        values: Sequence[str | int] | dict[str, int] | dict[str, object],
    ) -> IdArray:
        with self._limited(connection):
            rows = connection.exec_driver_sql(query, values).fetchall()
        return np.unique(np.array([row[0] for row in rows], np.int64))

    @contextmanager
    def _limited(self, connection: Connection) -> Iterator[None]:
        """End a statement that takes too long by UserError, after `stop` by Cancelled."""
        worked, waited, stops = thread_time() + SECONDS, monotonic() + WAITING, self._stops
        driver = connection.connection.driver_connection
        assert driver is not None

        def is_over() -> bool:
            return self._stops != stops or thread_time() > worked or monotonic() > waited

        driver.set_progress_handler(is_over, _STEPS)
        try:
            yield
        except (WrappedError, OperationalError) as error:
            if "interrupted" not in str(error):
                raise
            if self._stops != stops:
                raise Cancelled from error
            raise UserError(
                "It took too long to look this term up.",
                "Write more letters before the asterisk, or fewer words.",
            ) from error
        finally:
            driver.set_progress_handler(None, 0)


def _expression(connection: Connection, words: Sequence[str], within: int | None) -> str:
    """The FTS5 expression of a phrase; empty when there is no letter or digit in it."""
    tokens = [token for word in words for token in _tokens(word)]
    if not tokens:
        return ""
    if within is not None and len(tokens) > 1:
        return f"NEAR({' '.join(quoted(t.rstrip('*')) + _star(t) for t in tokens)}, {within})"
    last = tokens.pop()
    forms = [_forms(connection, token) for token in tokens]
    if np.prod([len(f) for f in forms], dtype=float) > _FORMS:
        raise _too_many(" ".join(words))
    phrases = [
        quoted(" ".join((*begin, last.rstrip("*")))) + _star(last) for begin in product(*forms)
    ]
    return " OR ".join(phrases)


def _tokens(word: str) -> list[str]:
    """The tokens of a word as the index cuts it; the last keeps the asterisk."""
    tokens = _TOKEN.findall(word)
    if tokens and word.endswith("*"):
        tokens[-1] += "*"
    return tokens


def _star(token: str) -> str:
    return " *" if token.endswith("*") else ""


def _forms(connection: Connection, token: str) -> list[str]:
    """What a token inside a phrase may be: itself, or the words that begin so."""
    if not token.endswith("*"):
        return [token]
    begin = token[:-1].lower()
    rows = connection.exec_driver_sql(_FORMS_OF, (begin, begin + "\uffff", _FORMS + 1)).fetchall()
    if len(rows) > _FORMS:
        raise _too_many(token)
    return [str(row[0]) for row in rows]


def _too_many(words: str) -> UserError:
    return UserError(
        f"“{words}” stands for more than {_FORMS} different phrases.",
        "Write more letters before the asterisk.",
    )
