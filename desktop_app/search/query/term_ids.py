"""One leaf of a query: the articles that it means, and what the user should know about it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from desktop_app.errors import UserError
from desktop_app.library.exact_words import Code, code
from desktop_app.library.library import Library
from desktop_app.library.lookups import HAVING
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.search.facet_index import FacetIndex
from desktop_app.search.query.authors import author_ids, author_term
from desktop_app.search.query.dates import day_of, days_ago, span
from desktop_app.search.query.fields import COLUMNS, Field, Tag
from desktop_app.search.query.heading_ids import HeadingIds
from desktop_app.search.query.headings import heading_term, type_codes
from desktop_app.search.query.parse import parse
from desktop_app.search.query.qualifiers import qualifier_name, with_narrower
from desktop_app.search.query.tree import Extra, Message, Place, Range, Severity, Term
from desktop_app.search.query.values import filter_query, language_code, statuses
from desktop_app.search.request import IdArray

NONE = np.empty(0, np.int64)
_SHORTEST_CUT = 4  # letters before an asterisk, as in PubMed
_CODE_FIELDS = {
    Field.VOLUME: Code.VOLUME,
    Field.ISSUE: Code.ISSUE,
    Field.PAGES: Code.PAGES,
    Field.JOURNAL: Code.JOURNAL,
    Field.SUBSTANCE: Code.SUBSTANCE,
    Field.GROUP: Code.GROUP,
}
_KINDS = {
    "retracted": (
        code(Code.TYPE, "Retracted Publication"),
        code(Code.RELATION, "RetractionIn"),
    ),
    "preprint": (code(Code.TYPE, "Preprint"),),
}
Similar = Callable[[int], IdArray | None]


@dataclass(slots=True)
class Found:
    """The articles of a leaf; None when it means nothing and is left out of the query."""

    ids: IdArray | None
    messages: list[Message] = field(default_factory=list)


class TermIds:
    """Looks up leaves in one library."""

    def __init__(
        self, library: Library, vocabulary: Vocabulary, facets: FacetIndex, similar: Similar
    ) -> None:
        self._library = library
        self._look = library.lookups
        self._vocabulary = vocabulary
        self._facets = facets
        self._similar = similar
        self._headings = HeadingIds(library, vocabulary, facets)

    def of(self, leaf: Term | Range | Extra) -> Found:
        """The articles of a leaf; a term must have a tag (see `mapping`)."""
        try:
            if isinstance(leaf, Term):
                return self._term(leaf)
            if isinstance(leaf, Range):
                return self._range(leaf)
            return self._extra(leaf)
        except UserError as error:
            return _left_out(f"{error.message} {error.hint}", leaf.place)

    def _term(self, term: Term) -> Found:
        assert term.tag is not None
        name, text = term.tag.field, term.text
        if not any(letter.isalnum() for letter in text):
            said = f"“{text}” has no letter or digit to look for and is left out."
            return Found(None, [Message(Severity.NOTE, said, term.place)])
        if name in COLUMNS or name is Field.FULL_TEXT:
            return self._words(term, term.tag)
        if name in (Field.HEADING, Field.MAJOR, Field.ACTION):
            return self._heading(term, term.tag)
        if name in (Field.AUTHOR, Field.FIRST_AUTHOR, Field.LAST_AUTHOR):
            return Found(author_ids(author_term(text, term.quoted), name, self._look))
        if name is Field.DATE and (ago := days_ago(text, date.today())):
            said = f"“{text}” is read as since {ago}."
            since = self._range(Range(ago, "3000", term.tag, term.place))
            return replace(since, messages=[Message(Severity.NOTE, said, term.place)])
        if name is Field.DATE:
            return self._range(Range(text, text, term.tag, term.place))
        if name in (Field.PMID, Field.PMCID, Field.DOI):
            return self._number(name, term)
        if name in _CODE_FIELDS:
            cut = text.rstrip().endswith("*")
            return Found(self._look.codes([code(_CODE_FIELDS[name], text)], cut))
        return self._listed(name, term)

    def _filter(self, term: Term) -> Found:
        """A filter of PubMed's, by what it stands for in its own language."""
        meant = parse(filter_query(term.text)).tree
        if isinstance(meant, Term | Extra):
            return self.of(replace(meant, place=term.place))
        return self._subset(term)

    def _listed(self, name: Field, term: Term) -> Found:
        if name is Field.TYPE:
            return Found(self._look.codes(type_codes(term.text, self._vocabulary)))
        if name is Field.LANGUAGE:
            return Found(self._look.codes([code(Code.LANGUAGE, language_code(term.text))]))
        if name is Field.QUALIFIER:
            return self._qualifier(term)
        return self._filter(term)

    def _subset(self, term: Term) -> Found:
        known = statuses(term.text)
        if not known:
            text = f"A library does not know the filter “{term.text}”; it is left out."
            return _left_out(text, term.place)
        return Found(self._look.codes([code(Code.STATUS, status) for status in known]))

    def _words(self, term: Term, tag: Tag) -> Found:
        found = Found(NONE)
        words = []
        for word in term.text.split():
            short = word.endswith("*") and len(word.rstrip("*")) < _SHORTEST_CUT
            if short:
                text = f"“{word}” has fewer than {_SHORTEST_CUT} letters: searched as one word."
                found.messages.append(Message(Severity.REPAIRED, text, term.place))
            words.append(word.rstrip("*") if short else word)
        if tag.field is Field.FULL_TEXT:
            found.ids = self._look.full_text(words)
            return found
        found.ids = self._look.phrase(COLUMNS[tag.field], words, tag.within)
        if tag.field is Field.ALL and term.text.isascii() and term.text.isdigit():
            found.ids = np.union1d(found.ids, self._look.number("pmid", int(term.text[:18])))
        return found

    def _heading(self, term: Term, tag: Tag) -> Found:
        understood = heading_term(term.text, self._vocabulary)
        found = Found(NONE)
        if understood.unknown:
            year = self._vocabulary.year
            text = f"MeSH {year} has no heading “{understood.unknown}”; looked for by that name."
            found.messages.append(Message(Severity.REPAIRED, text, term.place))
        if understood.unknown_qualifier:
            text = f"MeSH has no qualifier “{understood.unknown_qualifier}”; it is left out."
            found.messages.append(Message(Severity.REPAIRED, text, term.place))
        if tag.field is Field.ACTION:
            text = "Read as a MeSH heading: a library does not know pharmacological actions."
            found.messages.append(Message(Severity.REPAIRED, text, term.place))
        found.ids = self._headings.of(understood, tag)
        return found

    def _qualifier(self, term: Term) -> Found:
        assert term.tag is not None
        name = qualifier_name(term.text)
        names: tuple[str, ...] = (term.text,) if name is None else (name,)
        if name is not None and term.tag.exploded:
            names = with_narrower(name)
        found = Found(self._look.codes([code(Code.QUALIFIER, known) for known in names]))
        if name is None:
            text = f"MeSH has no qualifier “{term.text}”; looked for by that name."
            found.messages.append(Message(Severity.REPAIRED, text, term.place))
        return found

    def _number(self, name: Field, term: Term) -> Found:
        if name is not Field.PMID:
            value = term.text.strip()
            if name is Field.DOI:
                return Found(self._look.number("doi", value.lower().rpartition("doi.org/")[2]))
            return Found(self._look.number("pmcid", "PMC" + value.upper().removeprefix("PMC")))
        found, ids = Found(NONE), NONE
        for number in term.text.replace(",", " ").split():
            pmid = _pmid(number)
            if pmid is None:
                text = f"“{number}” is no PMID; it is left out."
                found.messages.append(Message(Severity.REPAIRED, text, term.place))
            else:
                ids = np.union1d(ids, self._look.number("pmid", pmid))
        found.ids = ids
        return found

    def _range(self, leaf: Range) -> Found:
        if leaf.tag.field is not Field.DATE:
            text = f"A range is of dates; [{leaf.tag.field}] has none. It is left out."
            return _left_out(text, leaf.place)
        low = day_of(leaf.low) if leaf.low else (0, 0, 0)
        high = day_of(leaf.high) if leaf.high not in ("", "3000") else (9999, 0, 0)
        if low is None or high is None:
            wrong = leaf.low if low is None else leaf.high
            text = f"“{wrong}” is no date: write 2015, 2015/03 or 2015/03/12. It is left out."
            return _left_out(text, leaf.place)
        first, last = span(low, high)
        if first <= last:
            return Found(self._look.dates(first, last))
        text = f"{leaf.low}:{leaf.high} runs backwards; read as {leaf.high}:{leaf.low}."
        found = self._look.dates(*span(high, low))
        return Found(found, [Message(Severity.REPAIRED, text, leaf.place)])

    def _extra(self, leaf: Extra) -> Found:
        key, value = leaf.key, leaf.value.strip()
        if key == "everything":
            return Found(self._facets.newest(None))
        if key in ("cites", "citedby", "similar"):
            return self._related(key, value, leaf.place)
        if key == "nothing":
            return Found(NONE)
        if key == "has" and value.lower() in HAVING:
            return Found(self._look.having(value.lower()))
        if key == "is" and value.lower() == "starred":
            return Found(_array(self._library.marks.starred()))
        if key == "is" and value.lower() in _KINDS:
            return Found(self._look.codes(_KINDS[value.lower()]))
        if key == "tag":
            return Found(_array(self._library.marks.tagged(value)))
        if key == "note":
            return Found(_array(self._library.marks.noted(value)))
        if key == "in":
            return self._collection(value, leaf.place)
        choices = ", ".join(HAVING) if key == "has" else "starred, retracted, preprint"
        return _left_out(f"{key}: knows {choices}. “{value}” is left out.", leaf.place)

    def _collection(self, name: str, place: Place) -> Found:
        found = self._library.marks.in_collection(name)
        if found is None:
            return _left_out(f"There is no collection “{name}”; it is left out.", place)
        return Found(_array(found))

    def _related(self, key: str, value: str, place: Place) -> Found:
        pmid = _pmid(value)
        if pmid is None:
            return _left_out(f"“{value}” is no PMID; {key}: is left out.", place)
        if key == "cites":
            return Found(self._look.citing(pmid))
        if key == "citedby":
            return Found(self._look.cited_by(pmid))
        near = self._similar(pmid)
        if near is None:
            return _left_out(f"PMID {pmid} has no vector here; similar: is left out.", place)
        return Found(near)


def _left_out(text: str, place: Place) -> Found:
    return Found(None, [Message(Severity.REPAIRED, text, place)])


def _pmid(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def _array(ids: list[int]) -> IdArray:
    return np.array(sorted(ids), np.int64)
