"""Counting codes by bitmaps and turned lists: equal to a plain count, equal codes kept once."""

import numpy as np
import pytest

from desktop_app.search import code_counts
from desktop_app.search.code_counts import CodeCounts, CodeIndex
from desktop_app.search.facet_arrays import BoolArray, Lists

CODES = 40
ROWS = 1_000


@pytest.fixture
def lists(monkeypatch: pytest.MonkeyPatch) -> Lists:
    """Codes 0 to 9 stand in many rows, 10 to 19 in few; code c + 20 wherever c stands."""
    monkeypatch.setattr(code_counts, "MANY_ROWS", 100)
    chance = np.random.default_rng(1)
    shares = np.where(np.arange(20) < 10, 0.3, 0.005)
    held = chance.random((ROWS, 20)) < shares
    held[0, :] = True
    rows, codes = np.nonzero(np.concatenate([held, held], axis=1))
    starts = np.searchsorted(rows, np.arange(ROWS + 1)).astype(np.int64)
    return Lists(starts, codes.astype(np.uint16))


def _plain(lists: Lists, rows: BoolArray) -> list[int]:
    counts = [0] * CODES
    for row in np.flatnonzero(rows).tolist():
        for code in lists.codes[lists.starts[row] : lists.starts[row + 1]].tolist():
            counts[code] += 1
    return counts


def _some(count: int) -> BoolArray:
    rows = np.zeros(ROWS, np.bool_)
    rows[np.random.default_rng(count).choice(ROWS, count, replace=False)] = True
    return rows


@pytest.mark.parametrize("count", [0, 1, 20, 300, 600, ROWS])
@pytest.mark.parametrize("cost_of_a_row", [0.0, 1e9])  # by the lists, and by the other way
def test_counts_are_exact_either_way(
    lists: Lists, monkeypatch: pytest.MonkeyPatch, count: int, cost_of_a_row: float
) -> None:
    monkeypatch.setattr(code_counts, "_ROW", cost_of_a_row)
    monkeypatch.setattr(code_counts, "_CODE", 0.0)
    alive = ~_some(70)
    counts = CodeCounts([(CodeIndex.of(lists, CODES), alive)], CODES)
    rows = _some(count) & alive
    assert counts.count([rows]).tolist() == _plain(lists, rows)
    assert counts.totals.tolist() == _plain(lists, alive)


def test_codes_that_the_same_rows_have_are_kept_once(lists: Lists) -> None:
    index = CodeIndex.of(lists, CODES)
    assert index.same.tolist() == [*range(20), *range(20)]
    assert index.common.tolist() == list(range(10))
    assert len(index.holders) == sum(_plain(lists, np.ones(ROWS, np.bool_))[10:20])


def test_rows_that_hold_a_code(lists: Lists) -> None:
    index = CodeIndex.of(lists, CODES)
    for codes in ([3], [13], [23], [33], [1, 12, 21, 32], [], [CODES + 5]):
        plain = [
            bool(set(codes) & set(lists.codes[lists.starts[i] : lists.starts[i + 1]].tolist()))
            for i in range(ROWS)
        ]
        assert index.holding(codes).tolist() == plain


def test_names_that_came_later_are_counted(lists: Lists) -> None:
    index = CodeIndex.of(lists, CODES)
    rows = _some(500)
    assert index.count(rows, CODES + 3).tolist() == [*_plain(lists, rows), 0, 0, 0]
