"""The words that matched: a long query's are found as FTS5 itself marks them."""

from desktop_app.library.library import Library
from desktop_app.records import Article, Heading, Section
from desktop_app.search.matched_words import MatchedWords

FEW = ("insulin", "glucose")
MANY = (
    *("insulins", "glucose", "muscular", "x-linked", "élève", "β-cell", "1.5", "studied", "zinc"),
    *("Sjögren's", "adults with", "nowhere"),
)
TEXT = (
    "Insulin and GLUCOSE in muscle, X-linked disease. Élève! β-cells at 1.5 mg; we study adults "
    "with sjögren's, linked x, and glucoses."
)


def _fill(library: Library) -> list[int]:
    library.write(
        [
            Article(title=f"Zinc, {TEXT}", pmid=1, sections=(Section(TEXT),)),
            Article(title="None of them", pmid=2),
            Article(title="Heading", pmid=3, headings=(Heading("D007328", "Insulin"),)),
        ]
    )
    return [1, 2, 3]


def test_a_long_query_marks_what_fts5_marks(library: Library) -> None:
    ids = _fill(library)
    marked = library.words.matched(MANY, ids)
    found = MatchedWords(library).of(MANY, ids)
    assert {i: set(words) for i, words in found.items()} == {i: set(w) for i, w in marked.items()}
    assert found[1][0] == "zinc"
    assert {"x-linked", "glucoses", "β-cells", "adults with"} <= set(found[1])
    assert found[2] == []


def test_a_short_query_is_left_to_fts5(library: Library) -> None:
    ids = _fill(library)
    assert MatchedWords(library).of(FEW, ids) == library.words.matched(FEW, ids)


def test_what_is_gone_has_no_words(library: Library) -> None:
    _fill(library)
    assert MatchedWords(library).of(MANY, [99]) == {}
