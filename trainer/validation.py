"""One number to choose a checkpoint by, again and again while a model learns."""

from dataclasses import replace

import numpy as np

from trainer.encoding import TextEncoder
from trainer.evaluate import answer
from trainer.evaluation.evaluation_sets import CITATIONS, CONCLUSION, query_sets
from trainer.evaluation.haystack import haystack
from trainer.evaluation.verdict import PRIMARY
from trainer.training_set import TrainingSet


class Validation:
    """nDCG@10 on the validation side, quickly; no test article is asked, searched or an answer.

    The mean of the signals that are hard enough to move: abstracts found by their last sentence,
    and citations. `most` articles are searched, the hardest by shared words.
    """

    def __init__(self, training_set: TrainingSet, seed: int = 0, most: int = 400) -> None:
        self._seen = _without_test(training_set)
        self._sets = [
            one
            for one in query_sets(self._seen, "validation", most // 4, seed)
            if one.name in (CONCLUSION, CITATIONS)
        ]
        self._ids = haystack(self._seen, self._sets, most, seed)

    def __bool__(self) -> bool:
        """Whether there is anything to ask."""
        return bool(self._sets)

    def __call__(self, model: TextEncoder) -> float:
        """The number, in [0, 1]; not to be called when there is nothing to ask."""
        scores = answer(model, self._seen, self._sets, self._ids).scores
        means = [np.mean(list(scores[one.name][PRIMARY].values())) for one in self._sets]
        return float(np.mean(means))


def _without_test(training_set: TrainingSet) -> TrainingSet:
    test = set(training_set.split["test"])
    return replace(
        training_set,
        articles={n: one for n, one in training_set.articles.items() if n not in test},
        citations=tuple(pair for pair in training_set.citations if test.isdisjoint(pair)),
        split={**training_set.split, "test": ()},
    )
