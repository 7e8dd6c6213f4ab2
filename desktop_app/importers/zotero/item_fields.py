"""Zotero's item types, fields and roles under the names that BibLaTeX has for them.

Names: https://api.zotero.org/schema (version 36).
"""

import re

from desktop_app.importers.biblatex_article import any_date
from desktop_app.importers.dates import day_number, month_number, year_number
from desktop_app.records import PartialDate

_KINDS = {
    "journalArticle": "article",
    "magazineArticle": "article",
    "newspaperArticle": "article",
    "preprint": "unpublished",  # as in CSL-JSON: BibLaTeX has no type of its own for it
    "manuscript": "unpublished",
    "book": "book",
    "bookSection": "incollection",
    "conferencePaper": "inproceedings",
    "encyclopediaArticle": "inreference",
    "dictionaryEntry": "inreference",
    "thesis": "thesis",
    "report": "report",
    "patent": "patent",
    "standard": "standard",
    "dataset": "dataset",
    "computerProgram": "software",
    "webpage": "online",
    "blogPost": "online",
    "forumPost": "online",
    "letter": "letter",
    "email": "letter",
    "instantMessage": "letter",
    "case": "jurisdiction",
    "statute": "legislation",
    "bill": "legislation",
    "hearing": "legal",
    "artwork": "artwork",
    "map": "image",
    "film": "video",
    "videoRecording": "video",
    "tvBroadcast": "video",
    "audioRecording": "audio",
    "radioBroadcast": "audio",
    "podcast": "audio",
}
_NAMES = {
    "abstractNote": "abstract",
    "subject": "title",
    "caseName": "title",
    "nameOfAct": "title",
    "publicationTitle": "journaltitle",
    "journalAbbreviation": "shortjournal",
    "bookTitle": "booktitle",
    "proceedingsTitle": "booktitle",
    "encyclopediaTitle": "booktitle",
    "dictionaryTitle": "booktitle",
    "websiteTitle": "journaltitle",
    "blogTitle": "journaltitle",
    "forumTitle": "journaltitle",
    "programTitle": "journaltitle",
    "issue": "number",
    "shortTitle": "shorttitle",
    "accessDate": "urldate",
    "place": "location",
    "university": "publisher",
    "institution": "institution",
    "repository": "publisher",
    "publisher": "publisher",
    "company": "publisher",
    "numPages": "pagetotal",
    "numberOfVolumes": "volumes",
    "seriesTitle": "series",
    "archive": "archive",
    "archiveID": "eprint",
    "libraryCatalog": "librarycatalog",
    "callNumber": "library",
    "thesisType": "type",
    "reportType": "type",
    "manuscriptType": "type",
    "websiteType": "type",
    "genre": "type",
    "reportNumber": "reportnumber",
    "patentNumber": "patentnumber",
    "conferenceName": "eventtitle",
    "meetingName": "eventtitle",
    "versionNumber": "version",
    "citationKey": "citekey",
    "rights": "rights",
}
_DATES = ("issueDate", "dateDecided", "dateEnacted")  # `date` under another name
_ROLES = {"seriesEditor": "serieseditor", "bookAuthor": "bookauthor", "translator": "translator"}
# Who stands in the author's place where there is none, by Zotero's schema (`primary`).
_PRIMARY = frozenset(
    "artist cartographer director interviewee inventor performer podcaster presenter programmer "
    "sponsor".split()
)
_MULTIPART = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?: (?!\d\d:)(.*))?$", re.DOTALL)  # not a time
_EXTRA = re.compile(r"\s*(PMID|PMCID|DOI|ISBN|ISSN|Citation Key)\s*:\s*(\S+)\s*$", re.IGNORECASE)


def kind_of(item_type: str) -> str:
    """BibLaTeX entry type of an item type; "misc" for those of which it has none."""
    return _KINDS.get(item_type, "misc")


def says_more(item_type: str) -> bool:
    """Whether an item type tells more than the kind that it became."""
    kind = kind_of(item_type)
    return item_type not in ("", "document") and (
        kind == "misc" or next(name for name, of in _KINDS.items() if of == kind) != item_type
    )


def field_name(name: str) -> str:
    """BibLaTeX's name of a field; its own in small letters where there is no other."""
    return "date" if name in _DATES else _NAMES.get(name, name.lower())


def role_name(role: str) -> str:
    """BibLaTeX's name of a creator's role."""
    return _ROLES.get(role, role.lower()) or "contributor"


def is_primary(role: str) -> bool:
    """Whether this role stands for the author of an item without one."""
    return role in _PRIMARY


def multipart_date(text: str) -> PartialDate | None:
    """A date as Zotero stores it, "2019-03-00 March 2019": sortable, then as it was typed.

    None when the year is not known. What was typed is kept where the numbers say less.
    """
    found = _MULTIPART.match(text)
    if found is None:
        return any_date(text)
    year, month, day = year_number(found[1]), month_number(found[2]), day_number(found[3])
    if not year:
        return any_date(found[4] or "")
    typed = found[4] or ""
    plain = any_date(typed) if typed else None
    said_more = typed if plain and plain.text and (not month or not typed.isascii()) else ""
    if re.search(r"\d\s*[-–/]\s*[A-Za-z]|[A-Za-z]\s*[-–/]\s*\w", typed):  # a range
        said_more = typed
    return PartialDate(year, month, day if month else 0, said_more)


def typed_date(text: str) -> str:
    """Such a date as text: what was typed, or the known parts of the numbers."""
    found = _MULTIPART.match(text)
    if found is None:
        return text
    numbers = "-".join(part for part in found.groups()[:3] if part.strip("0"))
    return found[4] or numbers


def extra_lines(text: str) -> tuple[list[tuple[str, str]], str]:
    """Identifiers that Zotero's users keep in Extra, "PMID: 123" a line, and the other lines."""
    known: list[tuple[str, str]] = []
    rest: list[str] = []
    for line in text.splitlines():
        found = _EXTRA.match(line)
        if found:
            name = found[1].lower()
            known.append(("citekey" if name == "citation key" else name, found[2]))
        elif line.strip():
            rest.append(line.strip())
    return known, "\n".join(rest)
