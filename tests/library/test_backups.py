"""Backups: what a copy holds, when it is made, which stay, and putting one back after anything."""

import os
import shutil
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop_app.errors import Cancelled, UserError
from desktop_app.library import backups, copying
from desktop_app.library.library import Library
from tests.library.examples import BARE, FULL, PLAIN, numbered

NOW = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)  # a Monday


def test_a_copy_brings_everything_back(library: Library) -> None:
    library.write([FULL, PLAIN])
    identity, revision = library.uuid(), library.revision()
    made = backups.make(library, NOW)
    assert (made.name, made.articles) == ("2026-05-04-123000-2.db", 2)
    assert os.listdir(made.path.parent) == [made.name]
    library.write([BARE])
    (library.folder / "indexes").mkdir()
    library.close()
    kept = backups.restore(library.folder, made.path, NOW)
    assert not (library.folder / "indexes").exists()
    with Library.open(library.folder) as again:
        assert list(again.articles(again.ids()).values()) == [FULL, PLAIN]
        assert (again.uuid(), again.revision(), again.check()) == (identity, revision, [])
    assert kept is not None
    found = {
        backup.name: (backup.articles, backup.ours) for backup in backups.backups(again.folder)
    }
    assert found == {made.name: (2, True), kept.name: (3, False)}


def test_twenty_copies_during_writes_are_all_whole(library: Library) -> None:
    ended = threading.Event()

    def write() -> None:
        for start in range(1000, 100_000, 5):
            if ended.is_set():
                return
            library.write(numbered(5, start))

    library.write([FULL])
    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [backups.make(library, NOW + timedelta(seconds=n)) for n in range(20)]
    finally:
        ended.set()
        writer.join()
    counts = [backup.articles or 0 for backup in made]
    assert counts == sorted(counts)
    assert all(count % 5 == 1 for count in counts)  # a batch is in a copy, or it is not
    library.close()
    for backup in backups.backups(library.folder):
        backups.restore(library.folder, backup.path, NOW)
        with Library.open(library.folder) as again:
            assert again.count() == backup.articles
            assert again.check() == []


@pytest.mark.parametrize("damage", ["nothing", "header", "gone", "half"])
def test_putting_back_after_anything(library: Library, damage: str) -> None:
    library.write([FULL, PLAIN])
    made = backups.make(library, NOW)
    library.close()
    database = library.folder / "library.db"
    if damage == "gone":
        database.unlink()
    elif damage != "nothing":
        content = database.read_bytes()
        broken = b"x" * 100 + content[100:] if damage == "header" else content[: len(content) // 2]
        database.write_bytes(broken)
    present = database.read_bytes() if database.exists() else None
    kept = backups.restore(library.folder, made.path, NOW)
    assert (None if kept is None else kept.read_bytes()) == present
    with Library.open(library.folder) as again:
        assert (again.count(), again.check()) == (2, [])


def test_the_log_of_another_database_is_not_replayed(library: Library) -> None:
    library.write([FULL])
    made = backups.make(library, NOW)
    library.write([PLAIN, BARE])
    log = library.folder / "library.db-wal"
    assert log.stat().st_size > 0
    left = log.read_bytes()
    library.close()
    log.write_bytes(left)  # as a crash would leave it
    kept = backups.restore(library.folder, made.path, NOW)
    assert kept is not None
    assert kept.with_name(kept.name + "-wal").read_bytes() == left
    with Library.open(library.folder) as again:
        assert (again.count(), again.check()) == (1, [])


def test_a_damaged_copy_is_refused_and_nothing_changes(library: Library) -> None:
    library.write(numbered(500))
    made = backups.make(library, NOW)
    content = bytearray(made.path.read_bytes())
    for place in range(8192, len(content), 4096):
        content[place : place + 64] = b"\xff" * 64
    made.path.write_bytes(content)
    library.close()
    before = (library.folder / "library.db").read_bytes()
    with pytest.raises(UserError, match=r"could not be put.*damaged|malformed"):
        backups.restore(library.folder, made.path, NOW)
    assert (library.folder / "library.db").read_bytes() == before
    assert [path.name for path in made.path.parent.iterdir()] == [made.name]


def test_an_open_library_is_not_replaced(library: Library) -> None:
    library.write([FULL])
    made = backups.make(library, NOW)
    with pytest.raises(UserError, match="already open"):
        backups.restore(library.folder, made.path, NOW)
    assert library.count() == 1


def test_one_a_day_of_a_library_that_holds_something(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not backups.is_due(library, NOW)
    library.write([FULL])
    assert backups.is_due(library, NOW)
    backups.make(library, NOW)
    assert not backups.is_due(library, NOW + timedelta(hours=23))
    later = NOW + timedelta(hours=24)
    assert backups.is_due(library, later)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 9, 100))
    assert not backups.is_due(library, later)


