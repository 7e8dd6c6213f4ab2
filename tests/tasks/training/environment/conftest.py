"""A machine that can install the trainer's environment: stand-in tools, locks and packages."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.settings import keep
from tests.tasks.training.environment.stand_in import (
    Index,
    World,
    make_world,
    move_in,
    running_index,
)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    made = make_world(tmp_path)
    move_in(made, tmp_path, monkeypatch)
    return made


@pytest.fixture
def index(world: World) -> Iterator[Index]:
    with running_index(world.wheels) as server:
        keep(package_mirror=server.address)
        yield server
