"""The history of searches, and those that are kept: what is new since they were looked at."""

from dataclasses import replace

import pytest

from desktop_app.errors import UserError
from desktop_app.library import searches
from desktop_app.library.library import Library
from desktop_app.records import Article

FIRST, SECOND, THIRD = (Article(f"Article {n}", n) for n in (1, 2, 3))


def test_searches_are_numbered_and_the_same_one_again_keeps_its_number(library: Library) -> None:
    assert [library.searches.record(r, 1) for r in ("a", "b", "b", "a")] == [1, 2, 2, 3]
    past = library.searches.past(2)
    assert past is not None
    assert (past.request, past.hits) == ("b", 1)
    assert library.searches.past(9) is None
    assert [p.number for p in library.searches.history(2)] == [3, 2]
    library.searches.forget()
    assert library.searches.record("c", 0) == 1


def test_old_searches_make_room(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searches, "KEPT", 3)
    for number in range(5):
        library.searches.record(str(number), 0)
    assert [p.request for p in library.searches.history()] == ["4", "3", "2"]


def test_new_articles_and_changed_ones_are_new_until_they_were_looked_at(library: Library) -> None:
    library.write([FIRST, SECOND])
    library.searches.save("  my \n review ", "{}")
    assert library.searches.new_since("my review", library.ids()) == []
    library.write([THIRD, replace(FIRST, title="Article 1, corrected")])
    assert library.searches.new_since("my review", [3, 2, 1]) == [3, 1]
    assert library.searches.new_since("my review", [2]) == []
    library.searches.mark_seen("my review")
    assert library.searches.new_since("my review", library.ids()) == []
    assert library.searches.new_since("no such search", [1]) == []


def test_kept_searches_are_listed_replaced_and_deleted(library: Library) -> None:
    for name in ("b", "a"):
        library.searches.save(name, "{}")
    assert library.searches.save("a", '{"text": "x"}').request == '{"text": "x"}'
    assert [s.name for s in library.searches.saved()] == ["a", "b"]
    library.searches.delete("a")
    assert [s.name for s in library.searches.saved()] == ["b"]
    with pytest.raises(UserError, match="no name"):
        library.searches.save("  ", "{}")
