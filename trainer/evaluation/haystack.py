"""Which articles a search goes through: all of them, or few enough and still hard to tell apart.

Where all are too many, the articles that share the questions' rare words are kept first: a random
part of a library would make every question easy.
"""

import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from scipy.sparse import csr_array

from trainer.evaluation.evaluation_sets import QuerySet, document_text
from trainer.training_set import TrainingSet

_WORD = re.compile(r"[a-z0-9]{3,}")
_BLOCK = 200  # questions at a time


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
    documents = [_words(document_text(training_set.articles[article])) for article in ids]
    columns: dict[str, int] = {}
    matrix = _matrix(documents, columns, grow=True)
    asked = _matrix([_words(text) for text in texts], columns, grow=False)
    frequency = np.maximum(np.asarray((matrix > 0).sum(axis=0)).ravel(), 1)
    asked = asked.multiply(np.log(len(ids) / frequency) ** 2).tocsr()
    lengths = np.sqrt(np.asarray(matrix.sum(axis=1)).ravel()) + 1
    nearest = [
        np.argsort(-(asked[start : start + _BLOCK] @ matrix.T).toarray() / lengths, axis=1)[:, :50]
        for start in range(0, len(texts), _BLOCK)
    ]
    ranked = np.concatenate(nearest) if nearest else np.zeros((0, 0), np.int64)
    return (ids[row] for column in ranked.T for row in column.tolist())


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.lower()))


def _matrix(counts: Sequence[Counter[str]], columns: dict[str, int], grow: bool) -> csr_array:
    starts, places, values = [0], [], []
    for words in counts:
        for word in words:
            place = columns.setdefault(word, len(columns)) if grow else columns.get(word)
            if place is not None:
                places.append(place)
                values.append(1.0)
        starts.append(len(places))
    return csr_array((values, places, starts), shape=(len(counts), len(columns)))
