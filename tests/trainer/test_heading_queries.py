"""Queries from headings: whose words they are, which headings they ask for, the same every time."""

import pytest

pytest.importorskip("scipy", reason="scipy is in the trainer's environment only")
from trainer.heading_queries import HeadingQueries, HeadingQuery, in_natural_order, is_typed
from trainer.training_set import Article, Heading

ENTRY_TERMS = {
    "D0": ["Slime", "Secretions, Mucous", "x" * 51],
    "D1": ["(1,2-Stuff)"],
    "D99": ["Not here"],
}


def head(number: int, name: str, *trees: str) -> Heading:
    return Heading(f"D{number}", name, False, (), trees)


MUCUS, SALIVA = head(0, "Mucus", "A12.200.503"), head(1, "Saliva", "A12.200.666")
WIDE, NOWHERE = head(2, "Everywhere", "E01"), head(3, "Nowhere")
HUMANS = Heading("D006801", "Humans", False, (), ("B01.050",))


def library(count: int = 40) -> list[Article]:
    """Every article has WIDE and a check tag; four have both rare headings."""
    return [
        Article(
            number,
            f"Title {number}",
            "a",
            None,
            "eng",
            (MUCUS, SALIVA, WIDE, HUMANS, NOWHERE) if number < 4 else (WIDE, HUMANS),
        )
        for number in range(count)
    ]


def many(queries: HeadingQueries) -> list[HeadingQuery]:
    return [query for step in range(60) for query in queries.step(step, 8)]


def test_a_query_is_a_term_two_terms_of_an_article_or_a_title() -> None:
    found = many(HeadingQueries(library(), ENTRY_TERMS, 1))
    mucus, saliva = {"mucus", "slime", "mucous secretions"}, {"saliva"}
    texts: dict[tuple[Heading, ...], set[str]] = {}
    for query in found:
        texts.setdefault(query.headings, set()).add(query.text.lower())
    assert texts[(MUCUS,)] == mucus
    assert texts[(SALIVA,)] == saliva
    both = {f"{m}{word}saliva" for m in mucus for word in (" ", " and ")}
    assert texts[(MUCUS, SALIVA)] <= both
    assert len(texts[(MUCUS, SALIVA)]) > 2
    titles = texts[(MUCUS, SALIVA, WIDE, HUMANS, NOWHERE)] | texts[(WIDE, HUMANS)]
    assert titles <= {f"title {number}" for number in range(40)}
    assert len(titles) > 20
    # a heading of every article, one without a place and a check tag are never asked for
    assert texts.keys() == {
        *[(MUCUS,), (SALIVA,), (MUCUS, SALIVA), (SALIVA, MUCUS)],
        *[(MUCUS, SALIVA, WIDE, HUMANS, NOWHERE), (WIDE, HUMANS)],
    }
    lower = sum(query.text.islower() for query in found if len(query.headings) == 1)
    assert 0.6 < lower / sum(len(query.headings) == 1 for query in found) < 0.8


def test_without_entry_terms_the_names_ask() -> None:
    found = many(HeadingQueries(library(), {}, 1))
    assert {q.text.lower() for q in found if len(q.headings) == 1} == {"mucus", "saliva"}


def test_a_step_is_the_same_whenever_it_is_made() -> None:
    first, again = (HeadingQueries(library(), ENTRY_TERMS, 1) for _ in range(2))
    later = [again.step(step, 8) for step in (3, 2)]
    assert [first.step(step, 8) for step in (3, 2)] == later
    assert first.step(2, 8) != first.step(3, 8)
    assert first.step(2, 8) != HeadingQueries(library(), ENTRY_TERMS, 2).step(2, 8)


@pytest.mark.parametrize(
    ("term", "typed"),
    [
        ("Diabetes Mellitus, Type 2", True),
        ("Interleukin-6", True),
        ("COVID-19", True),
        ("1,2-Dipalmitoylphosphatidylcholine", False),
        ("4-Aminobenzoic Acid", False),
        ("2',3'-Cyclic-Nucleotide Phosphodiesterases", False),
        ("Receptors (Cell)", False),
        ("x" * 51, False),
        ("AIM", False),
    ],
)
def test_what_nobody_types_is_left_out(term: str, typed: bool) -> None:
    assert is_typed(term) == typed


def test_inverted_terms_are_turned() -> None:
    assert in_natural_order("Neoplasms, Lung") == "Lung Neoplasms"
    assert in_natural_order("Carcinoma, Lung, Small Cell") == "Carcinoma, Lung, Small Cell"
    assert in_natural_order("Asthma") == "Asthma"
