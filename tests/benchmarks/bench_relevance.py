"""Relevance: real judged queries through the window's engine, beside bm25s and txtai's hybrid.

    bench_relevance.py [--refine N] [--only TEXT]      read again the hits of N queries a set (60);
                                                       only sets with TEXT in their name

Needs the real collections (LITMESH_SHARED_DATA, by default ../shared/data). txtai is measured where
it can be imported: `LITMESH_TXTAI` names the site-packages folder of an environment that has it
(without its dependencies: it gets this program's vectors, so that only the fusing differs).
"""

import argparse
import json
import os
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import Stemmer

from desktop_app import paths
from desktop_app.encoders.onnx_encoder import OnnxEncoder, load_encoder
from desktop_app.encoders.reranker import Reranker
from desktop_app.errors import UserError
from desktop_app.search.request import MESH_WEIGHT, Mode
from desktop_app.tasks import evaluate as task
from desktop_app.tasks.session import find_encoder, second_stage
from tests.benchmarks.table import print_table
from tests.benchmarks.txtai_hybrid import txtai_run

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED = Path(os.environ.get("LITMESH_SHARED_DATA", ROOT.parent / "shared" / "data"))
SAMPLES = 2_000  # of the paired bootstrap


@dataclass(frozen=True, slots=True)
class Measured:
    """The measures of one way to search, and nDCG@10 of each query."""

    name: str
    means: Mapping[str, float]
    by_query: Mapping[str, float]
    milliseconds: str = ""


