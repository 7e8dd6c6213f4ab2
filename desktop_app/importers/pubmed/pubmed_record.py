"""One PubMed record element as an `Article`: which child goes into which field.

Each table maps the children of one element of NLM's DTD (pubmed_250101.dtd) to the function
that takes them. One pass over the children is several times faster than a search for each field.
"""

from collections.abc import Callable, Mapping

from lxml.etree import _Element as Element

from desktop_app.importers import identifiers
from desktop_app.importers.pubmed import pubmed_fields
from desktop_app.importers.pubmed.pubmed_draft import Draft
from desktop_app.importers.pubmed.pubmed_fields import date_of, text_of
from desktop_app.records import Article, Identifier, Milestone

Take = Callable[[Element, Draft], None]


def article_of(element: Element) -> Article:
    """The article of a PubmedArticle, PubmedBookArticle or MedlineCitation element."""
    draft = Draft()
    if element.tag == "MedlineCitation":
        _citation(element, draft)
    else:
        _each(element, draft, _RECORD)
    return draft.article()


def _each(element: Element, draft: Draft, table: Mapping[str, Take]) -> None:
    for child in element:
        take = table.get(child.tag)
        if take is not None:
            take(child, draft)


def _into(table: Mapping[str, Take]) -> Take:
    return lambda element, draft: _each(element, draft, table)


def _text(field: str) -> Take:
    """Take the text into `field`; an empty element does not overwrite what is there."""

    def take(element: Element, draft: Draft) -> None:
        text = text_of(element)
        if text:
            setattr(draft, field, text)

    return take


def _append(field: str, read: Callable[[Element], object | None]) -> Take:
    """Append what `read` makes of the element to the list `field`, if anything."""

    def take(element: Element, draft: Draft) -> None:
        value = read(element)
        if value:
            getattr(draft, field).append(value)

    return take


def _append_children(field: str, tag: str, read: Callable[[Element], object | None]) -> Take:
    return _into({tag: _append(field, read)})


def _milestone(kind: str) -> Take:
    return lambda element, draft: _add_milestone(kind, element, draft)


def _add_milestone(kind: str, element: Element, draft: Draft) -> None:
    date = date_of(element)
    if date is not None:
        draft.milestones.append(Milestone(kind, date))


def _article_date(element: Element, draft: Draft) -> None:
    _add_milestone(element.get("DateType", "Electronic").lower(), element, draft)


def _history_date(element: Element, draft: Draft) -> None:
    _add_milestone(element.get("PubStatus", ""), element, draft)


def _citation(element: Element, draft: Draft) -> None:
    draft.status = element.get("Status", "")
    _each(element, draft, _CITATION)


def _pmid(element: Element, draft: Draft) -> None:
    draft.pmid = identifiers.pmid_number(element.text) or draft.pmid


def _date(element: Element, draft: Draft) -> None:
    draft.date = date_of(element)


def _pages(element: Element, draft: Draft) -> None:
    draft.pages = pubmed_fields.pages(element)


def _other_abstract(element: Element, draft: Draft) -> None:
    draft.other_abstracts.extend(pubmed_fields.other_sections(element))


def _keywords(element: Element, draft: Draft) -> None:
    draft.keywords.extend(pubmed_fields.keywords(element))


def _references(element: Element, draft: Draft) -> None:
    """A ReferenceList; iter() enters the lists inside it, in document order."""
    for child in element.iter("Reference"):
        reference = pubmed_fields.reference(child)
        if reference is not None:
            draft.references.append(reference)


def _relation(element: Element, draft: Draft) -> None:
    kind = element.get("RefType")
    # Files before 2009 name the kind by an element inside: CommentsCorrections/CommentIn.
    named = [(element, kind)] if kind else [(child, child.tag) for child in element]
    for part, name in named:
        relation = pubmed_fields.relation(part, name)
        if relation is not None:
            draft.relations.append(relation)


def _identify(kind: str, value: str, draft: Draft) -> None:
    if value:
        draft.identifiers[Identifier(kind, value)] = None


def _article_id(element: Element, draft: Draft) -> None:
    """ArticleId of the article's own list; several of one kind: the first one readable."""
    kind, value = element.get("IdType", ""), text_of(element)
    if kind == "pubmed":
        draft.pmid = draft.pmid or identifiers.pmid_number(value)
    elif kind == "doi" and not draft.doi and identifiers.doi(value):
        draft.doi = identifiers.doi(value)
    elif kind == "pmc" and not draft.pmcid and identifiers.pmcid(value):
        draft.pmcid = identifiers.pmcid(value)
    else:
        _identify(kind, value, draft)


