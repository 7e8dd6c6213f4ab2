"""The third signal: how near an article's MeSH headings are to the headings that a query names.

A concept of the query is met in full by a heading at or below it. A heading elsewhere meets it by
the information of the nearest node above both, as a share of the concept's own (the idea of Resnik
1995, with the library's own counts): "Lung Diseases" meets "Asthma" in part, "Diseases" does not.
Minor headings count less than major ones. A concept that every article has says nothing and weighs
nothing; articles without any heading are neither helped nor hurt.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from desktop_app.mesh.check_tags import CHECK_TAGS
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.search.code_counts import taken
from desktop_app.search.facet_arrays import BoolArray, Lists, Segment
from desktop_app.search.facet_index import FacetIndex
from desktop_app.search.fusion import Scale, placed
from desktop_app.search.keywords import words_of
from desktop_app.search.request import CountArray, FloatArray, IdArray, Interpretation
from desktop_app.search.vector_index import top, within

NEAR = 0.6  # share of a concept's information that a node above must have to count at all
MINOR = 0.6  # what a minor heading counts beside a major one
OWN_FLOOR = 0.55  # score from which an article is a hit by its headings alone: all concepts met
_LEAST_DEVIATION = 0.1  # of scores from 0 to 1: one rare heading must not outweigh all else
_DENSE = 0.12  # share of the rows from which going through all headings is quicker
_MOST_CONCEPTS = 24  # of a pasted abstract or a similar article, those that tell most


@dataclass(frozen=True, slots=True)
class _Concept:
    """One concept: what each descriptor is worth for it (0 to 1), and its own information."""

    worth: FloatArray  # (descriptors,)
    weight: float
    nodes: tuple[int, ...]  # every descriptor of any worth lies at or below these


@dataclass(frozen=True, slots=True)
class MeshScores:
    """How well articles meet the concepts of one query.

    `ids` (ascending) and `scores` (0 to 1) are parallel and name only articles above 0; `without`
    are the articles that have no heading, about which nothing is known.
    """

    ids: IdArray
    scores: FloatArray
    without: IdArray
    scale: Scale

    def standard(self, ids: IdArray) -> FloatArray:
        """The scores of `ids` as deviations from the library's mean; 0 where nothing is known."""
        scores = placed(ids, self.ids, self.scores)
        scores[np.isin(ids, self.without)] = np.nan
        return self.scale.standard(scores)

    def best(self, count: int, allowed: BoolArray | None, floor: float) -> IdArray:
        """The best allowed articles that reach the score `floor`."""
        ids, scores = self.ids, self.scores
        strong = scores >= floor
        if allowed is not None:
            strong &= within(allowed, ids)
        return top(ids[strong], scores[strong], count)[0]


