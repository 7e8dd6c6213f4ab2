"""Exports a trained encoder: from a run's `result/` to a folder that the program installs.

    python -m trainer.export RUN DESTINATION --name NAME [--anyway]

ONNX in fp32 and int8 with pooling and normalisation inside, the weights, the tokenizer, a manifest
with hashes, check vectors, metrics and the calibrated similarity floor, and a card. int8 is
refused, and fp32 the graph in use, when it strays from fp32 or loses more than .5 % of nDCG@10. A
run whose evaluation found no improvement is exported only with --anyway.
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from trainer.advance import Advance, to_nobody, to_stdout
from trainer.config import ConfigError, TrainConfig, read_config
from trainer.conversion.convert import LARGEST_DIFFERENCE, LEAST_MEAN_COSINE, compare
from trainer.conversion.model_folder import ConversionError, Encoder, write_folder
from trainer.conversion.onnx_run import encode, open_tokenizer
from trainer.conversion.probe_texts import probe_texts
from trainer.conversion.quantize import to_int8
from trainer.conversion.sentence_model import SentenceModel
from trainer.conversion.source_folder import Source, read_json, read_small_file, read_source
from trainer.encoding import GraphEncoder
from trainer.export_checks import (
    LARGEST_LOSS,
    Exported,
    RunFacts,
    ndcg,
    sample_of,
    similarity_floor,
)
from trainer.model_card import model_card
from trainer.protocol import Event
from trainer.training_set import TrainingSet, TrainingSetError, read_training_set

Say = Callable[[Event], None]

_FROM_EVALUATION = ("signals", "verdict", "haystack", "part", "seed")  # numbers, no user's text


def export_encoder(
    result: Path,
    destination: Path,
    name: str,
    facts: RunFacts,
    training_set: TrainingSet | None = None,
    evaluation: Mapping[str, Any] | None = None,
    say: Say = to_nobody,
) -> Exported:
    """Write the encoder folder; what was measured. Raises ConversionError.

    `result` is a sentence-transformers folder that says how it pools. Without a training set
    neither int8's loss nor the floor is measured. `say` is told how far it is.
    """
    source = read_source(result)
    graphs, about = _checked_graphs(source, training_set, say)
    encoder = Encoder(
        name=name,
        base=facts.base,
        dimension=about.dimension,
        max_tokens=source.max_tokens,
        pooling=source.pooling,
        query_prefix=source.query_prefix,
        licence=facts.licence,
        precision=about.precision,
        graphs=graphs,
        tokenizer=source.tokenizer,
        similarity_floor=about.floor,
        metrics=about.metrics,
        training={
            **asdict(facts),
            "evaluation": {key: evaluation[key] for key in _FROM_EVALUATION}
            if evaluation
            else None,
        },
        extra={
            "model.safetensors": source.weights.read_bytes(),
            "config.json": read_small_file(result / "config.json"),
        },
        card=model_card(name, about, facts, evaluation),
    )
    write_folder(encoder, destination)
    return about


def _checked_graphs(
    source: Source, training_set: TrainingSet | None, say: Say
) -> tuple[dict[str, bytes], Exported]:
    """The graphs that pass, and what was measured of them."""
    model = SentenceModel(source)
    tokenizer = open_tokenizer(source.tokenizer, source.max_tokens)
    expected = model.encode(tokenizer, probe_texts())
    fp32 = model.to_onnx()
    metrics = compare(expected, encode(fp32, tokenizer, probe_texts()), "fp32")
    if not metrics["fp32_max_difference"] <= LARGEST_DIFFERENCE:
        raise ConversionError(f"The fp32 graph differs from PyTorch: {metrics}.")
    int8 = to_int8(fp32)
    metrics |= compare(expected, encode(int8, tokenizer, probe_texts()), "int8")
    refused = ""
    if not metrics["int8_mean_cosine"] >= LEAST_MEAN_COSINE:
        refused = f"its mean cosine to fp32 is below {LEAST_MEAN_COSINE}"
    graphs = {"fp32": fp32, "int8": int8}
    floor, above = None, 0.0
    if training_set is not None:
        found, floors = _on_library(source, graphs, training_set, say)
        metrics |= found
        if not refused and found["int8_ndcg_loss"] > LARGEST_LOSS:
            refused = f"it loses more than {LARGEST_LOSS:.1%} of nDCG@10"
        floor, above = floors["fp32" if refused else "int8"]
    kept = {"fp32": fp32} if refused else graphs
    precision = "fp32" if refused else "int8"
    return kept, Exported(
        model.dimension,
        source.pooling,
        source.max_tokens,
        source.query_prefix,
        precision,
        metrics,
        refused,
        floor,
        above,
    )


def _on_library(
    source: Source, graphs: Mapping[str, bytes], training_set: TrainingSet, say: Say
) -> tuple[dict[str, float], dict[str, tuple[float | None, float]]]:
    """nDCG@10 of both graphs with int8's relative loss, and the floor of each."""
    sample = sample_of(training_set)
    texts = len(graphs) * (len(sample.queries) + len(sample.documents))
    values, floors, report = {}, {}, Advance("export", texts, say)
    for precision, graph in graphs.items():
        tokenizer = open_tokenizer(source.tokenizer, source.max_tokens)
        encoder = GraphEncoder(graph, tokenizer, source.query_prefix)
        vectors = sample.encoded(encoder, report)
        values[precision] = ndcg(sample, *vectors)
        floors[precision] = similarity_floor(sample, *vectors)
    loss = (values["fp32"] - values["int8"]) / max(values["fp32"], 1e-9)
    return {
        "fp32_ndcg": values["fp32"],
        "int8_ndcg": values["int8"],
        "int8_ndcg_loss": loss,
    }, floors


