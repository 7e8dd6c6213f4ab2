"""Single PubMed elements as values of `records`: text, dates, people, headings, references."""

from collections.abc import Iterator

from lxml.etree import _Element as Element

from desktop_app.importers import dates, identifiers
from desktop_app.records import (
    Author,
    Heading,
    Keyword,
    PartialDate,
    PublicationType,
    Qualifier,
    Reference,
    Relation,
    Section,
    Substance,
)


def text_of(element: Element) -> str:
    """All text inside, markup such as `<i>`, `<sub>` and MathML dropped, white space squeezed."""
    text = "".join(map(str, element.itertext())) if len(element) else element.text
    if not text:
        return ""
    if text.isprintable() and "  " not in text:  # no white space but single blanks: 3 x faster
        return text.strip()
    return " ".join(text.split())


def date_of(element: Element) -> PartialDate | None:
    """Year, Month, Day, Season or MedlineDate; None when there is no year to be read."""
    year = month = day = 0
    printed = ""
    for child in element:
        tag = child.tag
        if tag == "Year":
            year = dates.year_number(child.text)
        elif tag == "Month":
            month = dates.month_number(child.text)
        elif tag == "Day":
            day = dates.day_number(child.text)
        elif tag in ("Season", "MedlineDate"):
            printed = text_of(child)
    if year:
        return PartialDate(year, month, day if month else 0, printed)
    return dates.printed_date(printed) if printed else None


def section(element: Element, label: str | None = None) -> Section | None:
    """One `AbstractText` (None when empty); `label` stands for its own Label when given."""
    text = text_of(element)
    if not text:
        return None
    own = element.get("Label", "") if label is None else label
    return Section(text, own, element.get("NlmCategory", ""))


def other_sections(element: Element) -> Iterator[Section]:
    """The parts of an `OtherAbstract`, labelled "Type, language" and the part's own Label."""
    origin = ", ".join(filter(None, (element.get("Type"), element.get("Language"))))
    for child in element.iterchildren("AbstractText"):
        own = child.get("Label")
        found = section(child, f"{origin}: {own}" if own else origin)
        if found:
            yield found


def author(element: Element) -> Author | None:
    """One `Author`; None when it has no name, or a spelling NLM has since corrected (ValidYN N)."""
    if element.get("ValidYN") == "N":
        return None
    last = fore = initials = suffix = collective = orcid = ""
    affiliations: list[str] = []
    for child in element:
        tag = child.tag
        if tag == "LastName":
            last = text_of(child)
        elif tag in ("ForeName", "FirstName"):  # FirstName: files before 2002
            fore = text_of(child)
        elif tag == "Initials":
            initials = text_of(child)
        elif tag == "AffiliationInfo":
            affiliations += filter(None, map(text_of, child.iterchildren("Affiliation")))
        elif tag == "Identifier" and child.get("Source") == "ORCID":
            orcid = identifiers.orcid(child.text) or orcid
        elif tag == "Suffix":
            suffix = text_of(child)
        elif tag == "CollectiveName":
            collective = text_of(child)
        elif tag == "Affiliation":  # files before 2014
            affiliations += filter(None, (text_of(child),))
    if not (last or fore or collective):
        return None
    return Author(last, fore, initials, suffix, collective, orcid, tuple(affiliations))


def heading(element: Element) -> Heading | None:
    """One `MeshHeading` with its qualifiers (Descriptor, SubHeading: files before 2002)."""
    ui = name = ""
    major = False
    qualifiers: list[Qualifier] = []
    for child in element:
        tag = child.tag
        if tag in ("QualifierName", "SubHeading"):
            qualifiers.append(Qualifier(child.get("UI", ""), text_of(child), _is_major(child)))
        elif tag in ("DescriptorName", "Descriptor"):
            ui, name, major = child.get("UI", ""), text_of(child), _is_major(child)
    return Heading(ui, name, major, tuple(qualifiers)) if ui or name else None


def keywords(element: Element) -> Iterator[Keyword]:
    """The items of a `KeywordList`."""
    owner = element.get("Owner", "")
    for child in element.iterchildren("Keyword"):
        text = text_of(child)
        if text:
            yield Keyword(text, _is_major(child), owner)


def chemical(element: Element) -> Substance | None:
    """One `Chemical`. RegistryNumber 0 means that none was assigned and becomes ""."""
    ui = name = number = ""
    for child in element:
        tag = child.tag
        if tag == "NameOfSubstance":
            ui, name = child.get("UI", ""), text_of(child)
        elif tag == "RegistryNumber":
            number = text_of(child)
    return Substance(ui, name, "" if number == "0" else number) if ui or name else None


def supplementary(element: Element) -> Substance | None:
    """One `SupplMeshName`: a disease, protocol, organism … that is no descriptor."""
    ui, name = element.get("UI", ""), text_of(element)
    return Substance(ui, name, kind=element.get("Type", "")) if ui or name else None


def publication_type(element: Element) -> PublicationType | None:
    """One `PublicationType`."""
    name = text_of(element)
    return PublicationType(name, element.get("UI", "")) if name else None


def reference(element: Element) -> Reference | None:
    """One `Reference`; None when it says nothing at all."""
    text = doi = pmcid = ""
    pmid: int | None = None
    for child in element:
        tag = child.tag
        if tag == "Citation":
            text = text_of(child)
        elif tag == "ArticleIdList":
            for item in child:
                kind = item.get("IdType")
                if kind == "pubmed":
                    pmid = identifiers.pmid_number(item.text) or pmid
                elif kind == "doi":
                    doi = identifiers.doi(item.text) or doi
                elif kind == "pmc":
                    pmcid = identifiers.pmcid(item.text) or pmcid
    return Reference(text, pmid, doi, pmcid) if text or pmid or doi or pmcid else None


def relation(element: Element, kind: str) -> Relation | None:
    """One `CommentsCorrections` of RefType `kind`; None when it leads nowhere."""
    text = note = ""
    pmid: int | None = None
    for child in element:
        tag = child.tag
        if tag == "RefSource":
            text = text_of(child)
        elif tag == "PMID":
            pmid = identifiers.pmid_number(child.text)
        elif tag == "Note":
            note = text_of(child)
    return Relation(kind, text, pmid, note) if text or pmid or note else None


def pages(element: Element) -> str:
    """`Pagination`: MedlinePgn as printed, else StartPage-EndPage."""
    found = {child.tag: text_of(child) for child in element}
    first, last = found.get("StartPage", ""), found.get("EndPage", "")
    return found.get("MedlinePgn") or (f"{first}-{last}" if first and last else first or last)


def _is_major(element: Element) -> bool:
    return element.get("MajorTopicYN") == "Y"
