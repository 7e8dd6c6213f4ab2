"""The project's own shape: who imports whom, what is pinned, what must never be written."""

import ast
import importlib.metadata
import os
import re
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
SHIPPED = sorted(
    path for name in ("desktop_app", "trainer") for path in (ROOT / name).rglob("*.py")
)

# Below these a published hole is open, or telemetry and corruption are as measured.
FLOORS = {
    "hnswlib": "0.8.0",
    "lxml": "6.1.0",
    "onnx": "1.21.0",
    "pdfminer.six": "20251107",
    "pymupdf": "1.28.2",
    "pypdf": "6.16.1",
    "torch": "2.10.0",
    "transformers": "5.3.0",
}


def test_import_contracts_hold() -> None:
    code = "from importlinter.cli import lint_imports_command as lint; lint(['--no-cache'])"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout
    assert "0 broken" in run.stdout


def test_start_of_the_window_loads_nothing_slow() -> None:
    code = "import sys, desktop_app.app; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    loaded = set(run.stdout.split())
    assert "desktop_app.app" in loaded
    assert not loaded & {"torch", "transformers", "onnxruntime", "hnswlib", "sqlalchemy", "alembic"}


# --- what is installed ---------------------------------------------------------------------------


def pins(lock: Path) -> list[Requirement]:
    """The requirements that a lock pins, hashes left out."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    return [Requirement(line.rstrip(" \\")) for line in lines if re.match(r"[a-z]", line)]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_every_pin_is_exact_and_hashed(lock: Path) -> None:
    blocks = re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").rstrip())
    assert len(blocks) == len(pins(lock)) > 0
    for block in blocks:
        assert re.match(r"[a-z0-9.-]+==\S+ ", block), block
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_locks_name_no_host(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert not re.findall(
        r"https?:|--index|--extra-index|--find-links|--trusted|\w\.(?:org|com|io)\b", text
    )


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_locks_keep_the_version_floors(lock: Path) -> None:
    for pin in pins(lock):
        version = Version(next(iter(pin.specifier)).version)
        assert version >= Version(FLOORS.get(pin.name, "0")), pin


def test_both_builds_of_pytorch_are_one_version() -> None:
    builds = [pins(ROOT / "requirements" / f"torch-{build}.txt") for build in ("cpu", "default")]
    versions = [str(p.specifier) for build in builds for p in build if p.name == "torch"]
    assert [version.removesuffix("+cpu") for version in versions] == [versions[1]] * 2


def test_what_is_installed_keeps_the_version_floors() -> None:
    installed = {d.name.lower(): Version(d.version) for d in importlib.metadata.distributions()}
    known = FLOORS.keys() & installed.keys()
    assert {"lxml", "onnx"} <= known
    assert not {name for name in known if installed[name] < Version(FLOORS[name])}


def test_the_pyside_that_corrupts_references_is_not_used_on_python_3_11() -> None:
    found = [p for p in pins(ROOT / "requirements" / "app.txt") if p.name == "pyside6-essentials"]
    old = {"python_full_version": "3.11.9"}
    chosen = [p for p in found if p.marker is None or p.marker.evaluate(old)]
    assert len(chosen) == 1
    assert str(chosen[0].specifier) != "==6.12.0"


@pytest.mark.parametrize("name", ["app", "dev", "hnswlib"])
def test_pytorch_is_the_trainers_alone(name: str) -> None:
    heavy = {"torch", "transformers", "sentence-transformers", "pyside6", "pyside6-addons"}
    names = {pin.name for pin in pins(ROOT / "requirements" / f"{name}.txt")}
    assert not names & heavy
    assert not {
        other for other in names if other.startswith(("nvidia", "cuda", "pyside6-webengine"))
    }


# --- what is never written -----------------------------------------------------------------------


def dangers(tree: ast.AST) -> Iterator[str]:
    """Ways to run code from a data file: pickle in any dress, remote code of a model hub."""
    modules = {"pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal"}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (n.name for n in names if n.name.split(".")[0] in modules)
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] in modules:
                yield module
            case ast.Attribute(value=ast.Name(id="torch"), attr="load"):
                yield "torch.load"
            case ast.keyword(arg="allow_pickle" | "trust_remote_code" as arg, value=value):
                if not (isinstance(value, ast.Constant) and value.value is False):
                    yield arg
            case ast.Call(func=ast.Name(id="eval" | "exec" as name)):
                yield name


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_code_is_run_from_data(path: Path) -> None:
    assert not list(dangers(ast.parse(path.read_text(encoding="utf-8"))))


def test_the_search_for_dangers_finds_them() -> None:
    lines = ["import pickle", "from marshal import loads", "torch.load(f)", "exec(s)"]
    lines += ["np.load(f, allow_pickle=True)", "load(name, trust_remote_code=flag)"]
    harmless = ["np.load(f, allow_pickle=False)", "model.eval()", "safetensors.torch.load_file(f)"]
    assert [len(list(dangers(ast.parse(line)))) for line in lines] == [1] * 6
    assert [len(list(dangers(ast.parse(line)))) for line in harmless] == [0] * 3


def composed_sql(tree: ast.AST) -> Iterator[str]:
    """SQL put together from text, where bound parameters belong."""
    verb = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|REPLACE|WITH|ATTACH)\s")
    for node in ast.walk(tree):
        match node:
            case (
                ast.JoinedStr(values=[ast.Constant(value=str(text)), *_])
                | ast.BinOp(op=ast.Mod() | ast.Add(), left=ast.Constant(value=str(text)))
                | ast.Attribute(value=ast.Constant(value=str(text)), attr="format")
            ) if verb.match(text):
                yield text


@pytest.mark.parametrize(
    "path", sorted((ROOT / "desktop_app" / "library").rglob("*.py")), ids=lambda path: path.name
)
def test_sql_is_never_composed(path: Path) -> None:
    assert not list(composed_sql(ast.parse(path.read_text(encoding="utf-8"))))


def test_the_search_for_composed_sql_finds_it() -> None:
    code = 'f"SELECT {x}"\n"DELETE FROM t WHERE a=%s" % x\n"UPDATE {}".format(x)\n"SELECT " + x'
    assert len(list(composed_sql(ast.parse(code)))) == 4
    assert not list(composed_sql(ast.parse('f"Select a file {x}"\n"SELECT 1"')))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


# --- what the tests themselves rest on -----------------------------------------------------------


def test_windows_open_on_no_screen(qtbot: QtBot) -> None:
    assert QGuiApplication.platformName() == "offscreen"


def test_the_guard_refuses_this_process_the_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "attempts"
    monkeypatch.setenv("LITMESH_NETWORK_LOG", str(log))
    with socket.socket() as connection, pytest.raises(OSError, match="leave this machine"):
        connection.connect(("192.0.2.1", 80))
    with pytest.raises(OSError, match="leave this machine"):
        socket.getaddrinfo("example.invalid", 443)
    assert ["192.0.2.1" in line for line in log.read_text().splitlines()] == [True, False]


def test_the_guard_refuses_child_processes_the_network(tmp_path: Path) -> None:
    log = tmp_path / "attempts"
    code = "import socket; socket.create_connection(('192.0.2.1', 80), 1)"
    environment = os.environ | {"LITMESH_NETWORK_LOG": str(log)}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True
    )
    assert "tried to leave this machine" in run.stderr
    assert "192.0.2.1" in log.read_text()


def test_the_guard_lets_this_machine_talk_to_itself() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        with socket.create_connection(address) as client, server.accept()[0] as accepted:
            client.sendall(b"x")
            assert accepted.recv(1) == b"x"


LEAVES_A_THREAD = """
    import threading
    threading.Thread(target=threading.Event().wait, name="idle").start()