# --- a run ---------------------------------------------------------------------------------------


def export_run(
    run: Path, destination: Path, name: str, anyway: bool = False, say: Say = to_nobody
) -> Exported:
    """Export what a run made, with all that its folder says. Raises ConversionError."""
    config = read_config(run / "config.json")
    evaluation = read_json(run / "evaluation.json", {}) or None
    if evaluation and not evaluation["verdict"]["offered"] and not anyway:
        raise ConversionError(f"Not exported. {evaluation['verdict']['words']}")
    training_set = read_training_set(Path(config.training_set))
    facts = run_facts(run, config, training_set)
    return export_encoder(run / "result", destination, name, facts, training_set, evaluation, say)


def run_facts(run: Path, config: TrainConfig, training_set: TrainingSet) -> RunFacts:
    """What the card and the manifest say of a run."""
    base = read_source(Path(config.base), config.base_name, config.model.pooling)
    mining, state = read_json(run / "mining.json", {}), read_json(run / "state.json", {})
    counted = ("pairs", "by_citations", "one_hop", "two_hops", "query_kind")
    return RunFacts(
        base=base.base,
        licence=base.licence,
        recipe=config.recipe,
        tuning=config.model.tuning,
        steps=int(state.get("best_step") or state.get("step") or 0),
        seed=config.seed,
        training_set=training_set.sha256,
        mesh_year=training_set.manifest.get("mesh_year"),
        counts=dict(training_set.manifest["counts"]),
        mining={f"mined {key}": mining[key] for key in counted if key in mining},
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: what was measured as JSON on stdout; exit status 0 done, 1 failed."""
    parser = argparse.ArgumentParser(prog="trainer.export", description=__doc__)
    parser.add_argument("run", type=Path, help="folder of a finished run")
    parser.add_argument("destination", type=Path, help="folder to make; must not exist")
    parser.add_argument("--name", default="", help="default: the destination's name")
    parser.add_argument("--anyway", action="store_true", help="also without an improvement")
    parser.add_argument("--events", action="store_true", help="tell on stdout how far it is")
    given = parser.parse_args(arguments)
    try:
        name = given.name or given.destination.name
        say = to_stdout if given.events else to_nobody
        about = export_run(given.run, given.destination, name, given.anyway, say)
    except (ConversionError, ConfigError, TrainingSetError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(asdict(about)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
