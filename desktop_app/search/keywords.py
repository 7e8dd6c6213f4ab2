"""The words of a query: which of them the keyword search looks for, and which it leaves out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from desktop_app.library import fulltext

WEIGHTS = (2.0, 1.0, 1.0, 1.0, 1.0)  # bm25 of title, abstract, headings, keywords, authors
_MAX_TERMS = 40  # of a pasted abstract, the rarest

_WORD = re.compile(r'"([^"]+)"|(\S+)')  # a quoted phrase or a word
_EDGES = "()[]{}<>,;:.!?'\u2018\u2019\u201c\u201d\"/\\"

# Function words and the words of asking; nothing that could be a term of the field.
STOP_WORDS = frozenset(
    """
    a about after all also am among an and any are as at be because been before being between both
    but by can cannot cause causes could did do does doing done during each either for from further
    had has have having he her here hers him his how however i if in into is it its itself just may
    me might more most must my no nor not of off on once only or other our ours out over own per
    same shall she should so some such than that the their theirs them then there these they this
    those through thus to too under until up upon us very via was we were what when where whether
    which while who whom whose why will with within without would you your yours""".split()
)


@dataclass(frozen=True, slots=True)
class Words:
    """The terms to look for (words or phrases, as typed), and those left out."""

    terms: tuple[str, ...]
    ignored: tuple[str, ...]
    nowhere: tuple[str, ...] = ()  # in no article


def words_of(text: str) -> Words:
    """Cut a query into words and quoted phrases; set stop words aside."""
    typed = dict.fromkeys(_terms(text))
    kept = [t for t in typed if t.lower() not in STOP_WORDS]
    if not kept:  # "the who": then the stop words are what is asked
        kept = list(typed)
    return Words(tuple(kept), tuple(t for t in typed if t not in kept))


def rarest(
    words: Words, frequencies: Mapping[str, int], articles: int, most_postings: int
) -> Words:
    """Leave out terms that no article has or that most have, and the commonest past the budget.

    bm25 gives a term that half of the articles have a weight of nothing, so nothing is lost there;
    the budget keeps a question of common words quick in a large library.
    """
    kept: list[str] = []
    postings = 0
    for term in sorted(words.terms, key=lambda term: (frequencies[term], term)):
        count = frequencies[term]
        if count == 0:
            continue
        postings += count
        too_many = postings > most_postings or count > articles / 2 or len(kept) >= _MAX_TERMS
        if kept and too_many:
            break
        kept.append(term)
    terms = tuple(term for term in words.terms if term in kept)
    nowhere = tuple(term for term in words.terms if frequencies[term] == 0)
    left = tuple(term for term in words.terms if term not in kept and term not in nowhere)
    return Words(terms, left + words.ignored, nowhere)


def _terms(text: str) -> list[str]:
    terms = []
    for phrase, word in _WORD.findall(text):
        term = phrase.strip() or word.strip(_EDGES)
        if fulltext.tokens(term):
            terms.append(term)
    return terms
