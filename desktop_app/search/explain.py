"""Why an article is a hit: shared headings, related ones, matched words, meaning, citations."""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop_app.mesh.check_tags import CHECK_TAGS
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.search.request import Concept

_WORDS_SHOWN = 6
_RELATIONS_SHOWN = 2
_MOST_STEPS = 4  # further apart, two headings have little to do with each other
_MOST_BESIDE = 2  # steps between siblings: an ancestor that only cousins share explains nothing
_LEAST_DEPTH = 2  # of a common node that is worth naming: "Diseases" joins everything


@dataclass(frozen=True, slots=True)
class Relation:
    """How a heading of the article stands to a concept of the query."""

    heading: str
    concept: str
    common: str  # the nearest node above both; the concept's own name when it is above
    steps: int  # in the tree, from the one to the other

    def __str__(self) -> str:
        if self.common == self.concept:
            return f"{self.heading} is under your {self.concept}"
        if self.common == self.heading:
            return f"{self.heading} is above your {self.concept}"
        return f"{self.heading}, like your {self.concept}, is under {self.common}"


@dataclass(frozen=True, slots=True)
class Reasons:
    """All that makes an article a hit; empty where a signal says nothing."""

    shared: tuple[str, ...] = ()  # headings that the query names too
    related: tuple[Relation, ...] = ()  # the nearest first
    words: tuple[str, ...] = ()
    similarity: float | None = None  # cosine
    citation: str = ""  # "cites PMID 5"

    def __str__(self) -> str:
        """The reasons as one line."""
        parts = []
        if self.shared:
            parts.append("MeSH: " + ", ".join(self.shared))
        if self.words:
            more = " …" if len(self.words) > _WORDS_SHOWN else ""
            parts.append("words: " + ", ".join(self.words[:_WORDS_SHOWN]) + more)
        parts += [str(relation) for relation in self.related[:_RELATIONS_SHOWN]]
        if self.similarity is not None:
            parts.append(f"similarity {self.similarity:.2f}")
        if self.citation:
            parts.append(self.citation)
        return " · ".join(parts)


class Explainer:
    """Finds the reasons; remembers how headings are related."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._relations: dict[tuple[str, str], Relation | None] = {}
        self._nodes_above: dict[str, dict[int, int]] = {}  # by UI

    def reasons(
        self,
        concepts: Sequence[Concept],
        headings: Sequence[tuple[str, str]],
        words: Sequence[str] = (),
        similarity: float | None = None,
        citation: str = "",
    ) -> Reasons:
        """The reasons of one hit; `headings` are (UI, name) of the article, `words` those matched.

        Only concepts that the article does not share are explained by a relation.
        """
        uis = {ui for ui, _ in headings}
        names = dict.fromkeys(concept.name for concept in concepts if concept.ui in uis)
        missing = {
            concept.ui: concept
            for concept in concepts
            if concept.ui not in uis and concept.ui not in CHECK_TAGS
        }
        nearest = (self._nearest(concept, headings) for concept in missing.values())
        related = sorted(filter(None, nearest), key=lambda relation: relation.steps)
        return Reasons(tuple(names), tuple(related), tuple(words), similarity, citation)

    def _nearest(self, concept: Concept, headings: Sequence[tuple[str, str]]) -> Relation | None:
        above = self._above(concept.ui)
        relations = (
            self._relation(ui, concept.ui)
            for ui, _ in headings
            if not above.keys().isdisjoint(self._above(ui)) and ui not in CHECK_TAGS
        )
        found = [relation for relation in relations if relation is not None]
        return min(found, key=lambda relation: (relation.steps, relation.heading), default=None)

    def _relation(self, heading_ui: str, concept_ui: str) -> Relation | None:
        key = heading_ui, concept_ui
        if key not in self._relations:
            self._relations[key] = self._found_relation(*key)
        return self._relations[key]

    def _above(self, ui: str) -> dict[int, int]:
        """A heading's places and the nodes above them, with the fewest steps up; no categories,
        and none so far away that it explains nothing."""
        found = self._nodes_above.get(ui)
        if found is None:
            found = self._nodes_above[ui] = {}
            index = self._vocabulary.resolve(ui, "")
            places = [] if index is None else self._vocabulary.nodes(index).tolist()
            for place in places:
                way = [place, *self._vocabulary.tree.ancestors(place)[:-1]]
                for steps, node in enumerate(way[: _MOST_STEPS + 1]):
                    found[node] = min(steps, found.get(node, steps))
        return found

    def _found_relation(self, heading_ui: str, concept_ui: str) -> Relation | None:
        """By the nearest node above any place of the one and any place of the other."""
        vocabulary, tree = self._vocabulary, self._vocabulary.tree
        heading, concept = (vocabulary.resolve(ui, "") for ui in (heading_ui, concept_ui))
        if heading is None or concept is None:
            return None
        above, above_concept = self._above(heading_ui), self._above(concept_ui)
        best = min(
            (
                (above[node] + above_concept[node], node)
                for node in above.keys() & above_concept.keys()
                if tree.depth(node) >= _LEAST_DEPTH or 0 in (above[node], above_concept[node])
            ),
            default=None,
        )
        if best is None:
            return None
        steps, node = best
        own = {*vocabulary.nodes(heading).tolist(), *vocabulary.nodes(concept).tolist()}
        if steps > (_MOST_STEPS if node in own else _MOST_BESIDE):
            return None
        return Relation(
            vocabulary.name(heading), vocabulary.name(concept), vocabulary.node_name(node), steps
        )
