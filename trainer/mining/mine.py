"""Mines training pairs: for each train article a query, the article, and hard negatives.

    python -m trainer.mining.mine TRAINING_SET --encoder FOLDER --run FOLDER [--negatives citations]

Writes `pairs.jsonl` to the run folder, a line an article in the order of ids:

    {"query_id": id, "query": text, "query_kind": "title" | "generated", "positive": id,
     "negatives": [id, …], "reasons": [how each was found, …],
     "similarities": [cosine of query and positive, of query and each negative, …],
     "scores": [the judge's, likewise; only with a judge],
     "dropped": {reason: count}, "struck": false}

and `mining.json` with the counts. `running/pairs.py` reads the pairs. Reasons: "start", "walk",
"random" (traversal.py), "neighbour" (near in meaning: the fallback where citations do not
reach), "control" (the random control). The window sets `struck` when the user strikes a pair.
Documents are abstracts without titles: so it is published, and a title must not be found beside
its own abstract.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, get_args

import numpy as np

from trainer.citations import CitationGraph
from trainer.config import Device
from trainer.conversion.model_folder import ConversionError
from trainer.encoding import Report, TextEncoder, encode_all, open_encoder, silent
from trainer.mining.candidates import (
    DEFAULT_OPTIONS,
    Candidate,
    CandidateFinder,
    MiningOptions,
    Negatives,
    Texts,
)
from trainer.mining.false_negatives import (
    JUDGE,
    Judge,
    judged_out,
    reason_to_drop,
)
from trainer.mining.judge import CrossEncoder
from trainer.mining.queries import QueryWriter, title_queries
from trainer.moves import move
from trainer.out_of_memory import OutOfMemory
from trainer.training_set import Article, TrainingSet, TrainingSetError, read_training_set


@dataclass(slots=True)
class Mined:
    """Counts of one mining."""

    pairs: int = 0
    by_citations: int = 0  # pairs whose negatives come from citations
    negatives: dict[str, int] = field(default_factory=dict)  # by how they were found
    dropped: dict[str, int] = field(default_factory=dict)  # by reason
    without_negatives: int = 0
    query_kind: str = "title"
    one_hop: int = 0
    two_hops: int = 0


def mine(
    training_set: TrainingSet,
    encoder: TextEncoder,
    run: Path,
    options: MiningOptions = DEFAULT_OPTIONS,
    query_writer: QueryWriter | None = None,
    judge: Judge | None = None,
    report: Report = silent,
) -> Mined:
    """Mine the train side and write `pairs.jsonl` and `mining.json` below `run`.

    The same seed and encoder give the same file. `report` is told texts encoded, then articles;
    what it raises stops the mining and leaves a former file alone.
    """
    usable = [a for a in training_set.part("train") if a.title and a.abstract]
    articles = sorted(usable, key=lambda article: article.id)
    texts = _encode(articles, encoder, query_writer, report)
    graph = CitationGraph(training_set.citations, texts.rows)
    miner = _Miner(texts, graph, options, judge)
    run.mkdir(parents=True, exist_ok=True)
    part = run / "pairs.jsonl.part"
    with open(part, "w", encoding="utf-8") as out:
        for number, pair in enumerate(miner.pairs()):
            out.write(json.dumps(pair, ensure_ascii=False) + "\n")
            report(number + 1, len(articles))
    move(part, run / "pairs.jsonl")
    coverage = graph.coverage()
    miner.mined.one_hop, miner.mined.two_hops = coverage.one_hop, coverage.two_hops
    counts = json.dumps({"options": asdict(options), **asdict(miner.mined)}, indent=1)
    (run / "mining.json").write_text(counts + "\n", "utf-8")
    return miner.mined


def _encode(
    articles: Sequence[Article],
    encoder: TextEncoder,
    query_writer: QueryWriter | None,
    report: Report,
) -> Texts:
    abstracts = [article.abstract for article in articles]
    titles = title_queries(articles)
    written = query_writer.write(abstracts, report) if query_writer else titles
    # an abstract that the model has nothing to ask of is asked for by its title
    queries = [text or title for text, title in zip(written, titles, strict=True)]
    return Texts(
        articles,
        {article.id: row for row, article in enumerate(articles)},
        encode_all(encoder, abstracts, False, report),
        encode_all(encoder, queries, True, report),
        queries,
        "generated" if query_writer else "title",
    )


class _Miner:
    """Goes through the train articles once."""

    def __init__(
        self, texts: Texts, graph: CitationGraph, options: MiningOptions, judge: Judge | None
    ) -> None:
        self._texts = texts
        self._finder = CandidateFinder(texts, graph, options)
        self._options = options
        self._judge = judge
        self.mined = Mined(query_kind=texts.query_kind)

    def pairs(self) -> Iterator[dict[str, Any]]:
        """Yield the lines of pairs.jsonl."""
        for row, article in enumerate(self._texts.articles):
            # its own numbers for each article: a library that grows does not change the others
            chance = np.random.default_rng([self._options.seed, article.id])
            kept, dropped = self._filtered(row, self._finder.of(row, chance))
            kept, scores = self._judged(row, kept, dropped)
            self.mined.pairs += 1
            self.mined.without_negatives += not kept
            for reason, count in dropped.items():
                self.mined.dropped[reason] = self.mined.dropped.get(reason, 0) + count
            for negative in kept:
                found = self.mined.negatives
                found[negative.reason] = found.get(negative.reason, 0) + 1
            yield self._line(row, kept, scores, dropped)
        self.mined.by_citations = self._finder.by_citations

    def _line(
        self,
        row: int,
        kept: Sequence[Candidate],
        scores: Sequence[float],
        dropped: dict[str, int],
    ) -> dict[str, Any]:
        articles, texts = self._texts.articles, self._texts
        line: dict[str, Any] = {
            "query_id": articles[row].id,
            "query": texts.query_texts[row],
            "query_kind": texts.query_kind,
            "positive": articles[row].id,
            "negatives": [articles[negative.row].id for negative in kept],
            "reasons": [negative.reason for negative in kept],
            "similarities": [
                round(self._texts.cosine(row, place), 4) for place in (row, *(n.row for n in kept))
            ],
            "dropped": dropped,
            "struck": False,
        }
        if scores:
            line["scores"] = [round(score, 3) for score in scores]
        return line

    # --- false negatives -----------------------------------------------------------------------

    def _filtered(
        self, row: int, candidates: Sequence[Candidate]
    ) -> tuple[list[Candidate], dict[str, int]]:
        options = self._options.filter
        positive, own = self._texts.articles[row], self._texts.cosine(row, row)
        kept: list[Candidate] = []
        dropped: dict[str, int] = {}
        for candidate in candidates:
            other = self._texts.articles[candidate.row]
            cosine = self._texts.cosine(row, candidate.row)
            reason = reason_to_drop(positive, own, other, cosine, options)
            if reason:
                dropped[reason] = dropped.get(reason, 0) + 1
            else:
                kept.append(candidate)
        return kept, dropped

    def _judged(
        self, row: int, candidates: list[Candidate], dropped: dict[str, int]
    ) -> tuple[list[Candidate], list[float]]:
        """What the judge leaves, and its scores of the positive and of those."""
        if self._judge is None or not candidates:
            return candidates, []
        places = [row, *(candidate.row for candidate in candidates)]
        texts = [self._texts.articles[place].abstract for place in places]
        scores = self._judge(self._texts.query_texts[row], texts)
        out = judged_out(scores, self._options.filter)
        if any(out):
            dropped[JUDGE] = sum(out)
        kept = [place for place, bad in enumerate(out) if not bad]
        return (
            [candidates[place] for place in kept],
            [float(scores[0]), *(float(scores[place + 1]) for place in kept)],
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: counts as JSON on stdout; exit status 0 done, 1 failed."""
    parser = argparse.ArgumentParser(prog="trainer.mining.mine", description=__doc__)
    parser.add_argument("training_set", type=Path)
    parser.add_argument("--encoder", type=Path, required=True, help="model folder to embed with")
    parser.add_argument("--encoder-name", default="", help="its name in the catalogue")
    parser.add_argument("--pooling", default="", choices=["cls", "mean"], help="of the encoder")
    parser.add_argument("--device", default="auto", choices=get_args(Device))
    parser.add_argument("--run", type=Path, required=True, help="folder for pairs.jsonl")
    parser.add_argument("--negatives", default="citations", choices=get_args(Negatives))
    parser.add_argument("--no-fallback", action="store_true", help="citations or none")
    parser.add_argument("--doc2query", type=Path, help="T5 folder that writes the queries")
    parser.add_argument("--judge", type=Path, help="cross-encoder folder that finds likely answers")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    try:
        mined = mine(
            read_training_set(given.training_set),
            open_encoder(given.encoder, given.encoder_name, given.pooling, given.device),
            given.run,
            MiningOptions(given.negatives, not given.no_fallback, given.seed),
            QueryWriter(given.doc2query) if given.doc2query else None,
            CrossEncoder(given.judge) if given.judge else None,
        )
    except (ConversionError, TrainingSetError, OSError, OutOfMemory) as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(asdict(mined)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
