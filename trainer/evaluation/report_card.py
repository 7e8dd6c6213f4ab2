"""Where a trained encoder got better or worse: by branch of MeSH, and question by question."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from trainer.evaluation.bootstrap import Difference, paired_bootstrap
from trainer.evaluation.evaluation_sets import INDEPENDENT, Query, QuerySet
from trainer.evaluation.retrieval import Scores
from trainer.evaluation.verdict import PRIMARY
from trainer.training_set import Article, TrainingSet

_LEAST = 10  # questions of a branch
_SHOWN = 10  # questions at either end
_RANKS = 5  # of each ranking beside each other

Rankings = Mapping[str, Mapping[str, Sequence[tuple[str, float]]]]  # signal -> question -> hits


def by_branch(
    training_set: TrainingSet,
    sets: Sequence[QuerySet],
    before: Mapping[str, Scores],
    after: Mapping[str, Scores],
) -> list[dict[str, Any]]:
    """nDCG@10 of the questions about each branch (C04, D12 …), most questions first.

    A question belongs to every branch that its article has a heading in; judged searches have none.
    """
    found: dict[str, list[tuple[float, float, Difference]]] = {}
    for one in _independent(sets):
        old, new = before[one.name][PRIMARY], after[one.name][PRIMARY]
        for query in one.queries:
            if query.article is not None:
                row = (old[query.id], new[query.id])
                for branch in branches(training_set.articles[query.article]):
                    found.setdefault(branch, []).append((*row, (query.cluster, row[1] - row[0])))
    names = _branch_names(training_set)
    rows = [
        {
            "branch": branch,
            "name": names.get(branch, ""),
            "questions": len(values),
            "before": sum(value[0] for value in values) / len(values),
            "after": sum(value[1] for value in values) / len(values),
            **asdict(paired_bootstrap([[value[2] for value in values]], resamples=2000)),
        }
        for branch, values in found.items()
        if len(values) >= _LEAST
    ]
    return sorted(rows, key=lambda row: (-row["questions"], row["branch"]))


def branches(article: Article) -> set[str]:
    """The tops of the tree that an article's headings are under: C04.588 is under C04."""
    return {
        number.partition(".")[0] for heading in article.headings for number in heading.tree_numbers
    }


def _branch_names(training_set: TrainingSet) -> dict[str, str]:
    """Names of the branches that some article is indexed with directly."""
    return {
        number: heading.name
        for article in training_set.articles.values()
        for heading in article.headings
        for number in heading.tree_numbers
        if "." not in number
    }


def best_and_worst(
    sets: Sequence[QuerySet],
    before: tuple[Mapping[str, Scores], Rankings],
    after: tuple[Mapping[str, Scores], Rankings],
) -> dict[str, list[dict[str, Any]]]:
    """The questions that gained and lost most, with both encoders' first hits side by side."""
    rows = []
    for one in _independent(sets):
        for query in one.queries:
            values = [side[0][one.name][PRIMARY][query.id] for side in (before, after)]
            hits = [side[1][one.name][query.id] for side in (before, after)]
            rows.append((values[1] - values[0], one.name, query, values, hits))
    rows.sort(key=lambda row: (row[0], row[1], row[2].id))
    shown = {"worst": rows[:_SHOWN], "best": rows[::-1][:_SHOWN]}
    return {
        side: [_shown(*row[1:]) for row in chosen if row[0] != 0] for side, chosen in shown.items()
    }


def _shown(
    signal: str,
    query: Query,
    values: Sequence[float],
    hits: Sequence[Sequence[tuple[str, float]]],
) -> dict[str, Any]:
    return {
        "signal": signal,
        "question": query.text,
        "article": query.article,
        "relevant": {str(article): grade for article, grade in query.relevant.items()},
        "before": values[0],
        "after": values[1],
        "hits_before": [int(name) for name, _ in hits[0][:_RANKS]],
        "hits_after": [int(name) for name, _ in hits[1][:_RANKS]],
    }


def _independent(sets: Sequence[QuerySet]) -> list[QuerySet]:
    return [one for one in sets if one.name in INDEPENDENT]
