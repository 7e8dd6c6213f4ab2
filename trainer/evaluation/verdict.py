"""Whether a trained encoder is offered in place of the current one, and why, in plain words.

The primary metric is nDCG@10 pooled over independent signals: the user's judged searches alone when
there are at least 30; else the mean of known-item (its two kinds) and held-out citations, each
where it has at least 30 questions. The guards are nDCG@10 and Recall@100 of every independent
signal with at least 30 questions. The new encoder is offered only if the lower bound of the primary
gain (95 %, paired bootstrap) is above 0 and no guard falls by more than .01. What MeSH says is no
part of it: the losses saw MeSH.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trainer.evaluation.bootstrap import Difference, Interval, paired_bootstrap
from trainer.evaluation.evaluation_sets import (
    CITATIONS,
    CONCLUSION,
    INDEPENDENT,
    JUDGED,
    TITLE,
    QuerySet,
)
from trainer.evaluation.retrieval import Scores

LEAST_QUESTIONS = 30
LARGEST_FALL = 0.01
PRIMARY, RECALL = "nDCG@10", "R@100"


@dataclass(frozen=True, slots=True)
class Guard:
    """A metric that must not fall."""

    signal: str
    measure: str
    change: float

    @property
    def holds(self) -> bool:
        """Whether it fell by no more than is allowed."""
        return self.change >= -LARGEST_FALL


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision."""

    offered: bool
    words: str
    signals: tuple[str, ...]  # that the primary metric pools
    gain: Interval | None  # None when there are too few questions to decide
    guards: tuple[Guard, ...]


def decide(
    sets: Sequence[QuerySet],
    before: Mapping[str, Scores],
    after: Mapping[str, Scores],
    seed: int = 0,
) -> Verdict:
    """The verdict over the signals' scores, signal -> measure -> question -> value."""
    strong = {
        one.name: one
        for one in sets
        if one.name in INDEPENDENT and len(one.queries) >= LEAST_QUESTIONS
    }
    groups = _primary_groups(list(strong))
    if not groups:
        return Verdict(False, _too_few(sets), (), None, ())
    gain = _gain([[strong[name] for name in group] for group in groups], before, after, seed)
    guards = tuple(
        Guard(name, measure, difference_of_means(before[name][measure], after[name][measure]))
        for name in strong
        for measure in (PRIMARY, RECALL)
    )
    offered = gain.low > 0 and all(guard.holds for guard in guards)
    signals = tuple(name for group in groups for name in group)
    questions = sum(len(strong[name].queries) for name in signals)
    return Verdict(offered, _words(offered, gain, guards, questions), signals, gain, guards)


def differences(one: QuerySet, before: Scores, after: Scores, measure: str) -> list[Difference]:
    """What each question gained, with its cluster."""
    return [
        (query.cluster, after[measure][query.id] - before[measure][query.id])
        for query in one.queries
    ]


def difference_of_means(before: Mapping[str, float], after: Mapping[str, float]) -> float:
    """Mean after minus mean before, over the same questions."""
    return sum(after[query] - before[query] for query in before) / max(len(before), 1)


def _primary_groups(strong: Sequence[str]) -> list[list[str]]:
    """Signals that are averaged first, within the groups that count the same."""
    if JUDGED in strong:
        return [[JUDGED]]
    groups = [[name for name in (TITLE, CONCLUSION) if name in strong]]
    groups.append([name for name in (CITATIONS,) if name in strong])
    return [group for group in groups if group]


def _gain(
    groups: Sequence[Sequence[QuerySet]],
    before: Mapping[str, Scores],
    after: Mapping[str, Scores],
    seed: int,
) -> Interval:
    pooled = [
        [
            pair
            for one in group
            for pair in differences(one, before[one.name], after[one.name], PRIMARY)
        ]
        for group in groups
    ]
    return paired_bootstrap(pooled, seed)


def _too_few(sets: Sequence[QuerySet]) -> str:
    most = max((len(one.queries) for one in sets if one.name in INDEPENDENT), default=0)
    return (
        f"Too few questions to decide: at least {LEAST_QUESTIONS} of one kind are needed, there "
        f"are {most}. Your current model stays."
    )


def _words(offered: bool, gain: Interval, guards: Sequence[Guard], questions: int) -> str:
    change = (
        f"nDCG@10 {gain.mean:+.3f} (95 % interval {gain.low:+.3f} to {gain.high:+.3f}) "
        f"over {questions:,} questions about articles that training never saw"
    )
    if offered:
        return f"The new model finds more: {change}. No guard fell by more than {LARGEST_FALL}."
    fallen = [guard for guard in guards if not guard.holds]
    if gain.low > 0 and fallen:
        listed = "; ".join(f"{g.signal}, {g.measure} {g.change:+.3f}" for g in fallen)
        return f"Not offered: {change}, but it loses elsewhere ({listed}). Your model stays."
    return f"No improvement, your current model stays: {change}."
