"""What a training set takes of a library: narrow reads that stream, whatever the library's size."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from desktop_app.library.pairs import pairs_of
from desktop_app.library.same_record import Sameness

_CHUNK = 500  # articles read at once

_ARTICLES = (
    "SELECT id, title, abstract, year, languages FROM article"
    " WHERE deleted_at IS NULL AND (title <> '' OR abstract <> '') AND id > ?"
    " ORDER BY id LIMIT ?"
)
# headings that the program only suggests are no indexing
_HEADINGS = (
    "SELECT article_id, position, ui, name, major FROM heading"
    " WHERE article_id BETWEEN ? AND ? AND source <> 'suggested' ORDER BY article_id, position"
)
_QUALIFIERS = (
    "SELECT article_id, heading, name, major FROM qualifier"
    " WHERE article_id BETWEEN ? AND ? ORDER BY article_id, position"
)
_COUNT = "SELECT count(*) FROM article WHERE deleted_at IS NULL AND (title <> '' OR abstract <> '')"
_TITLES = (
    "SELECT id, title FROM article"
    " WHERE deleted_at IS NULL AND (title <> '' OR abstract <> '') ORDER BY id"
)
# UNION leaves each edge once; both tables say who cites whom, so each direction is its own edge
_EDGES = (
    "SELECT r.article_id, cited.id FROM reference r"
    " JOIN article cited ON cited.pmid = r.pmid AND cited.deleted_at IS NULL"
    " JOIN article citing ON citing.id = r.article_id AND citing.deleted_at IS NULL"
    " WHERE r.pmid IS NOT NULL AND cited.id <> r.article_id"
    " UNION SELECT r.article_id, cited.id FROM reference r"
    " JOIN article cited ON cited.doi = lower(r.doi) AND cited.deleted_at IS NULL"
    " JOIN article citing ON citing.id = r.article_id AND citing.deleted_at IS NULL"
    " WHERE r.doi <> '' AND cited.id <> r.article_id"
    " UNION SELECT citing.id, cited.id FROM citation_link l"
    " JOIN article citing ON citing.pmid = l.citing_pmid AND citing.deleted_at IS NULL"
    " JOIN article cited ON cited.pmid = l.cited_pmid AND cited.deleted_at IS NULL"
    " WHERE citing.id <> cited.id"
    " ORDER BY 1, 2"
)
_JUDGEMENTS = (
    "SELECT j.query, j.article_id, j.grade FROM judgement j"
    " JOIN article a ON a.id = j.article_id AND a.deleted_at IS NULL"
    " AND (a.title <> '' OR a.abstract <> '')"
    " ORDER BY j.query, j.article_id"
)


@dataclass(frozen=True, slots=True)
class HeadingRow:
    """A heading as its source gave it; major when it or one of its qualifiers is."""

    ui: str
    name: str
    major: bool
    qualifiers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """What training reads of one article."""

    id: int
    title: str
    abstract: str  # one line
    year: int | None
    language: str  # the first of its codes, "" when unknown
    headings: tuple[HeadingRow, ...]


class TrainingRows:
    """The reads of one training set, over one connection and so of one state of the library."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count_with_text(self) -> int:
        """How many articles `articles` yields."""
        return int(self._connection.exec_driver_sql(_COUNT).scalar_one())

    def articles(self) -> Iterator[list[TrainingRow]]:
        """Yield every live article that has a title or an abstract, by id, in chunks."""
        after = 0
        while True:
            rows = self._connection.exec_driver_sql(_ARTICLES, (after, _CHUNK)).fetchall()
            if not rows:
                return
            bounds = (int(rows[0][0]), int(rows[-1][0]))
            headings = _headings(self._connection, bounds)
            yield [
                TrainingRow(
                    id=int(row[0]),
                    title=row[1].replace("\n", " "),
                    abstract=row[2].replace("\n", " "),
                    year=row[3],
                    language=row[4].partition(" ")[0],
                    headings=tuple(headings.get(int(row[0]), ())),
                )
                for row in rows
            ]
            after = bounds[1]

    def titles(self) -> Iterator[tuple[int, str]]:
        """Yield (id, title) of the same articles, by id."""
        for row in self._connection.exec_driver_sql(_TITLES):
            yield int(row[0]), str(row[1])

    def edges(self) -> Iterator[tuple[int, int]]:
        """Yield (citing id, cited id) of articles that are both here, each pair once, in order.

        From the articles' own references (by PMID or DOI) and from the links of a citation index.
        """
        for row in self._connection.exec_driver_sql(_EDGES):
            yield int(row[0]), int(row[1])

    def judgements(self) -> Iterator[tuple[str, int, float]]:
        """Yield (query, article id, grade) of what the user judged, a query's rows together."""
        for row in self._connection.exec_driver_sql(_JUDGEMENTS):
            yield str(row[0]), int(row[1]), float(row[2])

    def same_work(self) -> list[tuple[int, int]]:
        """Pairs of articles that are versions of one work, or likely the same record twice."""
        verdicts = (Sameness.VERSION, Sameness.DOUBTFUL)
        return [pair for verdict in verdicts for pair in pairs_of(self._connection, verdict)]


def _headings(connection: Connection, bounds: tuple[int, int]) -> dict[int, list[HeadingRow]]:
    qualifiers: dict[tuple[int, int], list[tuple[str, bool]]] = {}
    for article_id, heading, name, major in connection.exec_driver_sql(_QUALIFIERS, bounds):
        qualifiers.setdefault((article_id, heading), []).append((name, bool(major)))
    found: dict[int, list[HeadingRow]] = {}
    for article_id, position, ui, name, major in connection.exec_driver_sql(_HEADINGS, bounds):
        own = qualifiers.get((article_id, position), [])
        row = HeadingRow(
            ui, name, bool(major) or any(flag for _, flag in own), tuple(text for text, _ in own)
        )
        found.setdefault(article_id, []).append(row)
    return found
