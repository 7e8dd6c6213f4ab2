"""What the columns of a table of literature mean, by the names that databases give them."""

import csv
import re
from dataclasses import dataclass

from desktop_app.importers.decoded_text import clean
from desktop_app.importers.table import own_table

_COLUMNS = {  # BibLaTeX's name -> columns in lower case, without spaces and signs
    "title": "title titles primarytitle articletitle documenttitle itemtitle papertitle ti "
    "publicationtitle titleprimary",
    "origtitle": "originaltitle vernaculartitle",
    "abstract": "abstract abstracts notesabstract abstracttext ab abstractnote n2",
    "author": "authors author authornames firstauthors au creators creator",
    "fullauthor": "authorfullnames authorfullname authorsfull authorsfullnames",
    "editor": "editors editor secondaryauthors",
    "year": "year years publicationyear publishedyear yearpublished pubyear py",
    "date": "date publicationdate publisheddate datepublished pubdate createdate coverdate",
    "month": "month publicationmonth publishedmonth",
    "doi": "doi dois itemdoi digitalobjectidentifier di",
    "pmid": "pmid pmids pubmedid pubmedids pubmed medlinepmid accessionnumberpmid",
    "pmcid": "pmcid pmcids pmc pubmedcentralid",
    "journaltitle": "journal journals journalbook journaltitle sourcetitle secondarytitle "
    "publicationname fullsourcetitle journalname t2 so containertitle alternatetitle3 pubtitle",
    "shortjournal": "abbreviatedsourcetitle journalabbreviation journalabbrev alternatetitle2 "
    "isoabbreviation",
    "volume": "volume vol vl journalvolume",
    "number": "issue number issuenumber is journalissue",
    "pages": "pages page pagerange pagination",
    "startpage": "startpage pagestart firstpage bp sp",
    "endpage": "endpage pageend lastpage ep",
    "eid": "artno articlenumber",
    "issn": "issn issns issnisbn printissn",
    "isbn": "isbn isbns",
    "keywords": "keywords keyword authorkeywords authorskeywords manualtags kw de",
    "mesh": "mesh meshheadings",
    "majormesh": "majormesh",
    "indexterms": "indexkeywords subjects meshterms emtreemedicalindexterms emtreedrugindexterms "
    "emtreemedicalindextermsmajorfocus emtreedrugindextermsmajorfocus automatictags",
    "language": "language languages languageoforiginaldocument la",
    "pubtype": "documenttype documenttypes doctype publicationtype publicationtypes articletype pt",
    "type": "typeofreference itemtype entrytype referencetype",
    "publisher": "publisher publishers pu",
    "location": "placepublished publisherlocation place",
    "url": "url urls link links openurllink fulltextlink articleurl plink",
    "note": "note notes extra",
    "affiliation": "affiliations authorswithaffiliations authoraffiliations affiliation "
    "correspondenceaddress",
    "accession": "accessionnumber eid medlineaccession embaseaccessionid pui ut utuniquewosid",
    "file": "fileattachments fileattachments1 fileattachments2 file",
    "label": "labelincluded included finalincluded labelabstractincluded includedfinal label "
    "asreviewlabel decision",
    "source": "source",
}
_BY_COLUMN = {column: name for name, text in _COLUMNS.items() for column in text.split()}
_TITLES = frozenset(_COLUMNS["title"].split())
_JOURNAL_BESIDE_TITLE = "publicationtitle"  # to Zotero, IEEE and Springer; alone it is a title
_ENOUGH = _TITLES | {"doi", "dois", "pmid", "pmids", "pubmedid", "pubmedids"}
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
    is_ours: bool = False  # exported by Litmesh: `own_table` knows what the columns hold


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
            return _table(separator, names, plain)
        if len(names) == 1 and plain[0] in _TITLES:
            return Table(",", ("title",))
    return None


def _table(separator: str, names: list[str], plain: list[str]) -> Table:
    own = [_own_name(name, position) for position, name in enumerate(names, 1)]
    if own_table.MARKS.issubset(plain):
        known = own_table.COLUMNS
        columns = tuple(p if p in known else o for p, o in zip(plain, own, strict=True))
        return Table(separator, columns, is_ours=True)
    meanings = [_BY_COLUMN.get(p) or o for p, o in zip(plain, own, strict=True)]
    if meanings.count("title") > 1 and _JOURNAL_BESIDE_TITLE in plain:
        meanings[plain.index(_JOURNAL_BESIDE_TITLE)] = "journaltitle"
    return Table(separator, tuple(meanings))


def _own_name(name: str, position: int) -> str:
    return f"column{position}" if _UNNAMED.match(name) else clean(name).lower()
