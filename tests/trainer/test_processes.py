"""Whole runs in processes of their own: stdin and stdout, two processes, torchrun."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="PyTorch is in the trainer's environment only")

from tests.trainer.tiny_base import losses, run, run_config
from trainer import protocol
from trainer.protocol import Device, Finished

ROOT = Path(__file__).resolve().parents[2]

# the trainer, and then the threads of torch.distributed that are left where Linux tells of them
LEFT_OVER = """
import pathlib, sys
from trainer.__main__ import main
status = main(sys.argv[1:])
names = [path.read_text().strip() for path in pathlib.Path("/proc/self/task").glob("*/comm")]
sys.exit(status or [name for name in names if "gloo" in name or "tcpstore" in name] or 0)
"""


def start(
    config_path: Path,
    stdin: int = subprocess.PIPE,
    program: tuple[str, ...] = ("-m", "trainer"),
    **more: str,
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *program, "train", str(config_path)],
        cwd=ROOT,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"} | more,
    )


def test_closed_stdin_stops_and_stdout_is_the_protocol_alone(tmp_path: Path) -> None:
    config = run_config(tmp_path, schedule={"steps": 100_000})
    path = tmp_path / "config.json"
    path.write_text(config.to_json())
    with start(path) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        lines = []
        for line in process.stdout:
            lines.append(json.loads(line))
            if lines[-1]["event"] == "step" and not process.stdin.closed:
                process.stdin.close()
    assert process.returncode == 0
    assert lines[-1]["event"] == "stopped"
    assert (tmp_path / "run" / "checkpoints" / f"step-{lines[-1]['step']}").is_dir()


@pytest.mark.parametrize("anchors", ["articles", "headings"])
def test_two_processes_take_the_same_steps_as_one(tmp_path: Path, anchors: str) -> None:
    options: dict[str, dict[str, object]] = {
        "model": {"dropout": 0.0},
        "batch": {"anchors": anchors},
    }
    alone = losses(run(run_config(tmp_path, run=str(tmp_path / "alone"), **options)))
    path = tmp_path / "config.json"
    path.write_text(run_config(tmp_path, **options).to_json())
    # as torchrun does, but without its look-ups of this machine's name
    common = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port())}
    nothing, program = subprocess.DEVNULL, ("-c", LEFT_OVER)
    with start(path, nothing, program, RANK="1", LOCAL_RANK="1", **common) as other:
        with start(path, nothing, program, RANK="0", LOCAL_RANK="0", **common) as first:
            out, log = first.communicate()
        other_out, other_log = other.communicate()
    assert (first.returncode, other.returncode) == (0, 0), log + other_log
    assert other_out == ""
    events = [event for line in out.splitlines() if (event := protocol.parse(line))]
    assert isinstance(events[-1], Finished)
    assert losses(events) == pytest.approx(alone, abs=1e-5)
    assert losses(journal(tmp_path / "run")) == losses(events)


def test_torchrun_starts_it_as_it_is(tmp_path: Path) -> None:
    config = run_config(tmp_path, recipe="combined", batch={"anchors": "auto"})
    path = tmp_path / "config.json"
    path.write_text(config.to_json())
    words = ["torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "trainer"]
    # it asks for this machine's own name, which the guard of the tests takes for a foreign one
    alone = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", *words, "train", str(path)],
        cwd=ROOT,
        env=alone,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    events = [event for line in done.stdout.splitlines() if (event := protocol.parse(line))]
    (device,) = [event for event in events if isinstance(event, Device)]
    assert device.processes == 2
    assert isinstance(events[-1], Finished)
    assert losses(events).keys() == set(range(1, 7))  # said by one process alone


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def journal(folder: Path) -> list[protocol.Event]:
    lines = (folder / "events.jsonl").read_text("utf-8").splitlines()
    return [event for line in lines if (event := protocol.parse(line)) is not None]
