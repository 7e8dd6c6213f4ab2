"""Europe PMC's answers as JSON: the search service's own (resultType core) and getpapers' files.

Reference: https://europepmc.org/RestfulWebService, "core" result fields. getpapers writes the
same fields with every value in a list; `_one` and `_all` read both.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from desktop_app.importers import dates, identifiers
from desktop_app.importers.biblatex_article import any_date, people, says_something
from desktop_app.importers.decoded_text import clean, decoded
from desktop_app.importers.format import Entry, Format
from desktop_app.importers.input_file import InputFile
from desktop_app.importers.json_records import json_records
from desktop_app.importers.languages import language_code
from desktop_app.importers.markup import sections_of, without_markup
from desktop_app.records import (
    Article,
    Author,
    Field,
    Heading,
    Identifier,
    Journal,
    Keyword,
    Milestone,
    PartialDate,
    Problem,
    PublicationType,
    Qualifier,
    Relation,
    Substance,
)

Record = Mapping[str, Any]
_MARK = re.compile(r'"(?:authorString|pubYear|abstractText|resultList)"\s*:')
_ID = re.compile(r'"(?:pmid|pmcid|source|doi|hitCount)"\s*:')
_TAKEN = frozenset(
    "id source pmid pmcid doi title authorString authorList authorIdList journalInfo pubYear "
    "pageInfo abstractText affiliation language pubTypeList keywordList meshHeadingList "
    "chemicalList commentCorrectionList fullTextUrlList dateOfCreation dateOfCompletion "
    "dateOfRevision electronicPublicationDate firstPublicationDate embargoDate grantsList "
    "subsetList tmAccessionTypeList dbCrossReferenceList".split()
)
# What Europe PMC itself does with the record, which says nothing of the article.
_SERVICE = frozenset(
    "inEPMC inPMC hasPDF hasBook hasSuppl hasReferences hasTextMinedTerms hasDbCrossReferences "
    "hasLabsLinks hasTMAccessionNumbers epmcAuthMan authMan nihAuthMan hasEvaluations hasData "
    "fullTextIdList versionNumber firstIndexDate fullTextReceivedDate".split()
)
_MILESTONES = {
    "dateOfCreation": "created",
    "dateOfCompletion": "completed",
    "dateOfRevision": "record-revised",
    "electronicPublicationDate": "electronic",
    "firstPublicationDate": "first-published",
    "embargoDate": "embargo",
}
_NAMES = {"license": "license", "citedByCount": "citedbycount", "pubModel": "pubmodel"}


def read_europepmc_json(file: InputFile) -> Iterator[Entry]:
    """Every record of a file, and a Problem for each that cannot be read.

    Raises OSError when the file cannot be opened, and whatever its `report` raises.
    """
    for record in json_records(decoded(file.chunks()), "result"):
        place = f"record {record.number}, line {record.line}"
        if record.value is None:
            again = "Download the file again."
            yield Problem(file.name, place, f"{record.reason}.", again, record.text)
            continue
        article = _article(record.value)
        if says_something(article):
            yield article
        else:
            reason = "The record has neither title nor identifier."
            yield Problem(file.name, place, reason, record=record.text)
    if file.damage:
        yield Problem(file.name, "", f"{file.damage}.", "Download the file again.")


def _article(record: Record) -> Article:
    info = _first(record.get("journalInfo"))
    pmid = identifiers.pmid_number(_one(record, "pmid"))
    if pmid is None and _one(record, "source") == "MED":
        pmid = identifiers.pmid_number(_one(record, "id"))
    return Article(
        title=without_markup(_one(record, "title")),
        pmid=pmid,
        pmcid=identifiers.pmcid(_one(record, "pmcid")),
        doi=identifiers.doi(_one(record, "doi")),
        sections=tuple(sections_of(_one(record, "abstractText"))),
        authors=_authors(record),
        journal=_journal(_first(info.get("journal"))),
        date=_date(record, info),
        volume=_one(info, "volume"),
        issue=_one(info, "issue"),
        pages=_one(record, "pageInfo"),
        languages=tuple(filter(None, map(language_code, _texts(record.get("language"))))),
        publication_types=tuple(
            PublicationType(name) for name in _texts(record.get("pubTypeList"), "pubType")
        ),
        headings=tuple(_headings(record)),
        keywords=tuple(Keyword(t) for t in _texts(record.get("keywordList"), "keyword")),
        substances=tuple(_substances(record)),
        relations=tuple(_relations(record)),
        identifiers=tuple(_identifiers(record)),
        milestones=tuple(_milestones(record)),
        fields=tuple(_fields(record)),
    )


def _authors(record: Record) -> tuple[Author, ...]:
    """authorList, or the names of authorString ("Ghelfi E, Grondin Y.") in older answers."""
    found = [_author(one) for one in _all(record.get("authorList"), "author")]
    named = [author for author in found if author]
    if named and not any(author.affiliations for author in named):
        named[0] = replace(named[0], affiliations=tuple(_texts(record.get("affiliation"))))
    return tuple(named) or people(_one(record, "authorString").rstrip(".").split(","))


def _author(one: Record) -> Author | None:
    last, collective = _one(one, "lastName"), _one(one, "collectiveName")
    if not last and not collective:
        return next(iter(people([_one(one, "fullName")])), None)
    orcid = ""
    for number in _all(one.get("authorId")):
        orcid = orcid or identifiers.orcid(str(number.get("_") or number.get("value") or ""))
    places = _texts(one.get("affiliation"))
    for detail in _all(one.get("authorAffiliationDetailsList"), "authorAffiliation"):
        places += _texts(detail.get("affiliation"))
    return Author(
        last,
        _one(one, "firstName"),
        _one(one, "initials"),
        "",
        "" if last else collective,
        orcid,
        tuple(dict.fromkeys(places)),
    )


def _journal(journal: Record) -> Journal:
    return Journal(
        _one(journal, "title"),
        _one(journal, "medlineAbbreviation") or _one(journal, "ISOAbbreviation"),
        _one(journal, "ISSN", "issn") or _one(journal, "ESSN", "essn"),
        _one(journal, "NLMid", "nlmid"),
    )


def _date(record: Record, info: Record) -> PartialDate | None:
    """The printed date, as PubMed has it; the month that is only a default (0) is not taken."""
    year = dates.year_number(_one(info, "yearOfPublication") or _one(record, "pubYear"))
    printed = any_date(_one(info, "dateOfPublication"))
    if printed and (not year or printed.year == year):
        return printed
    month = dates.month_number(_one(info, "monthOfPublication"))
    return PartialDate(year, month) if year else None


def _headings(record: Record) -> Iterator[Heading]:
    """MeSH headings as NLM assigned them; the answer has names, not identifiers."""
    for heading in _all(record.get("meshHeadingList"), "meshHeading"):
        qualifiers = tuple(
            Qualifier("", _one(q, "qualifierName"), _one(q, "majorTopic_YN") == "Y")
            for q in _all(heading.get("meshQualifierList"), "meshQualifier")
        )
        if name := _one(heading, "descriptorName"):
            yield Heading("", name, _one(heading, "majorTopic_YN") == "Y", qualifiers)


def _substances(record: Record) -> Iterator[Substance]:
    for chemical in _all(record.get("chemicalList"), "chemical"):
        number = _one(chemical, "registryNumber")
        if name := _one(chemical, "name"):
            yield Substance("", name, "" if number == "0" else number)


def _relations(record: Record) -> Iterator[Relation]:
    """commentCorrection: "Erratum in" as PubMed's ErratumIn."""
    for one in _all(record.get("commentCorrectionList"), "commentCorrection"):
        kind = "".join(word[:1].upper() + word[1:] for word in _one(one, "type").split())
        pmid = identifiers.pmid_number(_one(one, "id")) if _one(one, "source") == "MED" else None
        text, note = _one(one, "reference"), _one(one, "note")
        if text or pmid or note:
            yield Relation(kind, text, pmid, note)


