"""Work in pieces gives what it gives in one go."""

import random

import pytest

from desktop_app.mesh.pauses import AT_ONCE, in_order, pieces


@pytest.mark.parametrize("count", [0, 1, AT_ONCE, AT_ONCE + 1, 3 * AT_ONCE - 7])
def test_pieces_and_order(count: int) -> None:
    chance = random.Random(count)
    items = [(chance.choice("äbcdé") * chance.randrange(4), number) for number in range(count)]
    chance.shuffle(items)
    assert in_order(items) == sorted(items)
    cut = list(pieces(items))
    assert [item for piece in cut for item in piece] == items
    assert all(0 < len(piece) <= AT_ONCE for piece in cut)
