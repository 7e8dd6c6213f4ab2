"""The words of a query: cut, quoted, and thinned to what tells articles apart."""

import pytest

from desktop_app.search.keywords import Words, rarest, words_of


@pytest.mark.parametrize(
    ("text", "terms", "ignored"),
    [
        ("what is the role of IL-6 in β-cell death?", ("role", "IL-6", "β-cell", "death"), 5),
        ('"heart attack" or stroke', ("heart attack", "stroke"), 1),
        ("p<0.05 (two-sided)", ("p<0.05", "two-sided"), 0),
        ("the who", ("the", "who"), 0),
        ("insulin insulin", ("insulin",), 0),
        ("“curly quotes”", ("curly", "quotes"), 0),
        ('"unclosed phrase', ("unclosed", "phrase"), 0),
        ("?!… -- ()", (), 0),
        ("", (), 0),
    ],
)
def test_words(text: str, terms: tuple[str, ...], ignored: int) -> None:
    words = words_of(text)
    assert words.terms == terms
    assert len(words.ignored) == ignored


def test_words_that_tell_nothing_apart_are_left_out() -> None:
    typed = Words(("mouse", "insulin", "unicorn"), ("the",))
    frequencies = {"mouse": 10, "insulin": 3, "unicorn": 0}
    assert rarest(typed, frequencies, 10, 1000) == Words(
        ("insulin",), ("mouse", "the"), ("unicorn",)
    )


def test_a_common_word_alone_is_still_looked_for() -> None:
    assert rarest(Words(("mouse",), ()), {"mouse": 10}, 10, 1000).terms == ("mouse",)


def test_the_commonest_words_past_the_budget_are_left_out() -> None:
    counts = {"rare": 10, "usual": 49_000, "common": 300_000}
    assert rarest(Words(("common", "rare", "usual"), ()), counts, 10**6, 50_000) == Words(
        ("rare", "usual"), ("common",)
    )


def test_of_a_pasted_abstract_the_rarest_words_are_kept() -> None:
    text = " ".join(f"word{n}" for n in range(300))
    typed = words_of(text)
    words = rarest(typed, dict.fromkeys(typed.terms, 1), 5, 1000)
    assert len(words.terms) == 40
    assert len(words.ignored) == 260
