"""Stands in for the trainer: plays recorded lines, good and bad, and leaves what it should.

    python scripted_trainer.py -m trainer train CONFIG …

What it does is told by LITMESH_TEST_SCRIPT: run, garbage, silent, crash, slow, full, worse.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

STEPS = 20


def say(**event: Any) -> None:
    print(json.dumps(event), flush=True)


def main() -> int:
    script, words = os.environ["LITMESH_TEST_SCRIPT"], sys.argv[2:]
    if sys.argv[1] == "-c":  # what it runs on
        machine = {"device": "cpu", "name": "Test processor", "memory": 8_000_000_000}
        battery = "This computer runs on battery (40 %): plug it in."
        rest = {
            "free": 4_000_000_000,
            "precision": "fp32",
            "token_bytes": 737_280,
            "problems": [battery],
        }
        speed = {
            "read": 1e-4,
            "learn": 3e-4,
            "judge": 1e-4,
            "graph": 1e-4,
            "start": 1.0,
        }  # s a token
        say(**machine, **rest, speed=speed)
        return 0
    if words[0] == "trainer.conversion.installed_base":
        Path(words[2]).mkdir(parents=True)
        return 0
    if words[1] == "mine":
        return mine(Path(words[2]), Path(words[words.index("--run") + 1]))
    if words[1] == "train":
        return train(Path(words[2]).parent, script)
    if words[1] == "evaluate":
        return evaluate(Path(words[words.index("--output") + 1]), script)
    return export(Path(words[3]))


def mine(training_set: Path, run: Path) -> int:
    ids = json.loads((training_set / "split.json").read_text())["train"]
    lines = [
        {"query": f"title {i}", "positive": i, "negatives": [ids[0]], "struck": False}
        for i in ids[1:6]
    ]
    (run / "pairs.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return 0


def train(run: Path, script: str) -> int:
    state = run / "state.json"
    before = json.loads(state.read_text())["step"] if state.exists() else 0
    journal = open(run / "events.jsonl", "a")  # noqa: SIM115  as long as the process

    def tell(**event: Any) -> None:
        say(**event)
        print(json.dumps(event), file=journal, flush=True)

    tell(event="started", run=str(run), recipe="combined", seed=1, resumed_from=before)
    tell(event="device", device="cpu", name="Test processor", precision="fp32", memory=8_000_000)
    if script == "garbage":
        print("Some weights were not used\n{not json\n[1, 2]\n" + '{"event": "of the future"}')
        print('{"event": "step", "loss": "no step"}')
    if script == "full":
        say(event="failed", reason="[Errno 28] No space left on device: 'step-5'", remedy="")
        return 1
    if script == "crash":
        print("Traceback: the driver went away", file=sys.stderr)
        os._exit(3)
    if script == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    last = before + 5 if script in ("silent", "slow") else STEPS
    for step in range(before + 1, last + 1):
        values = {"loss": 1 / step, "learning_rate": 1e-4, "gradient_norm": 1.0, "seconds": 0.1}
        rest = {"remaining": 0.1 * (STEPS - step), "parts": {"ranking": 0.5}, "memory": 2_000_000}
        tell(event="step", step=step, steps=STEPS, **values, **rest)
    if script == "silent":
        return 0
    if script in ("slow", "deaf"):
        while script == "deaf" or sys.stdin.read(1):
            time.sleep(0.01)
        state.write_text(json.dumps({"status": "stopped", "step": last}))
        tell(event="stopped", step=last)
        return 0
    if script == "late":  # asked to stop when there is no step left to stop at
        while sys.stdin.read(1):
            pass
    tell(event="evaluated", step=STEPS, metric="validation", value=0.5, base=0.4, best=True)
    (run / "result").mkdir(exist_ok=True)
    state.write_text(json.dumps({"status": "finished", "step": STEPS}))
    tell(event="finished", result=str(run / "result"), step=STEPS, seconds=2.0, metrics={})
    return 0


def evaluate(output: Path, script: str) -> int:
    gain = {"mean": -0.004, "low": -0.02, "high": 0.01}
    change = {"nDCG@10": gain, "R@100": gain}
    figures = {"nDCG@10": 0.5, "R@100": 0.9}
    known = {"questions": 50, "circular": False, "before": figures, "after": figures}
    words = "No improvement, your current model stays: nDCG@10 -0.004."
    verdict = {"offered": False, "words": words, "signals": [], "gain": gain, "guards": []}
    question = {"signal": "citations", "question": "a title", "article": 1, "relevant": {"2": 1}}
    hits = {"hits_before": [2, 3], "hits_after": [3, 2], "before": 1.0, "after": 0.6}
    branch = {"branch": "C04", "name": "Neoplasms", "questions": 12, "before": 0.4, "after": 0.5}
    evaluation = {
        "schema": 1,
        "signals": {"known-item: title": {**known, "change": change}},
        "verdict": verdict,
        "branches": [{**branch, **gain}],
        "best": [],
        "worst": [{**question, **hits}],
    }
    output.write_text(json.dumps(evaluation))
    print(words)
    return 0


def export(folder: Path) -> int:
    folder.mkdir()
    return 0


if __name__ == "__main__":
    sys.exit(main())
