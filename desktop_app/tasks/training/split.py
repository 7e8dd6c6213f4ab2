"""Which side of a training set an article is on: train, validation or test.

The side depends on nothing but the library, the seed and the article's id, so it stays the same as
the library grows: an encoder trained again from a trained one is still tested on articles that
neither has seen. The shares of validation and test may shrink in a large library; an article then
changes from them to train, never the other way.
"""

import hashlib
from collections.abc import Iterable

from desktop_app.library.same_record import plain

TRAIN, VALIDATION, TEST = "train", "validation", "test"
_TEST_SHARE, _MOST_TEST = 0.15, 2000
_VALIDATION_SHARE, _MOST_VALIDATION = 0.1, 500
_SHORTEST_TITLE = 10  # letters: "Editorial" makes no two articles one work


def split_articles(
    titles: Iterable[tuple[int, str]],
    pairs: Iterable[tuple[int, int]],
    library: str,
    seed: int,
) -> dict[str, list[int]]:
    """The article ids of each side, ascending.

    `titles` are all articles by ascending id; `pairs` are versions or likely duplicates. Articles
    of one work, by pair or by equal title, are on one side.
    """
    roots = _works(titles, pairs)
    count = len(roots)
    test = min(_TEST_SHARE, _MOST_TEST / max(count, 1))
    validation = min(_VALIDATION_SHARE, _MOST_VALIDATION / max(count, 1))
    sides: dict[str, list[int]] = {TRAIN: [], VALIDATION: [], TEST: []}
    for article_id, root in roots.items():
        place = _place(library, seed, root)
        # from both ends, so that either share can shrink without touching the other
        side = TEST if place < test else VALIDATION if place >= 1 - validation else TRAIN
        sides[side].append(article_id)
    return sides


def _works(titles: Iterable[tuple[int, str]], pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Article id -> the least id of its work."""
    parents: dict[int, int] = {}
    first: dict[int, int] = {}  # 64 bits of a title's hash -> the first article that has it
    for article_id, title in titles:
        parents[article_id] = article_id
        letters = plain(title).replace(" ", "")
        if len(letters) >= _SHORTEST_TITLE:
            _join(parents, article_id, first.setdefault(_digest(letters), article_id))
    for one, other in pairs:
        if one in parents and other in parents:
            _join(parents, one, other)
    return {article_id: _root(parents, article_id) for article_id in parents}


def _join(parents: dict[int, int], one: int, other: int) -> None:
    low, high = sorted((_root(parents, one), _root(parents, other)))
    parents[high] = low


def _root(parents: dict[int, int], article_id: int) -> int:
    while parents[article_id] != article_id:
        parents[article_id] = parents[parents[article_id]]
        article_id = parents[article_id]
    return article_id


def _place(library: str, seed: int, root: int) -> float:
    """A number in [0, 1) for a work, as good as random."""
    return _digest(f"{library}/{seed}/{root}") / (1 << 64)


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())
