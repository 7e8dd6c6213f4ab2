"""Changing the encoder: the old one answers until the new one is ready, and stays to go back to."""

import numpy as np
import pytest

from desktop_app.errors import UserError
from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.search.engine import SearchEngine
from desktop_app.search.request import FloatArray, Mode, SearchRequest
from tests.library.examples import numbered


class _Encoder:
    """Gives every text the same direction, another for each encoder."""

    similarity_floor: float | None = 0.1

    def __init__(self, name: str, dimension: int) -> None:
        self.id = name
        self.dimension = dimension

    def encode_query(self, text: str) -> FloatArray:
        direction: FloatArray = np.eye(self.dimension, dtype=np.float32)[0]
        return direction

    def encode_documents(self, texts: object) -> FloatArray:
        raise AssertionError("not asked")


def _embed(library: Library, encoder: _Encoder, most: int) -> None:
    ids = library.vectors.missing(encoder.id)[:most]
    if not ids:
        return
    matrix = np.tile(encoder.encode_query(""), (len(ids), 1))
    library.vectors.store(encoder.id, library.vectors.texts(ids), matrix)


def test_the_old_encoder_answers_until_the_new_one_is_used(
    library: Library, vocabulary: Vocabulary
) -> None:
    library.write(numbered(20))
    old, new = _Encoder("old", 8), _Encoder("new", 16)
    _embed(library, old, 20)
    engine = SearchEngine(library, vocabulary)
    engine.use_encoder(old)
    request = SearchRequest("anything", Mode.SEMANTIC)
    for done in (0, 5, 10, 20):
        _embed(library, new, done - library.vectors.count("new"))
        coverage = engine.prepare_encoder(new)
        assert (coverage.embedded, coverage.articles) == (done, 20)
        assert coverage.whole == (done == 20)
        result = engine.search(request)
        assert (result.encoder_id, len(result)) == ("old", 20)
    engine.use_encoder(new)
    assert (engine.search(request).encoder_id, len(engine.search(request))) == ("new", 20)
    engine.save()
    engine.use_encoder(old)  # the way back needs no embedding
    assert (engine.search(request).encoder_id, len(engine.search(request))) == ("old", 20)
    assert [name for name, _ in library.vectors.encoders()] == ["old", "new"]


def test_dropping_an_encoder(library: Library, vocabulary: Vocabulary) -> None:
    library.write(numbered(20))
    old, new = _Encoder("old", 8), _Encoder("new", 16)
    engine = SearchEngine(library, vocabulary)
    for encoder in (old, new):
        _embed(library, encoder, 20)
        engine.use_encoder(encoder)
        engine.save()
    with pytest.raises(UserError):
        engine.drop_encoder("new")
    engine.drop_encoder("old")
    assert library.vectors.encoders() == [("new", 16)]
    assert sorted(p.name for p in (library.folder / "indexes").iterdir()) == ["facets", "new"]
    assert library.vectors.count("old") == 0
    engine.drop_encoder("never heard of")
