"""Which articles a search goes through: all of them, or few enough and still hard to tell apart.

Where all are too many, the articles that share the questions' rare words are kept first: a random
part of a library would make every question easy.
"""

import random
import re
from array import array
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from trainer.encoding import FloatArray
from trainer.evaluation.evaluation_sets import QuerySet, document_text
from trainer.training_set import TrainingSet

_WORD = re.compile(r"[a-z0-9]{3,}")
_NUMBERS = 20_000_000  # in memory at a time: questions x articles
_NEAREST = 50  # articles of a question


def haystack(
    training_set: TrainingSet, sets: Iterable[QuerySet], most: int, seed: int = 0
) -> list[int]:
    """At most `most` article ids, ascending; more only when the questions' answers are more."""
    queries = [query for one in sets for query in one.queries]
    if len(training_set.articles) <= most:
        return sorted(training_set.articles)
    chosen = {article for query in queries for article in query.relevant}
    ids = sorted(training_set.articles)
    random.Random(seed).shuffle(ids)
    for article in (*_sharing_words(training_set, ids, [q.text for q in queries]), *ids):
        if len(chosen) >= most:
            break
        chosen.add(article)
    return sorted(chosen)


def _sharing_words(
    training_set: TrainingSet, ids: Sequence[int], texts: Sequence[str]
) -> Iterable[int]:
    """Articles by the best rank that any question gives them (tf-idf)."""
    columns: dict[str, int] = {}
    documents = (document_text(training_set.articles[article]) for article in ids)
    matrix = _matrix(documents, columns, grow=True)
    asked = _matrix(texts, columns, grow=False)
    frequency = np.maximum(np.asarray((matrix > 0).sum(axis=0)).ravel(), 1)
    asked = asked.multiply(np.log(len(ids) / frequency) ** 2).tocsr()
    lengths = np.sqrt(np.asarray(matrix.sum(axis=1)).ravel()) + 1
    block = max(_NUMBERS // len(ids), 1)
    nearest = [
        _nearest((asked[start : start + block] @ matrix.T).toarray() / lengths)
        for start in range(0, len(texts), block)
    ]
    ranked = np.concatenate(nearest) if nearest else np.zeros((0, 0), np.int64)
    return (ids[row] for column in ranked.T for row in column.tolist())


def _nearest(scores: FloatArray) -> npt.NDArray[np.int64]:
    """The columns of the greatest scores of every row, the greatest first."""
    some = min(_NEAREST, scores.shape[1])
    columns = np.argpartition(-scores, some - 1, axis=1)[:, :some]
    order = np.argsort(-np.take_along_axis(scores, columns, axis=1), axis=1, kind="stable")
    return np.asarray(np.take_along_axis(columns, order, axis=1), np.int64)


def _matrix(texts: Iterable[str], columns: dict[str, int], grow: bool) -> csr_array:
    """Which words are in which text, as 1 or 0; `grow`: a column for every word not known yet."""
    starts, places = array("q", [0]), array("q")
    for text in texts:
        for word in dict.fromkeys(_WORD.findall(text.lower())):
            place = columns.setdefault(word, len(columns)) if grow else columns.get(word)
            if place is not None:
                places.append(place)
        starts.append(len(places))
    shape = len(starts) - 1, len(columns)
    return csr_array((np.ones(len(places)), np.asarray(places), np.asarray(starts)), shape=shape)
