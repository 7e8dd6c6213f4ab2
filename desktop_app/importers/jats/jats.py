"""JATS, the XML of PubMed Central and of publishers (.nxml, .xml): what it says of the article.

Taken is the article's front and its reference list. The full text (`body`) is not stored; it is
dropped while the file is read. Element names are those of JATS 1.3 (Archiving) and of NLM's DTD 2.
"""

import re
from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element as Element

from desktop_app.importers import dates, identifiers
from desktop_app.importers.biblatex_article import says_something
from desktop_app.importers.failed_record import element_text
from desktop_app.importers.format import Entry, Format
from desktop_app.importers.input_file import InputFile
from desktop_app.importers.jats.jats_abstracts import abstracts_of
from desktop_app.importers.jats.jats_people import authors_of
from desktop_app.importers.jats.jats_references import references_of
from desktop_app.importers.languages import language_code
from desktop_app.importers.pubmed.pubmed_fields import text_of
from desktop_app.importers.xml_records import xml_records
from desktop_app.records import (
    Article,
    Field,
    Identifier,
    Journal,
    Keyword,
    Milestone,
    PartialDate,
    Problem,
    PublicationType,
    Relation,
)

_ROOT = re.compile(r"<(?:[\w.-]+:)?article[\s>]")
_FRONT = re.compile(r"<(?:[\w.-]+:)?(?:front|article-meta|journal-meta)[\s>]")
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_PRINTED = ("collection", "ppub", "issue-copyright", "epub-ppub", "pub", "epub", "epreprint")
_RELATIONS = {
    "corrected-article": "ErratumFor",
    "retracted-article": "RetractionOf",
    "commentary-article": "CommentOn",
    "commentary": "CommentIn",
    "companion": "Companion",
    "preprint": "UpdateOf",
}
_NOTHING = etree.Element("nothing")
_REMEDY = "Download the article again from PubMed Central."


def read_jats(file: InputFile) -> Iterator[Entry]:
    """Every article of a file (a pmc-articleset has several), a Problem for each unreadable one.

    Raises OSError when the file cannot be opened, and whatever its `report` raises.
    """
    for record in xml_records(file, "article", empty="body"):
        if isinstance(record, Problem):
            yield record
            continue
        article = _article(record.element)
        if says_something(article):
            yield article
        else:
            place = f"record {record.number}, line {record.line}"
            reason, text = (
                "The article has no title and no identifier.",
                element_text(record.element),
            )
            yield Problem(file.name, place, reason, _REMEDY, text)


def _article(element: Element) -> Article:
    front = element.find("front")
    meta = _child(front, "article-meta")
    found = _identifiers(meta)
    pmid, pmcid, doi, others = _known(found)
    sections, further = abstracts_of(meta)
    milestones = tuple(_milestones(meta))
    language = language_code(element.get(_LANGUAGE, ""))
    return Article(
        title=_title(meta),
        pmid=pmid,
        pmcid=pmcid,
        doi=doi,
        vernacular_title=_text(meta.find("title-group/trans-title-group/trans-title")),
        sections=sections,
        other_abstracts=further,
        abstract_copyright=_text(meta.find("permissions/copyright-statement")),
        authors=authors_of(meta),
        journal=_journal(_child(front, "journal-meta")),
        date=_date(meta, milestones),
        volume=_text(meta.find("volume")),
        issue=_text(meta.find("issue")),
        pages=_pages(meta),
        languages=(language,) if language else (),
        publication_types=tuple(_types(element, meta)),
        keywords=tuple(_keywords(meta)),
        references=tuple(references_of(element)),
        relations=tuple(_relations(meta)),
        identifiers=tuple(others),
        milestones=milestones,
        fields=tuple(_fields(front, meta)),
    )


def _child(element: Element | None, tag: str) -> Element:
    """The child, or an empty element in its place, so that what is missing is only empty."""
    found = element.find(tag) if element is not None else None
    return _NOTHING if found is None else found


def _text(element: Element | None) -> str:
    return "" if element is None else text_of(element)


def _title(meta: Element) -> str:
    title = _text(meta.find("title-group/article-title"))
    sub = _text(meta.find("title-group/subtitle"))
    return f"{title.rstrip(':')}: {sub}" if title and sub else title or sub


def _identifiers(meta: Element) -> list[tuple[str, str]]:
    return [(e.get("pub-id-type", ""), _text(e)) for e in meta.iterfind("article-id") if _text(e)]


def _known(
    found: list[tuple[str, str]],
) -> tuple[int | None, str, str, list[Identifier]]:
    """PMID, PMCID, DOI and what else there is."""
    pmid, pmcid, doi = None, "", ""
    others: list[Identifier] = []
    for kind, value in found:
        if kind == "pmid" and pmid is None and identifiers.pmid_number(value):
            pmid = identifiers.pmid_number(value)
        elif kind in ("pmc", "pmcid") and not pmcid and identifiers.pmcid(value):
            pmcid = identifiers.pmcid(value)
        elif kind == "doi" and not doi and identifiers.doi(value):
            doi = identifiers.doi(value)
        elif kind not in ("pmcaid", "pmcaiid", "pmc-uid"):  # the same number once more
            others.append(Identifier("pii" if kind == "publisher-id" else kind, value))
    return pmid, pmcid, doi, others


