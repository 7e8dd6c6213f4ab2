"""A small invented library as PubMed XML: eight articles that searches and filters tell apart."""

from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape


@dataclass(frozen=True)
class Record:
    """What the tests look at; `mesh` holds (UI, name)."""

    pmid: int
    title: str
    text: str
    year: int
    mesh: tuple[tuple[str, str], ...] = ()
    journal: str = "Journal of Examples"
    types: tuple[str, ...] = ("Journal Article",)
    authors: tuple[str, ...] = ("Okonjo",)


INSULIN = ("D007333", "Insulin Resistance")
HUMANS = ("D006801", "Humans")
RECORDS = (
    Record(
        101,
        "Mitochondrial dysfunction causes insulin resistance in muscle",
        "Defective mitochondria in skeletal muscle impair glucose uptake and insulin signalling.",
        2015,
        (("D008928", "Mitochondria"), INSULIN, HUMANS),
        "Diabetes",
        ("Journal Article", "Review"),
    ),
    Record(
        102,
        "Exercise improves insulin sensitivity",
        "Twelve weeks of training lowered fasting insulin and improved glucose tolerance.",
        2018,
        (("D015444", "Exercise"), INSULIN, HUMANS),
        "Diabetes",
    ),
    Record(
        103,
        "Inhaled steroids for asthma in children",
        "Children with asthma had fewer attacks when they inhaled a steroid every day.",
        2020,
        (("D001249", "Asthma"), ("D002648", "Child"), HUMANS),
        "Lancet",
        ("Journal Article", "Randomized Controlled Trial"),
    ),
    Record(
        104,
        "Outcomes of heart failure in the elderly",
        "Old patients with heart failure were followed for five years after discharge.",
        2010,
        (("D006333", "Heart Failure"), ("D000368", "Aged"), HUMANS),
        "Lancet",
    ),
    Record(
        105,
        "Screening for breast cancer",
        "Mammography found tumours earlier in women over fifty.",
        2005,
        (("D001943", "Breast Neoplasms"), HUMANS),
    ),
    Record(
        106,
        "Lung cancer in mice exposed to smoke",
        "Mice that inhaled tobacco smoke developed tumours of the lung.",
        2021,
        (("D008175", "Lung Neoplasms"), ("D051379", "Mice")),
    ),
    Record(
        107,
        "Triptans for migraine",
        "Sumatriptan relieved headache within two hours in most patients.",
        2012,
        (("D008881", "Migraine Disorders"), HUMANS),
    ),
    Record(
        108,
        "Gut microbiota and obesity",
        "The composition of intestinal bacteria differs between lean and obese persons.",
        2022,
        (("D009765", "Obesity"), HUMANS),
    ),
)


def write_records(path: Path, records: tuple[Record, ...] = RECORDS) -> Path:
    """Write records as a PubMed file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    body = "".join(_record(record) for record in records)
    path.write_text(f"<PubmedArticleSet>{body}</PubmedArticleSet>", encoding="utf-8")
    return path


def many(count: int, first: int = 1000) -> tuple[Record, ...]:
    """`count` records that differ in their numbers."""
    return tuple(
        Record(
            first + n,
            f"Glucose in cohort {n}",
            f"Cohort number {n} had its fasting glucose measured in the year {1950 + n % 70}.",
            1950 + n % 70,
            (("D005947", "Glucose"),),
            f"Journal {n % 40}",
        )
        for n in range(count)
    )


def _record(record: Record) -> str:
    headings = "".join(
        f'<MeshHeading><DescriptorName UI="{ui}">{escape(name)}</DescriptorName></MeshHeading>'
        for ui, name in record.mesh
    )
    types = "".join(f"<PublicationType>{escape(t)}</PublicationType>" for t in record.types)
    authors = "".join(
        f"<Author><LastName>{escape(name)}</LastName><ForeName>Ada</ForeName></Author>"
        for name in record.authors
    )
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{record.pmid}</PMID>'
        f"<Article><Journal><JournalIssue><PubDate><Year>{record.year}</Year></PubDate>"
        f"</JournalIssue><Title>{escape(record.journal)}</Title></Journal>"
        f"<ArticleTitle>{escape(record.title)}</ArticleTitle>"
        f"<Abstract><AbstractText>{escape(record.text)}</AbstractText></Abstract>"
        f"<AuthorList>{authors}</AuthorList><PublicationTypeList>{types}</PublicationTypeList>"
        f"</Article><MeshHeadingList>{headings}</MeshHeadingList></MedlineCitation></PubmedArticle>"
    )
