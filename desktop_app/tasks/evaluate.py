"""Evaluation: a BEIR folder (corpus, queries, judgements) through the window's own engine."""

import csv
import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from desktop_app.encoders.onnx_encoder import OnnxEncoder
from desktop_app.encoders.reranker import Reranker
from desktop_app.errors import UserError
from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary, load_vocabulary
from desktop_app.progress import Report, silent
from desktop_app.records import Article, Identifier, Section
from desktop_app.search.engine import SearchEngine
from desktop_app.search.request import MESH_WEIGHT, Mode, SearchRequest
from desktop_app.tasks.corpus_headings import corpus_headings
from desktop_app.tasks.index_library import index_library

DEPTH = 100  # ranks that are judged
MEASURES = ("nDCG@10", "R@100", "RR@10", "Success@5")
_BATCH = 500

Qrels = dict[str, dict[str, int]]
Run = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The measures of one mode, averaged over the judged queries, and each query's nDCG@10."""

    mode: Mode
    encoder_id: str
    documents: int
    queries: int
    measures: Mapping[str, float]
    by_query: Mapping[str, float]
    milliseconds: float  # median of a whole search
    refined: bool = False  # read again by the second stage


def evaluate(
    folder: Path,
    workspace: Path,
    encoder: OnnxEncoder | None,
    modes: Sequence[Mode] = tuple(Mode),
    split: str = "test",
    report: Report = silent,
    reranker: Reranker | None = None,
    mesh_weight: float = MESH_WEIGHT,
) -> list[Evaluation]:
    """Import the corpus into a library below `workspace` (kept: vectors are made once), search it.

    With a `reranker` every search goes through the second stage too. `report` counts documents
    embedded. Raises UserError when the folder is not of BEIR's shape.
    """
    corpus = _find(folder, "corpus.jsonl")
    lines = _lines(_find(folder, "queries.jsonl"))
    queries = {str(line["_id"]): str(line.get("text") or "") for line in lines}
    qrels = _qrels(folder / "qrels" / f"{split}.tsv")
    judged = {query: queries[query] for query in qrels if query in queries}
    if not judged:
        raise UserError(f"{folder}: qrels/{split}.tsv judges none of its queries.")
    vocabulary = load_vocabulary()
    with Library.open(workspace / _digest(corpus)) as library:
        names = _import_corpus(library, corpus, vocabulary)
        engine = SearchEngine(library, vocabulary)
        if encoder is not None:
            index_library(library, encoder, report)
            engine.use_encoder(encoder)
        if reranker is not None:
            engine.use_reranker(reranker)
        return [
            _evaluate_mode(
                engine,
                SearchRequest(mode=mode, everything=True, mesh_weight=mesh_weight),
                judged,
                names,
                qrels,
                reranker is not None,
            )
            for mode in modes
            if encoder is not None or mode is Mode.KEYWORD
        ]


def _evaluate_mode(
    engine: SearchEngine,
    form: SearchRequest,
    queries: Mapping[str, str],
    names: Sequence[str],
    qrels: Qrels,
    refine: bool,
) -> Evaluation:
    """Search for every query with a request of this `form`."""
    run: Run = {}
    times = []
    encoder_id, documents = "", 0
    for query, text in queries.items():
        started = perf_counter()
        result = engine.search(replace(form, text=text))
        if refine:
            result = engine.refine(result)
        # rank, not score: equal scores must stay in the engine's order
        run[query] = {
            names[int(article_id) - 1]: float(DEPTH - rank)
            for rank, article_id in enumerate(result.ids[:DEPTH])
        }
        times.append((perf_counter() - started) * 1000)
        encoder_id, documents = result.encoder_id, result.articles
    means, by_query = measure(qrels, run)
    median = sorted(times)[len(times) // 2] if times else 0.0
    return Evaluation(
        form.mode, encoder_id, documents, len(queries), means, by_query, median, refine
    )


def measure(qrels: Qrels, run: Run) -> tuple[dict[str, float], dict[str, float]]:
    """The mean of every measure over the judged queries, and nDCG@10 of each query."""
    import ir_measures

    measures = [ir_measures.parse_measure(name) for name in MEASURES]
    judged = {query: qrels[query] for query in run}
    means = ir_measures.calc_aggregate(measures, judged, run)
    single = ir_measures.iter_calc(measures[:1], judged, run)
    return (
        {str(name): float(means[name]) for name in measures},
        {metric.query_id: float(metric.value) for metric in single},
    )


def _import_corpus(library: Library, corpus: Path, vocabulary: Vocabulary) -> list[str]:
    """Store the corpus if it is not there yet; the document names in order of article id."""
    documents = list(_lines(corpus))
    names = [str(document["_id"]) for document in documents]
    if library.count() == len(names):
        return names
    for start in range(0, len(documents), _BATCH):
        batch = documents[start : start + _BATCH]
        library.write([_article(document, vocabulary) for document in batch])
    if library.count() != len(names):
        raise UserError(f"{corpus} has documents with the same _id.", "Every _id must be unique.")
    return names


def _article(document: Mapping[str, Any], vocabulary: Vocabulary) -> Article:
    text = str(document.get("text") or "")
    return Article(
        title=str(document.get("title") or ""),
        sections=(Section(text),) if text else (),
        headings=corpus_headings(document, vocabulary),
        # what makes two documents of the same text two articles
        identifiers=(Identifier("document", str(document["_id"])),),
    )


def _find(folder: Path, name: str) -> Path:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    raise UserError(
        f"{folder} has no {name}.",
        "A BEIR folder holds corpus.jsonl, queries.jsonl and qrels/test.tsv.",
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    item = json.loads(line)
                except ValueError as error:
                    raise UserError(f"{path}, line {number}: not JSON ({error}).") from error
                if not isinstance(item, dict) or "_id" not in item:
                    raise UserError(f"{path}, line {number}: no object with an _id.")
                yield item


def _qrels(path: Path) -> Qrels:
    if not path.is_file():
        raise UserError(f"{path} is missing.", "Choose a split that the folder has.")
    qrels: Qrels = {}
    with open(path, encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file, delimiter="\t"), 1):
            if number == 1 or not row:  # names of the columns
                continue
            try:
                query, document, grade = row
                qrels.setdefault(query, {})[document] = int(grade)
            except ValueError as error:
                raise UserError(
                    f"{path}, line {number}: no judgement ({error}).",
                    "A line is query, document and a whole number, with tabs between them.",
                ) from error
    return qrels


def _digest(corpus: Path) -> str:
    """What names the library of a corpus; the number grows when more of it is imported."""
    with open(corpus, "rb") as file:
        return f"{hashlib.file_digest(file, 'sha256').hexdigest()[:16]}-2"