def _journal(meta: Element) -> Journal:
    names = {e.get("journal-id-type", ""): _text(e) for e in meta.iterfind("journal-id")}
    title = _text(meta.find("journal-title-group/journal-title")) or _text(
        meta.find("journal-title")
    )
    short = _text(meta.find("journal-title-group/abbrev-journal-title")) or _text(
        meta.find("abbrev-journal-title")
    )
    numbers = {
        e.get("pub-type") or e.get("publication-format"): _text(e) for e in meta.iterfind("issn")
    }
    return Journal(
        title,
        names.get("nlm-ta") or names.get("iso-abbrev") or short,
        numbers.get("ppub") or numbers.get("print") or next(iter(numbers.values()), ""),
        names.get("nlm-journal-id", ""),
    )


def _date_of(element: Element) -> PartialDate | None:
    year = dates.year_number(_text(element.find("year")))
    month = dates.month_number(_text(element.find("month")))
    day = dates.day_number(_text(element.find("day"))) if month else 0
    season = _text(element.find("season"))
    if year:
        return PartialDate(year, month or dates.month_number(season), day, season)
    return dates.printed_date(_text(element.find("string-date")))


def _milestones(meta: Element) -> Iterator[Milestone]:
    """pub-date and history/date, under PubMed's names where it has them."""
    names = {
        "epub": "electronic",
        "ppub": "print",
        "rev-recd": "revised",
        "pmc-release": "pmc-release",
    }
    for element in (*meta.iterfind("pub-date"), *meta.iterfind("history/date")):
        kind = element.get("pub-type") or element.get("date-type") or ""
        if kind == "pub":
            kind = {"electronic": "epub", "print": "ppub"}.get(
                element.get("publication-format", ""), kind
            )
        if date := _date_of(element):
            yield Milestone(names.get(kind, kind), date)


def _date(meta: Element, milestones: tuple[Milestone, ...]) -> PartialDate | None:
    """The date of the issue, with the month of whichever publication date of that year has one."""
    found = {
        element.get("pub-type") or element.get("date-type") or "": _date_of(element)
        for element in meta.iterfind("pub-date")
    }
    known = [date for kind in _PRINTED if (date := found.get(kind))]
    if not known:
        return next((m.date for m in milestones), None)
    best = known[0]
    return best if best.month else next((d for d in known if d.year == best.year and d.month), best)


def _pages(meta: Element) -> str:
    """fpage-lpage, else page-range, else the number of an electronic article."""
    whole = _text(meta.find("page-range"))
    first, last = _text(meta.find("fpage")), _text(meta.find("lpage"))
    if whole and "," in whole:
        return whole
    if first and last and first != last:
        return f"{first}-{last}"
    return first or whole or _text(meta.find("elocation-id"))


def _types(element: Element, meta: Element) -> Iterator[PublicationType]:
    """article-type, and the heading under which the journal printed it."""
    names = [element.get("article-type", "")]
    for group in meta.iterfind("article-categories/subj-group[@subj-group-type='heading']"):
        names += [_text(subject) for subject in group.iterfind("subject")]
    for name in dict.fromkeys(filter(None, names)):
        yield PublicationType(name)


def _keywords(meta: Element) -> Iterator[Keyword]:
    """kwd-group by the authors; subjects other than the journal's heading, too."""
    for group in meta.iterfind("kwd-group"):
        kind = group.get("kwd-group-type", "")
        owner = "NOTNLM" if kind in ("", "author", "author-keywords", "author-generated") else kind
        for keyword in group.iter("kwd", "compound-kwd"):
            if text := _text(keyword):
                yield Keyword(text, False, owner)
    for group in meta.iterfind("article-categories/subj-group"):
        if group.get("subj-group-type") != "heading":
            subjects = dict.fromkeys(filter(None, map(_text, group.iter("subject"))))
            yield from (Keyword(text, False, "subject") for text in subjects)


def _relations(meta: Element) -> Iterator[Relation]:
    for element in meta.iterfind("related-article"):
        kind = element.get("related-article-type", "")
        target = element.get("{http://www.w3.org/1999/xlink}href") or element.get("href", "")
        pmid = identifiers.pmid_number(target) if element.get("ext-link-type") == "pubmed" else None
        text = _text(element) or target
        if text:
            yield Relation(_RELATIONS.get(kind, kind), text, pmid)


def _fields(front: Element | None, meta: Element) -> Iterator[Field]:
    journal = _child(front, "journal-meta")
    pairs = [
        ("publisher", _text(journal.find("publisher/publisher-name"))),
        ("location", _text(journal.find("publisher/publisher-loc"))),
        ("license", _license(meta)),
        ("shorttitle", _text(meta.find("title-group/alt-title[@alt-title-type='running-head']"))),
    ]
    pairs += [("eid", _text(meta.find("elocation-id")))]
    pairs += [("grant", _text(e)) for e in meta.iterfind("funding-group/award-group")]
    pairs += [
        ("editor", _name(e)) for e in meta.iterfind("contrib-group/contrib[@contrib-type='editor']")
    ]
    yield from (Field(name, value) for name, value in pairs if value)


def _name(contributor: Element) -> str:
    last, fore = (
        _text(contributor.find("name/surname")),
        _text(contributor.find("name/given-names")),
    )
    return ", ".join(filter(None, (last, fore))) or _text(contributor.find("collab"))


def _license(meta: Element) -> str:
    found = meta.find("permissions/license")
    if found is None:
        return ""
    return found.get("{http://www.w3.org/1999/xlink}href") or found.get("href") or _text(found)


def _is_jats(head: str) -> bool:
    return (
        head.startswith("<") and _ROOT.search(head) is not None and _FRONT.search(head) is not None
    )


FORMAT = Format("JATS", _is_jats, read_jats)
