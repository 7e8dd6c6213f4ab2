"""Whole runs of a tiny encoder: every recipe, stops, poison."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="PyTorch is in the trainer's environment only")
import numpy as np
import safetensors.torch
import torch

from tests.trainer.small_training_set import heading, write_set
from tests.trainer.tiny_base import losses, run, run_config, write_training_set
from trainer import protocol
from trainer.config import ConfigError, TrainConfig
from trainer.model import TrainableEncoder, load_encoder
from trainer.protocol import Evaluated, Finished, Mined, Readiness, Step, Stopped, Warned
from trainer.running.loop import Loop, NonFinite
from trainer.running.stopping import StopFlag
from trainer.train import train
from trainer.training_set import read_training_set


def only(events: list[protocol.Event], kind: type) -> protocol.Event:
    found = [event for event in events if isinstance(event, kind)]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("anchors", ["articles", "titles", "headings"])
@pytest.mark.parametrize("recipe", ["biohicl", "bica", "combined"])
def test_recipe_runs_from_folder_to_folder(tmp_path: Path, recipe: str, anchors: str) -> None:
    config = run_config(tmp_path, recipe=recipe, batch={"anchors": anchors})
    events = run(config)
    finished = events[-1]
    assert isinstance(finished, Finished)
    parts = next(event for event in events if isinstance(event, Step)).parts
    labels = {"regression", "contrastive", "contrasted"}
    if anchors == "headings":
        labels = {"label_shift", "anchor"}
    cited = set() if anchors == "headings" else {"ranking"}  # else cited articles answer titles
    wanted = {"biohicl": labels, "bica": {"ranking"}, "combined": labels | cited}
    assert set(parts) == wanted[recipe]
    assert losses(events).keys() == set(range(1, 7))
    assert [event.step for event in events if isinstance(event, Evaluated)] == [3, 6]
    assert any(isinstance(event, Mined) for event in events) == ("ranking" in wanted[recipe])
    result = load_encoder(Path(finished.result), config.model)
    assert result.encode(["a text"]).shape == (1, 32)
    assert not list(tmp_path.rglob("*.bin")) + list(tmp_path.rglob("*.pt*"))


def test_training_lowers_the_loss(tmp_path: Path) -> None:
    options = {"learning_rate": 3e-3, "steps": 30, "decay": "constant"}
    config = run_config(
        tmp_path,
        schedule=options,
        model={"tuning": "full", "dropout": 0.0},
        loss={"contrastive": 0.0},
    )
    found = losses(run(config))
    first, last = ([found[s] for s in steps] for steps in (range(1, 6), range(26, 31)))
    assert sum(last) < 0.6 * sum(first)


def test_result_is_half_way_when_asked(tmp_path: Path) -> None:
    results = {}
    for share in (0.0, 0.5, 1.0):
        model = {"merge": share, "tuning": "lora"}
        run(run_config(tmp_path, run=str(tmp_path / f"run{share}"), model=model))
        path = tmp_path / f"run{share}" / "result" / "model.safetensors"
        results[share] = safetensors.torch.load_file(path)
    base = safetensors.torch.load_file(tmp_path / "base" / "model.safetensors")
    name = "encoder.layer.0.attention.self.query.weight"
    torch.testing.assert_close(results[0.0][name], base[name])
    torch.testing.assert_close(results[0.5][name], (base[name] + results[1.0][name]) / 2)
    assert not torch.equal(results[1.0][name], base[name])
    frozen = "embeddings.word_embeddings.weight"
    torch.testing.assert_close(results[1.0][frozen], base[frozen])


def test_distillation_keeps_the_similarities_of_the_base(tmp_path: Path) -> None:
    events = run(run_config(tmp_path, loss={"distillation": 5.0}, model={"dropout": 0.0}))
    kept = [event.parts["distillation"] for event in events if isinstance(event, Step)]
    assert kept[0] == pytest.approx(0, abs=1e-9)  # nothing has changed yet
    assert kept[-1] > 1e-9


def test_headings_teach_queries_and_leave_articles(tmp_path: Path) -> None:
    shift, moved = {}, {}
    for anchor in (0.0, 2.0):
        config = run_config(
            tmp_path,
            run=str(tmp_path / f"run{anchor}"),
            batch={"anchors": "headings", "size": 16},
            loss={"label_shift": 0.5, "label_temperature": 0.1, "anchor": anchor},
            model={"tuning": "full"},
            schedule={"steps": 30, "learning_rate": 3e-3, "decay": "constant"},
            guard={"evaluate_every": 0},
        )
        parts = [event.parts for event in run(config) if isinstance(event, Step)]
        shift[anchor] = [part["label_shift"] for part in parts]
        moved[anchor] = parts[-1]["anchor"]  # 1 - cosine
    assert sum(shift[2.0][-8:]) < 0.96 * sum(shift[2.0][:8])
    assert moved[2.0] < 0.03
    assert moved[0.0] > 0.1


def test_vectors_of_held_out_articles_are_never_computed(tmp_path: Path) -> None:
    config = run_config(tmp_path, batch={"anchors": "headings"})
    ready = only(run(config), Readiness)
    assert isinstance(ready, Readiness)
    vectors = np.load(tmp_path / "run" / "documents" / "vectors.npy")
    training = read_training_set(tmp_path / "set").part("train")
    assert len(vectors) == len(training) == ready.numbers["documents"]
    base = load_encoder(tmp_path / "base", config.model)
    texts = [f"{article.title} {article.abstract}" for article in training]
    np.testing.assert_allclose(vectors, base.encode(texts), atol=1e-5)


def test_headings_that_nobody_would_type_are_said(tmp_path: Path) -> None:
    config = run_config(tmp_path, batch={"anchors": "headings"})
    lines = (tmp_path / "set" / "articles.jsonl").read_text("utf-8").splitlines()
    odd = [heading("(1,2-Thing)", "D02.1")]
    articles = [json.loads(line) | {"headings": odd} for line in lines]
    write_set(tmp_path / "odd", articles)
    with pytest.raises(ConfigError, match="no heading that a query"):
        run(replace(config, training_set=str(tmp_path / "odd")))


@pytest.mark.parametrize("left", [0, 1])
@pytest.mark.parametrize("recipe", ["biohicl", "bica", "combined"])
def test_too_little_to_learn_from_is_said(tmp_path: Path, recipe: str, left: int) -> None:
    config = run_config(tmp_path, recipe=recipe)
    lines = (tmp_path / "set" / "articles.jsonl").read_text("utf-8").splitlines()
    write_set(tmp_path / "few", [json.loads(line) for line in lines[:left]])
    with pytest.raises(ConfigError, match=f"has {left} .* too few"):
        run(replace(config, training_set=str(tmp_path / "few")))


def test_layers_that_are_not_there_are_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"model\.lora_targets.*nonsense"):
        run(run_config(tmp_path, model={"lora_targets": ["nonsense"]}))


def test_readiness_says_what_is_wrong(tmp_path: Path) -> None:
    config = run_config(tmp_path, recipe="combined", batch={"mine": "none"})
    ready = only(run(config), Readiness)
    assert isinstance(ready, Readiness)
    assert any("No hard negatives" in problem for problem in ready.problems)
    assert 0 <= ready.padding < 0.05
    assert ready.numbers["trained_weights"] < ready.numbers["all_weights"]


def test_run_folder_keeps_its_configuration_and_ends_once(tmp_path: Path) -> None:
    config = run_config(tmp_path)
    run(config)
    with pytest.raises(ConfigError, match="finished"):
        run(config)
    with pytest.raises(ConfigError, match="another configuration"):
        run(run_config(tmp_path, seed=9))


@pytest.mark.parametrize(("anchors", "at"), [("articles", 2), ("headings", 2), ("articles", 3)])
def test_stop_saves_and_the_run_goes_on_as_if_nothing_was(
    tmp_path: Path, anchors: str, at: int
) -> None:
    """Step 3 is one that is validated."""
    batch = {"anchors": anchors}
    uninterrupted = run(run_config(tmp_path, run=str(tmp_path / "whole"), batch=batch))
    config = run_config(tmp_path, batch=batch)
    events = stopped_after(config, at)
    assert not (tmp_path / "run" / "result").exists()
    rest = run(config)
    assert losses(rest).keys() == set(range(at + 1, 7))
    assert losses(events) | losses(rest) == pytest.approx(losses(uninterrupted), abs=1e-6)
    assert validations([*events, *rest]) == pytest.approx(validations(uninterrupted), abs=1e-6)
    assert best_step(rest) == best_step(uninterrupted)


def test_a_run_that_memory_was_short_for_goes_on_with_the_same_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dropout depends on the groups, and a second start has the memory that the first had not."""
    changes = {"batch": {"anchors": "articles"}, "model": {"dropout": 0.3}}
    most = 2
    forward = TrainableEncoder.forward

    def limited(encoder: TrainableEncoder, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        if len(ids) > most and torch.is_grad_enabled() and encoder.training:
            raise MemoryError
        return forward(encoder, ids, mask)

    monkeypatch.setattr(TrainableEncoder, "forward", limited)
    uninterrupted = run(run_config(tmp_path, run=str(tmp_path / "whole"), **changes))
    assert any("Memory ended" in e.message for e in uninterrupted if isinstance(e, Warned))
    config = run_config(tmp_path, **changes)
    begun = stopped_after(config, 2)
    most = 1000
    rest = run(config)
    assert losses(begun) | losses(rest) == pytest.approx(losses(uninterrupted), abs=1e-6)


def stopped_after(config: TrainConfig, step: int) -> list[protocol.Event]:
    """What a run says that is asked to stop after a step."""
    stop = StopFlag()
    events: list[protocol.Event] = []

    def say(event: protocol.Event) -> None:
        events.append(event)
        if isinstance(event, Step) and event.step == step:
            stop.set()

    train(config, say, stop)
    assert events[-1] == Stopped(step)
    return events


def validations(events: list[protocol.Event]) -> dict[int, float]:
    return {event.step: event.value for event in events if isinstance(event, Evaluated)}


def best_step(events: list[protocol.Event]) -> int:
    end = only(events, Finished)
    assert isinstance(end, Finished)
    return end.step


def test_without_a_question_the_last_step_is_taken(tmp_path: Path) -> None:
    config = run_config(tmp_path, guard={"validation_articles": 4})
    lines = (tmp_path / "set" / "articles.jsonl").read_text("utf-8").splitlines()
    write_set(tmp_path / "none held out", [json.loads(line) for line in lines])
    events = run(replace(config, training_set=str(tmp_path / "none held out")))
    assert "No held-out article" in "".join(e.message for e in events if isinstance(e, Warned))
    assert not validations(events)
    end = only(events, Finished)
    assert isinstance(end, Finished)
    assert end.step == max(losses(events))
    assert set(end.metrics) == {"trained_seconds"}


@pytest.mark.parametrize("poison", ["loss", "gradient"])
def test_poison_stops_before_a_weight_changes(
    tmp_path: Path, poison: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = run_config(tmp_path, guard={"checkpoint_seconds": 0.0})
    step = Loop.training_step

    def poisoned(loop: Loop, *given: object) -> object:
        objective = loop.parts.objective

        def spoilt(vectors: torch.Tensor, *rest: object) -> object:
            loss, parts = objective(vectors, *rest)  # type: ignore[arg-type]
            spoil = math.inf if poison == "loss" else 1.0
            zero = torch.sqrt(vectors.sum() * 0)  # its gradient is NaN
            return loss * spoil + (zero if poison == "gradient" else 0), parts

        if loop.state.global_step == 3:
            loop.parts.objective = spoilt  # type: ignore[assignment]
        return step(loop, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Loop, "training_step", poisoned)
    with pytest.raises(NonFinite, match="step 4"):
        run(config)
    monkeypatch.undo()
    newest = max((tmp_path / "run" / "checkpoints").iterdir())
    assert newest.name == "step-3"
    assert isinstance(run(config)[-1], Finished)


def test_damaged_checkpoint_is_left_out(tmp_path: Path) -> None:
    config = run_config(tmp_path, guard={"checkpoint_seconds": 0.0, "evaluate_every": 0})
    whole = losses(run(run_config(tmp_path, run=str(tmp_path / "whole"), guard=config_guard())))
    stop = StopFlag()

    def say(event: protocol.Event) -> None:
        if isinstance(event, Step) and event.step == 4:
            stop.set()

    train(config, say, stop)
    path = tmp_path / "run" / "checkpoints" / "step-4" / "weights.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    rest = run(config)
    assert any(isinstance(event, Warned) and "damaged" in event.message for event in rest)
    assert losses(rest).keys() == {4, 5, 6}
    assert losses(rest)[6] == pytest.approx(whole[6], abs=1e-6)


def config_guard() -> dict[str, float]:
    return {"evaluate_every": 0}


def test_another_training_set_is_refused(tmp_path: Path) -> None:
    config = run_config(tmp_path, guard={"checkpoint_seconds": 0.0})
    stop = StopFlag()
    stop.set()
    run(config, stop)  # nothing saved yet: it may begin with another
    from trainer.running.checkpoints import CheckpointError

    flag = StopFlag()
    train(config, lambda event: flag.set() if isinstance(event, Step) else None, flag)
    write_training_set(tmp_path / "other", articles=50)
    with pytest.raises(CheckpointError, match="another base or training set"):
        run(run_config(tmp_path, training_set=str(tmp_path / "other")))
