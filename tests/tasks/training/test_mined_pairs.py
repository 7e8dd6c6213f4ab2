"""The pairs and events of a run as the user sees them, whatever their texts are made of."""

import json
from dataclasses import asdict
from pathlib import Path

from desktop_app.library.library import Library
from desktop_app.tasks.training.pairs import read_pairs, strike
from desktop_app.tasks.training.run import About, TrainingRun
from trainer.protocol import Failed

ENDS = "".join(map(chr, (0x2028, 0x2029, 0x85, 0x0B, 0x0C, 0x1C, 0x0D)))  # of lines, for some


def test_pairs_whose_texts_hold_ends_of_lines(tmp_path: Path, library: Library) -> None:
    path = tmp_path / "pairs.jsonl"
    pairs = [{"query": f"one{ENDS}{n}", "positive": n, "negatives": [7]} for n in range(2)]
    path.write_bytes("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in pairs).encode())
    found = read_pairs(path, library)
    assert [pair.query for pair in found] == [one["query"] for one in pairs]
    strike(path, [1])
    assert [pair.struck for pair in read_pairs(path, library)] == [False, True]


def test_events_whose_texts_hold_ends_of_lines(tmp_path: Path) -> None:
    about = About(*"abcdefgh")
    said = Failed(f"It failed{ENDS}there", "")
    line = json.dumps({"event": said.event, **asdict(said)}, ensure_ascii=False)
    (tmp_path / "events.jsonl").write_bytes(f"{line}\n".encode())
    assert TrainingRun(tmp_path, about).events() == [said]
