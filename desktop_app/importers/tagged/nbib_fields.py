"""Single NBIB values: headings, substances, relations, identifiers; what its tags mean."""

import re

from desktop_app.importers import identifiers
from desktop_app.records import Heading, Qualifier, Relation, Substance

RELATIONS = {  # tag: RefType of PubMed XML
    "CIN": "CommentIn",
    "CON": "CommentOn",
    "CRF": "CorrectedandRepublishedFrom",
    "CRI": "CorrectedandRepublishedIn",
    "DDIN": "AssociatedDataset",
    "DRIN": "AssociatedPublication",
    "ECF": "ExpressionOfConcernFor",
    "ECI": "ExpressionOfConcernIn",
    "EFR": "ErratumFor",
    "EIN": "ErratumIn",
    "ORI": "OriginalReportIn",
    "PRIN": "PartialRetractionIn",
    "PROF": "PartialRetractionOf",
    "RIN": "RetractionIn",
    "ROF": "RetractionOf",
    "RPF": "RepublishedFrom",
    "RPI": "RepublishedIn",
    "RRF": "RetractedandRepublishedFrom",
    "RRI": "RetractedandRepublishedIn",
    "SPIN": "SummaryForPatientsIn",
    "UIN": "UpdateIn",
    "UOF": "UpdateOf",
}
DATES = {  # tag: Milestone.kind, as the reader of PubMed XML calls the same date
    "DA": "created",
    "DCOM": "completed",
    "LR": "record-revised",
    "DEP": "electronic",
    "CRDT": "entrez",
    "EDAT": "pubmed",
    "MHDA": "medline",
    "PMCR": "pmc-release",
    "CTDT": "contributed",
    "PHST": "",  # says its kind itself: "2005/06/17 00:00 [received]"
}
FIELDS = {  # tag: Field.name
    "CN": "collective",
    "COI": "conflict-of-interest",
    "CTI": "series",
    "EN": "edition",
    "GN": "note",
    "GR": "grant",
    "GS": "gene-symbol",
    "IS ": "issn",
    "IS electronic": "eissn",
    "IS print": "pissn",
    "OCI": "other-abstract-copyright",
    "OWN": "owner",
    "PB": "publisher",
    "PST": "pubstate",
    "PUBM": "publication-model",
    "RF": "reference-count",
    "SB": "subset",
    "SFM": "space-flight-mission",
    "SO": "source",
    "VTI": "volumetitle",
}
_MARK = re.compile(r"(.*?)\s*\[([^\[\]]+)\]$")
_ISSN = re.compile(r"(\d{4}-?\d{3}[\dXx])(?:\s*\((\w+)\))?$")
_PMID = re.compile(r"\s*PMID:?\s*(\d{1,10})\b\.?")


def heading(text: str) -> Heading | None:
    """ "Name/*qualifier/qualifier": a star marks a major topic. MEDLINE text has no UIs."""
    name, *qualifiers = (part.strip() for part in text.split("/"))
    if not name.strip("*"):
        return None
    return Heading(
        "",
        name.removeprefix("*"),
        name.startswith("*"),
        tuple(Qualifier("", q.removeprefix("*"), q.startswith("*")) for q in qualifiers if q),
    )


def substance(text: str) -> Substance:
    """ "1406-16-2 (Vitamin D)"; the number 0 means that none was assigned."""
    number, bracket, name = text.partition(" (")
    if not bracket or not name.endswith(")"):
        return Substance("", text)
    return Substance("", name[:-1], "" if number == "0" else number)


def relation(tag: str, text: str) -> Relation | None:
    """ "BMJ. 2005 May 21;330(7501):1162-3. PMID: 15905232"."""
    found = _PMID.search(text)
    pmid = identifiers.pmid_number(found[1]) if found else None
    rest = (text[: found.start()] + text[found.end() :]).strip() if found else text
    if found:
        rest = rest.removesuffix(".")  # the full stop that parts it from the PMID
    return Relation(RELATIONS[tag], rest, pmid) if rest or pmid else None


def marked_id(text: str) -> tuple[str, str]:
    """Kind and value of "10.1000/1 [doi]"; a DOI is known without its mark too."""
    found = _MARK.match(text)
    value, kind = (found[1], found[2].strip()) if found else (text, "")
    doi = identifiers.doi(value) if kind in ("", "doi") else ""
    return ("doi", doi) if doi else (kind or "other", value)


def issn(text: str) -> tuple[str, str]:
    """Number and kind (electronic, print, linking, "") of "1471-2105 (Electronic)"."""
    found = _ISSN.match(text)
    return (found[1], (found[2] or "").lower()) if found else (text, "")
