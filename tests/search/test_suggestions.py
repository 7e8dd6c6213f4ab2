"""Suggestions while typing: headings, authors, journals, past searches, with their counts."""

import json
import random

from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.records import Article, Author, Heading, Journal
from desktop_app.search.engine import SearchEngine
from desktop_app.search.suggestions import Suggestion, SuggestionKind


def _article(pmid: int, author: str, journal: str) -> Article:
    last, _, initials = author.partition(" ")
    return Article(
        title=f"T{pmid}",
        pmid=pmid,
        headings=(Heading("D003920", "Diabetes Mellitus"),),
        authors=(Author(last=last, initials=initials),),
        journal=Journal(abbreviation=journal),
    )


def _of(found: list[Suggestion], kind: SuggestionKind) -> list[tuple[str, int]]:
    return [(s.text, s.count) for s in found if s.kind is kind]


def test_each_kind_is_offered_with_its_count(library: Library, vocabulary: Vocabulary) -> None:
    authors = ("Diaz A", "Diaz A", "Díaz B", "Smith C")
    library.write([_article(n, a, "Diabetes Care") for n, a in enumerate(authors, 1)])
    library.searches.record(json.dumps({"text": "Diabetes in mice"}), 7)
    engine = SearchEngine(library, vocabulary)
    found = engine.suggest("dia", 20)
    assert found[0] == Suggestion(SuggestionKind.SEARCH, "Diabetes in mice", 7)
    assert _of(found, SuggestionKind.AUTHOR) == [("Diaz A", 2), ("Díaz B", 1)]
    assert _of(found, SuggestionKind.JOURNAL) == [("Diabetes Care", 4)]
    [mellitus] = [s for s in engine.suggest("diabetes mell") if s.ui == "D003920"]
    assert mellitus.count == 4
    assert len(engine.suggest("d", 6)) <= 6


def test_nothing_typed_nothing_offered(library: Library, vocabulary: Vocabulary) -> None:
    engine = SearchEngine(library, vocabulary)
    assert engine.suggest("  ") == []
    assert engine.suggest("dia", 0) == []


def test_names_that_came_later_are_offered_too(library: Library, vocabulary: Vocabulary) -> None:
    library.write([_article(1, "Kahn R", "J1")])
    engine = SearchEngine(library, vocabulary)
    assert _of(engine.suggest("kahn"), SuggestionKind.AUTHOR) == [("Kahn R", 1)]
    library.write([_article(2, "Kahneman D", "J2"), _article(3, "Kahn R", "J2")])
    assert _of(engine.suggest("kahn"), SuggestionKind.AUTHOR) == [("Kahn R", 2), ("Kahneman D", 1)]


def test_of_many_authors_the_most_frequent(library: Library, vocabulary: Vocabulary) -> None:
    chance = random.Random(2)
    names = [f"Ma{chance.choice('abcdefgh')}{chance.choice('xyz')} Q" for _ in range(200)]
    library.write([_article(n, name, "J") for n, name in enumerate(names, 1)])
    found = _of(SearchEngine(library, vocabulary).suggest("ma", 8), SuggestionKind.AUTHOR)
    counts = sorted((names.count(name) for name in set(names)), reverse=True)
    assert [count for _, count in found] == counts[: len(found)]
