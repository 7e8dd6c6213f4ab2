"""Encoder folders for the tests of this package."""

from pathlib import Path

import pytest

from tests.encoders.tiny_encoder import write_tiny_folder


@pytest.fixture
def tiny_folder(tmp_path: Path) -> Path:
    """A small, whole, working encoder folder to use and to spoil."""
    folder = tmp_path / "encoders" / "tiny"
    write_tiny_folder(folder)
    return folder
