"""Which headings say what is special about a result set: more frequent there than elsewhere."""

import numpy as np
import numpy.typing as npt

from desktop_app.mesh.check_tags import CHECK_TAGS
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.search.request import CountArray

Floats = npt.NDArray[np.float64]

_LEAST = 2  # articles; one article is no pattern


def over_represented(
    vocabulary: Vocabulary, mesh: CountArray, library: CountArray, hits: int, articles: int
) -> npt.NDArray[np.intp]:
    """Nodes by how far they are over-represented among the hits, the most first.

    `mesh` and `library` are articles per node among `hits` and among all `articles`. The measure is
    the log-likelihood ratio G² (Dunning 1993) of the hits against the other articles; nodes that
    are not more frequent among the hits, categories and check tags are left out.
    """
    inside, outside = mesh.astype(np.float64), (library - mesh).astype(np.float64)
    others = articles - hits
    expected = library.astype(np.float64) * (hits / max(articles, 1))
    expected_outside = library.astype(np.float64) * (others / max(articles, 1))
    ratio = 2 * (_term(inside, expected) + _term(outside, expected_outside))
    absent = _term(hits - inside, hits - expected)
    absent += _term(others - outside, others - expected_outside)
    ratio += 2 * absent
    nodes = np.flatnonzero((mesh >= _LEAST) & (inside > expected))
    kept = [
        node
        for node in nodes.tolist()
        if vocabulary.tree.depth(node) and vocabulary.node_ui(node) not in CHECK_TAGS
    ]
    chosen = np.array(kept, np.intp)
    return chosen[np.argsort(-ratio[chosen], kind="stable")]


def _term(observed: Floats, expected: Floats) -> Floats:
    """observed * ln(observed / expected), 0 where nothing was observed."""
    result = np.zeros_like(observed)
    some = (observed > 0) & (expected > 0)
    result[some] = observed[some] * np.log(observed[some] / expected[some])
    return result
