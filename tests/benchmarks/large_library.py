"""A library of any size for the benchmarks: synthetic records, vectors by copying with noise.

The vectors of real texts are copied and disturbed, so that they lie as densely as real ones do.
"""

import sys
from pathlib import Path

import numpy as np

from desktop_app.encoders.onnx_encoder import OnnxEncoder
from desktop_app.library.library import Library
from desktop_app.library.vectors import FloatArray
from desktop_app.tasks.import_files import import_files
from tests.benchmarks.synthetic_pubmed import write_pubmed_xml

_NOISE = 0.25  # of a vector's length: neighbours at cosine .97, as near-duplicates are
_CHUNK = 2_000


def large_library(folder: Path, articles: int, encoder: OnnxEncoder, seed: int = 1) -> Library:
    """Open the library of `articles` records in `folder`, building it if it is not there."""
    library = Library.open(folder)
    if library.count() < articles:
        xml = folder / "synthetic.xml.gz"
        write_pubmed_xml(xml, articles, seed)
        import_files(library, [xml])
        xml.unlink()
    embed_by_copying(library, encoder, seed)
    return library


def embed_by_copying(library: Library, encoder: OnnxEncoder, seed: int) -> None:
    """Give every article a vector: that of a real text among the first ones, with noise."""
    pending = library.vectors.missing(encoder.id)
    if not pending:
        return
    originals = encoder.encode_documents([t.text for t in library.vectors.texts(pending[:500])])
    chance = np.random.default_rng(seed)
    for start in range(0, len(pending), _CHUNK):
        articles = library.vectors.texts(pending[start : start + _CHUNK])
        picked = originals[chance.integers(len(originals), size=len(articles))]
        library.vectors.store(encoder.id, articles, _disturbed(picked, chance))
        print(f"\rvectors {start + len(articles)}", end="", file=sys.stderr)
    print(file=sys.stderr)


def _disturbed(vectors: FloatArray, chance: np.random.Generator) -> FloatArray:
    noise = chance.normal(size=vectors.shape).astype(np.float32)
    noise *= np.float32(_NOISE) / np.linalg.norm(noise, axis=1, keepdims=True)
    moved = vectors + noise
    return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), np.float32)
