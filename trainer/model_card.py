"""The card of a trained encoder, README.md: what it was trained on, how, and whether it helped.

Numbers alone: no title or text of the user's articles, so that the folder can be passed on.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from trainer.export_checks import Exported, RunFacts

_COUNTED = ("articles", "citations", "queries", "train", "validation", "test")


def model_card(
    name: str, about: Exported, facts: RunFacts, evaluation: Mapping[str, Any] | None
) -> str:
    """The card as Markdown."""
    lines = [
        f"# {name}",
        "",
        f"A sentence encoder for Litmesh, trained from {facts.base} on one library.",
        "",
        *_use(about),
        *_training(facts),
        *_evaluation(evaluation),
        *_fidelity(about),
        "## Licence and limits",
        "",
        f"- Licence of the base's weights: {facts.licence}. The trained weights derive from them.",
        "- Trained for one library: on other subjects the base may be better.",
        "- The weights may hold traces of the texts they were trained on.",
        "",
    ]
    return "\n".join(lines)


def _use(about: Exported) -> list[str]:
    prefix = f"`{about.query_prefix}` before queries" if about.query_prefix else "none"
    return [
        "## Use",
        "",
        f"- {about.dimension} dimensions, {about.pooling} pooling, at most {about.max_tokens} "
        f"tokens, prefix: {prefix}; vectors of length 1, compared by cosine",
        f"- ONNX with pooling and normalisation inside; in use: {about.precision}. "
        "`model.safetensors` and `config.json` are for training on",
        f"- Similarity floor {about.floor:.2f}: one in twenty unrelated pairs of a title and an "
        f"article passes it, and {about.above_floor:.0%} of the titles with their own article"
        if about.floor is not None
        else "- Similarity floor: not measured",
        "",
    ]


def _training(facts: RunFacts) -> list[str]:
    counts = ", ".join(f"{facts.counts[key]:,} {key}" for key in _COUNTED if key in facts.counts)
    return [
        "## Training",
        "",
        f"- Recipe: {facts.recipe}, {facts.tuning}, {facts.steps:,} steps, seed {facts.seed}",
        f"- Training set: {counts or 'unknown'}; MeSH {facts.mesh_year or 'unknown'}; "
        f"SHA-256 of its manifest {facts.training_set or 'unknown'}",
        *(f"- {key}: {value}" for key, value in facts.mining.items()),
        "",
    ]


def _evaluation(evaluation: Mapping[str, Any] | None) -> list[str]:
    if evaluation is None:
        return ["## Evaluation", "", "Not evaluated.", ""]
    rows = [
        _row(name, signal, measure)
        for name, signal in evaluation["signals"].items()
        for measure in ("nDCG@10", "R@100")
    ]
    return [
        "## Evaluation",
        "",
        evaluation["verdict"]["words"],
        "",
        f"On held-out articles, {evaluation['haystack']:,} searched; 95 % intervals by paired "
        "bootstrap. Circular: the training saw what this signal judges by.",
        "",
        *_table(("signal", "questions", "measure", "before", "after", "change"), rows),
        "",
    ]


def _row(name: str, signal: Mapping[str, Any], measure: str) -> Sequence[str]:
    change = signal["change"][measure]
    return (
        f"{name} (circular)" if signal["circular"] else name,
        f"{signal['questions']:,}",
        measure,
        f"{signal['before'][measure]:.3f}",
        f"{signal['after'][measure]:.3f}",
        f"{change['mean']:+.3f} ({change['low']:+.3f} to {change['high']:+.3f})",
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(line) + " |" for line in lines]


def _fidelity(about: Exported) -> list[str]:
    return [
        "## The graphs against PyTorch",
        "",
        *(f"- {key}: {value:.6g}" for key, value in about.metrics.items()),
        *([f"- int8 was refused: {about.refused}"] if about.refused else []),
        "",
    ]
