"""Hostile encoder folders: refused before they are opened, nothing outside is read, no code runs.

Sixty folders are generated. Each is loaded in a process that records every file it opens and every
command it starts (audit hooks), with a bait outside the folder that must stay unread.
"""

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from tests.encoders.tiny_encoder import edit_manifest, replace_file, tiny_graph, write_tiny_folder

Spoil = Callable[[Path, Path], None]  # folder, bait outside of it

# Loads every folder named on the command line; a line of JSON each: refused with what words,
# which files were opened outside the folder, which commands started.
_LOADER = """
import json, os, sys
from pathlib import Path
from desktop_app.encoders.onnx_encoder import load_encoder
from desktop_app.encoders.model_folder import verify_folder
from desktop_app.errors import UserError
from tests.encoders.tiny_encoder import write_tiny_folder

def attempt(folder):
    words = []
    for action in (load_encoder, verify_folder):
        try:
            action(folder)
        except UserError as error:
            words.append(error.message)
    return words

bait, sound = Path(sys.argv[1]), Path(sys.argv[2])
load_encoder(sound).encode_query("heart")  # all that loads once is loaded before the watch begins
events = []
def watch(name, arguments):
    if name == "open" and str(bait) in str(arguments[0]):
        events.append(f"opened {arguments[0]}")
    if name in ("os.system", "subprocess.Popen", "os.exec", "os.posix_spawn", "pickle.find_class"):
        events.append(f"{name} {arguments}")
sys.addaudithook(watch)
for folder in map(Path, sys.argv[3:]):
    events.clear()
    words = attempt(folder)
    print(json.dumps([folder.name, words, events]), flush=True)
"""


def bomb(bait: Path, protocol: int) -> bytes:
    """A pickle, written by hand, that runs a command when it is opened."""
    head = b"" if protocol == 0 else bytes([0x80, protocol])
    command = f"echo run > {bait.parent / 'ran'}"
    return head + f"cos\nsystem\n(S{command!r}\ntR.".encode()


def pickled(name: str, protocol: int) -> Spoil:
    """A pickle under a model's name, its hash right."""

    def spoil(folder: Path, bait: Path) -> None:
        replace_file(folder, name, bomb(bait, protocol))

    return spoil


def polyglot(head: bytes, name: str = "model.onnx") -> Spoil:
    """A container's head before a pickle, or before the true graph."""

    def spoil(folder: Path, bait: Path) -> None:
        replace_file(folder, name, head + bomb(bait, 2) + (folder / name).read_bytes())

    return spoil


def external(location: str, key: str = "location") -> Spoil:
    """Weights that lie in another file."""

    def spoil(folder: Path, bait: Path) -> None:
        model = tiny_graph()
        tensor = model.graph.initializer[0]
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key=key, value=location.format(bait=bait))
        replace_file(folder, "model.onnx", model.SerializeToString())

    return spoil


def named(name: str) -> Spoil:
    """A manifest that names a file elsewhere."""

    def spoil(folder: Path, bait: Path) -> None:
        record = {"sha256": "0" * 64, "bytes": bait.stat().st_size}
        path = name.format(bait=bait)
        edit_manifest(folder, lambda manifest: manifest["files"].update({path: record}))

    return spoil


def linked(name: str, relative: bool) -> Spoil:
    """A link out of the folder in a file's place; the manifest agrees with where it leads."""

    def spoil(folder: Path, bait: Path) -> None:
        replace_file(folder, name, bait.read_bytes())
        (folder / name).unlink()
        target = Path(os.path.relpath(bait, folder)) if relative else bait
        (folder / name).symlink_to(target)

    return spoil


def with_node(operator: str, domain: str = "", **attributes: Any) -> Spoil:
    """A node that no encoder needs."""

    def spoil(folder: Path, bait: Path) -> None:
        model = tiny_graph()
        model.graph.node.append(
            helper.make_node(operator, ["input_ids"], ["extra"], domain=domain, **attributes)
        )
        if domain:
            model.opset_import.append(helper.make_opsetid(domain, 1))
        replace_file(folder, "model.onnx", model.SerializeToString())

    return spoil


def manifest_says(**change: Any) -> Spoil:
    """A value that must not be believed."""

    def spoil(folder: Path, bait: Path) -> None:
        edit_manifest(folder, lambda manifest: manifest.update(change))

    return spoil


def manifest_is(content: bytes) -> Spoil:
    """Bytes in the manifest's place."""

    def spoil(folder: Path, bait: Path) -> None:
        (folder / "manifest.json").write_bytes(content)

    return spoil


def manifest_linked(folder: Path, bait: Path) -> None:
    """The manifest itself lies elsewhere."""
    shutil.copy(folder / "manifest.json", bait.with_name("bait-manifest.json"))
    (folder / "manifest.json").unlink()
    (folder / "manifest.json").symlink_to(bait.with_name("bait-manifest.json"))


def tokenizer_is(content: bytes) -> Spoil:
    """Bytes in the tokenizer's place, their hash right."""
    return lambda folder, bait: replace_file(folder, "tokenizer.json", content)


def huge_tensor(folder: Path, bait: Path) -> None:
    """A weight that says it has more numbers than any memory."""
    model = tiny_graph()
    model.graph.initializer[0].dims[:] = [1 << 40, 1 << 20]
    replace_file(folder, "model.onnx", model.SerializeToString())


