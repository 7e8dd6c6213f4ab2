"""Reports: kept in the library, written as table and JSON, failed records as they stand."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.errors import UserError
from desktop_app.library.library import Library
from desktop_app.records import Article, Problem
from desktop_app.tasks.import_files import FileOutcome, ImportReport, import_files
from desktop_app.tasks.import_history import (
    failed_records,
    past_report,
    report_table,
    write_report,
)

BAD = {
    "a.ris": ("TY  - JOUR\nKW  - lost\nN1  - note\nER  - ", "TY  - JOUR\nTI  - Good\nER  - \n"),
    "b.bib": ("@article{k1,\n  year = {2020}\n}", "@article{k2, title={Good too}}\n"),
    "c.json": (
        '{"id": "x", "type": "article-journal", "volume": "3"}',
        '{"id": "y", "type": "article-journal", "title": "Good three"}',
    ),
    "d.csv": ("2020,,", "2021,Good four,\n"),
    "e.xml": (
        '<PubmedArticle><MedlineCitation Status="MEDLINE"><Article/></MedlineCitation>'
        "</PubmedArticle>",
        '<PubmedArticle><MedlineCitation><PMID Version="1">9</PMID><Article><ArticleTitle>Good '
        "five</ArticleTitle></Article></MedlineCitation></PubmedArticle>",
    ),
    "f.xml": (
        '<record><ref-type name="Book">6</ref-type><volume>7</volume></record>',
        "<record><titles><title>Good six</title></titles></record>",
    ),
}


def contents(name: str) -> str:
    bad, good = BAD[name]
    return {
        "a.ris": f"{bad}\n\n{good}",
        "b.bib": f"{bad}\n\n{good}",
        "c.json": f"[{bad},\n {good}]",
        "d.csv": f"year,title,abstract\n{bad}\n{good}",
        "e.xml": f"<PubmedArticleSet>{bad}\n{good}</PubmedArticleSet>",
        "f.xml": f"<xml><records>{bad}\n{good}</records></xml>",
    }[name]


@pytest.mark.parametrize("name", BAD)
def test_failed_records_as_they_stand_in_the_file(
    library: Library, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_text(contents(name), encoding="utf-8")
    report = import_files(library, [path])
    assert (report.added, len(report.problems)) == (1, 1), report
    assert failed_records(report) == BAD[name][0] + "\n"
    kept = past_report(library, library.imports.runs()[0].id)
    assert kept == report
    assert failed_records(kept) == failed_records(report)


@pytest.mark.parametrize(
    ("name", "text", "kept"),
    [
        ("cut.xml", "<xml><records><record><titles><title>T</title>", "<record><titles>"),
        (
            "cut.json",
            '[{"id": "x", "title": "T", "type": "article-journal"}, {"id": "y',
            '{"id": "y',
        ),
        ("open.csv", 'year,title,abstract\n2020,"No end,x\n2021,Good,y\n', '2020,"No end,x'),
        ("bad.bib", "@article{k, title = {A} year = {2}}\n@book{l, title={B}}", "@article{k,"),
    ],
)
def test_damaged_records_are_kept_too(
    library: Library, tmp_path: Path, name: str, text: str, kept: str
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert failed_records(import_files(library, [path])).startswith(kept)


def test_a_long_record_is_cut(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "long.ris"
    path.write_text("TY  - JOUR\n" + "KW  - word\n" * 20_000 + "ER  - \n", encoding="utf-8")
    [problem] = import_files(library, [path]).problems
    assert 64_000 < len(problem.record) < 66_000
    assert problem.record.endswith("…")


def test_the_runs_of_a_library(library: Library, tmp_path: Path) -> None:
    for name in ("a.ris", "b.bib"):
        (tmp_path / name).write_text(contents(name), encoding="utf-8")
    import_files(library, [tmp_path / "a.ris"])
    import_files(library, [tmp_path / "b.bib", tmp_path / "nothing"])
    library.imports.begin()
    unfinished, second, first = library.imports.runs()
    assert (unfinished.finished_at, unfinished.files) == ("", 0)
    assert (second.files, second.problems, second.counts.added) == (2, 2, 1)
    assert (first.files, first.problems, first.cancelled, first.kind) == (1, 1, False, "")
    assert library.imports.runs(1) == [unfinished]
    with pytest.raises(UserError, match="There is no import 77"):
        past_report(library, 77)


def test_a_table_without_formulas(tmp_path: Path) -> None:
    problem = Problem("=cmd.ris", "record 1", "Bad", "Mend it", "@SUM(A1)\nTY  - x")
    files = (
        FileOutcome("=cmd.ris", "RIS", 1, 0, 0, 0, 0, (problem, replace(problem, place="-2"))),
        FileOutcome("good.ris", "RIS", 2, 0, 0, 0, 0, ()),
    )
    report = ImportReport(files, cancelled=False)
    rows = list(csv.DictReader(report_table(report).splitlines(keepends=True)))
    assert [row["file"] for row in rows] == ["'=cmd.ris", "'=cmd.ris", "good.ris"]
    assert [row["added"] for row in rows] == ["1", "", "2"]
    assert [row["place"] for row in rows] == ["record 1", "'-2", ""]
    assert rows[0]["record"] == "'@SUM(A1)\nTY  - x"
    write_report(report, tmp_path / "r.csv")
    write_report(report, tmp_path / "r.json")
    with open(tmp_path / "r.csv", encoding="utf-8", newline="") as file:
        assert file.read() == report_table(report)
    said = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert said["files"][0]["problems"][0]["record"] == problem.record
    with pytest.raises(UserError, match="could not be written"):
        write_report(report, tmp_path / "r.json" / "no.csv")


def test_a_litmesh_library_is_refused(library: Library, tmp_path: Path) -> None:
    for path in (library.folder, library.folder / "library.db"):
        with pytest.raises(UserError, match="is a Litmesh library"):
            import_files(library, [path])
    assert library.imports.runs() == []
    report = import_files(library, [tmp_path])  # a folder with one somewhere inside
    assert [problem.reason for problem in report.problems] == ["It is a Litmesh library."]


def test_of_zotero_s_folder_the_database_alone(library: Library, tmp_path: Path) -> None:
    zotero = tmp_path / "Zotero"
    (zotero / "translators").mkdir(parents=True)
    for name in ("zotero.sqlite", "zotero.sqlite-journal", "translators/a.js", "styles.csl"):
        (zotero / name).write_text("x", encoding="utf-8")
    report = import_files(library, [zotero])
    assert [Path(file.path).name for file in report.files] == ["zotero.sqlite"]


def test_retracted_articles_say_so(library: Library) -> None:
    from desktop_app.records import RETRACTED, PublicationType, Relation

    library.write(
        [
            Article("Fine", 1, relations=(Relation("ErratumIn"),)),
            Article("Noticed", 2, relations=(Relation("RetractionIn", pmid=9),)),
            Article("Typed", 3, publication_types=(PublicationType(RETRACTED),)),
        ]
    )
    found = library.summaries(library.ids()).values()
    assert [summary.retracted for summary in found] == [False, True, True]
