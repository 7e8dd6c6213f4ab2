"""The words of a query: cut, quoted, and thinned to what tells articles apart."""

import pytest

from desktop_app.library.library import Library
from desktop_app.records import Article
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


def test_words_that_tell_nothing_apart_are_left_out(library: Library) -> None:
    library.write(
        [Article(title=f"mouse {'insulin' if n < 3 else 'sleep'}", pmid=n + 1) for n in range(10)]
    )
    words = rarest(library, Words(("mouse", "insulin", "unicorn"), ("the",)))
    assert words == Words(("insulin",), ("mouse", "unicorn", "the"))


def test_a_common_word_alone_is_still_looked_for(library: Library) -> None:
    library.write([Article(title="mouse", pmid=n + 1) for n in range(10)])
    assert rarest(library, Words(("mouse",), ())).terms == ("mouse",)


def test_of_a_pasted_abstract_the_rarest_words_are_kept(library: Library) -> None:
    text = " ".join(f"word{n}" for n in range(300))
    library.write([Article(title=text, pmid=1), *_others()])
    words = rarest(library, words_of(text))
    assert len(words.terms) == 40
    assert len(words.ignored) == 260


def _others() -> list[Article]:
    return [Article(title="another", pmid=n) for n in range(2, 6)]
