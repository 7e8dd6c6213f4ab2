"""Watched folders: only what is new, whole and ours is imported, and only once."""

import os
import sys
import time
from pathlib import Path

import pytest

from desktop_app.errors import Cancelled, UserError
from desktop_app.library.library import Library
from desktop_app.tasks.watch_folders import View, import_new, look

RIS = "TY  - JOUR\nTI  - {title}\nAU  - Doe, J\nER  - \n"


@pytest.fixture
def folder(tmp_path: Path, library: Library) -> Path:
    watched = tmp_path / "Downloads"
    watched.mkdir()
    library.watched.add(watched)
    return watched


def put(path: Path, text: str, age: float = 3600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    moment = time.time() - age
    os.utime(path, (moment, moment))
    return path


def names(view: View) -> list[str]:
    return [file.path.name for file in view.new]


def test_exports_are_imported_once(folder: Path, library: Library) -> None:
    put(folder / "a.txt", RIS.format(title="One"))
    put(folder / "deep" / "b.ris", RIS.format(title="Two"))
    put(folder / "holiday.jpg", "no article")
    view = look(library)
    assert names(view) == ["a.txt", "b.ris"]
    assert [file.path.name for file in view.ignored] == ["holiday.jpg"]
    done = import_new(library, view)
    assert (done.added, done.problems, done.kind) == (2, (), "watched")
    assert [run.kind for run in library.imports.runs()] == ["watched"]
    assert look(library) == View()
    assert import_new(library, View()).files == ()
    assert len(library.imports.runs()) == 1
    assert [f.files for f in library.watched.folders()] == [3]


def test_a_changed_file_is_new_again(folder: Path, library: Library) -> None:
    path = put(folder / "a.ris", RIS.format(title="One"))
    import_new(library, look(library))
    put(path, RIS.format(title="One") + RIS.format(title="Two"), age=1800)
    assert import_new(library, look(library)).added == 1


@pytest.mark.parametrize("name", ["a.pdf.part", "b.crdownload", "~$c.docx", ".hidden.ris"])
def test_downloads_under_way_are_left(folder: Path, library: Library, name: str) -> None:
    put(folder / name, RIS.format(title="One"))
    assert look(library) == View()


def test_a_file_that_grows_is_left_until_it_rests(folder: Path, library: Library) -> None:
    path = put(folder / "a.ris", "TY  - JOUR\nTI  - Half", age=0)
    first = look(library)
    assert (names(first), len(first.unsettled)) == ([], 1)
    put(path, RIS.format(title="Half no more"), age=-30)  # the drive's clock is ahead
    second = look(library, first)
    assert (names(second), len(second.unsettled)) == ([], 1)
    assert names(look(library, second)) == ["a.ris"]  # two looks found the same


def test_a_missing_folder_is_said_and_stays(folder: Path, library: Library) -> None:
    put(folder / "a.ris", RIS.format(title="One"))
    import_new(library, look(library))
    away = folder.rename(folder.with_name("away"))
    assert look(library).missing == (folder,)
    away.rename(folder)
    assert look(library) == View()  # nothing is imported again


def test_what_a_cancel_did_not_get_to_stays_new(folder: Path, library: Library) -> None:
    for name in ("a.ris", "b.ris"):
        put(folder / name, RIS.format(title=name))

    def report(done: int, total: int) -> None:
        raise Cancelled

    assert import_new(library, look(library), report).cancelled
    assert names(look(library)) == ["a.ris", "b.ris"]


def test_numbers_and_libraries_are_no_exports(folder: Path, library: Library) -> None:
    put(folder / "measured.txt", "1234567\n2345678\n3456789\n")
    with Library.open(folder / "other"):
        pass
    assert names(look(library)) == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are Unicode")
def test_names_that_are_no_utf8(folder: Path, library: Library) -> None:
    for name in (b"caf\xe9.ris", b"caf\xe8.ris", b"caf\xe9.unknown"):
        path = Path(os.fsdecode(os.path.join(os.fsencode(folder), name)))
        put(path, RIS.format(title=str(name)) if name.endswith(b"ris") else "of no kind")
    put(folder / "z.ris", RIS.format(title="The last one"))
    view = look(library)
    assert len(view.new) == 3
    report = import_new(library, view)
    assert (report.added, report.problems) == (3, ())
    assert library.imports.runs(1)[0].finished_at
    assert Path(report.files[0].path).name == "caf\\xe8.ris"
    assert look(library) == View()
    library.watched.remove(folder)
    bad = Path(os.fsdecode(os.fsencode(folder) + b"/b\xe9"))
    bad.mkdir()
    with pytest.raises(UserError, match="not in UTF-8"):
        library.watched.add(bad)


def test_which_folders(folder: Path, library: Library, tmp_path: Path) -> None:
    (folder / "inside").mkdir()
    with pytest.raises(UserError, match="is watched already"):
        library.watched.add(folder / "inside")
    with pytest.raises(UserError, match="There is no folder"):
        library.watched.add(tmp_path / "nowhere")
    put(folder / "a.ris", RIS.format(title="One"))
    import_new(library, look(library))
    library.watched.add(tmp_path)  # takes the inner one's place
    assert [f.path for f in library.watched.folders()] == [tmp_path]
    assert "a.ris" not in names(look(library))
    library.watched.remove(tmp_path)
    assert library.watched.folders() == []
    assert library.watched.seen(tmp_path) == {}
    assert library.count() == 1
