"""Citation keys: readable, ASCII, unique in a file, the same next time."""

import pytest

from desktop_app.exporters.citation_keys import CitationKeys
from desktop_app.records import Article, Author, PartialDate


def _article(
    last: str, fore: str, title: str, year: int = 2020, pmid: int | None = None
) -> Article:
    return Article(title, pmid=pmid, authors=(Author(last, fore),), date=PartialDate(year))


@pytest.mark.parametrize(
    ("article", "key"),
    [
        (_article("Smith", "John A", "The insulin story"), "SmithJ2020insulin"),
        (
            _article("Müller-Lüdenscheidt", "Ödön", "Das β-Zell Problem"),
            "MullerLudenscheidtO2020betazell",
        ),
        (_article("O'Neill", "", "IL-6 and me"), "ONeill2020il6"),
        (_article("Łukasz", "Ø", "Ænima"), "LukaszO2020aenima"),
        (_article("王", "小明", "中文 title"), "Anonymous2020title"),
        (Article("", authors=(Author(collective="The Mouse Group"),)), "TheMouseGroupnd"),
        (Article(""), "Anonymousnd"),
    ],
)
def test_plain_keys(article: Article, key: str) -> None:
    assert CitationKeys().key(article) == key


def test_equal_ones_are_told_apart() -> None:
    keys = CitationKeys()
    first, second = (_article("Smith", "J", "Insulin", pmid=pmid) for pmid in (1, 2))
    no_pmid = _article("Smith", "J", "Insulin")
    found = [keys.key(article) for article in (first, second, second, no_pmid, no_pmid)]
    assert found[:3] == ["SmithJ2020insulin", "SmithJ2020insulin-2", "SmithJ2020insulin-2-2"]
    assert len(set(found)) == 5
    assert found == [
        key
        for keys in [CitationKeys()]
        for key in map(keys.key, (first, second, second, no_pmid, no_pmid))
    ]


def test_case_does_not_tell_keys_apart() -> None:
    keys = CitationKeys()
    found = [keys.key(_article(last, "J", "Insulin", pmid=7)) for last in ("Mac", "MAC")]
    assert found == ["MacJ2020insulin", "MACJ2020insulin-7"]
