"""DOI, PMID and PMCID of the article itself, told from those of works that it cites."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from desktop_app.importers import identifiers
from desktop_app.importers.pdf.reading import NOTHING, Confidence, Finding
from desktop_app.importers.pdf.text import without_tail

_DOI = re.compile(
    r"(?<![\d.])10\.\d{4,9}/(?:\(sici\)[^\s\"]{10,80}|[^\s\"<>{}|\\^`\u201c\u201d]{0,200})",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"(?:doi\.org/|\bdoi\b\s*(?:number|no\.?|link)?\s*[:.=]?\s*|info:doi/)$", re.IGNORECASE
)
_ABOUT_ANOTHER = re.compile(  # anywhere in the 160 characters before the DOI
    r"comment(?:ary)? (?:on|to)\b|correction to|errat|corrigend|refers? to|related article|"
    r"companion|corrects |retract|version of record|reply to|in response to",
    re.IGNORECASE,
)
_OF_OTHERS = re.compile(  # in the sentence before the DOI
    r"related|corrected |data ?sets?|\bdata (?:are|is|were)|deposit|repositor|supplement|appendix|"
    r"see also|published (?:in|as) |originally|registered|(?:reported|described) (?:in|by)|"
    r"(?:found|available|accessed) (?:at|from|in)\W*(?:https?\W*)?$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?]\s+(?=[A-Z])|\n(?=doi\b)", re.IGNORECASE)
_REFERENCE = re.compile(
    r"^\s*[\[(]?\d{1,3}[\].)]?\s+[A-Z][\w'-]+,? (?:[A-Z]\b|et al)", re.MULTILINE
)
_DEPOSITS = ("10.5281/", "10.5061/", "10.6084/", "10.17605/", "10.17632/", "10.7910/", "10.17504/",
             "10.24433/", "10.3886/", "10.13039/", "10.25504/", "10.13026/")  # fmt: skip
_PART = re.compile(
    r"(?:\.[gts]\d{3}|/(?:full|abstract|pdf|epdf|meta|html)|\.pdf|\.full|v\d+\.full)$"
)
_REFERENCES = re.compile(
    r"^[^\w\n]{0,9}(?:\d{1,2}\.?)? ?(?:references|bibliography|literature cited|works cited)"
    r"[^\w\n]{0,9}$",
    re.IGNORECASE | re.MULTILINE,
)
_PMCID = re.compile(r"\bPMC ?ID\b\W{0,3}(?:PMC)?(\d{4,9})|\bPMC(\d{5,9})\b", re.IGNORECASE)
_PMID = re.compile(r"\b(?:PMID|PubMed ID)\b\W{0,3}(\d{5,9})\b", re.IGNORECASE)
_IN_NAME = re.compile(r"(?<![a-z])10\.\d{4,9}[_/@-][\w.()@-]{2,120}", re.IGNORECASE)

_MENTIONS = 100  # of a page
_STATED, _PLAIN, _MENTIONED, _WEAK = 5, 4, 2, 0


@dataclass(frozen=True, slots=True)
class _Mention:
    doi: str
    rank: int
    place: str
    whole: bool = True  # False when the line's end may have cut it


def find_doi(stated: list[str], pages: list[str], name: str, title_agrees: bool) -> Finding:
    """The article's own DOI.

    `stated`: texts of the metadata that may hold it. `pages`: the text of the first pages.
    `name`: the file's. `title_agrees`: the metadata's title is printed on the first page, so the
    metadata are not left over from another article.
    """
    in_metadata = [m for text in stated for m in _mentions(text, "metadata", _STATED)]
    front = before_references(pages[0]) if pages else ""
    on_first = list(_mentions(front, "first page", _MENTIONED))
    later = [m for page in pages[1:] for m in _mentions(before_references(page), "header", _WEAK)]
    found = in_metadata + on_first
    own = {m.doi for m in found if m.rank >= _PLAIN}
    for doi in sorted(own, key=lambda doi: -_weight(doi, found + later)):
        return _judged(doi, own, found, later, title_agrees)
    return _second_best(found, later, name)


def find_pmcid(pages: list[str], name: str) -> Finding:
    """The article's own PMCID; one in the file name is likely, not sure."""
    front = before_references(pages[0]) if pages else ""
    numbers = {one or other for one, other in _PMCID.findall(front)}
    if len(numbers) == 1:
        sure = re.search(r"PMC ?ID", front, re.IGNORECASE) and not _PMID_CITED.search(front)
        level = Confidence.SURE if sure else Confidence.LIKELY
        return Finding(identifiers.pmcid(numbers.pop()), level, "first page")
    named = re.search(r"(?<![A-Za-z])PMC(\d{4,9})(?!\d)", name, re.IGNORECASE)
    return Finding(f"PMC{named[1]}", Confidence.LIKELY, "file name") if named else NOTHING


