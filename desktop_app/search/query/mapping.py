"""Automatic term mapping: words without a tag become headings, journals, authors and words.

The order is PubMed's: MeSH (names, entry terms, their plurals and word orders), then journals, then
authors, here those of the library. A heading is searched together with its own words and the words
as typed, in all fields: `heart attack` is `"Myocardial Infarction"[mh] OR (myocardial AND
infarction) OR (heart AND attack)`.
"""

from dataclasses import dataclass, replace

from desktop_app.library.exact_words import Code, author_key, code
from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.search.keywords import STOP_WORDS
from desktop_app.search.query.chips import ChipKind
from desktop_app.search.query.fields import Field, Tag
from desktop_app.search.query.tree import Chain, Node, Operator, Place, Term

_WORD_EDGES = ",;.:!?'"
_INITIALS = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a term as it was mapped: what it is, what it searches, the heading if it is one."""

    kind: ChipKind
    place: Place
    words: str
    node: Node
    heading: int | None = None


class Mapper:
    """Maps untagged terms with the vocabulary and the names of one library."""

    def __init__(self, library: Library, vocabulary: Vocabulary) -> None:
        self._look = library.lookups
        self._vocabulary = vocabulary

    def groups(self, term: Term) -> list[list[Piece]]:
        """What a term without a tag means: groups to be joined by AND, of pieces joined by OR."""
        text, start = term.text, term.place.start
        if term.quoted or "*" in text or text.isdigit():
            kind = ChipKind.PHRASE if term.quoted else ChipKind.WORDS
            words = [text] if term.quoted else text.split()
            return [[self._words_piece(kind, [word], term, term.place)] for word in words]
        spans = self._vocabulary.match(text)
        name = self._name(term) if not _covers(spans, text) else None
        if name is not None:
            return [[name]]
        groups, at = [], 0
        for begin, end, index in spans:
            groups += self._plain(term, at, begin, start)
            groups.append(self._concept(term, begin, end, index, start))
            at = end
        groups += self._plain(term, at, len(text), start)
        return groups or [[self._words_piece(ChipKind.WORDS, text.split(), term, term.place)]]

    def _concept(self, term: Term, begin: int, end: int, index: int, start: int) -> list[Piece]:
        """A heading with its own words, and the words as typed."""
        place, typed = Place(start + begin, start + end), term.text[begin:end]
        name = self._vocabulary.name(index)
        heading = Term(name, Tag(Field.HEADING), True, place)
        named = _all_fields(name.replace(",", " ").split(), place)
        either = Chain(heading, ((Operator.OR, named),))
        pieces = [Piece(ChipKind.MESH, place, typed, either, index)]
        if {*typed.lower().split()} != {*name.lower().replace(",", " ").split()}:
            pieces.append(self._words_piece(ChipKind.WORDS, typed.split(), term, place))
        return pieces

    def _plain(self, term: Term, begin: int, end: int, start: int) -> list[list[Piece]]:
        """The words between headings, without stop words."""
        groups = []
        at = begin
        for word in term.text[begin:end].split():
            at = term.text.index(word, at)
            place = Place(start + at, start + at + len(word))
            at += len(word)
            bare = word.strip(_WORD_EDGES)
            if bare.lower() not in STOP_WORDS and any(c.isalnum() for c in bare):
                groups.append([self._words_piece(ChipKind.WORDS, [bare], term, place)])
        return groups

    def _name(self, term: Term) -> Piece | None:
        """The whole term as a journal or an author of the library."""
        text, words = term.text, term.text.split()
        if self._look.has_code(code(Code.JOURNAL, text)):
            node = Term(text, Tag(Field.JOURNAL), True, term.place)
            return Piece(ChipKind.JOURNAL, term.place, text, node)
        initials = words[-1].strip(".")
        if len(words) < 2 or len(initials) > _INITIALS or not initials.isalpha():
            return None
        if not self._look.has_code(Code.AUTHOR + author_key(" ".join(words[:-1]), initials), True):
            return None
        author = Term(text, Tag(Field.AUTHOR), False, term.place)
        either = Chain(author, ((Operator.OR, _all_fields(words, term.place)),))
        return Piece(ChipKind.AUTHOR, term.place, text, either)

    def _words_piece(self, kind: ChipKind, words: list[str], term: Term, place: Place) -> Piece:
        node = _all_fields(words, place)
        if kind is ChipKind.PHRASE and isinstance(node, Term):
            node = replace(node, quoted=True)
        return Piece(kind, place, " ".join(words), node)


def _all_fields(words: list[str], place: Place) -> Node:
    terms = [Term(word, Tag(Field.ALL), False, place) for word in words]
    terms = [t for t in terms if any(c.isalnum() for c in t.text)] or terms[:1]
    return Chain(terms[0], tuple((Operator.AND, term) for term in terms[1:]))


def _covers(spans: list[tuple[int, int, int]], text: str) -> bool:
    return len(spans) == 1 and spans[0][1] - spans[0][0] == len(text.strip())
