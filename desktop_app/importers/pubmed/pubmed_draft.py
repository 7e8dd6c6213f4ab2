"""What has been read of one PubMed record so far, before it becomes an `Article`."""

from dataclasses import dataclass, field

from desktop_app.records import (
    Article,
    Author,
    Heading,
    Identifier,
    Journal,
    Keyword,
    Milestone,
    PartialDate,
    PublicationType,
    Reference,
    Relation,
    Section,
    Substance,
)


@dataclass(slots=True)
class Draft:
    """The fields of `Article` while they are gathered, and what is needed to choose among them."""

    kind: str = "article"
    title: str = ""
    vernacular_title: str = ""
    pmid: int | None = None
    pmcid: str = ""
    doi: str = ""
    location_doi: str = ""  # ELocationID: second choice after ArticleId
    sections: list[Section] = field(default_factory=list)
    other_abstracts: list[Section] = field(default_factory=list)
    abstract_copyright: str = ""
    authors: list[Author] = field(default_factory=list)
    affiliation: str = ""  # Article/Affiliation of files before 2014: the first author's
    journal_title: str = ""
    medline_abbreviation: str = ""
    iso_abbreviation: str = ""
    issn_linking: str = ""
    issn: str = ""
    nlm_id: str = ""
    country: str = ""
    date: PartialDate | None = None
    volume: str = ""
    issue: str = ""
    pages: str = ""
    languages: list[str] = field(default_factory=list)
    publication_types: list[PublicationType] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    keywords: list[Keyword] = field(default_factory=list)
    substances: list[Substance] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    identifiers: dict[Identifier, None] = field(default_factory=dict)  # a set that keeps order
    milestones: list[Milestone] = field(default_factory=list)
    status: str = ""

    def article(self) -> Article:
        """The finished record."""
        if self.location_doi and self.doi and self.location_doi != self.doi:
            self.identifiers[Identifier("doi", self.location_doi)] = None
        return Article(
            title=self.title or self.vernacular_title,
            pmid=self.pmid,
            pmcid=self.pmcid,
            doi=self.doi or self.location_doi,
            vernacular_title=self.vernacular_title,
            sections=tuple(self.sections),
            other_abstracts=tuple(self.other_abstracts),
            abstract_copyright=self.abstract_copyright,
            authors=self._authors(),
            journal=Journal(
                self.journal_title,
                self.medline_abbreviation or self.iso_abbreviation,
                self.issn_linking or self.issn,
                self.nlm_id,
                self.country,
            ),
            date=self.date or self._electronic_date(),
            volume=self.volume,
            issue=self.issue,
            pages=self.pages,
            languages=tuple(self.languages),
            publication_types=tuple(self.publication_types),
            headings=tuple(self.headings),
            keywords=tuple(self.keywords),
            substances=tuple(self.substances),
            references=tuple(self.references),
            relations=tuple(self.relations),
            identifiers=tuple(self.identifiers),
            milestones=tuple(self.milestones),
            status=self.status,
            kind=self.kind,
        )

    def _authors(self) -> tuple[Author, ...]:
        authors = self.authors
        if self.affiliation and authors and not authors[0].affiliations:
            a = authors[0]
            authors[0] = Author(
                a.last, a.fore, a.initials, a.suffix, a.collective, a.orcid, (self.affiliation,)
            )
        return tuple(authors)

    def _electronic_date(self) -> PartialDate | None:
        """A record without a readable PubDate is dated by its ArticleDate."""
        return next((m.date for m in self.milestones if m.kind == "electronic"), None)
