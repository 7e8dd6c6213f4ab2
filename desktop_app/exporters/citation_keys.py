"""Citation keys that people can read and that stay the same: SmithJ2020insulin."""

import hashlib
import re
import unicodedata

from desktop_app.exporters import people
from desktop_app.records import Article

_FOLDED = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
    | {"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i"}
    | {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "κ": "kappa", "ω": "omega"}
)
_NOT_A_LETTER = re.compile(r"[^A-Za-z0-9]+")
_STOP_WORDS = frozenset(
    "a an the of on in for and or to with by from at as is are do does how what which why can "
    "la le les el los las der die das ein eine un une".split()
)


class CitationKeys:
    """The keys of one file: each article gets one that no other of the file has."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def key(self, article: Article) -> str:
        """Author, year and first word of the title; of two equal ones the second gets the PMID.

        Without a PMID it gets eight hexadecimal digits of a hash of DOI and title.
        """
        plain = _plain_key(article)
        key = plain
        count = 1
        while key.lower() in self._taken:  # BibTeX compares keys without case
            key = f"{plain}-{_distinction(article)}" + (f"-{count}" if count > 1 else "")
            count += 1
        self._taken.add(key.lower())
        return key


def _plain_key(article: Article) -> str:
    name = "Anonymous"
    if article.authors:
        first = article.authors[0]
        group = _folded(people.group(first))[:20]
        initial = _folded(people.given(first))[:1]
        name = group or _folded(people.family(first)) + initial or name
    year = str(article.date.year) if article.date else "nd"
    return name[:40] + year + _title_word(article.title)


def _title_word(title: str) -> str:
    words = filter(None, map(_folded, re.split(r"[\s/:–—]+", title[:400])))
    return next((word[:20].lower() for word in words if word.lower() not in _STOP_WORDS), "")


def _folded(text: str) -> str:
    """The letters and digits of `text` in ASCII, "" when it has none, as in Chinese."""
    split = unicodedata.normalize("NFKD", text.translate(_FOLDED))
    return _NOT_A_LETTER.sub("", split)


def _distinction(article: Article) -> str:
    if article.pmid is not None:
        return str(article.pmid)
    text = f"{article.doi}\n{article.title}".encode("utf-8", "replace")
    return hashlib.sha256(text).hexdigest()[:8]
