"""Exact search over a haystack, and the measures of its rankings."""

from collections.abc import Mapping, Sequence

import numpy as np

from trainer.encoding import FloatArray

DEPTH = 100  # ranks that are kept
MEASURES = ("nDCG@10", "R@100", "RR@10", "Success@5")

Qrels = Mapping[str, Mapping[str, int]]
Run = dict[str, dict[str, float]]
Scores = dict[str, dict[str, float]]  # measure -> query -> value


def best(
    queries: FloatArray,
    documents: FloatArray,
    ids: Sequence[str],
    excluded: Sequence[frozenset[str]],
) -> list[list[tuple[str, float]]]:
    """For each query (n, d) the `DEPTH` nearest of documents (m, d): (id, cosine), best first.

    `excluded` are ids left out of a query's ranking, parallel to the queries. Equal cosines keep
    the documents' order.
    """
    found = []
    for start in range(0, len(queries), 256):
        cosines = queries[start : start + 256] @ documents.T
        for row, left_out in zip(cosines, excluded[start : start + 256], strict=True):
            found.append(_top(row, ids, left_out))
    return found


def _top(
    cosines: FloatArray, ids: Sequence[str], left_out: frozenset[str]
) -> list[tuple[str, float]]:
    wanted = min(DEPTH + len(left_out), len(ids))
    nearest = np.argpartition(-cosines, wanted - 1)[:wanted]
    order = nearest[np.lexsort((nearest, -cosines[nearest]))]
    kept = [(ids[i], float(cosines[i])) for i in order.tolist() if ids[i] not in left_out]
    return kept[:DEPTH]


def as_run(rankings: Mapping[str, Sequence[tuple[str, float]]]) -> Run:
    """Rankings as the metrics library takes them: by rank, so that ties stay in our order."""
    return {
        query: {name: float(DEPTH - rank) for rank, (name, _) in enumerate(ranking)}
        for query, ranking in rankings.items()
    }


def score(qrels: Qrels, run: Run) -> Scores:
    """Every measure of every query (by ir-measures); a query without hits scores 0."""
    import ir_measures

    measures = [ir_measures.parse_measure(name) for name in MEASURES]
    judged = {query: dict(qrels[query]) for query in run}
    scores: Scores = {name: dict.fromkeys(run, 0.0) for name in MEASURES}
    for value in ir_measures.iter_calc(measures, judged, run):
        scores[str(value.measure)][value.query_id] = float(value.value)
    return scores