class MeshSignal:
    """Scores the articles of one library against headings."""

    def __init__(self, vocabulary: Vocabulary, facets: FacetIndex) -> None:
        self._vocabulary = vocabulary
        self._facets = facets

    def scores(self, uis: Sequence[str]) -> MeshScores | None:
        """Score every article against the headings of these UIs; None when they say nothing."""
        segments = self._facets.segments()
        headed = [alive & (np.diff(segment.headings.starts) > 0) for segment, alive in segments]
        articles = sum(int(np.count_nonzero(rows)) for rows in headed)
        concepts = self._concepts(uis, self._facets.totals(), articles)
        if not concepts:
            return None
        rows = [self._facets.holding(concept.nodes) for concept in concepts]
        parts = [
            _score(segment, concepts, [of_concept[number] for of_concept in rows])
            for number, (segment, _) in enumerate(segments)
        ]
        ids = np.concatenate([ids for ids, _ in parts])
        scores = np.concatenate([scores for _, scores in parts])
        order = np.argsort(ids, kind="stable")
        ids, scores = ids[order], scores[order]
        without = [
            segment.ids[alive & ~rows]
            for (segment, alive), rows in zip(segments, headed, strict=True)
        ]
        scale = Scale.of(articles, float(scores.sum()), float(np.dot(scores, scores)))
        scale = Scale(scale.mean, max(scale.deviation, _LEAST_DEVIATION))
        return MeshScores(ids, scores, np.concatenate(without), scale)

    def _concepts(self, uis: Sequence[str], totals: CountArray, articles: int) -> list[_Concept]:
        """The concepts with something to say, the most telling ones of many."""
        informed = []
        for ui in dict.fromkeys(uis):
            index = self._vocabulary.resolve(ui, "") if ui not in CHECK_TAGS else None
            if index is not None:
                codes = self._vocabulary.nodes(index).tolist()
                most = max((_information(totals[code], articles) for code in codes), default=0.0)
                if most > 0:
                    informed.append((most, codes))
        informed.sort(key=lambda concept: -concept[0])
        return [
            self._concept(codes, most, totals, articles)
            for most, codes in informed[:_MOST_CONCEPTS]
        ]

    def _concept(
        self, codes: Sequence[int], most: float, totals: CountArray, articles: int
    ) -> _Concept:
        """Of every descriptor the worth: 1 at or below `codes`, less below a node above, else 0."""
        tree = self._vocabulary.tree
        shares = dict.fromkeys(codes, 1.0)
        for code in codes:
            for above in tree.ancestors(code):
                share = min(1.0, _information(totals[above], articles) / most)
                if share < NEAR:
                    break  # what is above says even less
                shares.setdefault(above, share)
        worth = np.zeros(len(self._vocabulary), np.float32)
        for code, share in sorted(shares.items(), key=lambda item: item[1]):
            owners = self._vocabulary.owners[code : int(tree.ends[code])]
            worth[owners[owners >= 0]] = share
        return _Concept(worth, most, tuple(shares))


def only_concepts(interpretation: Interpretation) -> bool:
    """Whether the query consists of MeSH terms: then an article that has them all is a hit."""
    named = {word for concept in interpretation.concepts for word in words_of(concept.phrase).terms}
    return bool(named) and named.issuperset(interpretation.words)


def _score(
    segment: Segment, concepts: Sequence[_Concept], rows_of: Sequence[BoolArray]
) -> tuple[IdArray, FloatArray]:
    """The articles of a segment that meet a concept, and how well they meet them all.

    `rows_of` each concept says which live rows have a heading of some worth for it.
    """
    total = np.zeros(len(segment.ids), np.float32)
    for concept, of_concept in zip(concepts, rows_of, strict=True):
        rows, places, worth = _worthy(segment.headings, concept, of_concept)
        major = (segment.flags.codes[places] & 1) > 0
        best = np.zeros(len(segment.ids), np.float32)
        np.maximum.at(best, rows, worth * np.where(major, 1.0, MINOR).astype(np.float32))
        total += np.float32(concept.weight) * best
    found = total > 0
    return segment.ids[found], total[found] / np.float32(sum(c.weight for c in concepts))


def _worthy(
    headings: Lists, concept: _Concept, rows: BoolArray
) -> tuple[IdArray, IdArray, FloatArray]:
    """The headings of some rows that have a worth: of which row, where in the lists, how much."""
    if np.count_nonzero(rows) < _DENSE * len(rows):
        owners, places = headings.entries(rows)
        worth = concept.worth[headings.codes[places]]
        some = worth > 0
        return owners[some], places[some], worth[some]
    worth = taken(concept.worth, headings.codes)
    places = np.flatnonzero(worth)
    owners = np.searchsorted(headings.starts, places, side="right") - 1
    some = rows[owners]
    return owners[some], places[some], worth[places[some]]


def _information(articles_below: int, articles: int) -> float:
    """What it tells that an article is at or below a node: 0 when all are."""
    return float(np.log((articles + 1) / (int(articles_below) + 1)))
