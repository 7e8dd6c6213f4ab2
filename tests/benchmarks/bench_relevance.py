"""Relevance: NFCorpus and Cystic Fibrosis through the window's engine, beside bm25s.

Needs the real collections (LITMESH_SHARED_DATA, by default ../shared/data).
"""

import json
import os
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import bm25s
import Stemmer

from desktop_app import paths
from desktop_app.encoders.onnx_encoder import load_encoder
from desktop_app.errors import UserError
from desktop_app.tasks import evaluate as task
from desktop_app.tasks.session import find_encoder
from tests.benchmarks.table import print_table

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED = Path(os.environ.get("LITMESH_SHARED_DATA", ROOT.parent / "shared" / "data"))


def main() -> None:
    """Print the measures of every mode, and bm25s on the same text."""
    retrieval = SHARED / "retrieval"
    if not retrieval.is_dir():
        sys.exit(f"The real collections are not there: {retrieval} (LITMESH_SHARED_DATA names it).")
    os.environ.setdefault("LITMESH_DATA_DIR", str(ROOT / ".dev" / "data"))
    with _unpacked(retrieval / "nfcorpus" / "nfcorpus.zip") as nfcorpus:
        _compare("NFCorpus test", nfcorpus)
    _compare("Cystic Fibrosis", retrieval / "cystic_fibrosis")


def _compare(name: str, folder: Path) -> None:
    info = find_encoder()
    if info is None:
        raise UserError("No encoder is installed.")
    encoder = load_encoder(info.folder)
    workspace = paths.data_dir() / "evaluations"
    rows: list[tuple[object, ...]] = [("bm25s", *_shown(_bm25s(folder)), "")]
    for found in task.evaluate(folder, workspace, encoder):
        rows.append(
            (f"Litmesh, {found.mode}", *_shown(found.measures), f"{found.milliseconds:.0f}")
        )
    print_table(name, ("", *task.MEASURES, "median ms"), rows)


def _shown(measures: Mapping[str, float]) -> list[str]:
    return [f"{measures[name]:.4f}" for name in task.MEASURES]


def _bm25s(folder: Path) -> dict[str, float]:
    """The measures of bm25s with its English stop words and Snowball stemming."""
    documents = list(task._lines(task._find(folder, "corpus.jsonl")))
    texts = [f"{d.get('title') or ''} {d.get('text') or ''}".strip() for d in documents]
    names = [str(d["_id"]) for d in documents]
    qrels = task._qrels(folder / "qrels" / "test.tsv")
    queries = {str(q["_id"]): str(q["text"]) for q in task._lines(folder / "queries.jsonl")}
    judged = [query for query in qrels if query in queries]
    stemmer = Stemmer.Stemmer("english")
    index = bm25s.BM25()
    index.index(
        bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False),
        show_progress=False,
    )
    asked = bm25s.tokenize(
        [queries[q] for q in judged], stopwords="en", stemmer=stemmer, show_progress=False
    )
    found, scores = index.retrieve(asked, k=task.DEPTH, show_progress=False)
    run = {
        query: {names[i]: float(s) for i, s in zip(found[n], scores[n], strict=True) if s > 0}
        for n, query in enumerate(judged)
    }
    return task.measure(qrels, run)[0]


@contextmanager
def _unpacked(archive: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(archive) as file:
            file.extractall(folder)
        [corpus] = Path(folder).rglob("corpus.jsonl")
        json.loads(corpus.open(encoding="utf-8").readline())
        yield corpus.parent


if __name__ == "__main__":
    main()
