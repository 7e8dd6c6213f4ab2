"""Whether two records describe the same publication, from what both of them say.

Identifiers decide where they can; else title, authors, year and place in the journal. Thresholds
were chosen on half of the labelled records and checked on the others: docs/decisions/duplicates.md.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz import fuzz

from desktop_app.records import Article

_SHORTEST_TITLE = 10  # letters: "Editorial" and "Reply" tell nothing
_KEY_LETTERS = 24
_NOT_ALNUM = re.compile(r"[^a-z0-9]+")
_DIGITS = re.compile(r"\d+")
_TAGS = re.compile(r"</?[a-z]{1,4}>")
_PREPRINT = re.compile(r"\b(biorxiv|medrxiv|arxiv|research square|ssrn|preprints?)\b")
# What says that a text is about another one and borrows its title.
_ABOUT_ANOTHER = re.compile(
    r"\b(erratum|corrigendum|correction|retraction|retracted|reply|response|comment(ary)?|"
    r"author'?s? repl(y|ies)|letter|editorial)\b"
)


class Sameness(StrEnum):
    """What two records are to each other."""

    SAME = "same"
    DOUBTFUL = "doubtful"  # for a person to look at
    VERSION = "version"  # a preprint and its article: linked, never merged
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Signature:
    """What of a record tells it from others, in a form that can be compared."""

    pmid: int | None
    pmcid: str
    doi: str
    title: str  # lower case, letters and digits, one space between words
    first_author: str  # surname, as `title`
    year: int | None
    journal: str
    volume: str
    issue: str
    first_page: str
    preprint: bool
    about_another: bool


def signature(article: Article) -> Signature:
    """The signature of an article."""
    title = plain(article.title or article.vernacular_title)
    journal = _plain_journal(article.journal.abbreviation or article.journal.title)
    kinds = " ".join(t.name for t in article.publication_types).lower()
    return Signature(
        pmid=article.pmid,
        pmcid=article.pmcid,
        doi=article.doi,
        title=title,
        first_author=_first_author(article),
        year=article.year,
        journal=journal,
        volume=_first_number(article.volume),
        issue=_first_number(article.issue),
        first_page=_first_page(article.pages),
        preprint="preprint" in kinds or _PREPRINT.search(f"{journal} {article.doi}") is not None,
        about_another=_ABOUT_ANOTHER.search(f"{title} {kinds}") is not None,
    )


def match_keys(of: Signature) -> list[str]:
    """What records of one publication nearly always share at least one of, beside identifiers.

    Both ends of the title, so that a difference at one end does no harm, and the place in the
    journal. Sharing a key proves nothing: `compare` decides.
    """
    letters = of.title.replace(" ", "")
    keys = []
    if len(letters) >= _SHORTEST_TITLE:
        keys += [f"a{letters[:_KEY_LETTERS]}", f"z{letters[-_KEY_LETTERS:]}"]
    if of.volume and of.first_page:
        keys.append(f"p{of.volume}/{of.first_page}/{of.year or ''}")
    return keys


def plain(text: str) -> str:
    """Text without accents, markup, case and punctuation: what two spellings have in common."""
    text = text.lower()
    if "<" in text:
        text = _TAGS.sub("", text)
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _NOT_ALNUM.sub(" ", text).strip()


@lru_cache(maxsize=4096)
def _plain_journal(name: str) -> str:
    return plain(name)


def _first_author(article: Article) -> str:
    if not article.authors:
        return ""
    first = article.authors[0]
    return plain(first.last or first.collective)


def compare(a: Signature, b: Signature) -> Sameness:
    """What two records are to each other."""
    by_identifier = _by_identifiers(a, b)
    if by_identifier is not None:
        return by_identifier
    title = _title_likeness(a.title, b.title)
    if title < 80 or a.about_another != b.about_another:
        return Sameness.DIFFERENT
    if a.preprint != b.preprint:
        close = title >= 90 and _author_likeness(a, b) >= 60
        return Sameness.VERSION if close else Sameness.DIFFERENT
    return _by_description(a, b, title)


def _by_identifiers(a: Signature, b: Signature) -> Sameness | None:
    """What PMID, PMCID and DOI say; None when they say nothing."""
    for mine, other in ((a.pmid, b.pmid), (a.pmcid, b.pmcid)):
        if mine and other:
            return Sameness.SAME if mine == other else Sameness.DIFFERENT
    if a.doi and a.doi == b.doi:
        # Abstracts of one congress share the DOI of the supplement.
        alike = _title_likeness(a.title, b.title) >= 70 or not (a.title and b.title)
        return Sameness.SAME if alike else Sameness.DIFFERENT
    return None


def _by_description(a: Signature, b: Signature, title: float) -> Sameness:
    """What title, authors, year and place say when no identifier does."""
    for_, against = _evidence(a, b)
    years = abs(a.year - b.year) if a.year and b.year else 0
    authors = _author_likeness(a, b)
    if a.doi and b.doi:  # and they differ
        against += 2
    if years > 1:
        against += 1
    if authors < 50:
        against += 1
    if title >= 95 and against == 0 and (for_ >= 1 or authors >= 80):
        return Sameness.SAME
    if title >= 88 and against == 0 and for_ >= 2 and authors >= 60:
        return Sameness.SAME
    if title >= 97 and for_ >= 3 and against <= 1:
        return Sameness.SAME
    if title >= 90 and (for_ > against or against == 0):
        return Sameness.DOUBTFUL
    return Sameness.DIFFERENT


def _evidence(a: Signature, b: Signature) -> tuple[int, int]:
    """How many of volume, first page and journal agree, and how many contradict."""
    agree = contradict = 0
    for mine, other in ((a.first_page, b.first_page), (a.volume, b.volume)):
        if mine and other:
            agree += mine == other
            contradict += mine != other
    if a.journal and b.journal:
        likeness = journal_likeness(a.journal, b.journal)
        agree += likeness >= 80
        contradict += likeness < 40
    return agree, contradict


def _title_likeness(a: str, b: str) -> float:
    """0 to 100; a different number or roman part makes titles of a series different."""
    if not a or not b:
        return 0.0
    likeness = max(fuzz.ratio(a, b), fuzz.token_sort_ratio(a, b))
    if _DIGITS.findall(a) != _DIGITS.findall(b):
        likeness -= 15
    return likeness


def _author_likeness(a: Signature, b: Signature) -> float:
    """0 to 100 for the first authors, 75 when one side names none."""
    if not a.first_author or not b.first_author:
        return 75.0
    return fuzz.partial_ratio(a.first_author, b.first_author)


def journal_likeness(a: str, b: str) -> float:
    """0 to 100; an abbreviation is like what it abbreviates."""
    words, others = a.split(), b.split()
    shorter, longer = sorted((words, others), key=lambda w: sum(map(len, w)))
    rest = iter(longer)
    if all(any(word.startswith(short) for word in rest) for short in shorter):
        return 100.0
    return fuzz.token_set_ratio(a, b)


def _first_page(pages: str) -> str:
    return re.split(r"[^0-9a-z]", pages.strip().lower().removeprefix("p").strip(". "), maxsplit=1)[
        0
    ]


def _first_number(text: str) -> str:
    found = _DIGITS.search(text)
    return found[0] if found else text.strip().lower()
