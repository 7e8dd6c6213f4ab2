"""Facets: distinct articles per MeSH subtree, year, journal and type, equal to a slow count."""

import random
from dataclasses import replace

import numpy as np

from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.records import Article, Deletion, Heading, Journal, PartialDate, PublicationType
from desktop_app.search.facet_index import FacetIndex
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


def _check(index: FacetIndex, library: Library, vocabulary: Vocabulary, ids: IdArray) -> None:
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
        _check(index, library, vocabulary, np.sort(chance.permutation(200)[:size]) + 1)


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
        _check(index, library, vocabulary, np.array(library.ids()))
    assert not index.sync()


def test_the_cache_gives_the_same_counts(library: Library, vocabulary: Vocabulary) -> None:
    library.write(_articles(vocabulary, 60))
    first = FacetIndex(library, vocabulary)
    first.load()
    first.save()
    library.write(_articles(vocabulary, 5, first=500))
    second = FacetIndex(library, vocabulary)
    second.load()
    _check(second, library, vocabulary, np.array(library.ids()))
    [names] = (library.folder / "indexes" / "facets").glob("names-*")
    names.write_text("{}")
    third = FacetIndex(library, vocabulary)
    third.load()
    _check(third, library, vocabulary, np.array(library.ids()))


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
