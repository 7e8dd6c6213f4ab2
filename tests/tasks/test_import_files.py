"""Import: one honest report, nothing twice, and a cancel that keeps what is stored."""

from pathlib import Path

from desktop_app.errors import Cancelled
from desktop_app.library.library import Library
from desktop_app.tasks import import_files as task
from desktop_app.tasks.import_files import import_files
from tests.tasks.conftest import WriteXml


def test_files_and_folders_are_imported_and_journalled(
    library: Library, write_xml: WriteXml, tmp_path: Path
) -> None:
    write_xml("in/a.xml", 3)
    write_xml("in/deep/b.txt", 2, first=10)  # known by what is in it
    (tmp_path / "in" / "notes.md").write_text("# my notes")
    report = import_files(library, [tmp_path / "in"])
    assert (report.added, report.cancelled, library.count()) == (5, False, 5)
    [problem] = report.problems
    assert problem.file.endswith("notes.md")
    assert problem.reason
    assert problem.remedy
    assert [file.format for file in report.files] == ["PubMed XML", "PubMed XML", ""]
    journal = library.imports.latest()
    assert [file.counts.added for file in journal] == [3, 2, 0]
    assert journal[2].problems[0].reason == problem.reason


def test_the_same_files_again_change_nothing(library: Library, write_xml: WriteXml) -> None:
    path = write_xml("a.xml", 4)
    import_files(library, [path])
    before = library.revision()
    again = import_files(library, [path, path])
    assert (again.added, again.updated, again.unchanged) == (0, 0, 8)
    assert library.revision() == before


def test_a_damaged_record_is_named_and_the_others_go_in(
    library: Library, write_xml: WriteXml
) -> None:
    path = write_xml("a.xml", 6, damage="<PubmedArticle><oops & </PubmedArticle>")
    report = import_files(library, [path])
    assert report.added == 6
    assert len(report.problems) == 1
    assert "line" in report.problems[0].place


def test_deletions_of_an_update_file(library: Library, write_xml: WriteXml) -> None:
    import_files(library, [write_xml("a.xml", 3)])
    update = write_xml("b.xml", 0, damage="<DeleteCitation><PMID>2</PMID></DeleteCitation>")
    report = import_files(library, [update])
    assert (report.deleted, library.ids()) == (1, [1, 3])


def test_cancel_keeps_whole_batches_and_a_second_run_completes(
    library: Library, write_xml: WriteXml
) -> None:
    path = write_xml("a.xml", 3000)
    asked = 0

    def stop_soon(done: int, total: int) -> None:
        nonlocal asked
        asked += 1
        assert 0 <= done <= total == 2 * path.stat().st_size
        if asked == 4:
            raise Cancelled

    report = import_files(library, [path, path], stop_soon)
    assert report.cancelled
    assert len(report.files) == 1
    assert 0 < library.count() == report.added < 3000
    assert report.added % task.BATCH == 0
    again = import_files(library, [path])
    assert (again.added + again.unchanged, library.count()) == (3000, 3000)


def test_nothing_to_import(library: Library, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert import_files(library, [tmp_path / "empty"]).files == ()
    [missing] = import_files(library, [tmp_path / "nowhere.xml"]).files
    assert missing.problems
