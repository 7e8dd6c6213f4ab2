"""What the window and the trainer tell each other: standard library, strict, round trips."""

import errno
import io
import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from trainer import protocol
from trainer.__main__ import _protocol
from trainer.config import ConfigError, options, parse_config, read_config

LEAST = {"training_set": "a", "base": "b", "run": "c"}

EVENTS: list[protocol.Event] = [
    protocol.Started("run", "biohicl", 1),
    protocol.Device("cpu", "a processor", "fp32"),
    protocol.Readiness(10, 0.5, 0.01, ("on battery",), {"labels": 3.0}),
    protocol.Estimate(10, 1.0, 10.0, 1, 2, 8, True),
    protocol.Mined(1, 2, 3, 0.5),
    protocol.Advanced("evaluate", 64, 3000),
    protocol.Step(1, 2, 0.1, 1e-4, 0.5, 1.0, 1.0, {"ranking": 0.1}),
    protocol.Evaluated(1, "validation", 0.5, 0.4, True),
    protocol.Checkpoint(1, "checkpoints/step-1"),
    protocol.Warned("careful"),
    protocol.Finished("result", 1, 2.0, {"base": 0.5}),
    protocol.Stopped(3),
    protocol.Failed("why", "what to do"),
]


def test_only_the_standard_library_is_imported() -> None:
    code = (
        "import sys; before = set(sys.modules)\n"
        "import trainer.config, trainer.protocol, trainer.training_set, trainer.running.pairs\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(new - set(sys.stdlib_module_names) - {'trainer'}))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.strip() == "[]", run.stderr


def test_defaults_survive_a_round_trip(tmp_path: Path) -> None:
    config = parse_config(LEAST)
    (tmp_path / "config.json").write_text(config.to_json(), "utf-8")
    assert read_config(tmp_path / "config.json") == config
    assert config.loss.contrastive == 0.1
    assert not config.labels.check_tags


def test_queries_from_headings_have_defaults_of_their_own() -> None:
    headings = {"recipe": "biohicl", "batch": {"anchors": "headings"}}
    assert parse_config(LEAST | {"recipe": "biohicl"}).label_anchors == "headings"
    combined = parse_config(LEAST | {"recipe": "combined"})
    assert (combined.label_anchors, combined.schedule.learning_rate) == ("headings", 8e-4)
    assert (combined.cited_answer, combined.ranks) == (True, False)
    published = {"recipe": "combined", "batch": {"citations": "negatives"}}
    assert parse_config(LEAST | published).ranks
    config = parse_config(LEAST | headings)
    assert (config.model.dropout, config.schedule.learning_rate) == (0.0, 1e-4)
    given = {"model": {"dropout": 0.2}, "schedule": {"learning_rate": 1e-3, "steps": 7}}
    config = parse_config(LEAST | headings | given)
    assert (config.model.dropout, config.schedule.learning_rate) == (0.2, 1e-3)
    assert config.schedule.steps == 7
    config = parse_config(LEAST | headings | {"recipe": "bica"})  # has no label loss
    assert (config.model.dropout, config.label_anchors) == (0.1, "")


def test_every_option_says_what_it_is_and_whence() -> None:
    assert len(options()) > 40
    for name, option in options().items():
        assert option.metadata["text"], name
        assert option.metadata["source"], name


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"base": None}, "base: must be str"),
        ({"recipe": "other"}, "recipe: must be one of biohicl, bica, combined"),
        ({"losses": {}}, "losses: is no option"),
        ({"loss": {"lambda": 1}}, r"loss\.lambda: is no option"),
        ({"loss": {"temperature": 0}}, r"loss\.temperature: must be from 0\.001"),
        ({"batch": {"size": 1}}, r"batch\.size: must be from 2"),
        ({"batch": {"size": True}}, r"batch\.size: must be int"),
        ({"batch": {"size": 2.5}}, r"batch\.size: must be int"),
        ({"schedule": {"warmup": 10}}, r"schedule\.warmup: must be from 0 to 1"),
        ({"schedule": {"learning_rate": math.nan}}, r"schedule\.learning_rate"),
        ({"model": {"lora_targets": [1]}}, r"model\.lora_targets: must be a list of texts"),
        ({"model": []}, r"model\.: must be an object"),
        (
            {
                "recipe": "biohicl",
                "batch": {"anchors": "articles"},
                "loss": {"regression": 0, "contrastive": 0},
            },
            "nothing to learn",
        ),
        (
            {"recipe": "biohicl", "batch": {"anchors": "headings"}, "loss": {"label_shift": 0}},
            "nothing to learn",
        ),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        parse_config(LEAST | change)


def test_missing_folder_is_named() -> None:
    with pytest.raises(ConfigError, match="run: is missing"):
        parse_config({"training_set": "a", "base": "b"})


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b"[" * 10_000])
def test_file_that_is_no_configuration(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(ConfigError):
        read_config(tmp_path / "config.json")


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.event)
def test_event_survives_a_round_trip(event: protocol.Event) -> None:
    line = protocol.to_json(event)
    assert "\n" not in line
    assert protocol.parse(line) == event


def test_every_event_has_an_example_here() -> None:
    assert {type(event) for event in EVENTS} == set(protocol.Event.__args__)


@pytest.mark.parametrize("number", [errno.EPIPE, errno.EINVAL])  # EINVAL is what Windows says
def test_a_window_that_is_gone_ends_no_training(
    monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    lost: list[str] = []

    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            lost.append(text)
            raise OSError(number, os.strerror(number))

    monkeypatch.setattr(sys, "stdout", sys.stdout)  # put back afterwards
    with monkeypatch.context() as patched:
        patched.setattr(os, "dup", lambda handle: handle)
        patched.setattr(os, "dup2", lambda one, other: other)
        patched.setattr(os, "fdopen", lambda *_, **__: Gone())
        say = _protocol()
    say(protocol.Stopped(3))
    assert len(lost) == 1


def test_unknown_events_fields_and_lines_are_ignored() -> None:
    assert protocol.parse('{"event": "sang"}') is None
    assert protocol.parse("Loading weights: 100%") is None
    assert protocol.parse("[1]") is None
    assert protocol.parse('{"event": "step"}') is None
    assert protocol.parse('{"event": "stopped", "step": 3, "mood": "fine"}') == protocol.Stopped(3)


def test_json_is_strict_when_a_number_is_not() -> None:
    line = protocol.to_json(protocol.Step(1, 2, math.nan, 0, math.inf, 0, 0, {"x": math.nan}))
    assert json.loads(line, parse_constant=pytest.fail)["loss"] is None
    back = protocol.parse(line)
    assert isinstance(back, protocol.Step)
    assert math.isnan(back.loss)
