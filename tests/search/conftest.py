"""A library folder, the vocabulary and the default encoder, for tests of the search."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.encoders.onnx_encoder import OnnxEncoder, load_encoder
from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary, load_vocabulary


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library") as opened:
        yield opened


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture(scope="session")
def encoder(default_encoder_folder: Path) -> OnnxEncoder:
    return load_encoder(default_encoder_folder)
