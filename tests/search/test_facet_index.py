"""Facets: distinct articles per MeSH subtree, year, journal and type, equal to a slow count."""

import random
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.records import (
    Article,
    Author,
    Deletion,
    Heading,
    Journal,
    PartialDate,
    PublicationType,
    Qualifier,
)
from desktop_app.search import code_counts
from desktop_app.search.facet_index import FacetIndex
from desktop_app.search.over_represented import over_represented
from desktop_app.search.request import Filters, IdArray

TYPES = ("Journal Article", "Review", "Randomized Controlled Trial")


def _articles(vocabulary: Vocabulary, count: int, first: int = 1) -> list[Article]:
    chance = random.Random(first)
    articles = []
    for pmid in range(first, first + count):
        chosen = [vocabulary.descriptor(chance.randrange(len(vocabulary))) for _ in range(8)]
        headings = [Heading(d.ui, d.name) for d in chosen]
        headings.append(Heading("D008297", "Male"))  # a descriptor without a tree number
        headings.append(Heading("", "No such heading of any year"))
        articles.append(
            Article(
                title=f"T{pmid}",
                pmid=pmid,
                headings=tuple(headings),
                journal=Journal(abbreviation=f"J{pmid % 7}"),
                date=PartialDate(1990 + pmid % 30) if pmid % 11 else None,
                publication_types=tuple(PublicationType(t) for t in TYPES[: 1 + pmid % 3]),
            )
        )
    return articles


def _slow_mesh(vocabulary: Vocabulary, articles: dict[int, Article], ids: IdArray) -> list[int]:
    """The definition itself: an article is under a node if a heading's number starts with it."""
    counts = [0] * len(vocabulary.tree)
    for article_id in ids:
        under: set[str] = set()
        for heading in articles[int(article_id)].headings:
            index = vocabulary.resolve(heading.ui, heading.name)
            numbers = vocabulary.descriptor(index).tree_numbers if index is not None else ()
            for number in numbers:
                parts = number.split(".")
                under.add(number[0])
                under.update(".".join(parts[: i + 1]) for i in range(len(parts)))
        for number in under:
            code = vocabulary.tree.code(number)
            assert code is not None
            counts[code] += 1
    return counts


def assert_exact(index: FacetIndex, library: Library, vocabulary: Vocabulary, ids: IdArray) -> None:
    articles = library.articles(library.ids())
    facets = index.count(ids, ids)
    assert facets.mesh.tolist() == _slow_mesh(vocabulary, articles, ids)
    chosen = [articles[int(i)] for i in ids]
    for year, count in facets.years.items():
        assert count == sum(a.year == year for a in chosen)
    assert sum(facets.years.values()) == sum(a.year is not None for a in chosen)
    for name, count in facets.journals:
        assert count == sum(a.journal.abbreviation == name for a in chosen)
    for name, count in facets.publication_types:
        assert count == sum(any(t.name == name for t in a.publication_types) for a in chosen)


def test_counts_equal_a_slow_count_at_every_size(library: Library, vocabulary: Vocabulary) -> None:
    library.write(_articles(vocabulary, 200))
    index = FacetIndex(library, vocabulary)
    index.load()
    chance = np.random.default_rng(1)
    for size in (0, 1, 17, 60, 120, 199, 200):
        assert_exact(index, library, vocabulary, np.sort(chance.permutation(200)[:size]) + 1)


def test_counts_stay_right_while_the_library_changes(
    library: Library, vocabulary: Vocabulary
) -> None:
    index = FacetIndex(library, vocabulary)
    index.load()
    for round_ in range(12):  # more than the number of segments that makes it merge
        library.write(_articles(vocabulary, 9, first=1 + 10 * round_))
        changed = replace(_articles(vocabulary, 1)[0], headings=(), title=f"Round {round_}")
        library.write([changed, Deletion(10 * round_ + 3)])
        assert index.sync()
        assert len(index) == library.count()
        assert_exact(index, library, vocabulary, np.array(library.ids()))
    assert not index.sync()


def test_the_cache_gives_the_same_counts(library: Library, vocabulary: Vocabulary) -> None:
    library.write(_articles(vocabulary, 60))
    first = FacetIndex(library, vocabulary)
    first.load()
    first.save()
    library.write(_articles(vocabulary, 5, first=500))
    second = FacetIndex(library, vocabulary)
    second.load()
    assert_exact(second, library, vocabulary, np.array(library.ids()))
    [names] = (library.folder / "indexes" / "facets").glob("names-*")
    names.write_text("{}")
    third = FacetIndex(library, vocabulary)
    third.load()
    assert_exact(third, library, vocabulary, np.array(library.ids()))


