"""Compares two encoders on articles that training never saw, and says which to use.

    python -m trainer.evaluate TRAINING_SET --before FOLDER --after FOLDER --output evaluation.json
    python -m trainer.evaluate --beir FOLDER --after FOLDER

`evaluation.json`, schema 1:

    schema, part, seed, training_set (SHA-256 of its manifest), haystack (articles searched)
    signals   {name: {"questions": n, "circular": bool, "before": {measure: mean},
               "after": {measure: mean},
               "change": {measure: {"mean", "low", "high"}}}}      95 % intervals, paired bootstrap
    verdict   {"offered": bool, "words": text, "signals": [name], "gain": {mean, low, high} | null,
               "guards": [{"signal", "measure", "change", "holds"}]}
    branches  [{"branch": "C04", "name", "questions", "before", "after", "mean", "low", "high"}]
    best, worst  [{"signal", "question", "article", "relevant", "before", "after",
                   "hits_before": [id], "hits_after": [id]}]
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, get_args

from trainer.advance import Advance, to_nobody, to_stdout
from trainer.config import Device
from trainer.conversion.model_folder import ConversionError
from trainer.encoding import FloatArray, Report, TextEncoder, encode_all, open_encoder, silent
from trainer.evaluation.beir import measure_beir
from trainer.evaluation.bootstrap import paired_bootstrap
from trainer.evaluation.evaluation_sets import QuerySet, document_text, mesh, query_sets
from trainer.evaluation.haystack import haystack
from trainer.evaluation.report_card import best_and_worst, by_branch
from trainer.evaluation.retrieval import MEASURES, Scores, as_run, best, score
from trainer.evaluation.verdict import Verdict, decide, differences
from trainer.moves import move
from trainer.out_of_memory import OutOfMemory
from trainer.protocol import Event
from trainer.training_set import Part, TrainingSet, TrainingSetError, read_training_set

Say = Callable[[Event], None]

SCHEMA = 1
_MOST_QUESTIONS = 1000  # of a signal
_MOST_SEARCHED = 20_000  # articles


@dataclass(frozen=True, slots=True)
class Answers:
    """What one encoder made of every signal's questions."""

    scores: Mapping[str, Scores]  # signal -> measure -> question -> value
    rankings: Mapping[str, Mapping[str, Sequence[tuple[str, float]]]]


