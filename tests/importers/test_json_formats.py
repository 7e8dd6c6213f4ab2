"""CSL-JSON and Europe PMC's JSON: every field, and one bad object among good ones."""

import json
import tarfile
from pathlib import Path

import pytest

from desktop_app.importers.json_records import json_records
from desktop_app.importers.registry import read_file, recognise
from desktop_app.records import (
    Article,
    Author,
    Field,
    Heading,
    Identifier,
    Keyword,
    PartialDate,
    Problem,
    Qualifier,
    Section,
)
from tests.importers.structured_examples import CSL_JSON, EUROPEPMC


def articles_of(folder: Path, text: str, name: str) -> list[Article]:
    path = folder / "a.json"
    path.write_text(text, encoding="utf-8")
    found = recognise(path)
    assert found is not None
    assert found.name == name
    return [entry for entry in read_file(path) if isinstance(entry, Article)]


def test_csl_json_keeps_everything(tmp_path: Path) -> None:
    paper, book = articles_of(tmp_path, CSL_JSON, "CSL-JSON")
    assert paper.title == "Effect of x"
    assert paper.authors == (
        Author("Müller", "Jan P.", "JP"),
        Author(collective="The Group"),
        Author("van der Berg", "A", "A"),
    )
    assert paper.date == PartialDate(2019, 8, 2)
    assert (paper.volume, paper.pages, paper.doi) == ("12", "1-9", "10.1000/abc")
    assert (paper.journal.title, paper.journal.issn) == ("Journal of Tests", "1234-5678")
    assert Field("custom", '{"a": [1]}') in paper.fields
    assert book.kind == "book"
    assert book.date == PartialDate(2001, 5)
    assert Field("editor", "Doe, John") in book.fields


@pytest.mark.parametrize(
    ("keyword", "words"),
    [
        ("Stress, Psychological; sleep ;Sleep Apnea, Obstructive", 3),
        ("Mice, Rats,cells", 3),
        ("Mice", 1),
        (["Stress, Psychological", "sleep"], 2),
    ],
)
def test_keywords_of_csl_json(tmp_path: Path, keyword: object, words: int) -> None:
    item = {"id": "a", "type": "article-journal", "title": "T", "keyword": keyword}
    (found,) = articles_of(tmp_path, json.dumps([item]), "CSL-JSON")
    assert len(found.keywords) == words
    assert (Keyword("Stress, Psychological") in found.keywords) == ("Stress" in str(keyword))


@pytest.mark.parametrize("mesh", [[{"name": ""}], ["Mice"], [], {"Mice": 1}, "Mice", [{"name": 1}]])
def test_a_custom_mesh_that_is_not_ours_stays(tmp_path: Path, mesh: object) -> None:
    custom = {"MeSH": mesh}
    item = {"id": "a", "type": "article-journal", "title": "T", "custom": custom}
    (found,) = articles_of(tmp_path, json.dumps([item]), "CSL-JSON")
    assert found.headings == ()
    assert Field("custom", json.dumps(custom)) in found.fields


def test_crossref_s_answer_is_csl_json_too(tmp_path: Path) -> None:
    text = json.dumps(
        {
            "status": "ok",
            "message": {
                "total-results": 1,
                "items": [
                    {
                        "DOI": "10.1/X",
                        "type": "journal-article",
                        "title": ["A title"],
                        "container-title": ["A journal"],
                        "abstract": "<jats:title>Abstract</jats:title><jats:p>Text</jats:p>",
                        "author": [
                            {
                                "given": "Jo",
                                "family": "Doe",
                                "ORCID": "http://orcid.org/0000-0002-1825-0097",
                                "affiliation": [{"name": "Place"}],
                            }
                        ],
                        "issued": {"date-parts": [[2020]]},
                    }
                ],
            },
        }
    )
    (found,) = articles_of(tmp_path, text, "CSL-JSON")
    assert found.authors == (Author("Doe", "Jo", "J", "", "", "0000-0002-1825-0097", ("Place",)),)
    assert (found.title, found.doi, found.year) == ("A title", "10.1/x", 2020)


