"""One NBIB record as an `Article`: which tag goes into which field."""

import re
from dataclasses import replace

from desktop_app.importers import identifiers
from desktop_app.importers.tagged.abstract_text import sections
from desktop_app.importers.tagged.nbib_dates import article_date, milestones
from desktop_app.importers.tagged.nbib_fields import (
    DATES,
    FIELDS,
    RELATIONS,
    heading,
    issn,
    marked_id,
    relation,
    substance,
)
from desktop_app.importers.tagged.nbib_people import PEOPLE_TAGS, people_of
from desktop_app.importers.tagged.tag_values import TagValues
from desktop_app.importers.tagged.tagged_text import Record
from desktop_app.records import (
    Article,
    Field,
    Identifier,
    Journal,
    Keyword,
    PublicationType,
    Section,
    Substance,
)

KNOWN_TAGS = frozenset(
    "AB AD AID AU AUID BTI CI CIN CN COI CON CTDT CTI EN GN GR GS IP IS ISBN JID JT LA LID MH MID "
    "NM OAB OABL OCI OID OT OTO OWN PB PG PL PMC PMCR PMID PST PT PUBM RF RN SB SI SO STAT TA TI "
    "TT UI VI VTI FAU FED ED FIR IR FPS PS".split()
).union(FIELDS, RELATIONS, DATES)
_KINDS = {"book": "book", "technical report": "report", "academic dissertation": "thesis"}

_ABSTRACT_KINDS = ("AAMC", "AIDS", "KIE", "NASA", "PIP")  # those of OtherAbstract in capitals
_ORIGIN = re.compile(r"[A-Za-z]+(?:-[a-z]+)*(?: \([a-z]{3}\))?")  # plain-language-summary (fre)


def article_of(record: Record) -> Article:
    """The article of one record. What has no place in `Article` becomes a `Field`."""
    values = TagValues(record)
    people = people_of(values.pairs(*PEOPLE_TAGS))
    types = tuple(map(PublicationType, values.all("PT")))
    book = values.one("BTI", "CTI") if any(tag == "BTI" for tag, _ in record.pairs) else ""
    title = _one_title(values.all("TI"))
    pmid, further = _pmid(values)
    article = Article(
        title=title or book,
        pmid=pmid,
        vernacular_title=_one_title(values.all("TT")),
        sections=tuple(part for text in values.all("AB") for part in sections(text)),
        other_abstracts=_other_abstracts(values),
        abstract_copyright=values.one("CI"),
        authors=people.authors,
        volume=values.one("VI"),
        issue=values.one("IP"),
        pages=values.one("PG"),
        languages=tuple(values.all("LA")),
        publication_types=types,
        headings=tuple(found for text in values.all("MH") if (found := heading(text))),
        keywords=_keywords(values.pairs("OT", "OTO")),
        substances=_substances(values),
        relations=tuple(
            link for tag, text in values.pairs(*RELATIONS) if (link := relation(tag, text))
        ),
        milestones=milestones(values),
        status=values.one("STAT"),
        kind=_kind(types, title, book),
    )
    article = _identified(article, values, further)
    article = replace(article, journal=_journal(values, book), date=article_date(values))
    fields = (FIELDS.get(tag, f"nbib-{tag.lower()}") for tag, _ in values.rest())
    rest = [Field(name, text) for name, (_, text) in zip(fields, values.rest(), strict=True)]
    return replace(article, fields=tuple(dict.fromkeys((*people.fields, *rest))))


def _pmid(values: TagValues) -> tuple[int | None, list[Identifier]]:
    """PMID, and what else stood there; UI, which was another number until 2004."""
    texts = values.all("PMID")
    numbers = (identifiers.pmid_number(text.partition(" ")[0]) for text in texts)
    pmid = next(filter(None, numbers), None)
    kept = [Identifier("pmid", text) for text in texts if identifiers.pmid_number(text) != pmid]
    return pmid, kept + [Identifier("medline-ui", text) for text in values.all("UI")]


