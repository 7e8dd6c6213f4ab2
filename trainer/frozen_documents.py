"""The base's vectors of the training articles, computed once a run and kept in its folder.

    documents/vectors.npy    (documents, dimension) float32, rows of length 1
    documents/about.json     what they were made of, and the file's SHA-256
    documents/.part          rows of an interrupted computation, which the next start goes on with

4 bytes x dimension a document on disk and in memory: 1.5 KB at 384, so 150 MB for 100,000.
"""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from torch import distributed

from trainer.encoding import FloatArray
from trainer.model import TrainableEncoder
from trainer.moves import move
from trainer.running.batches import IntArray
from trainer.running.checkpoints import write_atomically

BLOCK = 256  # documents between two writes: what an interruption costs at most


def frozen_documents(
    base: TrainableEncoder,
    tokens: Sequence[IntArray],
    facts: dict[str, Any],
    folder: Path,
    check: Callable[[], None] = lambda: None,
) -> FloatArray:
    """The vectors of tokenised documents, from `folder` when they are there and still those.

    `facts` name what the vectors depend on besides the texts. `check` is called between blocks and
    may raise to stop. Under several processes the first computes and the others read.
    """
    about = {**facts, "texts": _digest_of(tokens), "precision": str(base.precision)}
    first = not distributed.is_initialized() or distributed.get_rank() == 0
    if first and _kept(folder, about) is None:
        _compute(base, tokens, folder, about, check)
    if distributed.is_initialized():
        distributed.barrier()
    vectors = _kept(folder, about)
    assert vectors is not None
    return vectors


def _kept(folder: Path, about: dict[str, Any]) -> FloatArray | None:
    """The vectors in the folder; None when they are missing, damaged or of other texts."""
    path = folder / "vectors.npy"
    try:
        said = json.loads((folder / "about.json").read_bytes())
        if said != about | {"sha256": _digest(path)}:
            return None
        vectors: FloatArray = np.load(path, allow_pickle=False)
    except (OSError, ValueError):
        return None
    return vectors


def _compute(
    base: TrainableEncoder,
    tokens: Sequence[IntArray],
    folder: Path,
    about: dict[str, Any],
    check: Callable[[], None],
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rows, part = _begun(folder, about, base.dimension)
    # by length, so that a block has little padding
    order = np.argsort([-len(item) for item in tokens], kind="stable")
    with open(part, "r+b") as file:
        file.truncate(rows * base.dimension * 4)
        file.seek(0, os.SEEK_END)
        for start in range(rows, len(order), BLOCK):
            check()
            found = base.vectors([tokens[row] for row in order[start : start + BLOCK]])
            file.write(found.cpu().numpy().astype("<f4").tobytes())
            file.flush()
            os.fsync(file.fileno())
    vectors = np.zeros((len(tokens), base.dimension), np.float32)
    vectors[order] = np.fromfile(part, "<f4").reshape(len(tokens), base.dimension)
    temporary = folder / ".vectors.npy"
    np.save(temporary, vectors, allow_pickle=False)
    move(temporary, folder / "vectors.npy")
    content = json.dumps(about | {"sha256": _digest(folder / "vectors.npy")}, indent=1)
    write_atomically(folder / "about.json", content.encode())
    part.unlink()


def _begun(folder: Path, about: dict[str, Any], dimension: int) -> tuple[int, Path]:
    """How many rows an interrupted computation left in whole blocks, and their file."""
    part, label = folder / ".part", folder / "about.json"
    try:
        same = json.loads(label.read_bytes()) == about
        rows = part.stat().st_size // (dimension * 4) if same else 0
    except (OSError, ValueError):
        rows = 0
    if not rows:
        part.write_bytes(b"")
        write_atomically(label, json.dumps(about, indent=1).encode())
    return rows // BLOCK * BLOCK, part


def _digest_of(tokens: Sequence[IntArray]) -> str:
    digest = hashlib.sha256()
    for item in tokens:
        digest.update(len(item).to_bytes(4, "little") + item.tobytes())
    return digest.hexdigest()


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