def test_the_latest_stay_and_one_of_each_week(library: Library) -> None:
    library.write([FULL])
    others = library.folder / "backups"
    others.mkdir()
    (others / "before-format-2-was-1-1.db").write_bytes(b"kept by a migration")
    for day in range(60):
        backups.make(library, NOW + timedelta(days=day))
    stay = [backup.made.date() for backup in backups.backups(library.folder) if backup.ours]
    # 2026-07-02 is a Thursday; the newest copy of a week was made on its Sunday
    assert [f"{day:%m-%d}" for day in stay] == [
        "07-02",
        "07-01",
        "06-30",
        "06-28",
        "06-21",
        "06-14",
    ]
    assert (others / "before-format-2-was-1-1.db").exists()


def test_large_copies_leave_the_newest_two(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "_ROOM", 1)
    library.write([FULL])
    for day in range(4):
        backups.make(library, NOW + timedelta(days=day))
    assert [backup.made.day for backup in backups.backups(library.folder)] == [7, 6]


def test_a_copy_with_much_less_in_it_pushes_none_out(library: Library) -> None:
    library.write(numbered(20))
    for day in range(4):
        backups.make(library, NOW + timedelta(days=day))
    with library.writing() as connection:
        connection.exec_driver_sql("UPDATE article SET deleted_at = '2026-05-08' WHERE id > 1")
    for day in range(4, 70):
        assert backups.make(library, NOW + timedelta(days=day)).articles == 1
    assert [backup.articles for backup in backups.backups(library.folder)] == [1] * 6 + [20]


def test_a_copy_that_is_stopped_leaves_nothing(library: Library) -> None:
    library.write([FULL])

    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        backups.make(library, NOW, stop)
    assert list((library.folder / "backups").iterdir()) == []


def test_a_copy_that_cannot_be_written_says_why(library: Library) -> None:
    library.write([FULL])
    (library.folder / "backups").write_text("a file in the way")
    with pytest.raises(UserError, match=r"could not be copied to .*backups"):
        backups.make(library, NOW)


def test_a_copy_of_a_newer_litmesh_is_refused(library: Library) -> None:
    library.write([FULL])
    made = backups.make(library, NOW)
    library.close()
    with closing(sqlite3.connect(made.path)) as connection:
        connection.execute("PRAGMA user_version=99")
    with pytest.raises(UserError, match="newer Litmesh"):
        backups.restore(library.folder, made.path, NOW)


def test_what_is_no_copy_is_listed_as_unreadable(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "2026-05-04-123000-2.db").write_bytes(b"cut off")
    (only,) = backups.backups(tmp_path)
    assert (only.articles, only.size, only.whole) == (2, 7, False)


def test_a_copy_that_is_too_short_is_seen_without_reading_it(library: Library) -> None:
    library.write(numbered(200))
    made = backups.make(library, NOW)
    assert made.whole
    os.truncate(made.path, made.size - 4096)
    assert [backup.whole for backup in backups.backups(library.folder)] == [False]


def test_what_a_copy_that_was_ended_left_goes_with_a_later_one(library: Library) -> None:
    library.write([FULL])
    folder = library.folder / "backups"
    folder.mkdir()
    for name, age in ((".old.db.1.part", 3), (".new.db.2.part", 0)):
        (folder / name).write_bytes(b"half")
        at = (NOW - timedelta(days=age)).timestamp()
        os.utime(folder / name, (at, at))
    backups.make(library, NOW)
    assert [path.name for path in folder.glob(".*.part")] == [".new.db.2.part"]


def test_checking_a_copy_can_be_stopped(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "_STEPS", 10)
    library.write(numbered(300))
    copied = False

    def stop(done: int, total: int) -> None:
        nonlocal copied
        if copied:
            raise Cancelled
        copied = done == total

    with pytest.raises(Cancelled):
        backups.make(library, NOW, stop)
    assert copied
    assert list((library.folder / "backups").iterdir()) == []
