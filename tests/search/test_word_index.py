"""The word index: the same articles and scores as FTS5, whatever happens to the library."""

import random
from collections.abc import Sequence

import numpy as np
import pytest

from desktop_app.errors import Cancelled
from desktop_app.library.index_terms import IndexTerms
from desktop_app.library.library import Library
from desktop_app.records import Article, Author, Deletion, Heading, Keyword, Section
from desktop_app.search import word_index
from desktop_app.search.keywords import WEIGHTS, words_of
from desktop_app.search.word_index import WordIndex
from desktop_app.search.word_search import WordSearch

WORDS = """insulin receptor receptors signalling IL-6 β-catenin naïve café mice mouse 5-HT2A p<0.05
    TNF–α Ångström running runs ran COVID-19 diabetes diabetic İstanbul straße Ⅳ x²
    東京 cells""".split()
QUERIES = (
    "insulin",
    "receptor signalling",
    "IL-6",
    "naive cafe",
    "TNF–α runs",
    "mouse Mice mice",
    "straße",
    "東京",
    "x²",
    "COVID-19 diabetes insulin",
    "angstrom",
    "p<0.05",
    "unicorn",
)


def _articles(count: int, first: int = 1) -> list[Article]:
    chance = random.Random(first)

    def text(words: int) -> str:
        return " ".join(chance.choices(WORDS, weights=range(len(WORDS), 0, -1), k=words))

    return [
        Article(
            title=text(6),
            pmid=pmid,
            sections=(Section(text(chance.randrange(60))),),
            headings=(Heading("D000001", chance.choice(WORDS)),),
            keywords=(Keyword(chance.choice(WORDS)),),
            authors=(Author(last=chance.choice(("Mouse", "Kahn")), initials="AB"),),
        )
        for pmid in range(first, first + count)
    ]


def _search(library: Library) -> WordSearch:
    search = WordSearch(library, words_from=1)
    search.load()
    return search


def assert_exact(search: WordSearch, library: Library, queries: Sequence[str] = QUERIES) -> None:
    """Compare with FTS5 itself."""
    assert search.indexed
    for query in queries:
        terms = words_of(query).terms
        expected = dict(library.words.matches(terms, WEIGHTS))
        ids, scores = search.matches(terms)
        assert ids.tolist() == sorted(expected), query
        np.testing.assert_allclose(scores, [expected[int(i)] for i in ids], rtol=1e-4, atol=1e-5)
        for term, count in search.frequencies(terms).items():
            assert count == library.words.count(term), term


def test_terms_are_those_of_the_full_text_index(library: Library) -> None:
    """Every token of odd texts, in order, as FTS5 reports it of the library's own index."""
    texts = [
        " ".join(WORDS),
        "e\u0301tude A\u030angstrom",
        "don't «quoted»—dash",
        "a\x00b\u200bc",
        "",
    ]
    library.write([Article(title=text or "-", pmid=n + 1) for n, text in enumerate(texts)])
    with library.reading() as connection:
        connection.exec_driver_sql("PRAGMA query_only=OFF")
        connection.exec_driver_sql(
            "CREATE VIRTUAL TABLE temp.v USING fts5vocab(main, article_fts, instance)"
        )
        rows = connection.exec_driver_sql("SELECT doc, offset, term FROM temp.v").fetchall()
        connection.exec_driver_sql("PRAGMA query_only=ON")
    cutter = IndexTerms()
    for number, text in enumerate(texts, 1):
        expected = [row[2] for row in sorted(map(tuple, rows)) if row[0] == number]
        assert list(cutter.terms_of(text)) == expected


def test_scores_are_those_of_fts5(library: Library) -> None:
    library.write(_articles(300))
    search = _search(library)
    assert not search.indexed
    assert search.build()
    assert not search.build()
    assert_exact(search, library)


def test_it_stays_right_while_the_library_changes(library: Library) -> None:
    library.write(_articles(60))
    search = _search(library)
    search.build()
    for round_ in range(1, 6):
        library.write(_articles(7, first=1000 * round_))
        library.write([Deletion(round_ * 3), *_articles(1, first=round_ * 5)])
        search.sync()
        assert_exact(search, library)
    library.write(_articles(3))  # a withdrawn one comes back
    search.sync()
    assert_exact(search, library)
    search.build()  # makes one segment of the small ones
    assert_exact(search, library)


def test_the_saved_index_is_used_and_brought_up_to_date(library: Library) -> None:
    library.write(_articles(60))
    _search(library).build()
    library.write([Deletion(5), *_articles(4, first=500)])
    again = _search(library)
    assert_exact(again, library)


def test_cancelling_keeps_finished_segments_and_building_goes_on(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_index, "AT_ONCE", 0)
    library.write(_articles(100))
    index = WordIndex(library, (2, 1, 1, 1, 1), segment_rows=30)
    index.load()

    def stop(done: int, total: int) -> None:
        if done >= 60:
            raise Cancelled

    with pytest.raises(Cancelled):
        index.build(stop)
    assert not index.whole
    assert index.articles == 60
    again = WordIndex(library, (2, 1, 1, 1, 1), segment_rows=30)
    again.load()
    assert again.articles == 60
    assert again.build()
    assert again.whole
    assert again.articles == 100
    assert again.count("insulin") == library.words.count("insulin")


def test_fts5_answers_until_the_index_is_whole(library: Library) -> None:
    library.write(_articles(30))
    search = _search(library)
    assert len(search.matches(("insulin",))[0]) == library.words.count("insulin")
    assert not search.indexed


def test_an_index_of_other_weights_or_another_library_is_not_used(library: Library) -> None:
    library.write(_articles(30))
    WordIndex(library, (2, 1, 1, 1, 1)).build()
    other = WordIndex(library, (1, 1, 1, 1, 1))
    other.load()
    assert not other.parts


def test_who_only_reads_deletes_nothing(library: Library) -> None:
    """The window may be writing a segment: its folder has no manifest yet."""
    library.write(_articles(30))
    WordIndex(library, (2, 1, 1, 1, 1)).build()
    begun = library.folder / "indexes" / "words" / "begun"
    begun.mkdir()
    (begun / "ids").write_bytes(b"half")
    with Library.open(library.folder, read_only=True) as reading:
        index = WordIndex(reading, (2, 1, 1, 1, 1))
        index.load()
        assert index.articles == 30
    assert (begun / "ids").exists()
