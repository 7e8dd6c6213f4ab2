"""What the columns of a table of literature mean, by the names that databases give them."""

import csv
import re
from dataclasses import dataclass

from desktop_app.importers.decoded_text import clean

_COLUMNS = {  # BibLaTeX's name -> columns in lower case, without spaces and signs
    "title": "title primarytitle articletitle documenttitle ti publicationtitle titleprimary",
    "origtitle": "originaltitle",
    "abstract": "abstract notesabstract abstracttext ab abstractnote n2",
    "author": "authors author authornames firstauthors au authorsfull authorfullnames creators",
    "editor": "editors editor secondaryauthors",
    "year": "year publicationyear pubyear py",
    "date": "date publicationdate createdate coverdate",
    "month": "month",
    "doi": "doi digitalobjectidentifier di",
    "pmid": "pmid pubmedid pubmed medlinepmid accessionnumberpmid",
    "pmcid": "pmcid pmc pubmedcentralid",
    "journaltitle": "journal journalbook journaltitle sourcetitle secondarytitle publicationname "
    "fullsourcetitle journalname t2 so containertitle alternatetitle3",
    "shortjournal": "abbreviatedsourcetitle journalabbreviation journalabbrev alternatetitle2 "
    "isoabbreviation",
    "volume": "volume vol vl",
    "number": "issue number issuenumber is",
    "pages": "pages page pagerange",
    "startpage": "startpage pagestart firstpage bp sp",
    "endpage": "endpage pageend lastpage ep",
    "eid": "artno articlenumber",
    "issn": "issn issnisbn printissn",
    "isbn": "isbn isbns",
    "keywords": "keywords keyword authorkeywords manualtags kw de",
    "indexterms": "indexkeywords meshterms emtreemedicalindexterms emtreedrugindexterms "
    "emtreemedicalindextermsmajorfocus emtreedrugindextermsmajorfocus automatictags",
    "language": "language languageoforiginaldocument la",
    "pubtype": "documenttype publicationtype articletype pt",
    "type": "typeofreference itemtype entrytype referencetype",
    "publisher": "publisher pu",
    "location": "placepublished publisherlocation place",
    "url": "url urls link openurllink fulltextlink",
    "note": "note notes extra",
    "affiliation": "affiliations authorswithaffiliations affiliation correspondenceaddress",
    "accession": "accessionnumber eid medlineaccession embaseaccessionid pui ut utuniquewosid",
    "file": "fileattachments fileattachments1 fileattachments2 file",
    "label": "labelincluded included finalincluded labelabstractincluded includedfinal label "
    "asreviewlabel decision",
    "source": "source",
}
_BY_COLUMN = {column: name for name, text in _COLUMNS.items() for column in text.split()}
_TITLES = frozenset(_COLUMNS["title"].split())
_ENOUGH = _TITLES | {"doi", "pmid", "pubmedid"}
KINDS = {  # values of a type column -> BibLaTeX entry type
    "jour": "article",
    "journal article": "article",
    "journalarticle": "article",
    "book": "book",
    "chap": "incollection",
    "booksection": "incollection",
    "conf": "inproceedings",
    "conferencepaper": "inproceedings",
    "thes": "thesis",
    "thesis": "thesis",
    "rprt": "report",
    "report": "report",
    "preprint": "unpublished",
    "webpage": "online",
    "patent": "patent",
    "dataset": "dataset",
}
_UNNAMED = re.compile(r"\s*(?:unnamed: ?\d+)?\s*$", re.IGNORECASE)
_SEPARATORS = ("\t", ";", ",", "|")
_MAX_COLUMNS = 500


@dataclass(frozen=True, slots=True)
class Table:
    """How a table is written and what its columns mean (BibLaTeX's name, or their own)."""

    separator: str
    columns: tuple[str, ...]


def table_of(head: str) -> Table | None:
    """How the first line says a table is written, None without a title (or DOI, PMID) column."""
    head = head.lstrip(" \n")
    for separator in sorted(_SEPARATORS, key=lambda s: -head.partition("\n")[0].count(s)):
        try:
            names = next(csv.reader(head.splitlines(keepends=True), delimiter=separator), [])
        except csv.Error:
            continue
        plain = [re.sub(r"[\W_]+", "", name.lower()) for name in names]
        if len(names) > _MAX_COLUMNS or not names or max(map(len, names)) > 200:
            continue
        if len(names) >= 2 and _ENOUGH.intersection(plain):
            own = (_own_name(name, position) for position, name in enumerate(names, 1))
            meanings = [_BY_COLUMN.get(p) or o for p, o in zip(plain, own, strict=True)]
            return Table(separator, tuple(meanings))
        if len(names) == 1 and plain[0] in _TITLES:
            return Table(",", ("title",))
    return None


def _own_name(name: str, position: int) -> str:
    return f"column{position}" if _UNNAMED.match(name) else clean(name).lower()
