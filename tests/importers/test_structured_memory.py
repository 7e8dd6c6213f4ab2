"""Large BibTeX, XML, JSON and table files are read in constant memory, whatever is in them."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_app.importers.registry import read_file
from desktop_app.records import Article

TEXT = "word " * 300


def bibtex(count: int) -> str:
    entries = (
        f"@article{{k{n},\n title={{T {n}}},\n abstract={{{TEXT}}}\n}}\n" for n in range(count)
    )
    return "".join(entries)


def endnote(count: int) -> str:
    records = (
        f"<record><titles><title>T {n}</title></titles><abstract>{TEXT}</abstract></record>"
        for n in range(count)
    )
    return f"<xml><records>{''.join(records)}</records></xml>"


def jats(count: int) -> str:
    article = (
        "<article><front><article-meta><title-group><article-title>T</article-title></title-group>"
        f"</article-meta></front><body><p>{TEXT}</p></body></article>"
    )
    return f"<pmc-articleset>{article * count}</pmc-articleset>"


def csl(count: int) -> str:
    record = f'{{"type": "book", "title": "T", "issued": {{}}, "abstract": "{TEXT}"}}'
    return "[" + ",".join([record] * count) + "]"


def table(count: int) -> str:
    return "title,abstract\n" + f'T,"{TEXT}"\n' * count


@pytest.mark.parametrize("make", [bibtex, endnote, jats, csl, table])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, make: Callable[[int], str]) -> None:
    peaks = []
    for count in (400, 400, 4000):  # the first one warms up
        path = tmp_path / f"{count}"
        path.write_text(make(count), encoding="utf-8")
        tracemalloc.start()
        try:
            found = sum(isinstance(entry, Article) for entry in read_file(path))
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
        assert found == count
    assert peaks[2] - peaks[1] < 1_500_000