def evaluate(
    training_set: TrainingSet,
    before: TextEncoder,
    after: TextEncoder,
    part: Part = "test",
    seed: int = 0,
    say: Say = to_nobody,
    most: tuple[int, int] = (_MOST_QUESTIONS, _MOST_SEARCHED),
) -> dict[str, Any]:
    """The content of evaluation.json. `most`: questions of a signal, articles searched.

    `say` is told how many texts are encoded; what it raises stops the evaluation.
    """
    sets = query_sets(training_set, part, most[0], seed)
    ids = haystack(training_set, sets, most[1], seed)
    # half of a library may have like headings: what only this signal asks for is not searched
    graded = mesh(training_set, part, most[0] // 4, seed, ids)
    sets += [graded] if graded.queries else []
    texts = len(ids) + sum(len(one.queries) + len(one.replaced) for one in sets)
    report = Advance("evaluate", 2 * texts, say)
    old = answer(before, training_set, sets, ids, report)
    new = answer(after, training_set, sets, ids, report)
    verdict = decide(sets, old.scores, new.scores, seed)
    return {
        "schema": SCHEMA,
        "part": part,
        "seed": seed,
        "training_set": training_set.sha256,
        "haystack": len(ids),
        "signals": {one.name: _signal(one, old, new, seed) for one in sets},
        "verdict": _verdict(verdict),
        "branches": by_branch(training_set, sets, old.scores, new.scores),
        **best_and_worst(sets, (old.scores, old.rankings), (new.scores, new.rankings)),
    }


def answer(
    encoder: TextEncoder,
    training_set: TrainingSet,
    sets: Sequence[QuerySet],
    ids: Sequence[int],
    report: Report = silent,
) -> Answers:
    """An encoder's rankings of the articles `ids` for every question, and their scores."""
    texts = [document_text(training_set.articles[article]) for article in ids]
    documents = encode_all(encoder, texts, False, report)
    rows = {article: row for row, article in enumerate(ids)}
    names = [str(article) for article in ids]
    scores: dict[str, Scores] = {}
    rankings = {}
    for one in sets:
        queries = encode_all(encoder, [query.text for query in one.queries], True, report)
        changed = _replaced(encoder, one, documents, rows, report)
        left_out = [frozenset(map(str, query.excluded)) for query in one.queries]
        found = best(queries, changed, names, left_out)
        rankings[one.name] = {q.id: hits for q, hits in zip(one.queries, found, strict=True)}
        qrels = {q.id: {str(a): g for a, g in q.relevant.items()} for q in one.queries}
        scores[one.name] = score(qrels, as_run(rankings[one.name]))
    return Answers(scores, rankings)


def write_evaluation(evaluation: Mapping[str, Any], path: Path) -> None:
    """Write evaluation.json as one step."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(json.dumps(evaluation, indent=1, ensure_ascii=False) + "\n", "utf-8")
    move(part, path)


def _replaced(
    encoder: TextEncoder,
    one: QuerySet,
    documents: FloatArray,
    rows: Mapping[int, int],
    report: Report,
) -> FloatArray:
    """The haystack with the rows of those articles whose text is another in this signal."""
    if not one.replaced:
        return documents
    changed = documents.copy()
    places = [rows[article] for article in one.replaced]
    changed[places] = encode_all(encoder, list(one.replaced.values()), False, report)
    return changed


def _signal(one: QuerySet, old: Answers, new: Answers, seed: int) -> dict[str, Any]:
    before, after = old.scores[one.name], new.scores[one.name]
    change = {
        measure: asdict(paired_bootstrap([differences(one, before, after, measure)], seed))
        for measure in MEASURES
    }
    return {
        "questions": len(one.queries),
        "circular": one.circular,
        "before": {measure: _mean(before[measure]) for measure in MEASURES},
        "after": {measure: _mean(after[measure]) for measure in MEASURES},
        "change": change,
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "offered": verdict.offered,
        "words": verdict.words,
        "signals": list(verdict.signals),
        "gain": asdict(verdict.gain) if verdict.gain else None,
        "guards": [{**asdict(guard), "holds": guard.holds} for guard in verdict.guards],
    }


def _mean(values: Mapping[str, float]) -> float:
    return sum(values.values()) / max(len(values), 1)


# --- the command line ----------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the verdict or the measures on stdout; exit status 0 done, 1 failed."""
    parser = argparse.ArgumentParser(prog="trainer.evaluate", description=__doc__)
    parser.add_argument("training_set", type=Path, nargs="?")
    parser.add_argument("--before", type=Path, help="model folder of the encoder in use")
    parser.add_argument("--after", type=Path, required=True, help="model folder to judge")
    parser.add_argument("--name", default="", help="of --before (or of --beir's) in the catalogue")
    parser.add_argument("--pooling", default="", choices=["cls", "mean"], help="of --before")
    parser.add_argument("--device", default="auto", choices=get_args(Device))
    parser.add_argument("--beir", type=Path, help="BEIR folder instead of a training set")
    parser.add_argument("--split", default="test", help="of the BEIR folder")
    parser.add_argument("--part", default="test", choices=["test", "validation"])
    parser.add_argument("--output", type=Path, help="where evaluation.json goes")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--events", action="store_true", help="tell on stdout how far it is")
    given = parser.parse_args(arguments)
    if bool(given.beir) == bool(given.training_set and given.before):
        parser.error("give a training set with --before, or --beir")
    try:
        print(_run(given))
    except (ConversionError, TrainingSetError, OSError, OutOfMemory) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _run(given: argparse.Namespace) -> str:
    if given.beir:
        after = open_encoder(given.after, given.name, given.pooling, given.device)
        return json.dumps(measure_beir(after, given.beir, given.split))
    before = open_encoder(given.before, given.name, given.pooling, given.device)
    after = open_encoder(given.after, device=given.device)
    training_set = read_training_set(given.training_set)
    say = to_stdout if given.events else to_nobody
    evaluation = evaluate(training_set, before, after, given.part, given.seed, say)
    if given.output:
        write_evaluation(evaluation, given.output)
    return str(evaluation["verdict"]["words"])


if __name__ == "__main__":
    sys.exit(main())
