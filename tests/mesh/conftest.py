"""The shipped vocabulary, read once for all tests of this folder."""

from pathlib import Path

import pytest

from desktop_app.mesh.vocabulary import Vocabulary, load_vocabulary


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.fixture(scope="session")
def repository() -> Path:
    return Path(__file__).resolve().parents[2]