def _one_title(parts: list[str]) -> str:
    """A title on several tags: what follows is a subtitle unless the sentence was finished."""
    title = ""
    for part in parts:
        joint = " " if title.endswith((".", "?", "!", ":")) else ": "
        title = f"{title}{joint}{part}" if title else part
    return title


def _identified(article: Article, values: TagValues, further: list[Identifier]) -> Article:
    """With DOI, PMCID and the other identifiers; AID counts before LID, as in PubMed XML."""
    doi = pmcid = ""
    for text in (*values.all("AID"), *values.all("LID")):
        kind, value = marked_id(text)
        if kind == "doi" and not doi:
            doi = value
        elif (kind, value) != ("doi", doi):
            further.append(Identifier(kind, value))
    for text in values.all("PMC"):
        found = identifiers.pmcid(text)
        if found and pmcid in ("", found):
            pmcid = found
        else:
            further.append(Identifier("pmc", text))
    for text in values.all("OID"):
        source, colon, value = text.partition(": ")
        further.append(Identifier(source, value) if colon else Identifier("other", text))
    for tag, kind in (("MID", "mid"), ("ISBN", "isbn"), ("SI", "accession")):
        further += [Identifier(kind, text) for text in values.all(tag)]
    return replace(article, doi=doi, pmcid=pmcid, identifiers=tuple(dict.fromkeys(further)))


def _journal(values: TagValues, book: str) -> Journal:
    numbers = [issn(text) for text in values.all("IS")]
    chosen = next((number for number, kind in numbers if kind == "linking"), "")
    chosen = chosen or (numbers[0][0] if numbers else "")
    for number, kind in numbers:
        if kind != "linking" and (number, kind) != (chosen, ""):
            values.put("IS " + kind, number)
    title = book or values.one("JT")
    return Journal(title, values.one("TA"), chosen, values.one("JID"), values.one("PL"))


def _keywords(pairs: list[tuple[str, str]]) -> tuple[Keyword, ...]:
    """OTO, the owner, stands before (NLM's documents: after) the OT lines it speaks of."""
    owner = next((text for tag, text in pairs if tag == "OTO"), "")
    found = []
    for tag, text in pairs:
        if tag == "OTO":
            owner = text
        else:
            found.append(Keyword(text.removeprefix("*"), text.startswith("*"), owner))
    return tuple(dict.fromkeys(found))


def _substances(values: TagValues) -> tuple[Substance, ...]:
    """RN, and those of NM (supplementary concepts, of which the class is not told) it has not."""
    found = [substance(text) for text in values.all("RN")]
    names = {each.name for each in found}
    found += [Substance("", text, kind="") for text in values.all("NM") if text not in names]
    return tuple(dict.fromkeys(found))


def _other_abstracts(values: TagValues) -> tuple[Section, ...]:
    """OAB "Publisher: text" with the OABL (language) after it, labelled as those of PubMed XML."""
    found: list[Section] = []
    for tag, text in values.pairs("OAB", "OABL"):
        if tag == "OAB":
            found.append(_other_abstract(text))
        elif found:
            last = found[-1]
            label = ", ".join(filter(None, (last.label, text)))
            found[-1] = replace(last, label=label)
    return tuple(found)


def _other_abstract(text: str) -> Section:
    """Capitals are the label of a part ("METHODS") unless they are one of NLM's kinds."""
    origin, colon, body = text.partition(": ")
    is_kind = not origin.isupper() or origin in _ABSTRACT_KINDS
    if colon and is_kind and _ORIGIN.fullmatch(origin):
        return Section(body, origin)
    return Section(text)


def _kind(types: tuple[PublicationType, ...], title: str, book: str) -> str:
    if book:
        return "inbook" if title else "book"
    named = (_KINDS.get(each.name.lower(), "") for each in types)
    return next(filter(None, named), "article")
