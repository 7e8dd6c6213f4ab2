"""The terms of the loss, on matrices of cosines: BioHiCL's two, BiCA's ranking, and ours.

`sim_e` are cosines of embeddings and `sim_l` cosines of label vectors, both (anchors, candidates);
`valid` (same shape) says which pairs count: an article compared with itself does not.
"""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, kl_div, log_softmax, softmax


@dataclass(frozen=True, slots=True)
class Contrast:
    """What is a positive, what a negative, and how they are weighed (BioHiCL, section 3.3)."""

    above: float = 0.3  # beta: a positive has SimL above it
    up_to: float = 0.0  # a negative has SimL up to it
    form: Literal["as_printed", "weighted"] = "weighted"
    temperature: float = 0.05
    positives: Literal["one", "all"] = "all"


def regression_loss(sim_e: Tensor, sim_l: Tensor, valid: Tensor) -> Tensor:
    """L_mse = mean over pairs of (SimE - SimL)^2; 0 when no pair is valid."""
    squares = (sim_e - sim_l).square().masked_fill(~valid, 0)
    return squares.sum() / valid.sum().clamp(min=1)


def contrastive_loss(
    sim_e: Tensor, sim_l: Tensor, valid: Tensor, options: Contrast
) -> tuple[Tensor, int]:
    """L_con, and the number of anchors skipped for want of a positive or a negative.

    Of anchor i with positive p and negatives N, all cosines divided by the temperature:
    as_printed  -log[ SimL(i,p) exp(SimE(i,p)) / sum_N exp(SimE(i,n)) ]
    weighted    -SimL(i,p) log[ exp(SimE(i,p)) / sum_N exp(SimE(i,n)) ]
    As printed, SimL is a constant that changes the value but not the gradient. The mean is over
    each anchor's positives, then over anchors.
    """
    logits = sim_e / options.temperature
    positive = valid & (sim_l > options.above)
    negative = valid & (sim_l <= options.up_to)
    if options.positives == "one":
        positive &= _greatest(sim_l, positive)
    usable = positive.any(dim=1) & negative.any(dim=1)
    skipped = int((~usable).sum())
    if skipped == len(usable):
        return sim_e.sum() * 0.0, skipped
    logits, positive, negative = logits[usable], positive[usable], negative[usable]
    weights = sim_l[usable]
    spread = logits.masked_fill(~negative, -torch.inf).logsumexp(dim=1, keepdim=True)
    terms = spread - logits
    if options.form == "weighted":
        terms = terms * weights
    else:
        terms = terms - weights.clamp(min=torch.finfo(weights.dtype).tiny).log()
    means = terms.masked_fill(~positive, 0).sum(dim=1) / positive.sum(dim=1)
    return means.mean(), skipped


def _greatest(sim_l: Tensor, positive: Tensor) -> Tensor:
    """A mask of the positive of greatest SimL in every row, the first of equals."""
    best = sim_l.masked_fill(~positive, -1).argmax(dim=1, keepdim=True)
    return torch.zeros_like(positive).scatter_(1, best, True)


def ranking_loss(sim_e: Tensor, positive: Tensor, scale: float = 20.0) -> Tensor:
    """Multiple negatives ranking (BiCA, section 3.3): cross entropy of scale x cosine.

    `positive` (queries,) is the column of each query's article. All others of the batch are
    negatives, as published: the filter of mined negatives does not look at those of other queries.
    """
    return cross_entropy(sim_e * scale, positive)


def distillation_loss(sim_e: Tensor, sim_base: Tensor, valid: Tensor) -> Tensor:
    """Mean (SimE - SimBase)^2: the tuned encoder keeps the base's similarities (ours)."""
    return regression_loss(sim_e, sim_base, valid)


def margin_loss(sim_e: Tensor, positive: Tensor, margins: Tensor, scale: float) -> Tensor:
    """Mean squared difference of cosine margins and `scale` x the teacher's (MarginMSE, GPL).

    `margins` (queries, candidates) is the teacher's score of the positive minus that of the
    candidate, NaN where it gave none; 0 when it gave none at all.
    """
    given = ~margins.isnan()
    own = sim_e.gather(1, positive.unsqueeze(1)) - sim_e
    difference = (own - scale * margins.nan_to_num()).masked_fill(~given, 0)
    return difference.square().sum() / given.sum().clamp(min=1)


def label_shift_loss(
    sim_e: Tensor, sim_base: Tensor, sim_l: Tensor, shift: float, temperature: float
) -> Tensor:
    """How far the ranking of every query is from the base's, shifted by labels (ours).

    All (queries, documents). Mean over queries of KL(target || softmax(SimE / temperature)), with
    target = softmax((SimBase + shift * SimL / max SimL) / temperature): the base keeps its order
    among articles of like headings, and of two that it holds equal the better labelled one wins.
    """
    greatest = sim_l.amax(dim=1, keepdim=True).clamp(min=1e-6)
    target = softmax((sim_base + shift * sim_l / greatest) / temperature, dim=1)
    return kl_div(log_softmax(sim_e / temperature, dim=1), target, reduction="batchmean")


def anchor_loss(now: Tensor, before: Tensor) -> Tensor:
    """Mean 1 - cosine of unit vectors (documents, dimension) now and before training (ours)."""
    return 1 - (now * before).sum(dim=1).mean()
