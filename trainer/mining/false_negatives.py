"""Which mined negatives are likely answers too, and so would teach the wrong thing.

The published miner has no such filter. Ours drops a candidate that is
    near       nearly as close to the query as the positive: above 95 % of the positive's cosine
               (the TopK-PercPos rule of NV-Retriever, arXiv 2407.15831)
    headings   indexed with most of the positive's major MeSH headings, at least two of them
    judge      scored by a cross-encoder within a margin of the positive, when there is one
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from trainer.encoding import FloatArray
from trainer.training_set import Article

NEAR, HEADINGS, JUDGE = "near", "headings", "judge"

Judge = Callable[[str, Sequence[str]], FloatArray]  # query, texts -> scores (len(texts),)


@dataclass(frozen=True, slots=True)
class FilterOptions:
    """How strict the filter is."""

    nearness: float = 0.95  # of the positive's cosine; above 1 switches the rule off
    shared_headings: float = 0.5  # more than this share of the positive's; 1 switches it off
    judge_margin: float = 1.0  # of the judge's scores (logits)


DEFAULT = FilterOptions()


def reason_to_drop(
    positive: Article,
    positive_cosine: float,
    negative: Article,
    cosine: float,
    options: FilterOptions,
) -> str:
    """Why a candidate is likely an answer; empty when it may stay."""
    if cosine > options.nearness * positive_cosine:
        return NEAR
    mine, other = _major(positive), _major(negative)
    shared = len(mine & other)
    if shared >= 2 and shared > options.shared_headings * len(mine):
        return HEADINGS
    return ""


def judged_out(scores: FloatArray, options: FilterOptions) -> list[bool]:
    """For the judge's scores of (positive, candidates …): which candidates are to be dropped."""
    return [bool(score > scores[0] - options.judge_margin) for score in scores[1:]]


def _major(article: Article) -> frozenset[str]:
    return frozenset(heading.ui or heading.name for heading in article.headings if heading.major)