def test_europe_pmc_s_answer_keeps_everything(tmp_path: Path) -> None:
    article, preprint = articles_of(tmp_path, EUROPEPMC, "Europe PMC JSON")
    assert article.title == "Effect of x & y."
    assert (article.pmid, article.pmcid, article.doi) == (123456, "PMC99", "10.1000/abc")
    assert article.sections == (Section("Old.", "Background"), Section("New, p<0.05.", "Methods"))
    assert article.authors == (
        Author("Müller", "Jan P", "JP", "", "", "0000-0002-1825-0097", ("Institute.",)),
        Author(collective="The Group"),
    )
    assert article.date == PartialDate(2019, 8)
    assert article.journal.nlm_id == "101"
    qualifier = Qualifier("", "genetics", True)
    assert article.headings == (Heading("", "Mice", False, (qualifier,), "nlm"),)
    assert Field("citedbycount", "4") in article.fields
    assert preprint.authors == (Author("Doe", "", "J"),)
    assert Identifier("ppr", "PPR1") in preprint.identifiers
    assert preprint.pmid is None


def test_real_getpapers_files(shared_data: Path, tmp_path: Path) -> None:
    """Every value against the JSON itself, which has each in a list of one."""
    count = headings = 0
    with tarfile.open(shared_data / "europepmc/eupmc_result_json_sample300.tar.gz") as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is None:
                continue
            raw = json.loads(file.read())
            path = tmp_path / "a.json"
            path.write_text(json.dumps(raw), encoding="utf-8")
            (found,) = read_file(path)
            assert isinstance(found, Article)
            assert found.pmid == (int(raw["pmid"][0]) if "pmid" in raw else None)
            assert found.doi == raw.get("doi", [""])[0].lower()
            assert found.pmcid == raw["pmcid"][0]
            assert found.year == int(raw["journalInfo"][0]["yearOfPublication"][0])
            assert bool(found.sections) == ("abstractText" in raw)
            names = raw.get("authorList", [{"author": []}])[0]["author"]
            assert len(found.authors) == len(names) or "authorString" in raw
            wanted = raw.get("meshHeadingList", [{"meshHeading": []}])[0]["meshHeading"]
            assert [(h.name, h.major) for h in found.headings] == [
                (h["descriptorName"][0], h["majorTopic_YN"][0] == "Y") for h in wanted
            ]
            assert [len(h.qualifiers) for h in found.headings] == [
                len(h.get("meshQualifierList", [{"meshQualifier": []}])[0]["meshQualifier"])
                for h in wanted
            ]
            count += 1
            headings += len(found.headings)
    assert count == 300
    assert headings > 300


# --- the reader of objects ------------------------------------------------------------------------


@pytest.mark.parametrize("piece", [1, 7, 100, 10**6])
@pytest.mark.parametrize("joint", [",", ",\n  "])
def test_a_bad_object_is_told_and_the_others_are_read(piece: int, joint: str) -> None:
    keys = dict.fromkeys(("type", "volume", "issue", "page", "DOI", "source", "note"), "x")
    objects = [
        json.dumps({"id": n, "title": f"“{n}”", "x": [{"id": 1}, {"id": 2}]} | keys)
        for n in range(20)
    ]
    objects[7] = objects[7].replace('"title"', "title")
    text = "[" + joint.join(objects) + "]"
    texts = [text[start : start + piece] for start in range(0, len(text), piece)]
    found = list(json_records(texts))
    assert [r.number for r in found if r.value is None] == [8]
    values = [r.value["id"] for r in found if r.value is not None]
    assert values == [n for n in range(20) if n != 7]
    assert found[7].line == (8 if "\n" in joint else 1)


@pytest.mark.parametrize("text", ['{"id": 1}\n{"id": 2}\n', '[{"id": 1}, {"id": 2}]\n', "\n[]"])
def test_lines_and_arrays(text: str) -> None:
    found = [record.value for record in json_records([text])]
    assert found == ([{"id": 1}, {"id": 2}] if "id" in text else [])


def test_an_endless_string_and_deep_nesting_are_bounded() -> None:
    endless = list(json_records(['[{"id": "', *["x" * 1_000_000] * 40, '"}, {"id": 5}]']))
    assert endless[0].value is None
    deep = list(json_records(['[{"id": 1, "a": ' + "[" * 200_000, '}, {"id": 2}]']))
    assert deep[0].value is None
    assert deep[-1].value == {"id": 2}


def test_a_file_that_ends_in_the_middle_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(CSL_JSON[: CSL_JSON.index("May 2001")], encoding="utf-8")
    article, problem = read_file(path)
    assert isinstance(article, Article)
    assert isinstance(problem, Problem)
    assert problem.place == "record 2, line 7"
