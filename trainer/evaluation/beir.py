"""Public retrieval sets as BEIR folders: corpus.jsonl, queries.jsonl, qrels/SPLIT.tsv.

Dense search alone, for experiments; the program's own command measures keyword and hybrid too.
"""

import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trainer.conversion.model_folder import ConversionError
from trainer.encoding import Report, TextEncoder, encode_all, silent
from trainer.evaluation.retrieval import MEASURES, Scores, as_run, best, score


def measure_beir(
    encoder: TextEncoder, folder: Path, split: str = "test", report: Report = silent
) -> dict[str, float]:
    """The mean of every measure, and "questions" and "documents". Raises ConversionError."""
    scores, documents = score_beir(encoder, folder, split, report)
    means = {name: sum(scores[name].values()) / len(scores[name]) for name in MEASURES}
    return {**means, "questions": len(scores[MEASURES[0]]), "documents": documents}


def score_beir(
    encoder: TextEncoder, folder: Path, split: str = "test", report: Report = silent
) -> tuple[Scores, int]:
    """Measure -> query -> value, and how many documents there are. Raises ConversionError."""
    corpus = list(_lines(_find(folder, "corpus.jsonl")))
    names = [str(document["_id"]) for document in corpus]
    texts = [f"{d.get('title') or ''} {d.get('text') or ''}".strip() for d in corpus]
    asked = {str(q["_id"]): str(q["text"]) for q in _lines(_find(folder, "queries.jsonl"))}
    qrels = {q: grades for q, grades in _qrels(folder, split).items() if q in asked}
    if not qrels:
        raise ConversionError(f"{folder}: no judged query in qrels/{split}.tsv.")
    documents = encode_all(encoder, texts, False, report)
    queries = encode_all(encoder, [asked[query] for query in qrels], True, report)
    found = best(queries, documents, names, [frozenset()] * len(qrels))
    return score(qrels, as_run(dict(zip(qrels, found, strict=True)))), len(names)


def _find(folder: Path, name: str) -> Path:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    raise ConversionError(f"{folder}: holds no {name}.")


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                if line.strip():
                    yield json.loads(line)
            except ValueError as error:
                raise ConversionError(f"{path}, line {number}: not JSON ({error}).") from error


def _qrels(folder: Path, split: str) -> dict[str, dict[str, int]]:
    path = folder / "qrels" / f"{split}.tsv"
    if not path.is_file():
        raise ConversionError(f"{path} is missing.")
    qrels: dict[str, dict[str, int]] = {}
    with open(path, encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file, delimiter="\t"), 1):
            if number == 1 or not row:  # names of the columns
                continue
            try:
                query, document, grade = row
                qrels.setdefault(query, {})[document] = int(grade)
            except ValueError as error:
                raise ConversionError(f"{path}, line {number}: no judgement ({error}).") from error
    return qrels
