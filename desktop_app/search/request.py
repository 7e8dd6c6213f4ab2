"""What a search asks for and what it answers: plain values, for engine and window alike."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from desktop_app.search.query.chips import Adjustment, Chip
from desktop_app.search.query.tree import Message, Place

IdArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float32]
CountArray = npt.NDArray[np.int64]


MESH_WEIGHT = 0.15  # measured: docs/decisions/mesh-signal.md


class Mode(StrEnum):
    """Which signals rank the articles."""

    HYBRID = "hybrid"
    SEMANTIC = "semantic"
    KEYWORD = "keyword"


class Reading(StrEnum):
    """How the text of a request is read."""

    AUTO = "auto"  # as a query when it has a tag, AND OR NOT, or key:value; else as a question
    BOOLEAN = "boolean"  # found is exactly what the query means
    RANKED = "ranked"  # found is what resembles the text most


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions on which articles may be found at all; empty conditions allow everything.

    `include` and `exclude` hold MeSH tree numbers, category letters, or descriptor UIs ("D008297";
    Male and Female have no tree number): an article must have a heading at or below every included
    one, and none at or below an excluded one. Both count headings of `heading_sources` alone where
    these are named; without either, an article must have any heading of such a source.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    years: tuple[int, int] | None = None  # first and last year, both inside
    journals: tuple[str, ...] = ()  # any of them, by `Journal.abbreviation` or title
    publication_types: tuple[str, ...] = ()  # any of them, by name
    major_only: bool = False  # `include` counts major topics alone; `exclude` does not change
    languages: tuple[str, ...] = ()  # any of them: eng, fre … as in `Article.languages`
    authors: tuple[str, ...] = ()  # any of them: "Smith JA", or a group's name
    collections: tuple[int, ...] = ()  # any of them, by id, with those below
    heading_sources: tuple[str, ...] = ()  # any of them, as in `Heading.source`

    def __bool__(self) -> bool:
        return bool(
            self.include
            or self.exclude
            or self.years
            or self.journals
            or self.publication_types
            or self.languages
            or self.authors
            or self.collections
            or self.heading_sources
        )


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One search. An empty `text` browses: everything the filters allow, newest first."""

    text: str = ""
    mode: Mode = Mode.HYBRID
    filters: Filters = Filters()
    everything: bool = False  # also rank what falls below the relevance floor
    reading: Reading = Reading.AUTO
    adjustments: tuple[Adjustment, ...] = ()  # what the user changed in the chips
    floor: float | None = None  # least cosine of a hit; None: the encoder's own
    mesh_weight: float = MESH_WEIGHT  # of the headings in a hybrid ranking, 0 (off) to 1
    within: "SearchRequest | None" = None  # only among the hits of that search
    similar_to: int | None = None  # the id of an article, in place of a text


@dataclass(frozen=True, slots=True)
class Concept:
    """A MeSH heading that words of the query name."""

    phrase: str  # the words as typed
    ui: str
    name: str


@dataclass(frozen=True, slots=True)
class Interpretation:
    """How the query was understood, for the user to see."""

    words: tuple[str, ...] = ()  # what the keyword search looks for
    ignored: tuple[str, ...] = ()  # stop words and words in too many articles
    concepts: tuple[Concept, ...] = ()
    notes: tuple[str, ...] = ()  # e.g. "No encoder is installed: searching by words only."
    chips: tuple[Chip, ...] = ()  # in the order of the text
    messages: tuple[Message, ...] = ()  # what is wrong with the query, and where
    nowhere: tuple[str, ...] = ()  # words of a question that no article has
    causes: tuple[Place, ...] = ()  # of the terms without articles that leave a query with none
    searched: str = ""  # the whole query after mapping, in the query language; empty when ranked


@dataclass(frozen=True, slots=True)
class Facets:
    """Distinct articles of the whole result set per value."""

    mesh: CountArray  # per node of the MeSH tree (`Vocabulary.tree` order), subtree included
    years: dict[int, int]  # over the results as they would be without the year filter
    journals: tuple[tuple[str, int], ...]  # most frequent first
    publication_types: tuple[tuple[str, int], ...]
    mesh_library: CountArray = field(default_factory=lambda: np.empty(0, np.int64))  # of all
    placeless: tuple[tuple[str, int], ...] = ()  # descriptors without a tree number, by UI
    languages: tuple[tuple[str, int], ...] = ()
    authors: tuple[tuple[str, int], ...] = ()  # most frequent first, the first fifty
    collections: tuple[tuple[int, int], ...] = ()  # by id, with those below
    heading_sources: tuple[tuple[str, int], ...] = ()  # "" is the record's own


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The whole ranked result set with its facets.

    `ids`, `scores` and `similarities` are parallel and ranked, best first. A similarity is the
    cosine to the query, NaN where the article was found by words only and is not embedded yet.
    """

    request: SearchRequest
    interpretation: Interpretation
    ids: IdArray
    scores: FloatArray
    similarities: FloatArray
    facets: Facets
    articles: int  # in the library
    embedded: int  # of them searchable by meaning
    encoder_id: str = ""  # empty when no vectors took part
    milliseconds: dict[str, float] = field(default_factory=dict)  # per stage, and "total"
    refined: bool = False  # the best hits were read again by the second stage
    floor: float | None = None  # the relevance floor that counts here; None without vectors
    above_floor: int = 0  # hits whose similarity reaches it
    links: dict[int, str] = field(default_factory=dict)  # hits tied by citation, and how
    exact: bool = False  # the articles are exactly those that the query means, whatever the rank

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class ResultRow:
    """What a result list shows of one hit."""

    article_id: int
    title: str
    authors: str  # "Smith J, Jones K, … Last Z"
    journal: str
    year: int | None
    pmid: int | None
    score: float
    similarity: float | None
    why: str  # one line: matched words, shared headings, similarity
    retracted: bool = False
