"""Articles by heading, from the lists of a small segment and from the bitmaps of a large one."""

import random

import pytest

from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.records import Article, Heading, Qualifier
from desktop_app.search import code_counts
from desktop_app.search.engine import SearchEngine
from desktop_app.search.request import Reading, SearchRequest
from tests.search.query_oracle import Oracle

_HEADINGS = (
    ("D001249", "Asthma"),
    ("D001250", "Asthma, Exercise-Induced"),
    ("D008171", "Lung Diseases"),
    ("D012140", "Respiratory Tract Diseases"),
    ("D003920", "Diabetes Mellitus"),
    ("D003924", "Diabetes Mellitus, Type 2"),
    ("D008297", "Male"),  # no place in the tree
    ("D005260", "Female"),
)
_TAGS = ("mh", "mh:noexp", "majr", "majr:noexp")


def _articles() -> list[Article]:
    chance = random.Random(5)
    articles = []
    for pmid in range(1, 161):
        chosen = chance.sample(_HEADINGS, chance.randrange(4))
        therapy = Qualifier("Q000628", "therapy", major=chance.random() < 0.5)
        headings = [
            Heading(*heading, major=chance.random() < 0.3, qualifiers=(therapy,) * (pmid % 3 == 0))
            for heading in chosen
        ]
        articles.append(Article(title=f"T{pmid}", pmid=pmid, headings=tuple(headings)))
    return articles


@pytest.mark.parametrize("many_rows", [50, 50_000])
def test_headings_find_what_the_oracle_finds(
    library: Library, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch, many_rows: int
) -> None:
    monkeypatch.setattr(code_counts, "MANY_ROWS", many_rows)
    library.write(_articles())
    engine, oracle = SearchEngine(library, vocabulary), Oracle(vocabulary)
    stored = library.articles(library.ids())
    ids, articles = list(stored), list(stored.values())
    terms = [f'"{name}"[{tag}]' for _, name in _HEADINGS for tag in _TAGS]
    terms += [f'"{name}/therapy"[{tag}]' for _, name in _HEADINGS[:3] for tag in _TAGS]
    for query in [*terms, f"{terms[0]} NOT {terms[4]}", f"{terms[8]} AND {terms[-1]}"]:
        request = SearchRequest(query, reading=Reading.BOOLEAN)
        found = sorted(engine.search(request).ids.tolist())
        assert found == sorted(ids[i] for i in oracle.matches(query, articles)), query
