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
from desktop_app.search.facet_arrays import BoolArray
from desktop_app.search.facet_index import FacetIndex
from desktop_app.search.facet_part import FacetPart
from desktop_app.search.fusion import Scale
from desktop_app.search.keywords import words_of
from desktop_app.search.request import CountArray, FloatArray, IdArray, Interpretation
from desktop_app.search.vector_index import top, within

NEAR = 0.6  # share of a concept's information that a node above must have to count at all
MINOR = 0.6  # what a minor heading counts beside a major one
OWN_FLOOR = 0.55  # score from which an article is a hit by its headings alone: all concepts met
_LEAST_DEVIATION = 0.1  # of scores from 0 to 1: one rare heading must not outweigh all else
_MOST_CONCEPTS = 24  # of a pasted abstract or a similar article, those that tell most


@dataclass(frozen=True, slots=True)
class _Concept:
    """One concept: the nodes that are worth something for it, and its own information.

    A heading at or below a node has at least the node's worth (0 to 1). Least worth first.
    """

    worth: tuple[tuple[float, tuple[int, ...]], ...]
    weight: float


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
        scores = np.zeros(len(ids), np.float32)
        if len(self.ids):
            places = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
            scores = np.where(self.ids[places] == ids, self.scores[places], scores)
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
        articles = self._facets.parts.headed()
        concepts = self._concepts(uis, self._facets.totals(), articles)
        if not concepts:
            return None
        found = [self._of_part(concepts, part) for part in self._facets.parts]
        ids = np.concatenate([ids for ids, _ in found])
        scores = np.concatenate([scores for _, scores in found])
        scores /= np.float32(sum(concept.weight for concept in concepts))
        order = np.argsort(ids, kind="stable")
        ids, scores = ids[order], scores[order]
        scale = Scale.of(articles, float(scores.sum()), float(np.dot(scores, scores)))
        scale = Scale(scale.mean, max(scale.deviation, _LEAST_DEVIATION))
        return MeshScores(ids, scores, self._facets.parts.headless(), scale)

    def _of_part(self, concepts: Sequence[_Concept], part: FacetPart) -> tuple[IdArray, FloatArray]:
        """The articles of a segment that meet a concept, and how well they meet all, weighted."""
        total = np.zeros(len(part), np.float32)
        way = self._by_nodes if part.turned else self._by_headings
        for concept in concepts:
            total += way(concept, part)
        found = (total > 0) & part.alive
        return part.segment.ids[found], total[found]

    def _by_nodes(self, concept: _Concept, part: FacetPart) -> FloatArray:
        """In a large segment: which rows have a heading below a node, the facets know at once."""
        size = self._facets.nodes
        steps = [
            (np.float32(worth) * np.float32(factor), part.index(kind, size).holding(nodes))
            for worth, nodes in concept.worth
            for factor, kind in ((MINOR, "nodes"), (1.0, "majors"))
        ]
        steps.sort(key=lambda step: float(step[0]))
        worths = np.array([0.0, *(worth for worth, _ in steps)], np.float32)
        kind = np.uint8 if len(worths) <= 1 << 8 else np.uint16
        best = np.zeros(len(part), kind)
        for step, (_, rows) in enumerate(steps, 1):
            np.maximum(best, rows.view(np.uint8) * kind(step), out=best)
        return np.asarray((worths * np.float32(concept.weight))[best], np.float32)

    def _by_headings(self, concept: _Concept, part: FacetPart) -> FloatArray:
        """In a small segment, whose codes are not turned round: a heading at a time."""
        of_descriptor = np.zeros(len(self._vocabulary), np.float32)
        for worth, nodes in concept.worth:
            for node in nodes:
                of_descriptor[self._vocabulary.below(node)] = worth
        headings, flags = part.segment.headings, part.segment.flags
        factors = np.array([MINOR, 1.0], np.float32)[flags.codes & 1]
        best = headings.most(of_descriptor[headings.codes] * factors)
        return best * np.float32(concept.weight)

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
        """The worth is 1 at or below `codes`, less below a node above, else nothing."""
        tree = self._vocabulary.tree
        shares = dict.fromkeys(codes, 1.0)
        for code in codes:
            for above in tree.ancestors(code):
                share = min(1.0, _information(totals[above], articles) / most)
                if share < NEAR:
                    break  # what is above says even less
                shares.setdefault(above, share)
        nodes: dict[float, list[int]] = {}
        for code, share in shares.items():
            nodes.setdefault(share, []).append(code)
        return _Concept(tuple((share, tuple(nodes[share])) for share in sorted(nodes)), most)


def only_concepts(interpretation: Interpretation) -> bool:
    """Whether the query consists of MeSH terms: then an article that has them all is a hit."""
    named = {word for concept in interpretation.concepts for word in words_of(concept.phrase).terms}
    return bool(named) and named.issuperset(interpretation.words)


def _information(articles_below: int, articles: int) -> float:
    """What it tells that an article is at or below a node: 0 when all are."""
    return float(np.log((articles + 1) / (int(articles_below) + 1)))
