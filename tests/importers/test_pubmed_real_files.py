"""Real PubMed files against a second, slow, plain reading that shares no code with the importer."""

import gzip
import re
import tarfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.importers.registry import files_in, read_file, recognise
from desktop_app.records import Article, Deletion, Problem

NOT_PUBMED = {"tipplerow_mesh_desc_sample.xml"}


@pytest.fixture(scope="module")
def real_files(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Every file of the collection: archives unpacked, the rest gzipped as it is."""
    source = shared_data / "pubmed_xml"
    unpacked = tmp_path_factory.mktemp("archives")
    for archive in sorted(source.glob("*.tar.gz")):
        with tarfile.open(archive) as members:
            members.extractall(unpacked / archive.stem, filter="data")
    files = [path for path in sorted(source.iterdir()) if not path.name.endswith(".tar.gz")]
    return files + list(files_in(unpacked))


def plain(element: ET.Element | None) -> str:
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip() if element is not None else ""


def texts(element: ET.Element, path: str) -> list[str]:
    return [plain(found) for found in element.findall(path) if plain(found)]


def major(element: ET.Element) -> bool:
    return element.attrib.get("MajorTopicYN") == "Y"


def orcid(author: ET.Element) -> str:
    for identifier in author.findall("Identifier[@Source='ORCID']"):
        digits = re.sub(r"[^0-9X]", "", plain(identifier).upper())
        return "-".join(re.findall("....", digits))
    return ""


def expected_authors(record: ET.Element) -> list[object]:
    path = "MedlineCitation/Article/AuthorList/Author"
    if record.tag == "PubmedBookArticle":
        path = "BookDocument/AuthorList/Author"
        if not record.findall(path):
            path = "BookDocument/Book/AuthorList[@Type='authors']/Author"
        if not record.findall(path):
            path = "BookDocument/Book/AuthorList/Author"
    authors: list[object] = []
    for author in record.findall(path):
        if author.attrib.get("ValidYN") == "N":
            continue
        affiliations = texts(author, "AffiliationInfo/Affiliation") + texts(author, "Affiliation")
        if not authors and not affiliations:
            affiliations = texts(record, "MedlineCitation/Article/Affiliation")
        fields = ("LastName", "ForeName", "Initials", "Suffix", "CollectiveName")
        names = tuple(plain(author.find(field)) for field in fields)
        authors.append((names, orcid(author), tuple(affiliations)))
    return authors


def expected_references(record: ET.Element) -> list[object]:
    data = record.find("PubmedData")
    if data is None:
        data = record.find("BookDocument")
    found: list[object] = []
    for reference in [] if data is None else data.findall(".//Reference"):
        ids = {
            identifier.attrib["IdType"]: plain(identifier)
            for identifier in reference.findall("ArticleIdList/ArticleId")
        }
        pmc = re.sub(r"\..*|PMC", "", ids.get("pmc", ""))
        doi = ids.get("doi", "").lower()
        doi = doi if doi.startswith("10.") and " " not in doi else ""
        found.append(
            (
                plain(reference.find("Citation")),
                int(ids.get("pubmed", "0")) or None,  # some references have PMID 0
                doi,
                f"PMC{pmc}" if pmc else "",
            )
        )
    return found


def expected(record: ET.Element) -> dict[str, object]:
    """What one record says, field by field, each field by its own search."""
    base = "BookDocument" if record.tag == "PubmedBookArticle" else "MedlineCitation/Article"
    citation = "BookDocument" if record.tag == "PubmedBookArticle" else "MedlineCitation"
    types = [*record.findall(f"{base}/PublicationType")]
    types += record.findall(f"{base}/PublicationTypeList/PublicationType")
    ids = {
        identifier.attrib["IdType"]: plain(identifier)
        for identifier in record.findall("PubmedData/ArticleIdList/ArticleId")
    }
    return {
        "pmid": int(plain(record.find(f"{citation}/PMID"))),
        "pmcid": ids.get("pmc", "").partition(".")[0],  # one has a version: PMC3706072.1
        "title": plain(record.find(f"{base}/ArticleTitle"))
        or plain(record.find(f"{base}/VernacularTitle"))  # seven have no other
        or plain(record.find(f"{base}/Book/BookTitle")),
        "vernacular": plain(record.find(f"{base}/VernacularTitle")),
        "sections": [
            (plain(part), part.attrib.get("Label", ""), part.attrib.get("NlmCategory", ""))
            for part in record.findall(f"{base}/Abstract/AbstractText")
            if plain(part)
        ],
        "other abstracts": texts(record, f"{citation}/OtherAbstract/AbstractText"),
        "headings": [
            (
                heading.find("DescriptorName").attrib.get("UI", ""),  # type: ignore[union-attr]
                plain(heading.find("DescriptorName")),
                major(heading.find("DescriptorName")),  # type: ignore[arg-type]
                [
                    (q.attrib.get("UI", ""), plain(q), major(q))
                    for q in heading.findall("QualifierName")
                ],
            )
            for heading in record.findall("MedlineCitation/MeshHeadingList/MeshHeading")
        ],
        "authors": expected_authors(record),
        "references": expected_references(record),
        "substances": sorted(
            (c.find("NameOfSubstance").attrib.get("UI", ""), plain(c.find("NameOfSubstance")))  # type: ignore[union-attr]
            for c in record.findall("MedlineCitation/ChemicalList/Chemical")
        )
        + sorted(
            (name.attrib.get("UI", ""), plain(name))
            for name in record.findall("MedlineCitation/SupplMeshList/SupplMeshName")
        ),
        "types": [(plain(kind), kind.attrib.get("UI", "")) for kind in types],
        "keywords": [
            (plain(word), major(word), words.attrib.get("Owner", ""))
            for words in record.findall(f"{citation}/KeywordList")
            for word in words.findall("Keyword")
            if plain(word)
        ],
        "relations": [
            (
                link.attrib["RefType"],
                plain(link.find("RefSource")),
                int(plain(link.find("PMID"))) if plain(link.find("PMID")) else None,
                plain(link.find("Note")),
            )
            for link in record.findall(
                "MedlineCitation/CommentsCorrectionsList/CommentsCorrections"
            )
        ],
        "journal": plain(record.find(f"{base}/Journal/Title"))
        or plain(record.find(f"{base}/Book/BookTitle")),
        "volume": plain(record.find(f"{base}/Journal/JournalIssue/Volume")),
        "languages": texts(record, f"{base}/Language"),
        "milestones": len(
            [e for e in record.iter() if e.tag in {"PubMedPubDate", "ArticleDate", "DateRevised"}]
            + [e for e in record.iter() if e.tag in {"DateCompleted", "DateCreated"}]
            + record.findall("BookDocument/ContributionDate")
        ),
    }


def actual(article: Article) -> dict[str, object]:
    """The same fields from the importer's article, in the same shapes."""
    return {
        "pmid": article.pmid,
        "pmcid": article.pmcid,
        "title": article.title,
        "vernacular": article.vernacular_title,
        "sections": [(s.text, s.label, s.category) for s in article.sections],
        "other abstracts": [s.text for s in article.other_abstracts],
        "headings": [
            (h.ui, h.name, h.major, [(q.ui, q.name, q.major) for q in h.qualifiers])
            for h in article.headings
        ],
        "authors": [
            ((a.last, a.fore, a.initials, a.suffix, a.collective), a.orcid, a.affiliations)
            for a in article.authors
        ],
        "references": [(r.text, r.pmid, r.doi, r.pmcid) for r in article.references],
        "substances": sorted((s.ui, s.name) for s in article.substances if s.kind == "Chemical")
        + sorted((s.ui, s.name) for s in article.substances if s.kind != "Chemical"),
        "types": [(t.name, t.ui) for t in article.publication_types],
        "keywords": [(k.text, k.major, k.owner) for k in article.keywords],
        "relations": [(r.kind, r.text, r.pmid, r.note) for r in article.relations],
        "journal": article.journal.title,
        "volume": article.volume,
        "languages": list(article.languages),
        "milestones": len(article.milestones),
    }


def tree_of(path: Path) -> ET.Element:
    content = path.read_bytes()
    return ET.fromstring(gzip.decompress(content) if path.suffix == ".gz" else content)


def differences(path: Path) -> Iterator[str]:
    """Every field that the two readings of a file do not agree on."""
    root = tree_of(path)
    records = [e for e in root if e.tag in {"PubmedArticle", "PubmedBookArticle"}]
    deleted = [int(plain(pmid)) for pmid in root.findall("DeleteCitation/PMID")]
    entries = list(read_file(path))
    articles = [entry for entry in entries if isinstance(entry, Article)]
    yield from (str(entry) for entry in entries if isinstance(entry, Problem))
    if [entry.pmid for entry in entries if isinstance(entry, Deletion)] != deleted:
        yield f"{path.name}: deletions"
    if len(articles) != len(records):
        yield f"{path.name}: {len(articles)} articles of {len(records)} records"
    for article, record in zip(articles, records, strict=False):
        ours, theirs = actual(article), expected(record)
        for field in theirs:
            if ours[field] != theirs[field]:
                yield f"{path.name} {article.pmid} {field}: {ours[field]} != {theirs[field]}"


def test_every_real_record_equals_the_independent_reading(real_files: list[Path]) -> None:
    found = [
        difference
        for path in real_files
        if path.name.removesuffix(".gz") not in NOT_PUBMED
        for difference in differences(path)
    ]
    assert found == []


def test_real_records_are_all_there(real_files: list[Path]) -> None:
    entries = [entry for path in real_files for entry in read_file(path)]
    articles = [entry for entry in entries if isinstance(entry, Article)]
    assert len(articles) >= 1400
    assert sum(len(article.headings) for article in articles) >= 11_000
    assert sum(len(article.references) for article in articles) >= 20_000
    assert sum(1 for article in articles for author in article.authors if author.orcid) >= 500
    assert sum(1 for article in articles if article.date is None) <= 1
    assert sum(1 for entry in entries if isinstance(entry, Deletion)) == 10


def test_other_nlm_files_are_recognised_as_such(real_files: list[Path]) -> None:
    others = [path for path in real_files if path.name.removesuffix(".gz") in NOT_PUBMED]
    assert [recognise(path) for path in others] == [None]
    (problem,) = read_file(others[0])
    assert isinstance(problem, Problem)
    assert "DescriptorRecordSet" in problem.reason
