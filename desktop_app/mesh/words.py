"""How text becomes the words that headings are compared by.

Case, accents, punctuation and the possessive 's do not count; Greek letters are spelled out as MeSH
does, so that "TNFα" and "TNF-alpha" are the same two words.
"""

import re
import unicodedata
from dataclasses import dataclass

# in the order of Unicode, which has the final sigma too
_GREEK_NAMES = """
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma
    sigma tau upsilon phi chi psi omega
"""
_GREEK = {chr(ord("α") + place): name for place, name in enumerate(_GREEK_NAMES.split())}
_TOKEN = re.compile(r"[α-ωΑ-Ω]|[^\W_α-ωΑ-Ω]+")
_SENTENCE_END = re.compile(r"[;:!?\n]|\.\s")
_KEPT = frozenset(b"\n'")
_PLAIN = bytes(  # lower case, and a space for what is no letter, digit or part of another script
    byte if byte >= 128 or byte in _KEPT or chr(byte).isalnum() else ord(" ")
    for byte in bytes(range(256)).lower()
)
_INITIAL = 2  # a dot after so short a word marks an abbreviation: "E. coli", "St. John's wort"


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: normalised, with its place in the text as written."""

    text: str
    start: int
    end: int
    opens: bool  # it begins a sentence, so no heading reaches across


def words_of(text: str) -> list[Word]:
    """The words of `text` in order."""
    words: list[Word] = []
    previous_end = 0
    for found in _TOKEN.finditer(text):
        start, end = found.span()
        gap = text[previous_end:start]
        if gap in ("'", "’") and found[0] in "sS" and not text[end : end + 1].isalnum():
            previous_end = end  # the possessive
            continue
        ends_sentence = _SENTENCE_END.search(gap)
        abbreviated = bool(words) and gap[:1] == "." and len(words[-1].text) <= _INITIAL
        opens = ends_sentence is not None and not abbreviated
        words.append(Word(_normal(found[0]), start, end, opens))
        previous_end = end
    return words


def normal_form(text: str) -> str:
    """The words of `text` joined by single spaces."""
    return " ".join(word.text for word in words_of(text))


def normal_forms(texts: list[str]) -> list[str]:
    """`normal_form` of many terms, 20 times faster: all are treated as one text, byte by byte."""
    joined = ("\n".join(texts) + "\n").encode("utf-8").translate(_PLAIN)
    joined = joined.replace(b"'s ", b" ").replace(b"'s\n", b"\n").replace(b"'", b" ")
    while b"  " in joined:
        joined = joined.replace(b"  ", b" ")
    joined = joined.replace(b" \n", b"\n").replace(b"\n ", b"\n").removeprefix(b" ")
    forms = joined.decode("utf-8").split("\n")[:-1]
    if not joined.isascii():
        for position, form in enumerate(forms):
            if not form.isascii():
                forms[position] = normal_form(texts[position])
    return forms


def _normal(token: str) -> str:
    lowered = token.lower()
    if lowered.isascii():
        return lowered
    if lowered in _GREEK:
        return _GREEK[lowered]
    decomposed = unicodedata.normalize("NFKD", lowered)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
