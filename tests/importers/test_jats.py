"""JATS of PubMed Central and PLOS, against an independent reading by the standard library."""

import gzip
import io
import tarfile
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.importers.registry import read_file, recognise
from desktop_app.records import (
    Article,
    Author,
    Keyword,
    PartialDate,
    Problem,
    Reference,
    Relation,
    Section,
)
from tests.importers.structured_examples import JATS


def read(folder: Path, text: str) -> list[Article | Problem]:
    path = folder / "a.nxml"
    path.write_text(text, encoding="utf-8")
    found = recognise(path)
    assert found is not None
    assert found.name == "JATS"
    return [entry for entry in read_file(path) if isinstance(entry, Article | Problem)]


def article(folder: Path, meta: str, back: str = "", front: str = "") -> Article:
    text = (
        '<article xmlns:xlink="http://www.w3.org/1999/xlink"><front>'
        f"{front}<article-meta><title-group><article-title>T</article-title></title-group>{meta}"
        f"</article-meta></front><body><p>Body</p></body><back>{back}</back></article>"
    )
    (found,) = read(folder, text)
    assert isinstance(found, Article)
    return found


def test_the_example_keeps_everything(tmp_path: Path) -> None:
    first, second = read(tmp_path, JATS)
    assert isinstance(first, Article)
    assert first.title == "Effect of x"
    assert (first.pmid, first.doi) == (123456, "10.1000/abc")
    assert first.authors == (
        Author("Müller", "Jan P", "JP", "", "", "0000-0002-1825-0097", ("Institute, Town",)),
    )
    assert first.sections == (Section("To test.", "Aims"), Section("One. Two.", "Methods"))
    assert first.date == PartialDate(2019, 3, 2)
    assert first.keywords == (Keyword("mice", owner="NOTNLM"),)
    assert first.journal.abbreviation == "J Test"
    assert first.references == (
        Reference("Doe J. Things. J. 2001", 99),
        Reference("Roe A. More.", doi="10.1000/d"),
    )
    assert "full text" not in repr(first)
    assert isinstance(second, Article)
    assert second.title == "A second article"


def test_authors_groups_and_places(tmp_path: Path) -> None:
    found = article(
        tmp_path,
        """<contrib-group><contrib contrib-type="author"><name><surname>Doe</surname>
        <given-names>J-P</given-names><suffix>Jr</suffix></name>
        <xref ref-type="aff" rid="a1 a2"/></contrib>
        <contrib contrib-type="author"><collab>The Group<contrib-group><contrib><name>
        <surname>Member</surname></name></contrib></contrib-group></collab></contrib>
        <contrib contrib-type="editor"><name><surname>Ed</surname></name></contrib>
        <aff id="a1"><label>1</label><institution>Inst</institution><country>France</country></aff>
        </contrib-group><aff id="a2"><sup>2</sup>Clinic, Oslo</aff>""",
    )
    places = ("Inst, France", "Clinic, Oslo")
    assert found.authors == (
        Author("Doe", "J-P", "JP", "Jr", "", "", places),
        Author(collective="The Group"),
    )
    assert [(f.name, f.value) for f in found.fields] == [("editor", "Ed")]


def test_abstracts_dates_pages_and_relations(tmp_path: Path) -> None:
    found = article(
        tmp_path,
        """<pub-date pub-type="collection"><year>2018</year></pub-date>
        <pub-date pub-type="epub"><day>4</day><month>5</month><year>2018</year></pub-date>
        <fpage>12</fpage><lpage>19</lpage>
        <history><date date-type="received"><month>1</month><year>2018</year></date></history>
        <related-article related-article-type="corrected-article" xlink:href="10.1/o"/>
        <abstract abstract-type="author-highlights"><p>Short.</p></abstract>
        <abstract><p>One.</p><p>Two.</p></abstract>
        <trans-abstract xml:lang="fr"><p>Trois.</p></trans-abstract>""",
    )
    assert found.sections == (Section("One. Two."),)
    assert found.other_abstracts == (
        Section("Short.", "author-highlights"),
        Section("Trois.", "fr"),
    )
    assert found.date == PartialDate(2018, 5, 4)
    assert found.pages == "12-19"
    assert found.relations == (Relation("ErratumFor", "10.1/o"),)
    assert [m.kind for m in found.milestones] == ["collection", "electronic", "received"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("</article-meta>", "", "damaged"), ("Effect of", "Effect & ", "damaged")],
)
def test_a_bad_article_of_a_set_does_not_lose_the_next(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    problem, second = read(tmp_path, JATS.replace(old, new, 1))
    assert isinstance(problem, Problem)
    assert said in problem.reason
    assert problem.place.startswith("record 1, line ")
    assert isinstance(second, Article)
    assert second.title == "A second article"


def real_files(shared: Path) -> Iterator[tuple[str, bytes]]:
    for name in ("jats/plos_allofplos_starter_corpus", "europepmc/jats_fulltext_sample150"):
        with tarfile.open(shared / f"{name}.tar.gz") as archive:
            for member in archive:
                file = archive.extractfile(member)
                if file is not None and member.name.endswith(".xml"):
                    yield member.name, file.read()
    for path in sorted((shared / "jats").glob("*.nxml.gz")):
        if content := gzip.decompress(path.read_bytes()):  # one of them is empty
            yield path.name, content


def squeezed(element: ET.Element) -> str:
    return "".join("".join(element.itertext()).split())


def test_real_articles_against_an_independent_reading(tmp_path: Path, shared_data: Path) -> None:
    path = tmp_path / "a.xml"
    total: Counter[str] = Counter()
    for name, content in real_files(shared_data):
        path.write_bytes(content)
        (found,) = read_file(path)
        assert isinstance(found, Article), name
        root = ET.parse(io.BytesIO(content)).getroot()
        meta = root.find("front/article-meta")
        assert meta is not None
        title = meta.find("title-group/article-title")
        assert title is not None
        assert "".join(found.title.split()).startswith(squeezed(title).rstrip(":")), name
        ids = {e.get("pub-id-type"): (e.text or "").strip() for e in meta.findall("article-id")}
        assert found.doi == ids.get("doi", "").lower(), name
        assert str(found.pmid or "") == ids.get("pmid", ""), name
        plain = [e for e in meta.findall("abstract") if not e.get("abstract-type")]
        if plain:
            got = "".join("".join((s.label + s.text).split()) for s in found.sections)
            assert abs(len(squeezed(plain[0])) - len(got)) <= 12, name
        contributors = meta.findall("contrib-group/contrib")
        authors = [c for c in contributors if c.get("contrib-type", "author") == "author"]
        assert len(found.authors) == len(authors), name
        numbers = [e for e in root.findall("back//ref//pub-id") if e.get("pub-id-type") == "pmid"]
        assert sum(r.pmid is not None for r in found.references) >= len(numbers), name
        assert len(found.references) >= len(root.findall("back//ref")), name
        assert all(r.text for r in found.references), name
        assert found.date is not None
        total.update(articles=1, references=len(found.references), abstracts=bool(found.sections))
    assert total["articles"] == 280
    assert total["references"] == 18026  # citations, counted with ElementTree
    assert total["abstracts"] >= 260
