"""What a search asks for and what it answers: plain values, for engine and window alike."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

IdArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float32]
CountArray = npt.NDArray[np.int64]


class Mode(StrEnum):
    """Which signals rank the articles."""

    HYBRID = "hybrid"
    SEMANTIC = "semantic"
    KEYWORD = "keyword"


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions on which articles may be found at all; empty conditions allow everything.

    `include` and `exclude` hold MeSH tree numbers (or a category letter): an article must have a
    heading at or below every included one, and none at or below an excluded one.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    years: tuple[int, int] | None = None  # first and last year, both inside
    journals: tuple[str, ...] = ()  # any of them, by `Journal.abbreviation` or title
    publication_types: tuple[str, ...] = ()  # any of them, by name

    def __bool__(self) -> bool:
        return bool(
            self.include or self.exclude or self.years or self.journals or self.publication_types
        )


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One search. An empty `text` browses: everything the filters allow, newest first."""

    text: str = ""
    mode: Mode = Mode.HYBRID
    filters: Filters = Filters()
    everything: bool = False  # also rank what falls below the relevance floor


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


@dataclass(frozen=True, slots=True)
class Facets:
    """Distinct articles of the whole result set per value."""

    mesh: CountArray  # per node of the MeSH tree (`Vocabulary.tree` order), subtree included
    years: dict[int, int]  # over the results as they would be without the year filter
    journals: tuple[tuple[str, int], ...]  # most frequent first
    publication_types: tuple[tuple[str, int], ...]


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
