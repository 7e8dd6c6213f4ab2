"""Articles for tests of the library, with every field filled at least once."""

from dataclasses import replace

from desktop_app.records import (
    Article,
    Author,
    Field,
    Heading,
    Identifier,
    Journal,
    Keyword,
    Milestone,
    PartialDate,
    PublicationType,
    Qualifier,
    Reference,
    Relation,
    Section,
    Substance,
)

FULL = Article(
    title="Insulin resistance in β-cell-specific IL-6 knock-out mice",
    pmid=101,
    pmcid="PMC7001",
    doi="10.1000/example.101",
    vernacular_title="Résistance à l'insuline",
    sections=(
        Section("We asked why.", "BACKGROUND", "BACKGROUND"),
        Section("Mice were fed.", "METHODS", "METHODS"),
        Section("Glucose rose (p<0.05).", "RESULTS", "RESULTS"),
    ),
    other_abstracts=(Section("Pour tous.", "plain-language-summary (fre)"),),
    abstract_copyright="© The authors",
    authors=(
        Author("Smith", "Jane A", "JA", "Jr", orcid="0000-0002-1825-0097", affiliations=("A", "B")),
        Author(collective="The Mouse Group"),
    ),
    journal=Journal("Journal of Examples", "J Ex", "1234-5678", "0001", "England"),
    date=PartialDate(2021, 3, 0, "2021 Mar-Apr"),
    volume="12",
    issue="3-4",
    pages="101-9",
    languages=("eng", "fre"),
    publication_types=(PublicationType("Journal Article", "D016428"),),
    headings=(
        Heading("D007333", "Insulin Resistance", True, (Qualifier("Q000235", "genetics", True),)),
        Heading("D051379", "Mice", False, (), "nlm"),
        Heading("", "Unlisted Heading", False, (Qualifier("", "x"), Qualifier("", "y"))),
    ),
    keywords=(Keyword("metabolism", True, "NOTNLM"),),
    substances=(Substance("D015850", "Interleukin-6", "0"), Substance("C1", "Y", kind="Disease")),
    references=(Reference("Doe 1999", 55, "10.1/x", "PMC5"), Reference("Roe 2000")),
    relations=(Relation("ErratumIn", "J Ex 2022", 102, "see there"),),
    identifiers=(Identifier("pii", "S1"),),
    milestones=(
        Milestone("received", PartialDate(2020, 1, 2)),
        Milestone("record-revised", PartialDate(2022, 5, 6)),
    ),
    fields=(Field("publisher", "Example Press"), Field("note", "read this")),
    status="MEDLINE",
)
PLAIN = Article(title="Sleep and memory", pmid=102, sections=(Section("Sleep helps."),))
BARE = Article(title="A title and nothing else")


def numbered(count: int, first: int = 1000) -> list[Article]:
    """`count` short articles with PMIDs from `first`."""
    return [
        Article(
            title=f"Article {number} on glucose",
            pmid=number,
            sections=(Section(f"Text {number} of the mouse."),),
            headings=(Heading("D051379", "Mice"),),
            references=(Reference(pmid=number + 1),),
            date=PartialDate(2000 + number % 20),
        )
        for number in range(first, first + count)
    ]


def revised(article: Article, title: str, year: int) -> Article:
    """The same record in a version of another year."""
    return replace(
        article, title=title, milestones=(Milestone("record-revised", PartialDate(year)),)
    )
