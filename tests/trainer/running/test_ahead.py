"""Batches are made while the one before is computed, and are those that were asked for."""

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("torch", reason="PyTorch is in the trainer's environment only")
from trainer.running.ahead import BatchesAhead


def ahead(batch: Callable[[int], int], steps: int = 5) -> Any:
    examples: Any = SimpleNamespace(batch=batch)
    return BatchesAhead(examples, steps)


def test_the_next_is_made_meanwhile() -> None:
    made: list[int] = []
    second = threading.Event()

    def batch(step: int) -> int:
        made.append(step)
        if step == 1:
            second.set()
        return step

    batches = ahead(batch)
    assert batches[0] == 0
    assert second.wait(30)  # nobody asked for it yet
    assert [batches[step] for step in range(1, 5)] == [1, 2, 3, 4]
    batches.close()
    assert made == [0, 1, 2, 3, 4]  # each once, none behind the last
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("batches")]


def test_a_run_that_goes_on_begins_where_it_was() -> None:
    batches = ahead(lambda step: step)
    assert [batches[3], batches[4], batches[0], batches[2]] == [3, 4, 0, 2]
    batches.close()


def test_what_goes_wrong_is_told_where_it_is_asked_for() -> None:
    def batch(step: int) -> int:
        if step == 1:
            raise ValueError("no example")
        return step

    batches = ahead(batch)
    assert batches[0] == 0
    with pytest.raises(ValueError, match="no example"):
        batches[1]
    batches.close()
