"""A library folder: what goes in comes out, and nothing gets lost on the way."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.exc import DatabaseError

from desktop_app.errors import Cancelled, UserError
from desktop_app.library.library import Library, _unusable
from desktop_app.library.writer import Counts
from desktop_app.records import Article, Deletion, Section
from tests.library.examples import BARE, FULL, PLAIN, numbered, revised


def test_everything_of_an_article_comes_back(library: Library) -> None:
    assert library.write([FULL, PLAIN, BARE]) == Counts(added=3)
    assert list(library.articles([3, 1, 2]).values()) == [BARE, FULL, PLAIN]
    assert library.check() == []


def test_a_check_makes_the_full_text_index_anew(library: Library) -> None:
    library.write([FULL, PLAIN])
    with library.writing() as connection:  # behind the back of the index
        connection.exec_driver_sql("UPDATE article SET title = 'Nothing of the kind' WHERE id = 1")
    found = [problem for problem in library.check() if "full-text" in problem]
    assert len(found) == 1
    assert "made anew" in found[0]
    assert not [problem for problem in library.check() if "full-text" in problem]


def test_an_unknown_id_is_a_key_error(library: Library) -> None:
    with pytest.raises(KeyError):
        library.article(1)


def test_the_same_records_again_change_nothing(library: Library) -> None:
    library.write([FULL, PLAIN, BARE])
    before = library.revision()
    assert library.write([FULL, PLAIN, BARE]) == Counts(unchanged=3)
    assert library.revision() == before
    assert library.count() == 3


def test_a_newer_version_replaces_an_older_one_never_the_other_way(library: Library) -> None:
    library.write([FULL])
    assert library.write([revised(FULL, "Newer", 2023)]) == Counts(updated=1)
    assert library.write([revised(FULL, "Older", 2021)]) == Counts(unchanged=1)
    assert library.article(1).title == "Newer"
    assert library.words.matches(["resistance"], (1, 1, 1, 1, 1))[0][0] == 1  # still a heading
    assert (
        library.words.matches(["knock"], (1, 1, 1, 1, 1)) == []
    )  # the old title is out of the index
    assert library.check() == []


def test_versions_of_one_record_in_one_batch_are_taken_in_order(library: Library) -> None:
    counts = library.write([FULL, revised(FULL, "Second", 2023), PLAIN])
    assert counts == Counts(added=2, updated=1)
    assert library.article(1).title == "Second"


def test_a_withdrawn_record_is_hidden_and_comes_back_when_it_is_imported_again(
    library: Library,
) -> None:
    library.write([FULL, PLAIN])
    assert library.write([Deletion(101), Deletion(999)]) == Counts(deleted=1)
    assert (library.count(), library.ids()) == (1, [2])
    assert library.words.matches(["insulin"], (1, 1, 1, 1, 1)) == []
    assert library.article(1) == FULL  # nothing is lost
    assert library.check() == []
    assert library.write([FULL]) == Counts(updated=1)
    assert library.ids() == [1, 2]
    assert library.check() == []


def test_without_pmid_the_doi_tells_records_apart_then_all_they_say(library: Library) -> None:
    first = Article(title="One", doi="10.1/a")
    library.write([first, Article(title="Two"), Article(title="Two", volume="2")])
    assert library.write([Article(title="One!", doi="10.1/a"), Article(title="Two")]) == Counts(
        updated=1, unchanged=1
    )
    assert library.count() == 3


def test_a_batch_is_kept_whole_or_not_at_all(library: Library) -> None:
    library.write([PLAIN])
    broken = Article(title="x", pmid=2**70)  # SQLite has no such integer
    with pytest.raises((OverflowError, DatabaseError)):
        library.write([*numbered(3), broken])
    assert library.count() == 1
    assert library.check() == []
    assert library.write(numbered(3)) == Counts(added=3)


def test_a_library_opens_for_one_writer_only(library: Library) -> None:
    with pytest.raises(UserError, match="already open"):
        Library.open(library.folder)
    reader = Library.open(library.folder, read_only=True)
    with pytest.raises(UserError, match="reading only"):
        reader.write([PLAIN])
    library.write([PLAIN])
    assert reader.count() == 1
    reader.close()


def test_a_closed_library_is_left_alone(library: Library) -> None:
    library.write([PLAIN])
    library.close()
    with Library.open(library.folder) as other:
        with pytest.raises(Cancelled):
            library.marks.star([1])
        with pytest.raises(Cancelled):
            library.count()
        library.close()  # once more does nothing
        assert other.marks.starred() == []


def test_a_full_disk_is_told_by_its_number_not_by_a_word(tmp_path: Path) -> None:
    database = tmp_path / "fulltext" / "library.db"
    refused = PermissionError(errno.EACCES, "Permission denied", str(database))
    assert "could not be used" in _unusable(database, refused).message
    assert "is full" in _unusable(database, OSError(errno.ENOSPC, "No space left")).message


def test_a_crash_leaves_no_lock_and_no_acknowledged_record_is_lost(tmp_path: Path) -> None:
    script = f"""
import os
from pathlib import Path
from desktop_app.library.library import Library
from tests.library.examples import numbered
library = Library.open(Path({str(tmp_path)!r}))
library.write(numbered(20))
print(library.count(), flush=True)
os.kill(os.getpid(), 9)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "20", done.stderr
    with Library.open(tmp_path) as library:
        assert library.count() == 20
        assert library.check() == []


def test_read_only_needs_a_library_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no library"):
        Library.open(tmp_path / "nowhere", read_only=True)
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match="cannot be written"):
        Library.open(tmp_path / "file" / "library")


def test_readers_see_a_consistent_view_while_another_batch_is_written(library: Library) -> None:
    library.write(numbered(5))
    with library.reading() as connection:
        before = library.revision_in(connection)
        library.write(numbered(5, first=2000))
        assert library.revision_in(connection) == before
    assert library.count() == 10


def test_full_text_finds_what_raw_queries_trip_over(library: Library) -> None:
    library.write([FULL])
    weights = (1, 1, 1, 1, 1)
    for term in ("IL-6", "β-cell", "p<0.05", 'the "mouse" group', "Smith JA", "NOT AND (", "C++"):
        library.words.matches([term], weights)
    for term in ("IL-6", "β-cell", "p<0.05", "Smith JA", "interleukin", "knock out"):
        assert [row[0] for row in library.words.matches([term], weights)] == [1], term


def test_matched_words_are_those_of_the_text(library: Library) -> None:
    library.write([FULL])
    assert library.words.matched(["mouse", "knocking"], [1]) == {1: ["knock", "mouse"]}
    assert library.words.matched([], [1]) == {}


def test_numbers(library: Library) -> None:
    library.write([FULL, PLAIN, BARE, Deletion(102)])
    numbers = library.numbers()
    assert (numbers.articles, numbers.with_abstract, numbers.withdrawn) == (2, 1, 1)
    assert (numbers.with_mesh, numbers.with_references) == (1, 1)
    assert (numbers.first_year, numbers.last_year, numbers.embedded) == (2021, 2021, {})


def test_an_empty_section_survives(library: Library) -> None:
    article = Article(title="t", sections=(Section("", "AIM"), Section("b", "", "METHODS")))
    library.write([article])
    assert library.article(1) == article
