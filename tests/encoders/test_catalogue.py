"""The catalogue: what it must know, and that its sources can be trusted."""

import re
from pathlib import Path

import pytest

from desktop_app.encoders.catalogue import HubSource, WheelSource, load_catalogue

EXPECTED = {  # encoder -> dimension, pooling, has a query prefix
    "bge-small-en-v1.5": (384, "cls", True),
    "all-MiniLM-L6-v2": (384, "mean", False),
    "all-mpnet-base-v2": (768, "mean", False),
    "BioHiCL-Base": (768, "cls", True),
    "BioHiCL-Large": (1024, "cls", True),
    "BiCA-small": (384, "mean", False),
    "BiCA-base": (768, "mean", False),
    "bge-base-en-v1.5": (768, "cls", True),
    "bge-large-en-v1.5": (1024, "cls", True),
    "gte-small": (384, "mean", False),
    "gte-base": (768, "mean", False),
}


def test_knows_the_published_encoders() -> None:
    entries = load_catalogue().entries
    known = {e.id: (e.dimension, e.pooling, bool(e.query_prefix)) for e in entries}
    assert known == EXPECTED


def test_default_comes_from_a_pinned_wheel() -> None:
    catalogue = load_catalogue()
    default = catalogue.entry(catalogue.default_id)
    assert default is not None
    source = default.sources[0]
    assert isinstance(source, WheelSource)
    assert re.fullmatch(r"[0-9a-f]{64}", source.sha256)
    assert default.similarity_floor is not None


def test_hub_source_without_commit_is_not_pinned() -> None:
    hubs = [s for e in load_catalogue().entries for s in e.sources if isinstance(s, HubSource)]
    assert len(hubs) == len(EXPECTED)
    assert all(hub.pinned == bool(hub.commit and hub.files) for hub in hubs)
    assert not HubSource("someone/model", commit="abc").pinned


def test_unknown_encoder_is_none() -> None:
    assert load_catalogue().entry("nobody/model") is None


def test_other_schema_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "encoders.toml"
    path.write_text("schema = 2\nencoder = []\n")
    with pytest.raises(ValueError, match="schema 2"):
        load_catalogue(path)
