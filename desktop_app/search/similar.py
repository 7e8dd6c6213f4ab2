"""Articles like one article: near in meaning, under the same headings, tied by citations."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from desktop_app.library.library import Library
from desktop_app.mesh.check_tags import CHECK_TAGS
from desktop_app.records import Article
from desktop_app.search.mesh_signal import MeshScores
from desktop_app.search.ranking import CANDIDATES, Ranking
from desktop_app.search.request import Concept, FloatArray, IdArray
from desktop_app.search.vector_index import BoolArray, VectorIndex, within

HEADINGS_WEIGHT = 0.2  # beside the cosine, both standard: docs/decisions/mesh-signal.md
_HEADINGS_FLOOR = 0.25  # share of the article's headings that makes a hit without vectors
CITATION_BONUS = 1.0  # standard scores that a direct citation is worth: a judgement, not measured


@dataclass(frozen=True, slots=True)
class Origin:
    """What the similar articles are compared with."""

    article_id: int
    vector: FloatArray | None  # (dimension,); None without an encoder
    headings: MeshScores | None
    links: Mapping[int, str]  # article id -> how the two are tied, "cites PMID 5"


def concepts_of(article: Article) -> tuple[Concept, ...]:
    """The headings of an article as concepts of a search for its like; check tags say nothing."""
    return tuple(
        Concept(heading.name, heading.ui, heading.name)
        for heading in article.headings
        if heading.ui not in CHECK_TAGS
    )


def citation_links(library: Library, article: Article) -> dict[int, str]:
    """The articles of the library that an article cites or is cited by, with how they are tied."""
    origin = f"PMID {article.pmid}" if article.pmid else "this article"
    cited = {reference.pmid for reference in article.references if reference.pmid}
    citing: set[int] = set()
    if article.pmid:
        cited.update(library.citations.cites(article.pmid))
        citing.update(library.citations.cited_by(article.pmid))
    links = dict.fromkeys(_ids(library, cited), f"is cited by {origin}")
    return links | dict.fromkeys(_ids(library, citing), f"cites {origin}")


def _ids(library: Library, pmids: Iterable[int]) -> list[int]:
    return [found for pmid in sorted(pmids) if (found := library.find_pmid(pmid)) is not None]


class SimilarRanker:
    """Ranks the articles like one article; may rank several sets of allowed ones."""

    def __init__(self, origin: Origin, vectors: VectorIndex | None, floor: float) -> None:
        """`floor`: the least cosine of a hit that neither headings nor citations bring."""
        self._origin = origin
        self._vectors = vectors if origin.vector is not None else None
        self._floor = floor

    def rank(self, allowed: BoolArray | None) -> Ranking:
        """Rank the allowed articles (by id; None allows all), the origin left out."""
        ids = self._candidates(allowed)
        joint = np.zeros(len(ids), np.float32)
        similarities = np.full(len(ids), np.nan, np.float32)
        vector = self._origin.vector
        if self._vectors is not None and vector is not None:
            similarities = self._vectors.similarities(vector, ids)
            joint += self._vectors.scale(vector).standard(similarities)
        if self._origin.headings is not None:
            joint += np.float32(HEADINGS_WEIGHT) * self._origin.headings.standard(ids)
        linked = np.isin(ids, np.fromiter(self._origin.links, np.int64))
        joint += np.float32(CITATION_BONUS) * linked
        order = np.lexsort((ids, -joint))
        return Ranking(ids[order], joint[order], similarities[order])

    def _candidates(self, allowed: BoolArray | None) -> IdArray:
        parts = [np.fromiter(self._origin.links, np.int64)]
        vector = self._origin.vector
        if self._vectors is not None and vector is not None:
            ids, similarities = self._vectors.nearest(vector, CANDIDATES, allowed)
            parts.append(ids[similarities >= self._floor])
        elif self._origin.headings is not None:
            parts.append(self._origin.headings.best(CANDIDATES, allowed, _HEADINGS_FLOOR))
        ids = np.unique(np.concatenate(parts))
        if allowed is not None:
            ids = ids[within(allowed, ids)]
        return np.asarray(ids[ids != self._origin.article_id], np.int64)
