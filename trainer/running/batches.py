"""Which examples make a step, and which texts go through the model together.

The plan of a run depends on its seed and the examples alone, so step N holds the same examples
however often the run was interrupted and on however many processes it runs.
"""

from collections import deque
from collections.abc import Hashable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

IntArray = npt.NDArray[np.int32]

# tokens that could be computed in the time that one more pass costs: measured on a processor; a
# GPU waits to be told each of a pass's hundreds of small steps (estimated)
_PASS = 16
_PASS_ON_GPU = 1000
_POOL = 50  # batches among which texts of one length are looked for


class BatchPlan:
    """The examples of every step.

    `lengths` are the examples' tokens; `keys` (optional) are what no two examples of a batch may
    share, for instance their positive article.
    """

    def __init__(
        self,
        lengths: Sequence[int],
        size: int,
        seed: int,
        grouped: bool = True,
        keys: Sequence[Sequence[Hashable]] = (),
    ) -> None:
        if not lengths:
            raise ValueError("a plan needs at least one example")
        self._lengths = np.asarray(lengths)
        self.size = min(size, len(lengths))
        self._seed = seed
        self._grouped = grouped
        self._keys = keys
        self._batches: list[list[int]] = []
        self._epoch = 0

    @property
    def steps_an_epoch(self) -> int:
        """Steps in which every example comes about once."""
        return len(self._lengths) // self.size

    def batch(self, step: int) -> list[int]:
        """The examples of a step, counted from 0."""
        while step >= len(self._batches):
            self._batches += self._epoch_batches(self._epoch)
            self._epoch += 1
        return self._batches[step]

    def _epoch_batches(self, epoch: int) -> list[list[int]]:
        chance = np.random.default_rng([self._seed, epoch])
        order = chance.permutation(len(self._lengths))
        if self._grouped:
            pool = self.size * _POOL
            pools = [order[start : start + pool] for start in range(0, len(order), pool)]
            order = np.concatenate([p[np.argsort(-self._lengths[p], kind="stable")] for p in pools])
        batches = list(self._without_duplicates(order.tolist()))
        return [batches[number] for number in chance.permutation(len(batches))]

    def _without_duplicates(self, order: Sequence[int]) -> Iterator[list[int]]:
        """Whole batches in which no key comes twice; who does not fit waits for the next."""
        waiting: deque[int] = deque()
        coming = deque(order)
        whole = 0
        while len(waiting) + len(coming) >= self.size:
            batch = self._fill(waiting, coming)
            if len(batch) < self.size and whole:
                return  # only examples that exclude each other are left
            whole += 1
            yield batch

    def _fill(self, waiting: deque[int], coming: deque[int]) -> list[int]:
        batch: list[int] = []
        used: set[Hashable] = set()
        later: deque[int] = deque()
        for source in (waiting, coming):
            while source and len(batch) < self.size:
                example = source.popleft()
                keys = self._keys[example] if self._keys else ()
                if used.isdisjoint(keys):
                    batch.append(example)
                    used.update(keys)
                else:
                    later.append(example)
        waiting.extendleft(reversed(later))
        return batch


def length_groups(lengths: Sequence[int], budget: int, device: str = "cpu") -> list[list[int]]:
    """Texts of similar length together, each group at most `budget` tokens with its padding.

    Of all ways to cut the texts, sorted by length, the one that computes least: its tokens with
    padding, and for every group what a pass of the model costs besides (dynamic programming); that
    depends on the kind of `device` alone, as groups decide which numbers dropout takes.
    Longest first: when memory is short it is the first group that tells.
    """
    a_pass = _PASS if device == "cpu" else _PASS_ON_GPU
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    least = [0, *[1 << 62] * len(order)]  # cost of the first texts
    begins = [0] * (len(order) + 1)  # of the last group of those
    for start, number in enumerate(order):
        longest = max(lengths[number], 1)
        most = max(budget // longest, 1)
        for end in range(start + 1, min(start + most, len(order)) + 1):
            cost = least[start] + a_pass + (end - start) * longest
            if cost < least[end]:
                least[end], begins[end] = cost, start
    groups: list[list[int]] = []
    end = len(order)
    while end:
        groups.append(order[begins[end] : end])
        end = begins[end]
    return groups[::-1]


def padded(tokens: Sequence[IntArray], device: torch.device | str) -> tuple[Tensor, Tensor]:
    """Ids and mask, both (texts, longest) int64; padding is masked, so its id does not matter."""
    longest = max(len(item) for item in tokens)
    ids = np.zeros((len(tokens), longest), np.int64)
    mask = np.zeros_like(ids)
    for row, item in enumerate(tokens):
        ids[row, : len(item)] = item
        mask[row, : len(item)] = 1
    return torch.from_numpy(ids).to(device), torch.from_numpy(mask).to(device)


def padding_share(lengths: Sequence[int], groups: Sequence[Sequence[int]]) -> float:
    """The share of the tokens computed that are padding."""
    computed = sum(len(group) * max(lengths[i] for i in group) for group in groups)
    return 1 - sum(lengths) / computed if computed else 0.0
