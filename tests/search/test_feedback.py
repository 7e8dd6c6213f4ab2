"""What leading hits have in common: the arithmetic of it, on small vectors and texts."""

import numpy as np

from desktop_app.search.feedback import nearness, standard, word_rows

SAID = [
    "Statins cause muscle pain.",
    "Muscle pain under statins.",
    "A statin was stopped.",
    "Dairy makes acne worse.",
    "",
]


def test_words_are_alike_by_what_is_rare_among_the_texts_and_by_their_stems() -> None:
    rows = word_rows(SAID)
    alike = rows @ rows.T
    assert np.allclose(np.diag(alike)[:4], 1.0)
    assert alike[0, 1] > alike[0, 2] > alike[0, 3] == 0
    assert alike[2, 0] > 0.05  # "statin" and "statins" are one term
    assert not alike[4].any()


def test_a_term_of_every_text_hardly_counts() -> None:
    rows = word_rows([f"common common common {word}" for word in ("one", "two", "three")])
    assert 0 < float(rows[0] @ rows[1]) < 0.2


def test_texts_without_any_word_are_near_nothing() -> None:
    rows = word_rows(["", "—"])
    assert nearness(rows, np.array([1.0, 0.0], np.float32)).tolist() == [0.0, 0.0]


def test_word_rows_are_the_same_to_the_bit_whatever_was_cut_before() -> None:
    before = word_rows(SAID)
    word_rows(["something else entirely", *reversed(SAID)])
    assert np.array_equal(word_rows(SAID), before)


def test_only_hits_with_a_score_lead() -> None:
    rows = np.array([[1, 0], [0.8, 0.6], [0, 1], [0, 1], [0, 1]], np.float32)
    near = nearness(rows, np.array([3.0, 1.0], np.float32))
    assert near[0] > near[1] > near[2] == near[3] == near[4]


def test_the_best_leads_most_and_five_lead_at_most() -> None:
    rows = np.eye(7, dtype=np.float32)
    near = nearness(rows, np.arange(7, 0, -1, dtype=np.float32))
    assert np.all(np.diff(near[:5]) < 0)
    assert near[4] > near[5] == near[6]


def test_a_hit_without_a_vector_is_neither_near_nor_far_and_does_not_lead() -> None:
    rows = np.array([[np.nan, np.nan], [1, 0], [0, 1]], np.float32)
    near = nearness(rows, np.array([9.0, 1.0, 0.0], np.float32))
    assert near[0] == 0
    assert near[1] > 0 > near[2]
    assert not nearness(np.full((3, 2), np.nan, np.float32), np.ones(3, np.float32)).any()


def test_standard_is_measured_by_the_first_alone() -> None:
    found = standard(np.array([1, 3, 11], np.float32), among=2)
    assert found.tolist() == [-1.0, 1.0, 9.0]
    assert standard(np.ones(3, np.float32)).tolist() == [0.0, 0.0, 0.0]
