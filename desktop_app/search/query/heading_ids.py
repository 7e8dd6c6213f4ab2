"""Articles by heading and qualifier: the facets know the headings, the tables the qualifiers.

A heading is told by descriptor, so it does not matter by which UI, name or former name a source
calls it.
"""

import numpy as np

from desktop_app.library.exact_words import Code, code, letters
from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.search.facet_index import FacetIndex
from desktop_app.search.facet_parts import ascending
from desktop_app.search.query.fields import Field, Tag
from desktop_app.search.query.headings import HeadingTerm, exploded
from desktop_app.search.query.qualifiers import with_narrower
from desktop_app.search.request import IdArray


class HeadingIds:
    """Looks up headings in one library."""

    def __init__(self, library: Library, vocabulary: Vocabulary, facets: FacetIndex) -> None:
        self._look = library.lookups
        self._vocabulary = vocabulary
        self._facets = facets

    def of(self, term: HeadingTerm, tag: Tag) -> IdArray:
        """The articles of a MeSH term, narrower headings and qualifiers included unless :noexp."""
        major = tag.field is Field.MAJOR
        qualifiers: tuple[str, ...] = ()
        if term.qualifier:
            qualifiers = with_narrower(term.qualifier) if tag.exploded else (term.qualifier,)
        if term.unknown:
            return self._look.heading_name(term.unknown, qualifiers, major)
        indices = exploded(term.indices, self._vocabulary) if tag.exploded else term.indices
        places = self._places(term.indices)
        whole = tag.exploded or len(exploded(term.indices, self._vocabulary)) == len(term.indices)
        if not qualifiers:
            return (
                self._facets.holding(places, major) if whole else self._alone(term.indices, major)
            )
        qualified = self._look.codes([code(Code.QUALIFIER, name) for name in qualifiers])
        headed = self._facets.holding(places) if whole else self._alone(term.indices, False)
        both = np.intersect1d(headed, qualified, assume_unique=True)
        return self._together(both, frozenset(indices), qualifiers, major)

    def _places(self, indices: tuple[int, ...]) -> list[int]:
        """The nodes of descriptors; one without a place has a node of its own."""
        return [node for index in indices for node in self._facets.places(index)]

    def _alone(self, indices: tuple[int, ...], major: bool) -> IdArray:
        """Articles with one of the descriptors itself, as the facets count them."""
        chosen = np.zeros(len(self._vocabulary), np.bool_)
        chosen[list(indices)] = True
        found = []
        for part in self._facets.parts:
            segment = part.segment
            entries = chosen[segment.headings.codes]
            if major:
                entries &= (segment.flags.codes & 1).astype(np.bool_)
            found.append(segment.ids[segment.headings.where(entries) & part.alive])
        return ascending(found)

    def _together(
        self, ids: IdArray, indices: frozenset[int], qualifiers: tuple[str, ...], major: bool
    ) -> IdArray:
        """Those of the articles where one of the qualifiers stands with one of the headings."""
        wanted = {letters(name) for name in qualifiers}
        known: dict[tuple[str, str], bool] = {}
        found = set()
        for article_id, ui, name, qualifier, starred in self._look.qualified(ids):
            if letters(qualifier) not in wanted or (major and not starred):
                continue
            if (ui, name) not in known:
                known[ui, name] = self._vocabulary.resolve(ui, name) in indices
            if known[ui, name]:
                found.add(article_id)
        return np.array(sorted(found), np.int64)
