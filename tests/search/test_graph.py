"""The HNSW graph: when it is asked, built in stages, never trusted when damaged."""

import os
import resource
import signal
import sys
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from desktop_app.errors import Cancelled
from desktop_app.library.library import Library
from desktop_app.progress import silent
from desktop_app.records import Deletion
from desktop_app.search import graph
from desktop_app.search.graph import Graph, Vectors
from desktop_app.search.request import FloatArray, IdArray
from desktop_app.search.vector_index import VectorIndex
from tests.library.examples import numbered, revised

pytest.importorskip("hnswlib")

DIMENSION = 16
COUNT = 1_500
FACTS = {"library": "l"}


def _points(count: int, seed: int = 1) -> FloatArray:
    points = np.random.default_rng(seed).normal(size=(count, DIMENSION))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    return points.astype(np.float16).astype(np.float32)


def _embed(library: Library, seed: int = 1) -> FloatArray:
    ids = library.vectors.missing("e")
    matrix = _points(len(ids), seed)
    library.vectors.store("e", library.vectors.texts(ids), matrix)
    return matrix


def _index(library: Library) -> VectorIndex:
    index = VectorIndex(library, "e", DIMENSION, clusters_from=1_000, scanned=200)
    index.load()
    return index


def _best(matrix: FloatArray, ids: IdArray, query: FloatArray, k: int) -> set[int]:
    return {int(i) for i in ids[np.argsort(-(matrix[ids - 1] @ query))[:k]]}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many neighbours each search asked a graph for."""
    widths: list[int] = []
    nearest = Graph.nearest

    def noted(self: Graph, query: FloatArray, k: int) -> graph.RowArray | None:
        widths.append(k)
        return nearest(self, query, k)

    monkeypatch.setattr(Graph, "nearest", noted)
    return widths


def test_the_graph_answers_when_half_may_be_found_and_only_then(
    library: Library, asked: list[int]
) -> None:
    library.write(numbered(COUNT))
    matrix = _embed(library)
    index = _index(library)
    query = _points(1, seed=9)[0]
    index.nearest(query, 20)
    assert not asked  # there is no graph yet
    assert index.arrange()
    ids = np.arange(1, COUNT + 1)
    for share, by_graph in ((1.0, True), (0.6, True), (0.3, False), (0.1, False)):
        asked.clear()
        allowed = np.random.default_rng(2).random(COUNT + 1) < share
        some = ids[allowed[1:]]
        found = index.nearest(query, 20, allowed)[0].tolist()
        assert bool(asked) == by_graph
        assert len(set(found) & _best(matrix, some, query, 20)) >= 19
        assert set(found) <= set(some.tolist())


def test_a_filter_against_the_query_is_answered_without_the_graph(
    library: Library, asked: list[int]
) -> None:
    """Half is allowed, but nothing near: too few neighbours pass, and the clusters answer."""
    library.write(numbered(COUNT))
    matrix = _embed(library)
    index = _index(library)
    index.arrange()
    query = matrix[3]
    far = np.argsort(matrix @ query)[: COUNT // 2 + 10]
    allowed = np.zeros(COUNT + 1, np.bool_)
    allowed[far + 1] = True
    found = index.nearest(query, 20, allowed)[0].tolist()
    assert asked
    assert len(found) == 20
    assert all(allowed[i] for i in found)


def test_newer_changed_and_withdrawn_articles(library: Library, asked: list[int]) -> None:
    library.write(numbered(COUNT))
    matrix = _embed(library)
    index = _index(library)
    index.arrange()
    changed = revised(numbered(4)[3], "Another title", 2024)
    library.write([*numbered(20, first=9_000), Deletion(1_007), changed])
    fresh = _embed(library, seed=77)  # the changed one, id 4, has the first of these
    index.sync()
    assert index.nearest(fresh[0], 1)[0].tolist() == [4]
    assert index.nearest(fresh[5], 1)[0].tolist() == [COUNT + 5]
    assert 4 not in index.nearest(matrix[3], 5)[0]
    assert 8 not in index.nearest(matrix[7], 50)[0]
    assert len(asked) == 4
    index.save()  # the rows come into another order
    assert index.nearest(fresh[0], 1)[0].tolist() == [4]
    assert index.nearest(matrix[40], 1)[0].tolist() == [41]
    assert len(asked) == 6


def test_a_stale_graph_waits_for_its_next_vectors(library: Library, asked: list[int]) -> None:
    library.write(numbered(COUNT))
    _embed(library)
    index = _index(library)
    index.arrange()
    library.write(numbered(200, first=9_000))
    fresh = _embed(library, seed=7)
    index.sync()
    assert index.nearest(fresh[3], 1)[0].tolist() == [COUNT + 4]
    assert not asked
    assert index.arrange()
    assert index.nearest(fresh[3], 1)[0].tolist() == [COUNT + 4]
    assert len(asked) == 1


def test_a_restart_loads_the_graph_and_builds_nothing(library: Library, asked: list[int]) -> None:
    library.write(numbered(COUNT))
    matrix = _embed(library)
    _index(library).arrange()
    again = _index(library)
    assert not again.arrange()
    assert again.nearest(matrix[5], 1)[0].tolist() == [6]
    assert len(asked) == 1


def test_cancelled_building_goes_on_where_it_was_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph, "_STAGE", 400)
    monkeypatch.setattr(graph, "_BATCH", 100)
    vectors = Vectors.of(np.arange(1, COUNT + 1), _points(COUNT))

    def stop(done: int, total: int) -> None:
        if done >= 700:
            raise Cancelled

    with pytest.raises(Cancelled):
        graph.build(tmp_path, FACTS, vectors, stop)
    saved = graph.load(tmp_path, FACTS, DIMENSION)
    assert saved is not None
    assert len(saved) == 400
    told: list[tuple[int, int]] = []
    whole = graph.build(tmp_path, FACTS, vectors, lambda done, total: told.append((done, total)))
    assert told[0] == (0, COUNT - 400)
    assert len(whole) == COUNT
    assert (whole.labels(vectors) >= 0).all()


def test_a_graph_mostly_of_old_vectors_is_made_anew(tmp_path: Path) -> None:
    ids = np.arange(1, COUNT + 1)
    graph.build(tmp_path, FACTS, Vectors.of(ids, _points(COUNT)), silent)
    changed = _points(COUNT)
    changed[: COUNT // 10] = _points(COUNT // 10, seed=4)
    grown = graph.build(tmp_path, FACTS, Vectors.of(ids, changed), silent)
    assert len(grown) == COUNT + COUNT // 10
    anew = graph.build(tmp_path, FACTS, Vectors.of(ids, _points(COUNT, seed=8)), silent)
    assert len(anew) == COUNT


@pytest.mark.parametrize("name", ["graph", "ids", "prints", "manifest.json"])
def test_a_damaged_graph_is_not_loaded(tmp_path: Path, name: str) -> None:
    vectors = Vectors.of(np.arange(1, 301), _points(300))
    graph.build(tmp_path, FACTS, vectors, silent)
    [path] = tmp_path.glob(f"{name}*")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert graph.load(tmp_path, FACTS, DIMENSION) is None


def test_a_graph_of_another_library_or_dimension_is_not_loaded(tmp_path: Path) -> None:
    graph.build(tmp_path, FACTS, Vectors.of(np.arange(1, 301), _points(300)), silent)
    assert graph.load(tmp_path, FACTS, DIMENSION) is not None
    assert graph.load(tmp_path, {"library": "other"}, DIMENSION) is None
    assert graph.load(tmp_path, FACTS, DIMENSION + 1) is None


def _save_with_limit(folder: Path, limit: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        graph.build(folder, FACTS, Vectors.of(np.arange(1, 601), _points(600)), silent)
    except OSError:
        os._exit(3)
    os._exit(0)


@pytest.mark.skipif(sys.platform == "win32", reason="RLIMIT_FSIZE is POSIX")
def test_a_full_disk_leaves_the_old_graph(tmp_path: Path) -> None:
    """hnswlib's own saving returns normally when the disk took a part of the file."""
    graph.build(tmp_path, FACTS, Vectors.of(np.arange(1, 301), _points(300)), silent)
    for limit in (0, 1_000, 60_000):
        child = get_context("fork").Process(target=_save_with_limit, args=(tmp_path, limit))
        child.start()
        child.join()
        assert child.exitcode == 3
        kept = graph.load(tmp_path, FACTS, DIMENSION)
        assert kept is not None
        assert len(kept) == 300


def test_without_hnswlib_the_clusters_answer(
    library: Library, monkeypatch: pytest.MonkeyPatch, asked: list[int]
) -> None:
    monkeypatch.setattr(graph, "available", lambda: False)
    library.write(numbered(COUNT))
    matrix = _embed(library)
    index = _index(library)
    assert index.arrange()
    assert not index.arrange()
    assert index.nearest(matrix[5], 1)[0].tolist() == [6]
    assert not asked


def test_fewer_neighbours_than_asked_for_are_no_answer(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Graph, "nearest", lambda self, query, k: None)
    library.write(numbered(COUNT))
    matrix = _embed(library)
    index = _index(library)
    index.arrange()
    assert index.nearest(matrix[5], 30)[0][0] == 6