def _identifiers(record: Record) -> Iterator[Identifier]:
    if _one(record, "source") not in ("MED", "PMC", ""):  # a preprint, patent, thesis …
        yield Identifier(_one(record, "source").lower(), _one(record, "id"))
    for address in _all(record.get("fullTextUrlList"), "fullTextUrl"):
        if found := _one(address, "url"):
            yield Identifier("url", found)


def _milestones(record: Record) -> Iterator[Milestone]:
    for name, kind in _MILESTONES.items():
        if date := any_date(_one(record, name)):
            yield Milestone(kind, date)


def _fields(record: Record) -> Iterator[Field]:
    for grant in _all(record.get("grantsList"), "grant"):
        parts = (_one(grant, "grantId"), _one(grant, "acronym"), _one(grant, "agency"))
        yield Field("grant", " / ".join(filter(None, parts)))
    for name, key in (
        ("subsetList", "subset"),
        ("tmAccessionTypeList", "accessionType"),
        ("dbCrossReferenceList", "dbName"),
    ):
        for one in _all(record.get(name)):
            values = [_one(x, "name") for x in _all(one.get(key))] or _texts(one.get(key))
            yield from (Field(key.lower(), value) for value in values if value)
    for name, value in record.items():
        if name not in _TAKEN and name not in _SERVICE:
            yield from (Field(_NAMES.get(name, name), text) for text in _texts(value))


def _one(record: Record, *names: str) -> str:
    """The first text under one of these names, itself or in a list."""
    return next((text for name in names for text in _texts(record.get(name))), "")


def _texts(value: object, inside: str = "") -> list[str]:
    """Every text of a value or list; `inside` is the key of the list that wraps them."""
    if inside:
        return [text for part in _all(value) for text in _texts(part.get(inside))]
    if isinstance(value, list):
        return [text for part in value for text in _texts(part)]
    text = clean(value) if isinstance(value, str) else str(value) if _is_number(value) else ""
    return [text] if text else []


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _all(value: object, inside: str = "") -> list[dict[str, Any]]:
    """Every object of a value or list; `inside` is the key of the list that wraps them."""
    if inside:
        return [part for outer in _all(value) for part in _all(outer.get(inside))]
    if isinstance(value, list):
        return [part for item in value for part in _all(item)]
    return [value] if isinstance(value, dict) else []


def _first(value: object) -> dict[str, Any]:
    return next(iter(_all(value)), {})


def _is_europepmc_json(head: str) -> bool:
    return (
        head.startswith(("{", "["))
        and _MARK.search(head) is not None
        and _ID.search(head) is not None
    )


FORMAT = Format("Europe PMC JSON", _is_europepmc_json, read_europepmc_json)