def test_filters_keep_exactly_what_was_counted(library: Library, vocabulary: Vocabulary) -> None:
    library.write(_articles(vocabulary, 150))
    index = FacetIndex(library, vocabulary)
    index.load()
    ids = np.array(library.ids())
    facets = index.count(ids, ids)
    for code in np.flatnonzero(facets.mesh)[::97]:
        number = vocabulary.tree.numbers[int(code)]
        count = int(facets.mesh[code])
        assert len(index.newest(index.allowed(Filters(include=(number,))))) == count
        assert len(index.newest(index.allowed(Filters(exclude=(number,))))) == 150 - count
    for name, count in facets.journals:
        assert len(index.newest(index.allowed(Filters(journals=(name,))))) == count
    for name, count in facets.publication_types:
        assert len(index.newest(index.allowed(Filters(publication_types=(name,))))) == count
    of_years = index.newest(index.allowed(Filters(years=(1995, 1999))))
    assert len(of_years) == sum(facets.years.get(year, 0) for year in range(1995, 2000))


def test_filters_by_unknown_values_find_nothing(library: Library, vocabulary: Vocabulary) -> None:
    library.write(_articles(vocabulary, 5))
    index = FacetIndex(library, vocabulary)
    index.load()
    for filters in (
        Filters(include=("X99",)),
        Filters(journals=("?",)),
        Filters(publication_types=("?",)),
        Filters(years=(1800, 1801)),
    ):
        assert len(index.newest(index.allowed(filters))) == 0
    assert index.allowed(Filters()) is None


def test_newest_first(library: Library, vocabulary: Vocabulary) -> None:
    library.write(
        [Article(title=str(year), pmid=year, date=PartialDate(year)) for year in (2001, 2020, 1999)]
        + [Article(title="undated", pmid=1), Article(title="also", pmid=2, date=PartialDate(2020))]
    )
    index = FacetIndex(library, vocabulary)
    index.load()
    assert index.newest(None).tolist() == [5, 2, 1, 3, 4]


def _odd_articles() -> list[Article]:
    """Articles with every value that a filter may ask for."""
    articles = []
    for pmid in range(1, 41):
        sex = Heading("D008297", "Male") if pmid % 2 else Heading("D005260", "Female")
        diabetes = Heading("D003920", "Diabetes Mellitus", major=pmid % 3 == 0)
        source = "user" if pmid % 5 == 0 else ""
        asthma = Heading("D001249", "Asthma", source=source)
        if pmid % 7 == 0:
            asthma = replace(asthma, qualifiers=(Qualifier("Q000601", "surgery", major=True),))
        articles.append(
            Article(
                title=f"T{pmid}",
                pmid=pmid,
                headings=(sex, diabetes, asthma),
                languages=("eng", "fre") if pmid % 4 == 0 else ("ger",),
                authors=(Author(last="Kahn", initials="R"), Author(collective=f"Group {pmid % 6}")),
            )
        )
    return articles


@pytest.mark.parametrize("many_rows", [20, 50_000])
@pytest.mark.parametrize(
    ("filters", "passes"),
    [
        (Filters(include=("D008297",)), lambda n: n % 2 == 1),
        (Filters(exclude=("D005260",)), lambda n: n % 2 == 1),
        (Filters(include=("D003920",), major_only=True), lambda n: n % 3 == 0),
        (Filters(include=("C18.452.394.750",), major_only=True), lambda n: n % 3 == 0),
        (Filters(include=("C08.127.108",), major_only=True), lambda n: n % 7 == 0),
        (Filters(exclude=("C08",), heading_sources=("user",)), lambda n: n % 5 != 0),
        (Filters(include=("D001249",), heading_sources=("user",)), lambda n: n % 5 == 0),
        (Filters(heading_sources=("user",)), lambda n: n % 5 == 0),
        (Filters(heading_sources=("user", "")), lambda n: True),
        (Filters(heading_sources=("pmc",)), lambda n: False),
        (Filters(heading_sources=("user",), languages=("fre",)), lambda n: n % 20 == 0),
        (Filters(languages=("fre",)), lambda n: n % 4 == 0),
        (Filters(languages=("fre", "ger")), lambda n: True),
        (Filters(authors=("Group 3",)), lambda n: n % 6 == 3),
        (Filters(authors=("Group 3", "Kahn R")), lambda n: True),
        (Filters(authors=("Nobody X",)), lambda n: False),
        (Filters(include=("C08.127.108",), languages=("fre",)), lambda n: n % 4 == 0),
    ],
)
def test_filters_of_every_kind(
    library: Library,
    vocabulary: Vocabulary,
    monkeypatch: pytest.MonkeyPatch,
    filters: Filters,
    passes: Callable[[int], bool],
    many_rows: int,
) -> None:
    monkeypatch.setattr(code_counts, "MANY_ROWS", many_rows)
    library.write(_odd_articles())
    index = FacetIndex(library, vocabulary)
    index.load()
    expected = [n for n in range(1, 41) if passes(n)]
    assert sorted(index.newest(index.allowed(filters)).tolist()) == expected


