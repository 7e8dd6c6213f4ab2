"""Finding headings in free text: the longest runs of words that are a heading or an entry term."""

from collections.abc import Iterator

from desktop_app.mesh.pauses import pieces
from desktop_app.mesh.stop_words import AMBIGUOUS
from desktop_app.mesh.terms import Terms
from desktop_app.mesh.words import Word, normal_forms, words_of

_LONGEST = 8  # words; longer terms are chemical names that nobody types
_SHORTEST = 3  # letters of a term of one word
_TAKE_ES = ("s", "x", "z", "ch", "sh", "o")  # "rates" is no plural of "rat"


class Matcher:
    """The normal forms of all terms, and for each first word how many words may follow."""

    def __init__(self, terms: Terms) -> None:
        self._texts = terms.texts
        self._owners: list[int] = terms.owners.tolist()
        # reversed, so that of equal forms the first stays: a name before an entry term
        positions = range(len(terms.forms) - 1, -1, -1)
        self._positions: dict[str, int] = {}
        for some in pieces(positions):
            self._positions.update((terms.forms[position], position) for position in some)
        for form, position in _natural_orders(terms.texts):
            self._positions.setdefault(form, position)
        self._lengths: dict[str, int] = {}
        for form in self._positions:
            first, _, rest = form.partition(" ")
            if rest and (length := rest.count(" ") + 2) > self._lengths.get(first, 1):
                self._lengths[first] = length

    def match(self, text: str) -> list[tuple[int, int, int]]:
        """Spans from left to right, none overlapping: (start, end, descriptor index)."""
        words = words_of(text)
        shouting = text.upper() == text
        spans = []
        at = 0
        while at < len(words):
            for length in self._possible_lengths(words, at):
                run = words[at : at + length]
                position = self._position(run)
                if position is None or (
                    length == 1 and not self._stands_alone(run[0], position, text, shouting)
                ):
                    continue
                spans.append((run[0].start, run[-1].end, self._owners[position]))
                at += length - 1
                break
            at += 1
        return spans

    def _possible_lengths(self, words: list[Word], at: int) -> range:
        """Numbers of words to try, the longest first."""
        known = self._lengths.get(words[at].text, 1)
        most = min(known, _LONGEST, len(words) - at)
        for length in range(1, most):
            if words[at + length].opens:
                most = length
                break
        return range(most, 0, -1)

    def _position(self, run: list[Word]) -> int | None:
        """The term of a run of words, its last word also in the other number."""
        begin = "".join(f"{word.text} " for word in run[:-1])
        last = run[-1].text
        position = self._positions.get(begin + last)
        if position is not None or len(last) <= _SHORTEST or last.isdigit():
            return position
        for other in _other_number(last):
            position = self._positions.get(begin + other)
            if position is not None:
                return position
        return None

    def _stands_alone(self, word: Word, position: int, text: str, shouting: bool) -> bool:
        """Whether a term of one word means the heading: "WHO" does, "who" does not."""
        if len(word.text) < _SHORTEST or word.text.isdigit():
            return False
        if AMBIGUOUS.isdisjoint((word.text, *_other_number(word.text))):
            return True
        written, term = text[word.start : word.end], self._texts[position]
        return not shouting and written.isupper() and written == term


def _other_number(word: str) -> Iterator[str]:
    """Possible singulars of a plural, or plurals of a singular, by English spelling."""
    if word.endswith("ies"):
        yield word[:-3] + "y"
    elif word.endswith("s") and not word.endswith("ss"):
        yield word[:-1]
        if word.endswith("es") and word[:-2].endswith(_TAKE_ES):
            yield word[:-2]
    elif word.endswith("y"):
        yield word[:-1] + "ies"
        yield word + "s"
    else:
        yield word + ("es" if word.endswith(_TAKE_ES) else "s")


def _natural_orders(texts: list[str]) -> Iterator[tuple[str, int]]:
    """ "Infarction, Myocardial" read as it is spoken: "myocardial infarction"."""
    inverted = [(text, position) for position, text in enumerate(texts) if ", " in text]
    natural = [" ".join(reversed(text.split(", "))) for text, _ in inverted]
    return zip(normal_forms(natural), (position for _, position in inverted), strict=True)