def huge_constant(folder: Path, bait: Path) -> None:
    """A shape of 2**50 numbers, made when the graph is opened or run."""
    model = tiny_graph()
    shape = numpy_helper.from_array(np.array([1 << 50], np.int64), "huge_shape")
    model.graph.initializer.append(shape)
    model.graph.node.append(helper.make_node("ConstantOfShape", ["huge_shape"], ["huge"]))
    model.graph.node.append(helper.make_node("ReduceMax", ["huge"], ["m"], keepdims=0))
    model.graph.node[-3].output[0] = "unit"  # what was the output
    assert model.graph.node[-3].op_type == "Div"
    model.graph.node.append(helper.make_node("Mul", ["unit", "m"], ["sentence_embedding"]))
    replace_file(folder, "model.onnx", model.SerializeToString())


def truncated(seed: int) -> Spoil:
    """The graph cut and changed at random places, its hash right."""

    def spoil(folder: Path, bait: Path) -> None:
        chance = random.Random(seed)
        content = bytearray((folder / "model.onnx").read_bytes())
        for _ in range(20):
            content[chance.randrange(len(content))] ^= chance.randrange(1, 256)
        content = content[: chance.randrange(20, len(content) // 2)]
        replace_file(folder, "model.onnx", bytes(content))

    return spoil


CASES: dict[str, Spoil] = {
    **{
        f"pickle-{p}-{n}": pickled(n, p)
        for p in (0, 2, 4)
        for n in ("model.onnx", "tokenizer.json")
    },
    **{
        f"polyglot-{number}": polyglot(head)
        for number, head in enumerate(
            [
                b"7z\xbc\xaf'\x1c",
                b"PK\x03\x04",
                b"\x1f\x8b\x08",
                b"\x89HDF\r\n\x1a\n",
                b"\x93NUMPY",
                b"",
            ]
        )
    },
    **{
        f"external-{number}": external(location)
        for number, location in enumerate(
            [
                "{bait}",
                "../bait",
                "../../bait",
                "file://{bait}",
                "\\\\host\\share\\bait",
                "C:\\bait",
                "//host/bait",
                "./../bait",
                "bait\x00.bin",
                "",
            ]
        )
    },
    "external-odd-key": external("../bait", key="offset"),
    **{
        f"named-{number}": named(name)
        for number, name in enumerate(
            [
                "{bait}",
                "../bait",
                "../../bait.json",
                "..\\bait.json",
                "sub/bait.json",
                "C:bait.json",
                "bait.bin",
                "bait.pkl",
                "bait.py",
                "manifest.json",
                "bait\x00.json",
                "nul.json/../bait",
            ]
        )
    },
    **{
        f"link-{name}-{relative}": linked(name, relative)
        for name in ("model.onnx", "tokenizer.json")
        for relative in (True, False)
    },
    "link-manifest": manifest_linked,
    "node-loop": with_node("Loop"),
    "node-if": with_node("If"),
    "node-foreign": with_node("PythonOp", "ai.onnx.contrib"),
    "node-unknown": with_node("Custom", "com.example"),
    "node-tile": with_node("Tile"),
    "node-microsoft": with_node("BeamSearch", "com.microsoft"),
    "huge-tensor": huge_tensor,
    "huge-constant": huge_constant,
    "manifest-deep": manifest_is(b"[" * 200_000),
    "manifest-empty": manifest_is(b""),
    "manifest-pickle": manifest_is(b"\x80\x04}\x94\x8c\x06schema\x94K\x01s."),
    "manifest-large": manifest_is(b" " * (9 << 20)),
    "name-outside": manifest_says(name="../../evil"),
    "dimension-huge": manifest_says(dimension=1 << 40),
    "tokens-huge": manifest_says(max_tokens=1 << 40),
    "vectors-none": manifest_says(check_vectors={}),
    "tokenizer-deep": tokenizer_is(b'{"a":' * 100_000),
    "tokenizer-empty": tokenizer_is(b"{}"),
    **{f"truncated-{seed}": truncated(seed) for seed in range(4)},
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[list[str], list[str]]]:
    """Every folder's outcome: the words of both refusals, and what was seen."""
    root = tmp_path_factory.mktemp("hostile")
    bait = root / "bait"
    bait.write_bytes(tiny_graph().SerializeToString())
    write_tiny_folder(root / "sound")
    folders = []
    for name, spoil in CASES.items():
        folders.append(root / name)
        shutil.copytree(root / "sound", folders[-1])
        spoil(folders[-1], bait)
    command = [sys.executable, "-c", _LOADER, str(bait), str(root / "sound"), *map(str, folders)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr[-2000:]
    assert not (root / "ran").exists(), "code out of a model's folder was run"
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {name: (words, events) for name, words, events in lines}


def test_there_are_sixty_of_them() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize("name", CASES)
def test_hostile_folder(outcomes: dict[str, tuple[list[str], list[str]]], name: str) -> None:
    words, events = outcomes[name]
    assert words, "it was loaded"
    assert events == []


def test_the_watch_sees_what_it_is_to_see(tmp_path: Path) -> None:
    """The same hooks, with code that does open the bait and start a command."""
    code = _LOADER.partition("for folder in")[0] + (
        "open(bait).close(); os.system('true'); print(len(events), len(attempt(sound)))"
    )
    bait = tmp_path / "bait"
    bait.write_text("x")
    write_tiny_folder(tmp_path / "sound")
    command = [sys.executable, "-c", code, str(bait), str(tmp_path / "sound")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stdout.split() == ["2", "0"], done.stderr
