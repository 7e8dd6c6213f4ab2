"""Reading queries: PubMed's rules, and a message with the likeliest reading for the rest."""

import pytest

from desktop_app.search.query.parse import is_boolean, parse
from desktop_app.search.query.reading import label
from desktop_app.search.query.tree import Severity
from tests.search.query.random_queries import hostile_queries


def _read(text: str) -> str:
    tree = parse(text).tree
    return "" if tree is None else label(tree)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("a[tiab] OR b[ti] AND c[ab]", "a[tiab] OR b[ti] AND c[ab]"),  # from left to right
        ("a[ti] (b[ti] OR c[ti])", "a[ti] AND (b[ti] OR c[ti])"),
        ("lung cancer[Title/Abstract]", '"lung cancer"[tiab]'),
        ("“lung cancer”[tiab]", '"lung cancer"[tiab]'),
        ("Brefeldin [tiab]", "Brefeldin[tiab]"),
        ("Animals[Mesh] not (Animals[Mesh] and Humans[Mesh])",
         "Animals[mh] NOT (Animals[mh] AND Humans[mh])"),
        ("x[MeSH Terms:noexp]", "x[mh:noexp]"),
        ('"hip pain"[tiab:~3]', '"hip pain"[tiab:~3]'),
        ("2015/03:2016[dp]", "2015/03:2016[dp]"),
        ('("2015/01/01"[Date - Publication] : "3000"[Date - Publication])', "2015/01/01:3000[dp]"),
        ("#1 OR #2", "#1 OR #2"),
        ("ｌｕｎｇ［ｔｉ］", "lung[ti]"),
        ("benzo[a]pyrene[tiab]", "benzo[a]pyrene[tiab]"),
        ('in:"My review" is:starred', 'in:"My review" AND is:starred'),
        ("a[ti] AND NOT b[ti]", "a[ti] NOT b[ti]"),
    ],
)  # fmt: skip
def test_a_good_query_is_read_without_a_message(text: str, reading: str) -> None:
    assert _read(text) == reading
    assert parse(text).messages == ()


@pytest.mark.parametrize(
    ("text", "reading", "start", "stop", "said"),
    [
        ("(a[ti] OR b[ti]", "a[ti] OR b[ti]", 0, 1, "never closed"),
        ("a[ti])", "a[ti]", 5, 6, "closes nothing"),
        ("a[ti] OR", "a[ti]", 6, 8, "Nothing follows"),
        ("AND a[ti]", "a[ti]", 0, 3, "before this AND"),
        ("a[ti] AND OR b[ti]", "a[ti] AND b[ti]", 10, 12, "between AND and OR"),
        ("a[ti] () b[ti]", "a[ti] AND b[ti]", 6, 8, "nothing between these"),
        ("a[tiba] AND b[ti]", "a AND b[ti]", 1, 7, "no search field [tiba]"),
        ('"a b[ti]', '"a b"[ti]', 0, 1, "no partner"),
        ("[ti] a[ti]", "a[ti]", 0, 4, "No word stands before"),
        ("NOT a[mh]", "everything: NOT a[mh]", 0, 3, "Begins with NOT"),
        ("(a OR b)[ti]", "a[ti] OR b[ti]", 8, 12, "every word in the parentheses"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    text: str, reading: str, start: int, stop: int, said: str
) -> None:
    assert _read(text) == reading
    [message] = parse(text).messages
    assert said in message.text
    assert (message.place.start, message.place.stop) == (start, stop)


@pytest.mark.parametrize("text", ["", "()", "AND", "NOT", "((((", "[tiab]", '""', "*"])
def test_nothing_asked_is_no_error(text: str) -> None:
    assert parse(text).tree is None or _read(text)


def test_a_heading_with_and_in_its_name_is_one_name() -> None:
    text = "Signs and Symptoms[mh]"
    tree = parse(text, lambda field, name: name == "Signs and Symptoms").tree
    assert tree is not None
    assert label(tree) == ('"Signs and Symptoms"[mh]')


@pytest.mark.parametrize(
    "text", ["heart attack", "why and how", "benzo[a]pyrene", "IL-6 [review]", "what is it: a test"]
)
def test_a_question_stays_a_question(text: str) -> None:
    assert not is_boolean(text)


@pytest.mark.parametrize("text", ["a AND b", "a[ti]", "is:starred", "#3", "cardiomyopath*"])
def test_a_query_is_recognised(text: str) -> None:
    assert is_boolean(text)


def test_deep_and_long_queries_are_read() -> None:
    deep = parse("(" * 5_000 + "a[ti]" + ")" * 5_000)
    assert deep.tree is not None
    assert label(deep.tree) == "a[ti]"
    assert "parentheses deep" in deep.messages[0].text
    assert parse(" OR ".join(f"w{n}[ti]" for n in range(4_000))).messages == ()


def test_hostile_queries_are_read_with_places_inside_the_text() -> None:
    repaired = 0
    for text in hostile_queries(500, seed=3):
        for message in parse(text).messages:
            assert 0 <= message.place.start <= message.place.stop <= len(text), text
            repaired += message.severity is Severity.REPAIRED
    assert repaired > 200
