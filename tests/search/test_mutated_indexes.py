"""Damaged index files: no crash, no wrong answer, all made anew. Also kill -9 and full disks."""

import multiprocessing
import os
import random
import resource
import shutil
import signal
import sys
from pathlib import Path

import numpy as np
import pytest

from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.records import Article, Heading, Journal, PartialDate
from desktop_app.search import cache
from tests.search.damaged_indexes import Answers, answers, build, damaged, embed

MUTATIONS = 1_000


@pytest.fixture
def indexed(library: Library, vocabulary: Vocabulary) -> Answers:
    """A library whose indexes are all on the disk, and what they answer."""
    return build(library, vocabulary)


def test_no_damage_crashes_or_changes_an_answer(
    library: Library, vocabulary: Vocabulary, indexed: Answers
) -> None:
    """Damages over all files of all indexes; each is opened and asked in this very process."""
    chance = random.Random(11)
    folder = library.folder / "indexes"
    originals = {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    kinds = {path.relative_to(folder).parts[0] for path in originals}
    assert kinds == {"e", "facets", "words"}
    unchanged = 0
    for number in range(MUTATIONS):
        path = chance.choice(sorted(originals))
        path.write_bytes(damaged(originals[path], chance))
        if number % 100 == 0:
            assert answers(library, vocabulary) == indexed, (number, path.name)
            originals = {p: p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
            continue
        # The rest: what is not exactly as written is not loaded, so nothing can follow from it.
        found = cache.verified(path.parent)
        if found is not None:
            unchanged += 1
            assert path.name == "manifest.json" or path.read_bytes() == originals[path]
            assert all(file.read_bytes() == originals[file] for file in found[0].values())
        path.write_bytes(originals[path])
    assert unchanged <= MUTATIONS // 20  # a manifest with another fact, or a zero made a zero


def test_indexes_may_be_deleted(library: Library, vocabulary: Vocabulary, indexed: Answers) -> None:
    shutil.rmtree(library.folder / "indexes")
    assert answers(library, vocabulary) == indexed


def _save(folder: Path, number: int) -> None:
    array = np.full(40_000, number, np.int64)
    cache.save(folder, {"a": cache.array_writer(array), "b": cache.array_writer(array)}, {})


def _save_for_ever(folder: Path, ready: Path) -> None:
    number = 1
    while True:
        _save(folder, number)
        ready.touch()
        number += 1


def _save_with_limit(folder: Path, limit: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        _save(folder, 2)
    except OSError:
        os._exit(3)
    os._exit(0)


def _read(folder: Path) -> tuple[int, int]:
    found = cache.verified(folder)
    assert found is not None, "the index is gone"
    arrays = [cache.load_array(found[0][name]) for name in ("a", "b")]
    assert all(len(np.unique(array)) == 1 for array in arrays)
    return int(arrays[0][0]), int(arrays[1][0])


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 and RLIMIT_FSIZE are POSIX")
def test_killed_while_saving_there_is_always_a_whole_index(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    for turn in range(10):
        ready = tmp_path / f"ready-{turn}"
        child = context.Process(target=_save_for_ever, args=(tmp_path / "index", ready))
        child.start()
        while not ready.exists():
            child.join(0.001)
        child.join(0.003 * turn)
        child.kill()
        child.join()
        first, second = _read(tmp_path / "index")
        assert first == second


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 and RLIMIT_FSIZE are POSIX")
def test_a_full_disk_while_saving_leaves_the_old_index(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    _save(tmp_path, 1)
    for limit in (0, 10, 100, 5_000, 319_999):
        child = context.Process(target=_save_with_limit, args=(tmp_path, limit))
        child.start()
        child.join()
        assert child.exitcode == 3
        assert _read(tmp_path) == (1, 1)
    assert len(list(tmp_path.iterdir())) == 3


def test_changes_of_every_kind_leave_no_stale_hit(
    library: Library, vocabulary: Vocabulary, indexed: Answers
) -> None:
    """Fifty swaps, withdrawals and returns: facets, words and vectors agree with the library."""
    chance = random.Random(3)
    for turn in range(50):
        pmid = chance.randrange(1, 60)
        article = Article(
            title=f"Turn {turn} xerostomia",
            pmid=pmid,
            headings=(Heading("D003920", "Diabetes Mellitus"),),
            journal=Journal(abbreviation="New J"),
            date=PartialDate(2024, text=str(turn)),
        )
        library.write([article])
        embed(library, seed=turn)
    found = answers(library, vocabulary)
    articles = library.articles(library.ids())
    new = {i for i, article in articles.items() if article.journal.abbreviation == "New J"}
    assert new <= {i for i, _ in found.words}
    assert {i for i, _ in found.words} == {
        i for i, article in articles.items() if "xerostomia" in article.title
    }
    assert ("New J", len(new)) in found.journals
    assert set(found.nearest) <= set(articles)
    shutil.rmtree(library.folder / "indexes")
    assert answers(library, vocabulary) == found
