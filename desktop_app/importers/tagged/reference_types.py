"""The kinds of publication in RIS, ISI and Refer files as BibLaTeX entry types."""

_RIS = {
    "article": "JOUR ABST EJOUR INPR JFULL MGZN NEWS",
    "artwork": "ART",
    "audio": "SOUND MUSIC",
    "book": "BOOK EBOOK CLSWK ANCIENT",
    "booklet": "PAMP",
    "collection": "EDBOOK",
    "dataset": "DATA AGGR DBASE",
    "image": "CHART EQUA FIGURE",
    "inbook": "CHAP ECHAP",
    "inproceedings": "CPAPER CONF",
    "inreference": "DICT ENCYC",
    "jurisdiction": "CASE",
    "legal": "HEAR LEGAL",
    "legislation": "BILL STAT UNBILL",
    "letter": "PCOMM ICOMM",
    "online": "ELEC BLOG WEB MULTI",
    "patent": "PAT",
    "periodical": "SER CTLG",
    "report": "RPRT GOVDOC GRNT",
    "software": "COMP",
    "standard": "STAND",
    "thesis": "THES",
    "unpublished": "UNPB MANSCPT",
    "video": "ADVS MPCT VIDEO",
}
_BY_RIS = {tag: kind for kind, tags in _RIS.items() for tag in tags.split()}
_PLAIN = frozenset(tags.split()[0] for tags in _RIS.values())  # say no more than the kind does
_ISI = {"J": "article", "B": "book", "S": "inbook", "P": "patent", "C": "inproceedings"}
_REFER = {
    "journal": "article",
    "journal article": "article",
    "magazine article": "article",
    "newspaper article": "article",
    "electronic article": "article",
    "book": "book",
    "edited book": "collection",
    "electronic book": "book",
    "book section": "inbook",
    "conference": "inproceedings",
    "conference paper": "inproceedings",
    "conference proceedings": "inproceedings",
    "report": "report",
    "government document": "report",
    "thesis": "thesis",
    "patent": "patent",
    "dataset": "dataset",
    "computer program": "software",
    "web page": "online",
    "blog": "online",
    "unpublished work": "unpublished",
    "manuscript": "unpublished",
    "": "article",
}


def ris_kind(name: str) -> tuple[str, str]:
    """BibLaTeX entry type of a TY, and the TY when it says more than that."""
    name = name.upper()
    kind = _BY_RIS.get(name, "misc" if name else "article")
    return kind, "" if name in _PLAIN or name in ("", "GEN") else name


def isi_kind(name: str) -> str:
    """BibLaTeX entry type of a PT of the Web of Science."""
    return _ISI.get(name[:1].upper(), "misc" if name else "article")


def refer_kind(name: str) -> tuple[str, str]:
    """BibLaTeX entry type of a %0 of EndNote, and the name when it says more than that."""
    kind = _REFER.get(name.lower(), "misc")
    return kind, "" if name.lower() in (kind, "journal article", "generic", "") else name
