"""txtai's hybrid search over our vectors, in its own code: what differs is how signals are fused.

txtai is imported from the folder that LITMESH_TXTAI names, in a process of its own, since it wants
PyTorch: the trainer's environment has that.
"""

import json
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from desktop_app.encoders.onnx_encoder import OnnxEncoder
from desktop_app.library.library import Library
from desktop_app.search.vector_index import VectorIndex
from desktop_app.tasks import evaluate as task

ROOT = Path(__file__).resolve().parent.parent.parent
SEARCH = Path(__file__).with_name("txtai_search.py")
TRAINER = ROOT / ".venv-trainer" / ("Scripts" if os.name == "nt" else "bin") / "python"


def txtai_run(
    folder: Path, split: str, encoder: OnnxEncoder, workspace: Path
) -> tuple[task.Qrels, task.Run] | None:
    """Judgements and txtai's ranking of a BEIR folder; None where txtai is not to be had.

    The folder was evaluated before: its library, below `workspace`, holds the vectors.
    """
    site = os.environ.get("LITMESH_TXTAI", "")
    if not site or not TRAINER.exists():
        print("(txtai is not measured: LITMESH_TXTAI names no folder)")
        return None
    documents = list(task._lines(task._find(folder, "corpus.jsonl")))
    texts = [f"{d.get('title') or ''} {d.get('text') or ''}".strip() for d in documents]
    names = [str(d["_id"]) for d in documents]
    qrels = task._qrels(folder / "qrels" / f"{split}.tsv")
    lines = task._lines(task._find(folder, "queries.jsonl"))
    queries = {str(q["_id"]): str(q["text"]) for q in lines}
    judged = [query for query in qrels if query in queries]
    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        np.save(place / "documents.npy", _vectors(folder, encoder, workspace, len(texts)))
        np.save(place / "queries.npy", np.stack([encoder.encode_query(queries[q]) for q in judged]))
        given = {"texts": texts, "queries": [queries[q] for q in judged], "depth": task.DEPTH}
        (place / "texts.json").write_text(json.dumps(given), "utf-8")
        subprocess.run([TRAINER, SEARCH, site, place], check=True)
        found = json.loads((place / "found.json").read_text("utf-8"))
    run = {
        query: {names[i]: float(task.DEPTH - rank) for rank, i in enumerate(hits)}
        for query, hits in zip(judged, found, strict=True)
    }
    return qrels, run


def _vectors(
    folder: Path, encoder: OnnxEncoder, workspace: Path, count: int
) -> np.typing.NDArray[np.float32]:
    """The documents' vectors as the evaluation's library has them, zero where there is none."""
    place = workspace / task._digest(task._find(folder, "corpus.jsonl"))
    with Library.open(place, read_only=True) as library:
        index = VectorIndex(library, encoder.id, encoder.dimension)
        index.load()
        return np.nan_to_num(index.vectors_of(np.arange(1, count + 1)))
