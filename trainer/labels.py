"""MeSH headings as weighted label vectors, and their similarity (BioHiCL, section 3.1).

A label is a node of the tree (a tree number), so a descriptor in several places is several labels
and the ancestors of all its places count. A node's depth is the number of its dotted parts:
C23 has 1, C23.888 has 2. The category letter (C) would have depth 0, hence weight log(0 + 1) = 0;
it is no descriptor and no label here.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from trainer.config import LabelConfig
from trainer.training_set import Article, Heading

FloatArray = npt.NDArray[np.float32]

# NLM indexes nearly every article with some of these; as labels they make all studies alike.
CHECK_TAGS = {
    "D000293": "adolescent",
    "D000328": "adult",
    "D000368": "aged",
    "D000369": "aged, 80 and over",
    "D000818": "animals",
    "D002415": "cats",
    "D002417": "cattle",
    "D002642": "chick embryo",
    "D002648": "child",
    "D002675": "child, preschool",
    "D006224": "cricetinae",
    "D004285": "dogs",
    "D005260": "female",
    "D006168": "guinea pigs",
    "D006736": "horses",
    "D006801": "humans",
    "D007223": "infant",
    "D007231": "infant, newborn",
    "D008297": "male",
    "D051379": "mice",
    "D008875": "middle aged",
    "D011247": "pregnancy",
    "D011817": "rabbits",
    "D051381": "rats",
    "D012756": "sheep",
    "D013552": "swine",
    "D055815": "young adult",
}
_CHECK_TAG_NAMES = frozenset(CHECK_TAGS.values())


def is_check_tag(heading: Heading) -> bool:
    """Whether the heading is a check tag: by UI, by name when it has no UI."""
    return heading.ui in CHECK_TAGS if heading.ui else heading.name.lower() in _CHECK_TAG_NAMES


def tree_path(number: str) -> list[str]:
    """A tree number and its ancestors: C23.888.592 gives C23, C23.888, C23.888.592."""
    parts = number.split(".")
    return [".".join(parts[:depth]) for depth in range(1, len(parts) + 1)]


def depth_of(number: str) -> int:
    """The depth of a node, 1 for the top of a category (C23)."""
    return number.count(".") + 1


def nodes_of(headings: Iterable[Heading], config: LabelConfig) -> set[str]:
    """The labels of an article.

    A check tag that is a major topic stays: then the article is about it.
    """
    nodes: set[str] = set()
    for heading in headings:
        if config.check_tags or heading.major or not is_check_tag(heading):
            for number in heading.tree_numbers:
                nodes.update(tree_path(number) if config.ancestors else (number,))
    return nodes


@dataclass(frozen=True, slots=True)
class Labels:
    """Label vectors of articles, each of length 1 (or 0: an article without labels)."""

    rows: csr_array  # (articles, labels) float64
    vocabulary: tuple[str, ...]  # the tree number of each column
    unplaced: int  # headings, check tags aside, that have no place in the tree

    def similarity(self, left: npt.ArrayLike, right: npt.ArrayLike) -> FloatArray:
        """SimL of rows `left` with rows `right`, (len(left), len(right)), in [0, 1].

        Sparse rows times sparse rows: nothing of labels x labels is ever made.
        """
        product = self.rows[np.asarray(left)] @ self.rows[np.asarray(right)].T
        return np.minimum(product.toarray(), 1.0).astype(np.float32)

    def similarity_of(self, queries: csr_array) -> csr_array:
        """SimL of label vectors (`vectors_of`) with every article, (queries, articles), sparse."""
        return csr_array(queries @ self.rows.T)

    @property
    def labelled(self) -> npt.NDArray[np.bool_]:
        """Which articles have a label at all, (articles,)."""
        return np.asarray(np.diff(self.rows.indptr) > 0)


def label_articles(articles: Sequence[Article], config: LabelConfig) -> Labels:
    """The label vectors of articles, in their order."""
    columns: dict[str, int] = {}
    starts, indices = [0], []
    for article in articles:
        nodes = sorted(nodes_of(article.headings, config))
        indices += [columns.setdefault(node, len(columns)) for node in nodes]
        starts.append(len(indices))
    weights = np.array([_weight(node, config) for node in columns])
    data = weights[indices] if indices else np.zeros(0)
    rows = csr_array((data, indices, starts), shape=(len(articles), len(columns)))
    return Labels(_of_length_one(rows), tuple(columns), _unplaced(articles))


def vectors_of(
    groups: Iterable[Iterable[Heading]], labels: Labels, config: LabelConfig
) -> csr_array:
    """Label vectors (groups, labels) of groups of headings, in the columns of `labels`.

    Every heading must be one of the labelled articles'.
    """
    columns = {node: column for column, node in enumerate(labels.vocabulary)}
    starts, indices = [0], []
    for headings in groups:
        indices += [columns[node] for node in sorted(nodes_of(headings, config))]
        starts.append(len(indices))
    weights = np.array([_weight(labels.vocabulary[column], config) for column in indices], float)
    shape = (len(starts) - 1, len(columns))
    return _of_length_one(csr_array((weights, indices, starts), shape=shape))


def _weight(node: str, config: LabelConfig) -> float:
    return math.log(depth_of(node) + 1) if config.depth_weight else 1.0


def _of_length_one(rows: csr_array) -> csr_array:
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    scale = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    rows.data *= np.repeat(scale, np.diff(rows.indptr))
    return rows


def _unplaced(articles: Iterable[Article]) -> int:
    return sum(
        not heading.tree_numbers and not is_check_tag(heading)
        for article in articles
        for heading in article.headings
    )


def contrast_share(
    labels: Labels, batches: Iterable[Sequence[int]], above: float, up_to: float
) -> float:
    """The share of anchors that have a positive and a negative in their own batch.

    The contrastive loss skips the others. `batches` hold rows of `labels`.
    """
    anchors = usable = 0
    for batch in batches:
        similar = labels.similarity(batch, batch)
        np.fill_diagonal(similar, np.nan)  # itself: neither positive nor negative
        both = (similar > above).any(axis=1) & (similar <= up_to).any(axis=1)
        anchors += len(batch)
        usable += int(both.sum())
    return usable / anchors if anchors else 0.0
