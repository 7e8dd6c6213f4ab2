"""Exporting a library: order, chunks, cancelling, and files that appear whole or not at all."""

from io import StringIO
from pathlib import Path

import pytest

from desktop_app.errors import Cancelled, UserError
from desktop_app.exporters.registry import EXPORTERS
from desktop_app.library.library import Library
from desktop_app.tasks.export_articles import CHUNK, export_articles
from tests.library.examples import BARE, FULL, PLAIN, numbered


@pytest.fixture
def ids(library: Library) -> list[int]:
    library.write([FULL, PLAIN, BARE])
    return library.ids()


@pytest.mark.parametrize("name", EXPORTERS)
def test_every_format(library: Library, ids: list[int], name: str, tmp_path: Path) -> None:
    path = tmp_path / f"new folder/out{EXPORTERS[name].suffix}"
    expected = 2 if name == "pmids" else 3
    assert export_articles(library, ids, name, path) == expected
    out = StringIO(newline="")
    assert export_articles(library, ids, name, out) == expected
    assert path.read_bytes() == out.getvalue().encode(EXPORTERS[name].encoding)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_the_order_is_that_of_the_ids(library: Library, ids: list[int]) -> None:
    out = StringIO()
    export_articles(library, [ids[1], ids[0]], "pmids", out)
    assert out.getvalue() == "102\n101\n"


def test_ids_that_are_gone_are_left_out(library: Library, ids: list[int]) -> None:
    out = StringIO()
    assert export_articles(library, [999_999, *ids], "csv", out) == 3


def test_nothing_gives_a_file_without_articles(library: Library, tmp_path: Path) -> None:
    assert export_articles(library, [], "ris", tmp_path / "none.ris") == 0
    assert (tmp_path / "none.ris").read_bytes() == b""


def test_progress_counts_articles(library: Library) -> None:
    library.write(numbered(CHUNK + 7))
    told: list[tuple[int, int]] = []
    out = StringIO()
    export_articles(
        library, library.ids(), "pmids", out, lambda done, all_: told.append((done, all_))
    )
    assert told == [(0, CHUNK + 7), (CHUNK, CHUNK + 7), (CHUNK + 7, CHUNK + 7)]
    assert len(out.getvalue().split()) == CHUNK + 7


def test_a_cancelled_export_leaves_the_old_file(library: Library, tmp_path: Path) -> None:
    library.write(numbered(CHUNK + 7))
    path = tmp_path / "out.ris"
    path.write_text("old")

    def cancel(done: int, total: int) -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        export_articles(library, library.ids(), "ris", path, cancel)
    assert path.read_text() == "old"
    assert not list(tmp_path.glob("*.part"))


def test_a_place_that_cannot_be_written(library: Library, ids: list[int], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for path in (tmp_path / "file" / "out.ris", tmp_path):
        with pytest.raises(UserError, match=tmp_path.name):
            export_articles(library, ids, "ris", path)


def test_a_link_stays_a_link(library: Library, ids: list[int], tmp_path: Path) -> None:
    link = tmp_path / "link.txt"
    try:
        link.symlink_to(tmp_path / "real.txt")
    except OSError:
        pytest.skip("this system lets users make no links")
    export_articles(library, ids, "pmids", link)
    assert link.is_symlink()
    assert (tmp_path / "real.txt").read_text() == "101\n102\n"