def find_pmid(pages: list[str], name: str) -> Finding:
    """The article's own PMID; several on the first page are those of references."""
    front = before_references(pages[0]) if pages else ""
    numbers = set(_PMID.findall(front))
    if len(numbers) == 1:
        return Finding(numbers.pop(), Confidence.LIKELY, "first page")
    named = re.search(r"(?:pmid|pubmed)[\W_]{0,2}(\d{5,9})(?!\d)", name, re.IGNORECASE)
    return Finding(named[1], Confidence.LIKELY, "file name") if named else NOTHING


_PMID_CITED = re.compile(r"\[(?:PMC|PubMed)", re.IGNORECASE)


def before_references(page: str) -> str:
    """The page up to the heading of its reference list."""
    heading = _REFERENCES.search(page)
    return page[: heading.start()] if heading else page


def _judged(
    doi: str, own: set[str], found: list[_Mention], later: list[_Mention], title_agrees: bool
) -> Finding:
    """How sure the chosen DOI is, when `own` are all that look like the article's own."""
    of_it = [m for m in found if m.doi == doi]
    metadata = any(m.rank == _STATED for m in of_it)
    printed = any(m.rank < _STATED for m in of_it)
    again = any(m.doi == doi for m in later)
    stray = {m.doi for m in found} - {m.doi for m in found if m.rank < _STATED}
    alone = own - (stray if metadata and printed else set()) == {doi}  # pictures have metadata too
    others = {m.doi for m in found if m.rank >= _MENTIONED} - {doi}
    cut = not any(m.whole for m in of_it) or any(other.startswith(doi) for other in others)
    if metadata and not (printed or again):
        sure = alone and title_agrees and not others
    else:
        sure = alone and not (cut and not metadata)
    sure = sure and not doi.startswith(_DEPOSITS)
    place = "metadata and first page" if metadata and printed else of_it[0].place
    return Finding(doi, Confidence.SURE if sure else Confidence.LIKELY, place)


def _second_best(found: list[_Mention], later: list[_Mention], name: str) -> Finding:
    named = _IN_NAME.search(name.removesuffix(".pdf"))
    if named:
        doi = identifiers.doi(re.sub(r"[_@-]", "/", named[0], count=1))
        if doi:
            return Finding(doi, Confidence.LIKELY, "file name")
    for doi in dict.fromkeys(m.doi for m in found if m.rank == _MENTIONED):
        return Finding(doi, Confidence.GUESS, "first page")
    counts = {m.doi: sum(o.doi == m.doi for o in later) for m in later}
    for doi, count in counts.items():
        if count == max(counts.values()) and (count > 1 or len(counts) == 1):
            return Finding(doi, Confidence.GUESS, "second page")
    return NOTHING


def _weight(doi: str, mentions: list[_Mention]) -> int:
    return sum(1 + 3 * m.rank for m in mentions if m.doi == doi)


def _mentions(text: str, place: str, rank: int) -> Iterator[_Mention]:
    for match in islice(_DOI.finditer(text), _MENTIONS):
        doi, whole = _completed(match, text)
        if not doi:
            continue
        if rank != _MENTIONED:
            yield _Mention(doi, rank, place, whole)
        else:
            yield _Mention(doi, _rank_on_page(doi, match, text), place, whole)


def _rank_on_page(doi: str, match: re.Match[str], text: str) -> int:
    """Labelled, or alone in its line: the article's own; among other words: perhaps."""
    before = text[max(0, match.start() - 160) : match.start()]
    line = before.rpartition("\n")[2]
    sentence = " ".join(_SENTENCE_END.split(before)[-1].split())
    of_others = _ABOUT_ANOTHER.search(" ".join(before.split())) or _OF_OTHERS.search(sentence)
    if of_others or doi.startswith(_DEPOSITS):
        return _WEAK
    if _REFERENCE.search(text[max(0, match.start() - 250) : match.start()]):
        return _MENTIONED
    label = _LABELLED.search(re.sub(r"https?://(?:dx\.|www\.)?doi\.org/$", "doi.org/", line))
    alone = not re.sub(r"(?:https?://)?(?:dx\.|www\.)?(?:doi\.org/|doi)|\W", "", line, flags=re.I)
    return _PLAIN if label or alone else _MENTIONED


def _completed(match: re.Match[str], text: str) -> tuple[str, bool]:
    """The DOI, with its other half from the next line when the first cannot be an end."""
    found = match[0]
    rest = text[match.end() : match.end() + 120]
    token = re.match(r" ?\n(\S{1,80})", rest)
    whole = True
    if token and found[-1] in "/-_.(" and re.search(r"\d", token[1]):
        found += token[1]
    elif token and re.fullmatch(r"[a-z]{0,3}\d[\w.()/-]*", token[1]) and not _is_number(token[1]):
        whole = False
    doi = without_tail(found)
    while (shorter := _PART.sub("", doi)) != doi:
        doi = shorter
    return (identifiers.doi(doi) if len(doi.partition("/")[2]) > 1 else ""), whole


def _is_number(token: str) -> bool:
    """A page number, year or list number that happens to begin the next line."""
    return re.fullmatch(r"\d{1,4}[.,;:)]?|\d{4}-\d{4}", token) is not None
