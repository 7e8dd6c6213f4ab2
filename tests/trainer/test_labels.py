"""Label vectors against a slow reference written from the paper's formulas."""

import math
from itertools import pairwise

import numpy as np
import pytest

pytest.importorskip("scipy", reason="scipy is in the trainer's environment only")
from trainer.config import LabelConfig
from trainer.labels import contrast_share, label_articles, nodes_of, tree_path
from trainer.training_set import Article, Heading


def head(name: str, *trees: str, ui: str = "D1", major: bool = False) -> Heading:
    return Heading(ui, name, major, (), trees)


def art(number: int, *headings: Heading) -> Article:
    return Article(number, "t", "a", None, "eng", headings)


HUMANS = head("Humans", "B01.050.150.900", ui="D006801")
ARTICLES = [
    art(1, head("Neoplasms", "C04"), head("Mucus", "A12.200.503", "A12.383"), HUMANS),
    art(2, head("Carcinoma", "C04.557.470", "C04.588.033"), HUMANS),
    art(3, head("Saliva", "A12.200.666"), HUMANS),
    art(4, HUMANS, head("Female", ui="D005260")),
    art(5, head("Nowhere")),
]


def slow_similarity(left: Article, right: Article, config: LabelConfig) -> float:
    """SimL by dictionaries: union of the ancestor paths, weight log(depth + 1), cosine."""

    def weights(article: Article) -> dict[str, float]:
        found = {}
        for heading in article.headings:
            if heading.name in ("Humans", "Female") and not config.check_tags:
                continue
            for number in heading.tree_numbers:
                parts = number.split(".")
                for depth in range(1, len(parts) + 1) if config.ancestors else [len(parts)]:
                    weight = math.log(depth + 1) if config.depth_weight else 1.0
                    found[".".join(parts[:depth])] = weight
        return found

    a, b = weights(left), weights(right)
    norm = math.sqrt(sum(v * v for v in a.values()) * sum(v * v for v in b.values()))
    return sum(a[node] * b[node] for node in a.keys() & b.keys()) / norm if norm else 0.0


@pytest.mark.parametrize("ancestors", [True, False])
@pytest.mark.parametrize("depth_weight", [True, False])
@pytest.mark.parametrize("check_tags", [True, False])
def test_similarity_equals_the_formula(
    ancestors: bool, depth_weight: bool, check_tags: bool
) -> None:
    config = LabelConfig(ancestors, depth_weight, check_tags)
    labels = label_articles(ARTICLES, config)
    found = labels.similarity(range(5), range(5))
    expected = [[slow_similarity(a, b, config) for b in ARTICLES] for a in ARTICLES]
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert found.max() <= 1


def test_each_switch_changes_the_similarity() -> None:
    values = {
        float(label_articles(ARTICLES, config).similarity([0], [1])[0, 0])
        for config in (
            LabelConfig(),
            LabelConfig(ancestors=False),
            LabelConfig(depth_weight=False),
            LabelConfig(check_tags=True),
        )
    }
    assert len(values) == 4


def test_path_has_every_ancestor_but_the_category() -> None:
    assert tree_path("C23.888.592") == ["C23", "C23.888", "C23.888.592"]
    assert tree_path("C23") == ["C23"]


def test_major_check_tag_is_a_topic() -> None:
    pregnancy = head("Pregnancy", "G08.686", ui="D011247", major=True)
    assert nodes_of([pregnancy, HUMANS], LabelConfig()) == {"G08", "G08.686"}


def test_check_tag_without_ui_is_known_by_name() -> None:
    assert nodes_of([head("humans", "B01.050", ui="")], LabelConfig()) == set()


def test_articles_without_labels_and_headings_without_place_are_told() -> None:
    labels = label_articles(ARTICLES, LabelConfig())
    assert labels.labelled.tolist() == [True, True, True, False, False]
    assert labels.unplaced == 1  # “Nowhere”; Female never has a place
    assert len(set(labels.vocabulary)) == len(labels.vocabulary)


def test_contrast_share_counts_anchors_with_both() -> None:
    labels = label_articles(ARTICLES, LabelConfig())
    # 1 and 2 share C04, 1 and 3 share A12.200, 2 and 3 nothing; 1 alone has no negative
    assert contrast_share(labels, [[0, 1, 2]], 0.0, 0.0) == pytest.approx(2 / 3)
    assert contrast_share(labels, [[1, 2]], 0.0, 0.0) == 0
    assert contrast_share(labels, [], 0.3, 0.0) == 0


def test_real_depths_weigh_more() -> None:
    labels = label_articles([art(1, head("x", "C04.557.470"))], LabelConfig())
    row = labels.rows.toarray()[0]
    assert all(upper < lower for upper, lower in pairwise(row))
