"""Boolean searches: a query to the set of articles that it means, with what it was read as."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.search.facet_index import FacetIndex
from desktop_app.search.query.chips import Adjustment, Change, Chip, ChipKind, place_of
from desktop_app.search.query.emptiness import empty_terms
from desktop_app.search.query.evaluate import BoolArray, Evaluator, Memory
from desktop_app.search.query.fields import COLUMNS, NAMED, Field
from desktop_app.search.query.headings import heading_term
from desktop_app.search.query.mapping import Mapper
from desktop_app.search.query.parse import is_boolean, parse
from desktop_app.search.query.qualifiers import qualifier_name
from desktop_app.search.query.reading import Draft, Reader, label
from desktop_app.search.query.term_ids import Similar, TermIds
from desktop_app.search.query.tree import (
    Chain,
    Leaf,
    Message,
    Node,
    Operator,
    Place,
    Severity,
    Term,
    leaves,
)
from desktop_app.search.ranking import Ranking
from desktop_app.search.request import Concept, IdArray, Interpretation, Reading, SearchRequest
from desktop_app.search.request_json import request_from_json

_MOST_NAMED = 5  # terms without a hit that a message names
_RANKED_WORDS = 40  # of a long strategy, for ranking

_PREPARED_AT_ONCE = 4_000  # new articles that a search waits for, a few seconds
_NO_LIMIT = 2**62
_DEEPEST = 30  # searches that lean on searches
_NO_SIMILARITY = np.float32("nan")

Earlier = Callable[[int], IdArray | None]  # the articles of #n; None when there is no such search


@dataclass(frozen=True, slots=True)
class ExactSet:
    """The articles of a query as a mask by id, how it was read, and what to rank them by."""

    mask: BoolArray
    interpretation: Interpretation
    meaning: str  # words and heading names that are asked for; empty when there are none


def reads_as_boolean(request: SearchRequest) -> bool:
    """Whether a request asks for an exact set of articles."""
    if request.reading is Reading.AUTO:
        return is_boolean(request.text)
    return request.reading is Reading.BOOLEAN and bool(request.text.strip())


def earlier_searches(
    library: Library, ids_of: Callable[[SearchRequest, Earlier], IdArray]
) -> Earlier:
    """`#n` in a query: the search of that number made again; each at most once.

    A search can only lean on earlier ones, so nothing goes round in circles.
    """
    known: dict[int, IdArray | None] = {}

    def below(limit: int, depth: int) -> Earlier:
        def earlier(number: int) -> IdArray | None:
            if number >= limit or depth >= _DEEPEST:
                return None
            if number not in known:
                past = library.searches.past(number)
                known[number] = None
                if past is not None:
                    request = request_from_json(past.request)
                    known[number] = ids_of(request, below(number, depth + 1))
            return known[number]

        return earlier

    return below(_NO_LIMIT, 0)


def with_rest(ranking: Ranking, ids: IdArray) -> Ranking:
    """A ranking with those of `ids` that it lacks behind it, in their order, scored 0."""
    rest = ids[~np.isin(ids, ranking.ids)]
    return Ranking(
        np.concatenate([ranking.ids, rest]),
        np.concatenate([ranking.scores, np.zeros(len(rest), np.float32)]),
        np.concatenate([ranking.similarities, np.full(len(rest), _NO_SIMILARITY)]),
    )


class ExactSearch:
    """Answers queries over one library."""

    def __init__(
        self, library: Library, vocabulary: Vocabulary, facets: FacetIndex, similar: Similar
    ) -> None:
        self._library = library
        self._vocabulary = vocabulary
        self._facets = facets
        self._mapper = Mapper(library, vocabulary)
        self._terms = TermIds(library, vocabulary, facets, similar)
        self._memory = Memory()

    def find(self, request: SearchRequest, earlier: Earlier) -> ExactSet:
        """The set of a request's text, its filters not yet applied.

        `earlier` gives the articles of `#3`, None when there is no such search.
        """
        missing = self._library.lookups.prepare(_PREPARED_AT_ONCE)
        parsed = parse(request.text, self._is_name)
        reader = Reader(self._mapper, self._vocabulary, request.adjustments)
        tree = reader.read(parsed.tree) if parsed.tree is not None else None
        live = self._facets.parts.live()
        memory = self._memory.at(self._library.revision(), missing)
        evaluator = Evaluator(self._terms, live, earlier, memory)
        evaluator.look_up(leaves(tree))
        mask = evaluator.mask(tree) if tree is not None else None
        chips = tuple(_counted(draft, evaluator) for draft in reader.drafts)
        messages = [*parsed.messages, *reader.messages, *evaluator.messages]
        if missing and any(isinstance(leaf, Term) for leaf in leaves(tree)):
            messages.append(self._not_ready(missing, request.text))
        empty: list[Leaf] = []
        if mask is None:
            mask = np.zeros(len(live), np.bool_)
            messages.append(_nothing_asked(request.text))
        elif not mask.any():
            empty = [] if tree is None else empty_terms(tree, evaluator.is_empty)
            messages.append(_why_nothing(empty, request.text))
        words, concepts = self._positive(tree)
        interpretation = Interpretation(
            words=words,
            concepts=concepts,
            chips=chips,
            messages=tuple(messages),
            causes=tuple(leaf.place for leaf in empty),
            searched=label(tree) if tree is not None else "",
        )
        meaning = " ".join([*words, *(concept.name for concept in concepts)])
        return ExactSet(mask, interpretation, meaning)

    @staticmethod
    def text_to_rank(request: SearchRequest, exact: ExactSet | None) -> str:
        """What is ranked by: a query's terms, or the text with the user's changes to the chips."""
        return exact.meaning if exact is not None else changed_text(request)

    def chips_of_question(self, request: SearchRequest) -> tuple[Chip, ...]:
        """The chips of a plain question; they are soft, so no hits are counted."""
        text = request.text
        if not text.strip():
            return ()
        reader = Reader(self._mapper, self._vocabulary, request.adjustments)
        reader.read(Term(text, None, False, Place(0, len(text))))
        return tuple(draft.chip for draft in reader.drafts)

    def _not_ready(self, missing: int, text: str) -> Message:
        """That some articles are not in the index of words; who reads only cannot enter them."""
        state = "not indexed" if self._library.read_only else "still being indexed"
        said = (
            f"The words of the latest {missing:,} articles are {state} for Boolean searches: "
            "they may be missing here."
        )
        if self._library.read_only:
            said += " “litmesh index”, or the window, indexes them."
        return Message(Severity.NOTE, said, Place(0, len(text)))

    def _is_name(self, field: Field, text: str) -> bool:
        """Whether words with "and" between them are one name of a field."""
        if field not in NAMED:
            return False
        if field is Field.QUALIFIER:
            return qualifier_name(text) is not None
        return bool(heading_term(text, self._vocabulary).indices)

    def _positive(self, tree: Node | None) -> tuple[tuple[str, ...], tuple[Concept, ...]]:
        """Words and headings that are asked for, those behind NOT left out."""
        words: dict[str, None] = {}
        concepts: dict[str, Concept] = {}
        for leaf in leaves(_without_not(tree)):
            if not isinstance(leaf, Term) or leaf.tag is None:
                continue
            if leaf.tag.field in (Field.HEADING, Field.MAJOR):
                for index in heading_term(leaf.text, self._vocabulary).indices[:1]:
                    ui, name = self._vocabulary.ui(index), self._vocabulary.name(index)
                    concepts.setdefault(ui, Concept(leaf.text, ui, name))
            elif leaf.tag.field in COLUMNS and leaf.tag.field is not Field.AFFILIATION:
                words.setdefault(leaf.text.replace("*", ""))
        return tuple(words)[:_RANKED_WORDS], tuple(concepts.values())[:_RANKED_WORDS]


def changed_text(request: SearchRequest) -> str:
    """The text of a question without the words that are switched off, replaced ones replaced.

    Of changes that overlap the one of the longer piece counts; of two at one place a replacement.
    """
    text, kept, end = request.text, [], 0
    for start, stop, _, words in sorted(filter(None, map(_edit, request.adjustments))):
        if start >= end and -stop <= len(text):
            kept += [text[end:start], words]
            end = -stop
    return "".join([*kept, text[end:]])


def _edit(adjustment: Adjustment) -> tuple[int, int, bool, str] | None:
    """Start, stop (negative, so that longer ones sort first), whether off, the words instead."""
    start, stop = place_of(adjustment.key)
    kind, off = adjustment.key.partition("@")[0], adjustment.change is Change.OFF
    if stop <= start or not (off or adjustment.change is Change.REPLACED):
        return None
    if off and kind == ChipKind.MESH:
        return None
    return start, -stop, off, "" if off else adjustment.text


def _counted(draft: Draft, evaluator: Evaluator) -> Chip:
    return replace(draft.chip, hits=evaluator.count(draft.node))


def _without_not(node: Node | None) -> Node | None:
    if not isinstance(node, Chain):
        return node
    steps = tuple(
        (operator, kept)
        for operator, step in node.steps
        if operator is not Operator.NOT and (kept := _without_not(step)) is not None
    )
    first = _without_not(node.first)
    return None if first is None else Chain(first, steps)


def _nothing_asked(text: str) -> Message:
    return Message(
        Severity.REPAIRED,
        "No part of this query could be searched, so nothing was looked for.",
        Place(0, len(text)),
    )


def _why_nothing(empty: list[Leaf], text: str) -> Message:
    """Which terms no article has, when none matches the whole query."""
    if not empty:
        said = "Each part of the query finds articles, but no article fits all of them."
        return Message(Severity.NOTE, said, Place(0, len(text)))
    named = ", ".join(dict.fromkeys(label(leaf) for leaf in empty[:_MOST_NAMED]))
    more = f" and {len(empty) - _MOST_NAMED} more" if len(empty) > _MOST_NAMED else ""
    return Message(Severity.NOTE, f"No article has {named}{more}.", empty[0].place)