def main() -> None:
    """Print the measures of every way to search, and each against our hybrid, query by query."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--refine", type=int, default=60, help="queries a set to read again")
    parser.add_argument("--only", default="", help="sets with this in their name")
    options = parser.parse_args()
    retrieval = SHARED / "retrieval"
    if not retrieval.is_dir():
        sys.exit(f"The real collections are not there: {retrieval} (LITMESH_SHARED_DATA names it).")
    os.environ.setdefault("LITMESH_DATA_DIR", str(ROOT / ".dev" / "data"))
    info = find_encoder()
    if info is None:
        raise UserError("No encoder is installed.")
    encoder, reranker = load_encoder(info.folder), second_stage()
    with tempfile.TemporaryDirectory() as folder:
        sets = [
            ("Cystic Fibrosis", retrieval / "cystic_fibrosis", "test"),
            ("PubMedQA", _pubmedqa(retrieval / "pubmedqa", Path(folder)), "test"),
        ]
        with _unpacked(retrieval / "nfcorpus" / "nfcorpus.zip") as nfcorpus:
            sets += [("NFCorpus test", nfcorpus, "test"), ("NFCorpus dev", nfcorpus, "dev")]
            for name, corpus, split in sets:
                if options.only in name:
                    _compare(name, corpus, split, encoder, reranker, options.refine)


def _compare(
    name: str, folder: Path, split: str, encoder: OnnxEncoder, reranker: Reranker, read_again: int
) -> None:
    workspace = paths.data_dir() / "evaluations"
    found = [_foreign("bm25s", folder, split, _bm25s)]
    for weight in (0.0, MESH_WEIGHT):
        modes = tuple(Mode) if not weight else (Mode.HYBRID,)
        for e in task.evaluate(folder, workspace, encoder, modes, split, mesh_weight=weight):
            label = f"Litmesh, {e.mode}" + (" + MeSH" if weight else "")
            found.append(Measured(label, e.measures, e.by_query, f"{e.milliseconds:.0f}"))
    if (run := txtai_run(folder, split, encoder, workspace)) is not None:
        found.append(Measured("txtai hybrid, same vectors", *task.measure(*run)))
    if read_again:
        with _first_queries(folder, split, read_again) as part:
            for e in task.evaluate(
                part, workspace, encoder, (Mode.HYBRID,), split, reranker=reranker
            ):
                label = f"Litmesh, hybrid + MeSH + second stage, {e.queries} queries"
                found.append(Measured(label, e.measures, e.by_query, f"{e.milliseconds:.0f}"))
    rows: list[tuple[object, ...]] = [
        (m.name, *(f"{m.means[key]:.4f}" for key in task.MEASURES), m.milliseconds) for m in found
    ]
    print_table(name, ("", *task.MEASURES, "median ms"), rows)
    base = next(m for m in found if m.name == f"Litmesh, {Mode.HYBRID}")
    print_table(f"{name}: nDCG@10 against Litmesh, hybrid", _AGAINST, _against(base, found))


_AGAINST = ("", "queries", "ratio", "difference", "95 % interval")


def _against(base: Measured, others: Sequence[Measured]) -> list[tuple[object, ...]]:
    """Paired bootstrap over the queries that both were asked."""
    rows: list[tuple[object, ...]] = []
    for other in others:
        shared = sorted(base.by_query.keys() & other.by_query.keys())
        ours = np.array([base.by_query[q] for q in shared])
        theirs = np.array([other.by_query[q] for q in shared])
        picks = np.random.default_rng(7).integers(0, len(shared), (SAMPLES, len(shared)))
        low, high = np.percentile((theirs - ours)[picks].mean(axis=1), [2.5, 97.5])
        ratio = theirs.mean() / ours.mean()
        rows.append(
            (other.name, len(shared), f"{ratio:.3f}", f"{(theirs - ours).mean():+.4f}",
             f"{low:+.4f} to {high:+.4f}")
        )  # fmt: skip
    return rows


def _foreign(
    name: str, folder: Path, split: str, search: Callable[[Sequence[str], Sequence[str]], Any]
) -> Measured:
    """Measure a search over plain texts: (texts, queries) to document numbers and scores."""
    documents = list(task._lines(task._find(folder, "corpus.jsonl")))
    texts = [f"{d.get('title') or ''} {d.get('text') or ''}".strip() for d in documents]
    names = [str(d["_id"]) for d in documents]
    qrels = task._qrels(folder / "qrels" / f"{split}.tsv")
    lines = task._lines(task._find(folder, "queries.jsonl"))
    queries = {str(q["_id"]): str(q["text"]) for q in lines}
    judged = [query for query in qrels if query in queries]
    found, scores = search(texts, [queries[query] for query in judged])
    run = {
        query: {names[i]: float(s) for i, s in zip(found[n], scores[n], strict=True) if s > 0}
        for n, query in enumerate(judged)
    }
    return Measured(name, *task.measure(qrels, run))


def _bm25s(texts: Sequence[str], queries: Sequence[str]) -> Any:
    """bm25s with its English stop words and Snowball stemming."""
    stemmer = Stemmer.Stemmer("english")

    def cut(lines: Sequence[str]) -> Any:
        return bm25s.tokenize(list(lines), stopwords="en", stemmer=stemmer, show_progress=False)

    index = bm25s.BM25()
    index.index(cut(texts), show_progress=False)
    return index.retrieve(cut(queries), k=min(task.DEPTH, len(texts)), show_progress=False)


def _pubmedqa(source: Path, folder: Path) -> Path:
    """PubMedQA as a BEIR folder: every question has one right answer, its own abstract."""
    records = json.loads((source / "ori_pqal.json").read_text("utf-8"))
    (folder / "qrels").mkdir()
    with open(folder / "corpus.jsonl", "w", encoding="utf-8") as corpus:
        for pmid, record in records.items():
            document = {
                "_id": pmid,
                "title": "",
                "text": " ".join(record["CONTEXTS"]),
                "mesh": record["MESHES"],
            }
            corpus.write(json.dumps(document) + "\n")
    with open(folder / "queries.jsonl", "w", encoding="utf-8") as queries:
        for pmid, record in records.items():
            queries.write(json.dumps({"_id": f"q{pmid}", "text": record["QUESTION"]}) + "\n")
    lines = ["query-id\tcorpus-id\tscore", *(f"q{pmid}\t{pmid}\t1" for pmid in records)]
    (folder / "qrels" / "test.tsv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


@contextmanager
def _first_queries(folder: Path, split: str, count: int) -> Iterator[Path]:
    """The same folder with the judgements of the first queries alone."""
    with tempfile.TemporaryDirectory() as made:
        part = Path(made)
        for name in ("corpus.jsonl", "queries.jsonl"):
            source = task._find(folder, name)
            (part / source.name).symlink_to(source.resolve())
        (part / "qrels").mkdir()
        lines = (folder / "qrels" / f"{split}.tsv").read_text("utf-8").splitlines()
        chosen = list(dict.fromkeys(line.split("\t")[0] for line in lines[1:]))[:count]
        kept = [lines[0], *(line for line in lines[1:] if line.split("\t")[0] in chosen)]
        (part / "qrels" / f"{split}.tsv").write_text("\n".join(kept) + "\n", "utf-8")
        yield part


@contextmanager
def _unpacked(archive: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(archive) as file:
            file.extractall(folder)
        [corpus] = Path(folder).rglob("corpus.jsonl")
        yield corpus.parent


if __name__ == "__main__":
    main()
