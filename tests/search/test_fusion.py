"""Fusion: what the joint score does with scales, missing vectors and missing words."""

import numpy as np

from desktop_app.search.fusion import KEYWORD_WEIGHT, Scale, join, placed


def test_scale_is_mean_and_deviation_over_all_articles() -> None:
    scores = np.array([3.0, 1.0, 0.0, 0.0])
    scale = Scale.of(4, float(scores.sum()), float(scores @ scores))
    assert np.isclose(scale.mean, scores.mean())
    assert np.isclose(scale.deviation, scores.std())


def test_equal_scores_and_an_empty_library_do_not_divide_by_zero() -> None:
    assert Scale.of(3, 6.0, 12.0).deviation == 1.0
    assert Scale.of(0, 0.0, 0.0) == Scale(0.0, 1.0)


def test_an_article_without_a_vector_counts_as_an_average_one() -> None:
    similarities = np.array([0.8, np.nan], np.float32)
    joint = join(similarities, Scale(0.6, 0.1), np.array([0, 5], np.float32), Scale(1, 2))
    np.testing.assert_allclose(joint, [2 - KEYWORD_WEIGHT / 2, KEYWORD_WEIGHT * 2], rtol=1e-5)


def test_scores_are_placed_by_id() -> None:
    found = placed(np.array([2, 5, 9]), np.array([9, 1, 2]), np.array([0.9, 0.1, 0.2], np.float32))
    np.testing.assert_allclose(found, [0.2, 0, 0.9])