def _location(element: Element, draft: Draft) -> None:
    if element.get("ValidYN") == "N":
        return
    kind, value = element.get("EIdType", ""), text_of(element)
    doi = identifiers.doi(value) if kind == "doi" else ""
    if doi and not draft.location_doi:
        draft.location_doi = doi
    else:
        _identify(kind, value, draft)


def _other_id(element: Element, draft: Draft) -> None:
    _identify(element.get("Source", ""), text_of(element), draft)


def _isbn(element: Element, draft: Draft) -> None:
    _identify("isbn", text_of(element), draft)


def _book_document(element: Element, draft: Draft) -> None:
    """A chapter, or a whole book, which has no ArticleTitle of its own."""
    draft.kind = "book"
    _each(element, draft, _CHAPTER)
    for book in element.iterchildren("Book"):
        _each(book, draft, _BOOK)
    draft.title = draft.title or draft.journal_title
    lists = [*element.iterchildren("AuthorList"), *element.iterfind("Book/AuthorList")]
    lists.sort(key=lambda authors: authors.get("Type") == "editors")  # stable: chapter, then book
    if lists:
        _AUTHORS(lists[0], draft)


_AUTHORS = _append_children("authors", "Author", pubmed_fields.author)
_ABSTRACT = _into(
    {
        "AbstractText": _append("sections", pubmed_fields.section),
        "CopyrightInformation": _text("abstract_copyright"),
    }
)
_PUBLICATION_TYPE = _append("publication_types", pubmed_fields.publication_type)
_OWN_IDS = _into({"ArticleId": _article_id})
_HISTORY = _into({"PubMedPubDate": _history_date})
_SHARED: dict[str, Take] = {  # children of Article and of BookDocument alike
    "ArticleTitle": _text("title"),
    "VernacularTitle": _text("vernacular_title"),
    "Abstract": _ABSTRACT,
    "Language": _append("languages", text_of),
    "Pagination": _pages,
    "ELocationID": _location,
}
_ARTICLE: dict[str, Take] = _SHARED | {
    "AuthorList": _AUTHORS,
    "Affiliation": _text("affiliation"),
    "ArticleDate": _article_date,
    "PublicationTypeList": _into({"PublicationType": _PUBLICATION_TYPE}),
    "Journal": _into(
        {
            "Title": _text("journal_title"),
            "ISOAbbreviation": _text("iso_abbreviation"),
            "ISSN": _text("issn"),
            "JournalIssue": _into(
                {"Volume": _text("volume"), "Issue": _text("issue"), "PubDate": _date}
            ),
        }
    ),
}
_CITATION: dict[str, Take] = {
    "PMID": _pmid,
    "Article": _into(_ARTICLE),
    "MedlineJournalInfo": _into(
        {
            "MedlineTA": _text("medline_abbreviation"),
            "ISSNLinking": _text("issn_linking"),
            "NlmUniqueID": _text("nlm_id"),
            "Country": _text("country"),
        }
    ),
    "MeshHeadingList": _append_children("headings", "MeshHeading", pubmed_fields.heading),
    "ChemicalList": _append_children("substances", "Chemical", pubmed_fields.chemical),
    "SupplMeshList": _append_children("substances", "SupplMeshName", pubmed_fields.supplementary),
    "KeywordList": _keywords,
    "CommentsCorrectionsList": _into({"CommentsCorrections": _relation}),
    "CommentsCorrections": _relation,
    "OtherAbstract": _other_abstract,
    "OtherID": _other_id,
    "DateCreated": _milestone("created"),
    "DateCompleted": _milestone("completed"),
    "DateRevised": _milestone("record-revised"),  # "revised" is the authors' own revision
}
_BOOK: dict[str, Take] = {
    "BookTitle": _text("journal_title"),
    "PubDate": _date,
    "Volume": _text("volume"),
    "Isbn": _isbn,
    "ELocationID": _location,
}
_CHAPTER: dict[str, Take] = _SHARED | {
    "PMID": _pmid,
    "ArticleIdList": _OWN_IDS,
    "PublicationType": _PUBLICATION_TYPE,
    "KeywordList": _keywords,
    "ReferenceList": _references,
    "ContributionDate": _milestone("contributed"),
    "DateRevised": _milestone("record-revised"),
}
_RECORD: dict[str, Take] = {
    "MedlineCitation": _citation,
    "PubmedData": _into(
        {"ArticleIdList": _OWN_IDS, "History": _HISTORY, "ReferenceList": _references}
    ),
    "BookDocument": _book_document,
    "PubmedBookData": _into({"ArticleIdList": _OWN_IDS, "History": _HISTORY}),
}
