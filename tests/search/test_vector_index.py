"""Nearest vectors: exact, filtered, by graph, and true to the library whatever happens to it."""

import numpy as np
import pytest

from desktop_app.errors import Cancelled
from desktop_app.library.library import Library
from desktop_app.records import Deletion
from desktop_app.search import vector_index
from desktop_app.search.request import FloatArray, IdArray
from desktop_app.search.vector_index import VectorIndex, top
from tests.library.examples import numbered, revised

DIMENSION = 16


def _vectors(count: int, seed: int = 1) -> FloatArray:
    """Clustered unit vectors, as texts make them."""
    centres = np.random.default_rng(0).normal(size=(20, DIMENSION))
    chance = np.random.default_rng(seed)
    points = centres[chance.integers(20, size=count)] + 0.4 * chance.normal(size=(count, DIMENSION))
    points = points / np.linalg.norm(points, axis=1, keepdims=True)
    rounded: FloatArray = points.astype(np.float16).astype(np.float32)
    return rounded


def _embed(library: Library, seed: int = 1) -> FloatArray:
    ids = library.vectors.missing("e")
    matrix = _vectors(len(ids), seed)
    if ids:
        library.vectors.store("e", library.vectors.texts(ids), matrix)
    return matrix


def _index(library: Library, clusters_from: int = vector_index.CLUSTERS_FROM) -> VectorIndex:
    index = VectorIndex(library, "e", DIMENSION, clusters_from, scanned=400)
    index.load()
    return index


def _brute(ids: IdArray, matrix: FloatArray, query: FloatArray, k: int) -> list[int]:
    scores = matrix @ query
    return [int(ids[i]) for i in sorted(range(len(ids)), key=lambda i: (-scores[i], ids[i]))[:k]]


def test_nearest_is_exact(library: Library) -> None:
    library.write(numbered(300))
    matrix = _embed(library)
    index = _index(library)
    ids = np.arange(1, 301)
    for query in _vectors(5, seed=9):
        found, cosines = index.nearest(query, 10)
        assert found.tolist() == _brute(ids, matrix, query, 10)
        np.testing.assert_allclose(cosines, np.sort(matrix @ query)[::-1][:10], atol=1e-6)


@pytest.mark.parametrize("share", [0.9, 0.5, 0.1, 0.01, 0.0])
def test_nearest_among_the_allowed(library: Library, share: float) -> None:
    library.write(numbered(300))
    matrix = _embed(library)
    index = _index(library)
    allowed = np.random.default_rng(3).random(301) < share
    ids = np.flatnonzero(allowed[1:]) + 1
    query = _vectors(1, seed=4)[0]
    found, _ = index.nearest(query, 10, allowed)
    assert found.tolist() == _brute(ids, matrix[ids - 1], query, 10)


def test_seven_more_articles_are_seven_more_rows_and_searchable_at_once(library: Library) -> None:
    library.write(numbered(20))
    _embed(library)
    index = _index(library)
    library.write(numbered(7, first=9000))
    assert len(library.vectors.missing("e")) == 7
    index.sync()
    assert len(index) == 20
    fresh = _embed(library, seed=5)
    index.sync()
    assert len(index) == 27
    assert index.nearest(fresh[3], 1)[0].tolist() == [24]


def test_changed_withdrawn_and_returned_articles(library: Library) -> None:
    library.write(numbered(10))
    matrix = _embed(library)
    index = _index(library)
    library.write([revised(numbered(1)[0], "Quite another title", 2024), Deletion(1004)])
    index.sync()
    assert len(index) == 8  # the changed one waits for its new vector
    assert set(index.nearest(matrix[0], 10)[0].tolist()) == {2, 3, 4, 6, 7, 8, 9, 10}
    replaced = _embed(library, seed=8)
    index.sync()
    assert index.nearest(replaced[0], 1)[0].tolist() == [1]
    library.write([numbered(5)[4]])  # it comes back: its vector is an old one
    index.sync()
    assert len(index) == 10
    assert np.isclose(index.similarities(matrix[4], np.array([5]))[0], 1.0, atol=1e-3)


def test_similarities_of_what_is_not_embedded_are_nan(library: Library) -> None:
    library.write(numbered(3))
    matrix = _embed(library)
    index = _index(library)
    found = index.similarities(matrix[1], np.array([2, 99]))
    assert np.isclose(found[0], 1.0, atol=1e-3)
    assert np.isnan(found[1])


def test_an_empty_index_finds_nothing(library: Library) -> None:
    index = _index(library)
    assert index.nearest(_vectors(1)[0], 5)[0].tolist() == []


def test_the_cache_is_used_and_brought_up_to_date(library: Library) -> None:
    library.write(numbered(50))
    matrix = _embed(library)
    index = _index(library)
    index.save()
    assert (library.folder / "indexes" / "e" / "vectors" / "manifest.json").exists()
    library.write([*numbered(3, first=7000), Deletion(1000)])
    _embed(library, seed=6)
    again = _index(library)
    assert len(again) == 52
    assert again.nearest(matrix[10], 1)[0].tolist() == [11]
    assert 1 not in again.nearest(matrix[0], 52)[0]


def test_a_damaged_or_foreign_cache_is_rebuilt_from_the_library(library: Library) -> None:
    library.write(numbered(50))
    matrix = _embed(library)
    _index(library).save()
    [data] = (library.folder / "indexes" / "e" / "vectors").glob("vectors-*")
    content = bytearray(data.read_bytes())
    content[-5] ^= 255
    data.write_bytes(content)
    assert _index(library).nearest(matrix[49], 1)[0].tolist() == [50]


