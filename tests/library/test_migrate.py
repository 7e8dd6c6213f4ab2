"""The format of a library: made by migrations, refused when newer, migrated on a copy."""

import gzip
import hashlib
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from desktop_app import __version__
from desktop_app.errors import UserError
from desktop_app.library import migrate, schema
from desktop_app.library.library import Library
from tests.library.examples import FULL

_FORMATS = Path(__file__).parent / "formats"  # a library file of every older format


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _make_newer(folder: Path) -> None:
    """Make a library as a later version of Litmesh, 9.8.7, would leave it."""
    Library.open(folder).close()
    with closing(sqlite3.connect(folder / "library.db")) as connection:
        connection.execute(f"PRAGMA user_version={schema.SCHEMA_VERSION + 1}")
    (folder / "library.lock").unlink()
    (folder / "library.made-by").write_text("Litmesh 9.8.7\n", encoding="utf-8")


def _traces(folder: Path) -> dict[str, tuple[int, str]]:
    """When each file and folder was changed last, in ns, and what is in it."""
    paths = [folder, *folder.rglob("*")]
    return {
        str(path): (path.stat().st_mtime_ns, "" if path.is_dir() else _digest(path))
        for path in paths
    }


def test_migrations_make_exactly_the_tables_that_the_program_uses(library: Library) -> None:
    def ours(_object: object, name: str | None, kind: str, *_: object) -> bool:
        return not (kind == "table" and "_fts" in str(name))

    with library.reading() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours})
        assert compare_metadata(context, schema.metadata) == []
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master")
        made = {str(name): str(sql) for name, sql in rows}
    assert all("WITHOUT ROWID" in made[table.name] for table in schema.PARTS)
    assert "AUTOINCREMENT" in made["article"]
    assert "AUTOINCREMENT" in made["embedding"]


@pytest.mark.parametrize("read_only", [False, True])
def test_a_newer_library_is_refused_before_any_write(tmp_path: Path, read_only: bool) -> None:
    _make_newer(tmp_path)
    before = _traces(tmp_path)
    with pytest.raises(UserError, match="newer Litmesh") as told:
        Library.open(tmp_path, read_only=read_only)
    assert f"Install Litmesh 9.8.7 or newer to open it; this is Litmesh {__version__}" in str(
        told.value
    )
    assert _traces(tmp_path) == before


@pytest.mark.parametrize("note", [None, b"", b"Litmesh <b>9</b>\n", b"\xff", b"Litmesh 9.8.7" * 99])
def test_a_newer_library_that_does_not_say_who_made_it(tmp_path: Path, note: bytes | None) -> None:
    _make_newer(tmp_path)
    (tmp_path / "library.made-by").unlink()
    if note is not None:
        (tmp_path / "library.made-by").write_bytes(note)
    with pytest.raises(UserError, match="Install the newer version of Litmesh to open it"):
        Library.open(tmp_path)


def test_a_library_says_which_version_gave_it_its_format(tmp_path: Path) -> None:
    Library.open(tmp_path).close()
    note = tmp_path / "library.made-by"
    assert note.read_text(encoding="utf-8") == f"Litmesh {__version__}\n"
    note.write_text("Litmesh 0.0.1\n", encoding="utf-8")
    Library.open(tmp_path).close()  # a later version that finds the same format
    assert note.read_text(encoding="utf-8") == "Litmesh 0.0.1\n"


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\x00" + bytes(200)])
def test_another_file_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    database = tmp_path / "library.db"
    database.write_bytes(content)
    with pytest.raises(UserError, match=r"not a Litmesh library|another program"):
        Library.open(tmp_path)
    assert database.read_bytes() == content


@pytest.mark.parametrize("old", sorted(_FORMATS.glob("*.db.gz")), ids=lambda path: path.name)
def test_a_library_of_every_older_format_keeps_its_articles(tmp_path: Path, old: Path) -> None:
    (tmp_path / "library.db").write_bytes(gzip.decompress(old.read_bytes()))
    with Library.open(tmp_path) as library:
        assert library.article(1) == FULL
        assert library.article(2) == replace(
            FULL, pmid=102, pmcid="", doi="", title="A second article"
        )
        assert library.words.count("insulin") == 2
        assert library.check() == []
        library.write([replace(FULL, title="A revised title")])
    [kept] = (tmp_path / "backups").iterdir()
    assert migrate.check_version(kept) == int(old.name.partition(".")[0])


def test_an_older_library_is_migrated_on_a_copy_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Library.open(tmp_path) as library:
        library.write([FULL])
    # the same migrations under a higher number: what an upgrade does around the migrations
    monkeypatch.setattr(migrate, "SCHEMA_VERSION", schema.SCHEMA_VERSION + 1)
    monkeypatch.setattr(
        migrate, "_STAMP_VERSION", f"PRAGMA user_version={schema.SCHEMA_VERSION + 1}"
    )
    with Library.open(tmp_path) as library:
        assert library.article(1) == FULL
    assert migrate.check_version(tmp_path / "library.db") == schema.SCHEMA_VERSION + 1
    [kept] = (tmp_path / "backups").iterdir()
    assert migrate.check_version(kept) == schema.SCHEMA_VERSION


def test_an_older_library_is_not_opened_for_reading_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Library.open(tmp_path).close()
    monkeypatch.setattr(migrate, "SCHEMA_VERSION", schema.SCHEMA_VERSION + 1)
    with pytest.raises(UserError, match="older Litmesh"):
        Library.open(tmp_path, read_only=True)


def test_a_failed_migration_leaves_the_old_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Library.open(tmp_path) as library:
        library.write([FULL])
    before = _digest(tmp_path / "library.db")
    monkeypatch.setattr(migrate, "SCHEMA_VERSION", schema.SCHEMA_VERSION + 1)
    monkeypatch.setattr(migrate, "_STAMP_VERSION", "CREATE TABLE article (id INTEGER)")
    with pytest.raises(UserError, match="could not be used"):
        Library.open(tmp_path)
    assert _digest(tmp_path / "library.db") == before
    monkeypatch.undo()
    with Library.open(tmp_path) as library:
        assert library.article(1) == FULL


def test_a_damaged_older_library_is_said_and_stays_as_it_is(tmp_path: Path) -> None:
    [old, *_] = sorted(_FORMATS.glob("*.db.gz"))
    folder = tmp_path / "library"
    folder.mkdir()
    content = bytearray(gzip.decompress(old.read_bytes()))
    for place in range(8192, len(content), 4096):
        content[place : place + 64] = b"\xff" * 64
    (folder / "library.db").write_bytes(content)
    with pytest.raises(UserError, match=r"library\.db could not be used"):
        Library.open(folder)
    assert (folder / "library.db").read_bytes() == content
    assert not list(folder.glob("backups/*"))
