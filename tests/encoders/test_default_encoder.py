"""The default encoder itself: known numbers, and vectors that depend on nothing but their text."""

from pathlib import Path

import numpy as np
import pytest

from desktop_app.encoders.catalogue import load_catalogue
from desktop_app.encoders.model_folder import verify_folder
from desktop_app.encoders.onnx_encoder import OnnxEncoder, load_encoder

TEXTS = [
    "Metformin lowers fasting glucose in adults with type 2 diabetes.",
    "Mitochondrial dysfunction in skeletal muscle precedes insulin resistance.",
    "Whole-exome sequencing revealed a de novo missense variant in SCN1A. " * 30,
    "IL-6",
    "",
]
FIRST_NUMBERS = [-0.0417475, 0.0009747, -0.0315929, 0.0367781, 0.0052201]


@pytest.fixture(scope="module")
def encoder(default_encoder_folder: Path) -> OnnxEncoder:
    return load_encoder(default_encoder_folder)


def test_folder_is_whole_and_is_the_catalogues(default_encoder_folder: Path) -> None:
    manifest = verify_folder(default_encoder_folder)
    catalogue = load_catalogue()
    entry = catalogue.entry(catalogue.default_id)
    assert entry is not None
    assert (manifest.name, manifest.dimension) == (entry.name, entry.dimension)
    assert (manifest.query_prefix, manifest.max_tokens) == (entry.query_prefix, entry.max_tokens)
    assert (manifest.precision, manifest.similarity_floor) == ("int8", entry.similarity_floor)


def test_first_numbers_of_a_known_vector(encoder: OnnxEncoder) -> None:
    """int8 kernels differ a little between processors, other models or poolings by far more."""
    vector = encoder.encode_documents(TEXTS[:1])[0]
    np.testing.assert_allclose(vector[:5], FIRST_NUMBERS, atol=0.01)


def test_vectors_depend_on_their_text_only(
    encoder: OnnxEncoder, default_encoder_folder: Path
) -> None:
    together = encoder.encode_documents(TEXTS)
    backwards = encoder.encode_documents(TEXTS[::-1])[::-1]
    alone = np.stack([encoder.encode_documents([text])[0] for text in TEXTS])
    one_worker = load_encoder(default_encoder_folder, workers=1).encode_documents(TEXTS)
    three_workers = load_encoder(default_encoder_folder, workers=3).encode_documents(TEXTS)
    for other in (backwards, alone, one_worker, three_workers):
        np.testing.assert_array_equal(together, other)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


def test_related_texts_are_nearer_than_the_floor_unrelated_not(encoder: OnnxEncoder) -> None:
    query = encoder.encode_query("does mitochondrial dysfunction cause insulin resistance?")
    related, unrelated = encoder.encode_documents(
        [TEXTS[1], "Retinal thickness was followed by optical coherence tomography."]
    )
    assert encoder.similarity_floor is not None
    assert query @ related > encoder.similarity_floor > query @ unrelated


def test_query_prefix_is_used(encoder: OnnxEncoder) -> None:
    prefix = "Represent this sentence for searching relevant passages: "
    query = encoder.encode_query("gout")
    np.testing.assert_array_equal(query, encoder.encode_documents([prefix + "gout"])[0])
    assert query @ encoder.encode_documents(["gout"])[0] < 0.999