def test_clusters_agree_with_the_scan_and_survives_a_restart(library: Library) -> None:
    library.write(numbered(1500))
    matrix = _embed(library)
    index = _index(library, clusters_from=1000)
    assert index.arrange()
    assert not index.arrange()  # it is fresh
    restarted = _index(library, clusters_from=1000)
    assert not restarted.arrange()
    ids = np.arange(1, 1501)
    allowed = np.random.default_rng(1).random(1501) < 0.4
    some = np.flatnonzero(allowed[1:]) + 1
    for use in (index, restarted):
        for query in _vectors(10, seed=12):
            found = use.nearest(query, 20)[0].tolist()
            assert len(set(found) & set(_brute(ids, matrix, query, 20))) >= 19
            within = use.nearest(query, 20, allowed)[0].tolist()
            assert len(set(within) & set(_brute(some, matrix[some - 1], query, 20))) >= 19


def test_newer_changed_and_withdrawn_articles_beside_clusters(library: Library) -> None:
    library.write(numbered(1200))
    matrix = _embed(library)
    index = _index(library, clusters_from=1000)
    index.arrange()
    library.write([*numbered(1, first=9000), Deletion(1007)])
    fresh = _embed(library, seed=77)
    index.sync()
    assert index.nearest(fresh[0], 1)[0].tolist() == [1201]
    assert 8 not in index.nearest(matrix[7], 50)[0]


def test_damaged_clusters_are_never_used(library: Library) -> None:
    library.write(numbered(1200))
    matrix = _embed(library)
    _index(library, clusters_from=1000).arrange()
    [data] = (library.folder / "indexes" / "e" / "vectors").glob("vectors-*")
    content = bytearray(data.read_bytes())
    for at in range(0, len(content), 997):
        content[at] ^= 64
    data.write_bytes(content)
    index = _index(library, clusters_from=1000)
    assert index.nearest(matrix[3], 1)[0].tolist() == [4]
    assert index.arrange()  # it is missing, so it is made anew


def test_recall_after_a_fifth_of_the_library_changed(library: Library) -> None:
    library.write(numbered(1500))
    _embed(library)
    index = _index(library, clusters_from=1000)
    assert index.arrange()
    library.write([Deletion(1000 + n) for n in range(150)])
    library.write([revised(a, f"New {a.title}", 2024) for a in numbered(150, first=1200)])
    library.write(numbered(150, first=9000))
    _embed(library, seed=21)
    index.sync()
    assert len(index) == len(library.ids()) == 1500
    exact = _index(library)  # never clustered at this size
    for save in (False, True):
        if save:
            index.save()
        found = [set(index.nearest(q, 10)[0].tolist()) for q in _vectors(40, seed=31)]
        right = [set(exact.nearest(q, 10)[0].tolist()) for q in _vectors(40, seed=31)]
        assert np.mean([len(f & r) / 10 for f, r in zip(found, right, strict=True)]) >= 0.98


def test_fifty_withdrawals_and_returns_leave_no_stale_hit(library: Library) -> None:
    library.write(numbered(1200))
    matrix = _embed(library)
    index = _index(library, clusters_from=1000)
    index.arrange()
    for turn in range(50):
        pmid = 1000 + turn % 7
        gone = turn % 2 == 0
        library.write([Deletion(pmid)] if gone else numbered(7))
        index.sync()
        found = index.nearest(matrix[turn % 7], 30)[0].tolist()
        assert (pmid - 999 in found) != gone
        assert len(set(found)) == 30
        assert len(index) == library.count()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_query_that_is_not_finite_or_of_another_shape_is_refused(
    library: Library, value: float
) -> None:
    library.write(numbered(5))
    _embed(library)
    index = _index(library)
    query = np.zeros(DIMENSION, np.float32)
    query[3] = value
    with pytest.raises(ValueError, match="finite"):
        index.nearest(query, 3)
    with pytest.raises(ValueError, match="finite"):
        index.nearest(np.zeros(DIMENSION + 1, np.float32), 3)


def test_odd_vectors_and_odd_numbers_of_hits(library: Library) -> None:
    library.write(numbered(40))
    ids = library.vectors.missing("e")
    matrix = _vectors(40)
    matrix[0] = np.nan
    matrix[1] = np.inf
    matrix[2] = 0
    library.vectors.store("e", library.vectors.texts(ids), matrix)
    index = VectorIndex(library, "e", DIMENSION, clusters_from=10, scanned=20)
    index.load()
    assert index.arrange()
    for query in (matrix[9], np.zeros(DIMENSION, np.float32)):
        found, cosines = index.nearest(query, 1000)
        assert sorted(found.tolist()) == list(range(1, 41))
        assert np.isfinite(cosines).all()
        assert index.nearest(query, 0)[0].tolist() == index.nearest(query, -3)[0].tolist() == []
    assert index.nearest(matrix[9], 3)[0][0] == 10


def test_cancelling_the_arrangement_leaves_everything_as_it_was(library: Library) -> None:
    library.write(numbered(1200))
    matrix = _embed(library)
    index = _index(library, clusters_from=1000)

    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        index.arrange(stop)
    assert index.nearest(matrix[3], 1)[0].tolist() == [4]
    assert index.arrange()


def test_ties_are_broken_by_id() -> None:
    ids = np.array([5, 3, 9, 1])
    scores = np.array([0.5, 0.5, 0.7, 0.5], np.float32)
    assert top(ids, scores, 3)[0].tolist() == [9, 1, 3]
