"""Vectors in the library: which are missing, which are valid, and that they survive."""

from dataclasses import replace

import numpy as np

from desktop_app.library import vectors
from desktop_app.library.library import Library
from desktop_app.records import Article, Deletion
from tests.library.examples import PLAIN, numbered, revised


def _embed(library: Library, encoder: str = "e-1", dimension: int = 4) -> int:
    ids = library.vectors.missing(encoder)
    articles = library.vectors.texts(ids)
    matrix = np.arange(len(ids) * dimension, dtype=np.float32).reshape(len(ids), dimension)
    if ids:
        library.vectors.store(encoder, articles, matrix)
    return len(ids)


def test_only_what_is_missing_or_changed_is_to_be_embedded(library: Library) -> None:
    library.write(numbered(10))
    assert _embed(library) == 10
    assert _embed(library) == 0
    library.write(numbered(7, first=5000))
    assert library.vectors.missing("e-1") == list(range(11, 18))
    assert _embed(library) == 7
    library.write([revised(numbered(1)[0], "Another title", 2024)])
    assert library.vectors.missing("e-1") == [1]
    assert library.vectors.count("e-1") == 16
    assert _embed(library) == 1
    assert (library.vectors.count("e-1"), library.vectors.count("e-2")) == (17, 0)


def test_a_change_that_leaves_the_text_alone_keeps_the_vector(library: Library) -> None:
    library.write([PLAIN])
    _embed(library)
    library.write([replace(PLAIN, volume="7")])
    assert library.article(1).volume == "7"
    assert library.vectors.missing("e-1") == []


def test_an_article_without_text_is_never_embedded(library: Library) -> None:
    library.write([Article(title="", pmid=5)])
    assert library.vectors.missing("e-1") == []


def test_vectors_come_back_as_float16_kept_them(library: Library) -> None:
    library.write(numbered(3))
    ids = library.vectors.missing("e-1")
    matrix = np.random.default_rng(1).normal(size=(3, 5)).astype(np.float32)
    library.vectors.store("e-1", library.vectors.texts(ids), matrix)
    with library.reading() as connection:
        encoder = vectors.encoder_row(connection, "e-1")
        assert encoder is not None
        [block] = vectors.read_vectors(connection, encoder)
    assert block.article_ids.tolist() == ids
    np.testing.assert_array_equal(block.vectors, matrix.astype(np.float16).astype(np.float32))


def test_withdrawn_articles_have_no_valid_vector(library: Library) -> None:
    library.write(numbered(3))
    _embed(library)
    library.write([Deletion(1001)])
    assert library.vectors.count("e-1") == 2


def test_what_the_encoder_reads(library: Library) -> None:
    library.write([PLAIN])
    [text] = library.vectors.texts([1])
    assert text.text == "Sleep and memory Sleep helps."
