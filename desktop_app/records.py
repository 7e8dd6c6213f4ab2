"""The words of the domain: what one article is, as frozen values without behaviour.

Element names in the docstrings are those of NLM's PubMed DTD (pubmed_250101.dtd).
"""

from dataclasses import dataclass, field
from pathlib import Path

RETRACTION = "RetractionIn"  # Relation.kind of what was withdrawn
RETRACTED = "Retracted Publication"  # PublicationType.name of it


@dataclass(frozen=True, slots=True)
class Section:
    """One part of an abstract (`AbstractText`); an unstructured abstract has one, without label."""

    text: str
    label: str = ""
    category: str = ""  # NlmCategory: BACKGROUND, OBJECTIVE, METHODS, RESULTS, CONCLUSIONS


@dataclass(frozen=True, slots=True)
class Author:
    """One author (`Author`): a person, or a group when `collective` is set."""

    last: str = ""
    fore: str = ""
    initials: str = ""
    suffix: str = ""
    collective: str = ""
    orcid: str = ""  # 0000-0002-1825-0097, without the address
    affiliations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Journal:
    """Where an article stood (`Journal`, `MedlineJournalInfo`); for book articles the book."""

    title: str = ""
    abbreviation: str = ""  # MedlineTA, else ISOAbbreviation
    issn: str = ""
    nlm_id: str = ""  # NlmUniqueID
    country: str = ""


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of which month and day may be unknown (0). `text` keeps what was printed."""

    year: int
    month: int = 0
    day: int = 0
    text: str = ""  # MedlineDate or Season as printed, else empty


@dataclass(frozen=True, slots=True)
class Milestone:
    """A dated step of the article (received, electronic …) or of its record (record-revised)."""

    kind: str
    date: PartialDate


@dataclass(frozen=True, slots=True)
class Qualifier:
    """A MeSH qualifier (subheading) of one heading (`QualifierName`)."""

    ui: str
    name: str
    major: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """One MeSH heading of an article (`MeshHeading`)."""

    ui: str  # descriptor UI, empty when the source gave only a name
    name: str
    major: bool = False
    qualifiers: tuple[Qualifier, ...] = ()
    source: str = "nlm"  # who says so: nlm, pmc, export, user, suggested

    @property
    def is_major(self) -> bool:
        """True when the descriptor or one of its qualifiers is a major topic ([majr])."""
        return self.major or any(q.major for q in self.qualifiers)


@dataclass(frozen=True, slots=True)
class Keyword:
    """An author's or indexer's keyword (`Keyword`)."""

    text: str
    major: bool = False
    owner: str = ""  # KeywordList Owner: NOTNLM (authors), NLM, NASA, PIP …


@dataclass(frozen=True, slots=True)
class Substance:
    """A chemical (`Chemical`) or a supplementary MeSH concept (`SupplMeshName`)."""

    ui: str
    name: str
    registry_number: str = ""
    kind: str = "Chemical"  # Chemical, or SupplMeshName's Type: Disease, Protocol, Organism


@dataclass(frozen=True, slots=True)
class PublicationType:
    """What kind of publication it is (`PublicationType`), e.g. Randomized Controlled Trial."""

    name: str
    ui: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """An item of the article's own reference list (`ReferenceList/Reference`)."""

    text: str = ""
    pmid: int | None = None
    doi: str = ""
    pmcid: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """A comment, correction or retraction link (`CommentsCorrections`)."""

    kind: str  # RefType: CommentIn, ErratumIn, RetractionIn, UpdateOf …
    text: str = ""  # RefSource
    pmid: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Identifier:
    """A further identifier of the article (`ArticleId`, `ELocationID`, `OtherID`, ISBN, URL)."""

    kind: str  # pii, mid, bookaccession, isbn, url …
    value: str


@dataclass(frozen=True, slots=True)
class Field:
    """Something else the source said, under BibLaTeX's name for it: publisher, edition, note …"""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Article:
    """One bibliographic record with everything its source said of it."""

    title: str
    pmid: int | None = None
    pmcid: str = ""  # PMC1234567
    doi: str = ""  # lower case, without the address
    vernacular_title: str = ""
    sections: tuple[Section, ...] = ()
    other_abstracts: tuple[Section, ...] = ()  # OtherAbstract; label = its Type and language
    abstract_copyright: str = ""
    authors: tuple[Author, ...] = ()
    journal: Journal = Journal()
    date: PartialDate | None = None
    volume: str = ""
    issue: str = ""
    pages: str = ""
    languages: tuple[str, ...] = ()  # ISO 639-2: eng, fre …
    publication_types: tuple[PublicationType, ...] = ()
    headings: tuple[Heading, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    substances: tuple[Substance, ...] = ()
    references: tuple[Reference, ...] = ()
    relations: tuple[Relation, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    fields: tuple[Field, ...] = ()
    status: str = ""  # MedlineCitation Status: MEDLINE, PubMed-not-MEDLINE, In-Process …
    kind: str = "article"  # BibLaTeX entry type: article, book, inbook, inproceedings, thesis …

    @property
    def abstract(self) -> str:
        """The whole abstract as plain text, one section a line, without labels."""
        return "\n".join(section.text for section in self.sections)

    @property
    def is_retracted(self) -> bool:
        """True when its source says that it was withdrawn: by a notice, or by its type."""
        return any(relation.kind == RETRACTION for relation in self.relations) or any(
            kind.name == RETRACTED for kind in self.publication_types
        )

    @property
    def year(self) -> int | None:
        """The year of publication."""
        return self.date.year if self.date else None


@dataclass(frozen=True, slots=True)
class Deletion:
    """A record that its source withdrew (`DeleteCitation/PMID`)."""

    pmid: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that could not be taken, and what the user can do about it."""

    file: str
    place: str  # "record 12, PMID 123, line 4711"; empty when the whole file is meant
    reason: str
    remedy: str = ""
    record: str = field(default="", compare=False, repr=False)  # as it stands in the file, if known

    def __str__(self) -> str:
        where = f"{self.file}, {self.place}" if self.place else self.file
        return f"{where}: {self.reason}" + (f" {self.remedy}" if self.remedy else "")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a record, as an importer found it.

    `path` is only good while the entry is handled: a member of an archive is gone afterwards.
    """

    path: Path
    name: str  # as the report calls it, a place in an archive included
    sha256: str
    size: int  # bytes
    text: str = ""  # full text, pages divided by a form feed
    media_type: str = "application/pdf"


@dataclass(frozen=True, slots=True)
class ArticleWithFiles:
    """A record and the files that its source keeps with it."""

    article: Article
    files: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class Guess:
    """A value read out of a file, how sure it is, and where it stood."""

    value: str = ""
    confidence: str = "none"  # sure, likely, guess, none
    place: str = ""

    @property
    def is_sure(self) -> bool:
        """True when it may be taken without asking."""
        return self.confidence == "sure"


@dataclass(frozen=True, slots=True)
class Guesses:
    """What a file seems to be, field by field."""

    title: Guess = Guess()
    author: Guess = Guess()  # the first one
    year: Guess = Guess()
    doi: Guess = Guess()
    pmid: Guess = Guess()
    pmcid: Guess = Guess()


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A file of which it is not certain which article it is: for a person to say."""

    file: Attachment
    reason: str
    guesses: Guesses = Guesses()
    page_image: bytes = b""  # PNG of the first page, empty when there is none
