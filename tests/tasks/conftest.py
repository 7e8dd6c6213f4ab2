"""PubMed files written by the tests, and an empty library."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop_app.library.library import Library

RECORD = """<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{pmid}</PMID>
<Article><Journal><JournalIssue><PubDate><Year>{year}</Year></PubDate></JournalIssue>
<Title>Journal of Examples</Title></Journal><ArticleTitle>{title}</ArticleTitle>
<Abstract><AbstractText>{text}</AbstractText></Abstract></Article>
<MeshHeadingList><MeshHeading><DescriptorName UI="D007333">Insulin Resistance</DescriptorName>
</MeshHeading></MeshHeadingList></MedlineCitation></PubmedArticle>
"""

WriteXml = Callable[..., Path]


@pytest.fixture
def write_xml(tmp_path: Path) -> WriteXml:
    """Write a PubMed file of `count` records with PMIDs from `first`; `damage` goes in between."""

    def write(name: str, count: int = 3, first: int = 1, damage: str = "") -> Path:
        records = [
            RECORD.format(pmid=n, year=2000 + n % 20, title=f"Title {n}", text=f"Insulin {n}.")
            for n in range(first, first + count)
        ]
        records.insert(count // 2, damage)
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"<PubmedArticleSet>{''.join(records)}</PubmedArticleSet>", "utf-8")
        return path

    return write


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library") as opened:
        yield opened
