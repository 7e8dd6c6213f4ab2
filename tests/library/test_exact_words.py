"""The index of exact words: as the tables say it, made anew when it is not, lookups that end."""

import threading
from dataclasses import replace

import pytest

from desktop_app.errors import Cancelled, UserError
from desktop_app.library import exact_words, lookups
from desktop_app.library.exact_words import Code, code
from desktop_app.library.library import Library
from desktop_app.records import Article, Author, Deletion, Keyword
from tests.library.examples import FULL

MANY = [
    Article(f"Word{n} of heart{n % 7}", n, authors=(Author(f"Name{n}", "Ann", "A"),))
    for n in range(1, 301)
]


def test_it_follows_changes_and_withdrawals(library: Library) -> None:
    library.write([*MANY, replace(FULL, pmid=999)])
    library.lookups.prepare()
    assert library.check() == []
    library.write([replace(MANY[0], title="Other words"), Deletion(MANY[1].pmid or 0)])
    assert library.check() == []
    assert library.lookups.phrase(["title"], ["other", "words"]).tolist() == [1]
    assert library.lookups.phrase(["title"], ["word1"]).tolist() == []
    assert library.lookups.phrase(["title"], ["word2"]).tolist() == []
    assert len(library.lookups.codes([Code.ARTICLE])) == 300


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("INSERT INTO exact_fts(exact_fts) VALUES ('delete-all')", "300 articles are missing"),
        ("INSERT INTO exact_fts(rowid, codes) VALUES (999, '\ue001')", "1 should not be there"),
        ("UPDATE article SET title = 'Nothing of the kind' WHERE id = 1", "differ"),
    ],
)
def test_a_check_finds_what_is_wrong_and_makes_it_anew(
    library: Library, damage: str, said: str
) -> None:
    library.write(MANY)
    library.lookups.prepare()
    with library.writing() as connection:
        connection.exec_driver_sql(damage)
    found = [problem for problem in library.check() if "exact words" in problem]
    assert len(found) == 1
    assert "made anew" in found[0]
    assert said in found[0]
    assert not [problem for problem in library.check() if "exact words" in problem]
    assert library.lookups.codes([Code.ARTICLE]).tolist() == library.ids()


def test_new_articles_come_when_they_are_asked_for_and_change_before_and_after(
    library: Library,
) -> None:
    library.write(MANY[:200])
    library.write([replace(MANY[0], title="Changed before"), Deletion(MANY[1].pmid or 0)])
    assert library.lookups.codes([Code.ARTICLE]).tolist() == []
    assert library.lookups.prepare(most=0) == 199
    assert library.lookups.prepare() == 0
    library.write(MANY[200:])
    assert len(library.lookups.codes([Code.ARTICLE])) == 199
    library.write([replace(MANY[2], title="Changed after"), Deletion(MANY[3].pmid or 0)])
    assert library.lookups.phrase(["title"], ["changed"]).tolist() == [1, 3]
    assert library.lookups.prepare() == 0
    assert library.lookups.codes([Code.ARTICLE]).tolist() == library.ids()
    assert library.check() == []


def test_no_phrase_reaches_from_one_keyword_into_the_next(library: Library) -> None:
    library.write([Article("A", 1, keywords=(Keyword("heart failure"), Keyword("in mice")))])
    library.lookups.prepare()
    assert library.lookups.phrase(["keywords"], ["heart", "failure"]).tolist() == [1]
    assert library.lookups.phrase(["keywords"], ["failure", "in"]).tolist() == []
    assert library.lookups.codes([code(Code.TYPE, "")]).tolist() == []


def test_a_hundred_of_the_worst_patterns_end(library: Library) -> None:
    library.write(MANY)
    library.lookups.prepare()
    worst = [["word*"] * n for n in range(1, 40)]
    worst += [["heart*", f"word{n}*"] for n in range(30)]
    worst += [["a*"] * 200, ["of"] * 2_000, ["*"], ["-*-"], ["\ue000*"]]
    worst += [[letter + "*", "of", letter + "*"] for letter in "abcdefghijklmnopqrstuvwxyz"]
    said = [_refusal(library, words) for words in worst]
    assert len(said) >= 100
    assert {"", "stands for more than 600 different phrases."} == {s[-43:] for s in said}


def _refusal(library: Library, words: list[str]) -> str:
    try:
        library.lookups.phrase(exact_words.COLUMNS, words)
        library.lookups.phrase(exact_words.COLUMNS, words, within=1_000)
    except UserError as error:
        return error.message
    return ""


def test_a_lookup_that_takes_too_long_is_ended_and_says_so(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.write(MANY)
    library.lookups.prepare()
    monkeypatch.setattr(lookups, "SECONDS", -1.0)
    monkeypatch.setattr(lookups, "_STEPS", 1)
    with pytest.raises(UserError, match="took too long"):
        library.lookups.having("abstract")
    monkeypatch.undo()
    assert library.lookups.having("abstract").tolist() == []


def test_a_lookup_can_be_stopped_from_another_thread(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
                 SELECT count(*) FROM n WHERE i = ?"""
    monkeypatch.setattr(lookups, "SECONDS", 60.0)
    monkeypatch.setitem(lookups._BY_NUMBER, "pmid", endless)
    ended: list[BaseException] = []

    def look() -> None:
        try:
            library.lookups.number("pmid", 0)
        except (Cancelled, UserError) as error:
            ended.append(error)

    thread = threading.Thread(target=look)
    thread.start()
    while thread.is_alive():
        library.lookups.stop()
        thread.join(0.01)
    assert [type(error) for error in ended] == [Cancelled]
