"""Reads `pairs.jsonl` of a run: queries with the article they ask for and mined negatives.

    {"query": str, "positive": id, "negatives": [id, …], "struck": bool, "scores": [float, …]}

`struck` (absent: false) marks a pair that the user or the miner took out. `scores` (may be absent)
are a teacher's scores of the positive and then of each negative. Ids are of articles.jsonl.
Standard library only.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.training_set import Article, TrainingSet, TrainingSetError


@dataclass(frozen=True, slots=True)
class Pair:
    """A query, its article, and articles that do not answer it."""

    query: str
    positive: int
    negatives: tuple[int, ...] = ()
    scores: tuple[float, ...] = ()  # of the positive and each negative; empty: none


def read_pairs(path: Path, training_set: TrainingSet) -> list[Pair]:
    """The pairs that are not struck; raises TrainingSetError.

    Articles outside the training part are refused: they are held out for the evaluation.
    """
    inside = set(training_set.split["train"])
    pairs = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            place = f"{path}, line {number}"
            data = _object(line, place)
            if not data.get("struck", False):
                pairs.append(_pair(data, place))
                outside = {pairs[-1].positive, *pairs[-1].negatives} - inside
                if outside:
                    reason = f"article {min(outside)} is not in the training part."
                    raise TrainingSetError(place, reason)
    return pairs


def title_pairs(articles: list[Article]) -> list[Pair]:
    """The title of every article that has an abstract, as a query for it; no hard negatives."""
    return [Pair(a.title, a.id) for a in articles if a.title and a.abstract]


def _object(line: str, place: str) -> Mapping[str, Any]:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise TrainingSetError(place, f"is not valid JSON ({error}).") from error
    if not isinstance(data, dict):
        raise TrainingSetError(place, "is not a JSON object.")
    return data


def _pair(data: Mapping[str, Any], place: str) -> Pair:
    query, positive = data.get("query"), data.get("positive")
    negatives, scores = data.get("negatives", []), data.get("scores", [])
    good = isinstance(query, str) and isinstance(positive, int) and isinstance(negatives, list)
    if not good or not all(isinstance(item, int) for item in negatives):
        raise TrainingSetError(place, "must have a query, a positive and negatives.")
    if scores and len(scores) != len(negatives) + 1:
        raise TrainingSetError(place, "“scores” must be one of the positive and of each negative.")
    return Pair(str(query), int(str(positive)), tuple(negatives), tuple(map(float, scores)))
