"""Every heading and entry term in one list, and the exact lookup over it."""

from functools import cached_property

import numpy as np

from desktop_app.mesh.everyday_terms import everyday_terms
from desktop_app.mesh.tree import IntArray
from desktop_app.mesh.words import normal_forms


class Terms:
    """Names first (position = descriptor index), then entry terms, then everyday terms.

    `texts`: as written. `owners`: index of the descriptor of each, int32.
    """

    def __init__(self, names: list[str], entry_terms: list[str]) -> None:
        """`entry_terms`: for each descriptor its entry terms, between tabs."""
        counts = [line.count("\t") + 1 if line else 0 for line in entry_terms]
        rows = [line for line in entry_terms if line]
        self.names = len(names)
        self.texts = names + "\t".join(rows).split("\t") if rows else list(names)
        indices = np.arange(len(names), dtype=np.int32)
        owners = np.concatenate((indices, np.repeat(indices, counts)))
        further = list(everyday_terms(zip(self.texts, owners.tolist(), strict=True)))
        self.texts += [text for text, _ in further]
        last = np.array([index for _, index in further], np.int32)
        self.owners: IntArray = np.concatenate((owners, last))

    @cached_property
    def forms(self) -> list[str]:
        """The normal form of each term."""
        return normal_forms(self.texts)

    @cached_property
    def _exact(self) -> dict[str, int]:
        lowered = "\n".join(self.texts).lower().split("\n")
        # reversed, so that of equal terms the first stays: a name before an entry term
        return dict(zip(reversed(lowered), reversed(self.owners.tolist()), strict=True))

    def find(self, text: str) -> int | None:
        """The descriptor with this name or entry term; case does not count."""
        return self._exact.get(text.strip().lower())