"""
LEAVES_A_WINDOW = """
    from PySide6.QtWidgets import QLabel
    global label
    label = QLabel("left open")
    label.show()
"""
HIDES_AN_ATTEMPT = """
    import socket
    try:
        socket.getaddrinfo("example.invalid", 1)
    except OSError:
        pass
"""


@pytest.mark.parametrize(
    ("body", "blame"),
    [
        (LEAVES_A_THREAD, "thread idle"),
        (LEAVES_A_WINDOW, "window QLabel"),
        (HIDES_AN_ATTEMPT, "getaddrinfo example.invalid"),
        ("    pass", None),
    ],
    ids=["thread", "window", "network", "clean"],
)
def test_what_a_test_leaves_behind_is_found(body: str, blame: str | None, tmp_path: Path) -> None:
    """Run pytest on such a test under the project's own conftest, in a process that may hang."""
    run = _run_case(f"def test_case(qapp):\n{body}\n", tmp_path)
    assert run.returncode == (0 if blame is None else 1), run.stdout + run.stderr
    assert (blame or "1 passed") in run.stdout


@pytest.mark.parametrize("spread", [(), ("-n1",)], ids=["one process", "spread"])
def test_an_attempt_outside_every_test_fails_the_run(
    spread: tuple[str, ...], tmp_path: Path
) -> None:
    attempt = textwrap.dedent(HIDES_AN_ATTEMPT)
    run = _run_case(f"{attempt}\ndef test_case(): pass\n", tmp_path, *spread)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "1 passed" in run.stdout
    assert "NOT ON THIS MACHINE ALONE: socket.getaddrinfo example.invalid" in run.stdout


def _run_case(text: str, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    case = folder / "test_case.py"
    case.write_text(text, encoding="utf-8")
    code = (
        "import os, sys, pytest\n"
        "status = pytest.main(['-q', '-p', 'tests.conftest', *sys.argv[1:]])\n"
        "sys.stdout.flush()\n"
        "os._exit(status)\n"  # would wait for the thread for ever
    )
    options = ["-c", str(ROOT / "pyproject.toml"), f"--rootdir={folder}", str(case), *words]
    command = [sys.executable, "-c", code, *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)
