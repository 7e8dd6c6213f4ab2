"""What the hits that lead have in common, and how near other hits are to it.

Relevance feedback without a user (Rocchio 1971): the mean of the leading hits, each weighed by
exp(score), is a better query than the words that were typed. It is asked in two ways: of the
vectors that the encoder made, and of the words that the articles hold.
"""

from collections.abc import Sequence

import numpy as np

from desktop_app.library.index_terms import IndexTerms
from desktop_app.search.request import FloatArray

_LEADING = 5  # hits whose mean says what is looked for


def standard(values: FloatArray, among: int | None = None) -> FloatArray:
    """Values as deviations, in standard deviations of the first `among` (of all: None)."""
    part = values[:among]
    return np.asarray((values - part.mean()) / (float(part.std()) or 1.0), np.float32)


def nearness(rows: FloatArray, scores: FloatArray) -> FloatArray:
    """How near each row is to the mean of those that lead, standard: (len(rows),) float32.

    `rows` (hits, width) are vectors, NaN for a hit without one, which gets 0; `scores` are those
    of the first hits: only they can lead.
    """
    known = np.flatnonzero(np.isfinite(rows).all(axis=1))
    found = np.zeros(len(rows), np.float32)
    candidates = known[known < len(scores)]
    if len(candidates):
        leading = candidates[np.argsort(-scores[candidates], kind="stable")[:_LEADING]]
        weights = np.exp(scores[leading] - scores[leading[0]])
        found[known] = standard(rows[known] @ (weights @ rows[leading]))
    return found


def word_rows(texts: Sequence[str]) -> FloatArray:
    """The words of each text as a vector of length 1, (len(texts), terms): log tf · idf.

    Terms are those of the full-text index; how rare one is, is counted among these texts, so that
    what all of them say tells nothing. The columns' order depends on the texts alone.
    """
    cutter = IndexTerms()
    try:
        codes, lengths = cutter.cut(texts)
    finally:
        cutter.close()
    counts = np.zeros((len(texts), len(cutter)), np.float32)
    np.add.at(counts, (np.repeat(np.arange(len(texts)), lengths), codes), 1)
    holding = (counts > 0).sum(axis=0)
    rows = np.log1p(counts) * np.log((len(texts) + 1) / (holding + 0.5)).astype(np.float32)
    spans = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(spans > 0, spans, 1), np.float32)