def test_facets_of_every_kind(library: Library, vocabulary: Vocabulary) -> None:
    library.write(_odd_articles())
    with library.writing() as connection:
        connection.exec_driver_sql("INSERT INTO collection VALUES (1, NULL, 'a'), (2, 1, 'b')")
        connection.exec_driver_sql("INSERT INTO collection_article VALUES (1, 3), (2, 4), (2, 40)")
    index = FacetIndex(library, vocabulary)
    index.load()
    for ids in (np.arange(1, 41), np.arange(1, 13), np.arange(1, 35)):  # all, few, most
        facets = index.count(ids, ids)
        numbers = ids.tolist()
        assert dict(facets.placeless) == {
            "D008297": sum(n % 2 == 1 for n in numbers),
            "D005260": sum(n % 2 == 0 for n in numbers),
        }
        assert dict(facets.languages)["fre"] == sum(n % 4 == 0 for n in numbers)
        assert facets.authors[0] == ("Kahn R", len(numbers))
        assert dict(facets.authors)["Group 3"] == sum(n % 6 == 3 for n in numbers)
        assert dict(facets.heading_sources)["user"] == sum(n % 5 == 0 for n in numbers)
        filed = {1: {3, 4, 40}, 2: {4, 40}}
        counts = {c: len(of & set(numbers)) for c, of in filed.items()}
        assert dict(facets.collections) == {c: count for c, count in counts.items() if count}
    assert sorted(index.newest(index.allowed(Filters(collections=(1,)))).tolist()) == [3, 4, 40]


def test_large_result_sets_are_counted_by_bitmaps_exactly(
    library: Library, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_counts, "MANY_ROWS", 50)
    library.write(_articles(vocabulary, 200))
    index = FacetIndex(library, vocabulary)
    index.load()
    library.write([Deletion(7), *_articles(vocabulary, 3, first=900)])
    index.sync()
    ids = np.array(library.ids())
    for size in (5, 40, 90, 120, len(ids)):
        assert_exact(
            index, library, vocabulary, np.sort(np.random.default_rng(4).permutation(ids)[:size])
        )


def test_saved_bitmaps_count_and_filter_as_new_ones(
    library: Library, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_counts, "MANY_ROWS", 50)
    library.write(_articles(vocabulary, 200))
    FacetIndex(library, vocabulary).load()
    made = FacetIndex(library, vocabulary)
    made.load()
    made.save()
    assert list((library.folder / "indexes" / "facets").glob("nodes_bits-*"))
    read = FacetIndex(library, vocabulary)
    read.load()
    library.write([Deletion(7), *_articles(vocabulary, 3, first=900)])
    read.sync()
    ids = np.array(library.ids())
    for size in (30, 90, len(ids)):
        assert_exact(read, library, vocabulary, ids[:size])
    articles = library.articles(library.ids())
    for number in ("C", "D", "A01", "C04.588"):
        found = read.newest(read.allowed(Filters(include=(number,))))
        code = vocabulary.tree.code(number)
        assert code is not None
        assert len(found) == _slow_mesh(vocabulary, articles, ids)[code]
    men = read.newest(read.allowed(Filters(include=("D008297",), publication_types=TYPES[2:])))
    assert set(men.tolist()) == {
        i for i, a in articles.items() if TYPES[2] in {t.name for t in a.publication_types}
    }


def test_what_is_over_represented_comes_first(library: Library, vocabulary: Vocabulary) -> None:
    headings = [("D006801", "Humans"), ("D001249", "Asthma"), ("D003920", "Diabetes Mellitus")]
    human, asthma, diabetes = (Heading(*heading) for heading in headings)
    library.write(
        [
            Article(title=str(n), pmid=n, headings=(human, asthma if n <= 10 else diabetes))
            for n in range(1, 101)
        ]
    )
    index = FacetIndex(library, vocabulary)
    index.load()
    ids = np.arange(6, 16)  # five of each: asthma is one in ten of the library
    facets = index.count(ids, ids)
    nodes = over_represented(vocabulary, facets.mesh, facets.mesh_library, len(ids), 100)
    names = [vocabulary.node_name(int(node)) for node in nodes]
    assert "Asthma" in names
    assert "Humans" not in names
    assert "Diabetes Mellitus" not in names
