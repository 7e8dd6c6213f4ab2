"""A stand-in for PyTorch and its packages: tiny wheels, hashed locks, tools, an index."""

import hashlib
import json
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import uv

from desktop_app import paths
from desktop_app.tasks.training.environment import plan as plan_module
from desktop_app.tasks.training.environment.machine import Facts

TORCH = """
__version__ = "2.13.0"
class Tensor:
    grad = None
    def __init__(self, whole=None): self.whole = whole or self
    def __matmul__(self, other): return Tensor(self)
    def sum(self): return self
    def backward(self): self.whole.grad = Gradient()
class Gradient:
    def sum(self): return 1024.0
def ones(rows, columns, device, requires_grad): return Tensor()
"""
NO_DRIVER = 'raise ImportError("libcudart.so.13: cannot open shared object file")'
MODULES = (
    "transformers sentence_transformers peft accelerate safetensors onnx onnxscript onnxruntime "
    "scipy ir_measures psutil"
).split()


@dataclass(frozen=True, slots=True)
class World:
    """What an installation finds: a folder of wheels, and the locks that want them."""

    wheels: Path
    locks: Path

    def wheel(self, name: str) -> Path:
        """The one wheel of a package."""
        (found,) = self.wheels.glob(f"{name}-*.whl")
        return found


def write_wheel(folder: Path, name: str, version: str, modules: dict[str, str]) -> Path:
    """Write a wheel with these modules (name -> source)."""
    folder.mkdir(parents=True, exist_ok=True)
    path, info = folder / f"{name}-{version}-py3-none-any.whl", f"{name}-{version}.dist-info"
    contents = {f"{module}.py": source for module, source in modules.items()}
    contents[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    contents[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    contents[f"{info}/RECORD"] = "".join(f"{entry},,\n" for entry in contents)
    with zipfile.ZipFile(path, "w") as archive:
        for entry, content in contents.items():
            archive.writestr(zipfile.ZipInfo(entry), content)
    return path


def write_lock(lock: Path, name: str, version: str, wheel: Path) -> None:
    """Pin one wheel by its hash."""
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    lock.parent.mkdir(exist_ok=True)
    lock.write_text(f"{name}=={version} \\\n    --hash=sha256:{digest}\n")


def make_world(root: Path, torch: str = TORCH) -> World:
    """Two wheels and the three locks that the program knows of, all new in `root`."""
    world = World(root / "wheels", root / "requirements")
    first = write_wheel(world.wheels, "torch", "2.13.0", {"torch": torch})
    rest = write_wheel(world.wheels, "tinystack", "1.0", dict.fromkeys(MODULES, ""))
    for name in ("torch-cpu", "torch-default"):
        write_lock(world.locks / f"{name}.txt", "torch", "2.13.0", first)
    write_lock(world.locks / "trainer.txt", "tinystack", "1.0", rest)
    return world


def make_tools(folder: Path) -> Path:
    """The folder of tools that an installed program brings, with real ones in it."""
    inner = folder / "python" / "bin"
    inner.mkdir(parents=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    (inner / f"python{paths.SHIPPED_PYTHON}").symlink_to(Path(sys.base_prefix) / "bin" / version)
    (folder / "uv").symlink_to(uv.find_uv_bin())
    return folder


def move_in(world: World, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the program find the world, tools, and no environment of a checkout."""
    monkeypatch.setenv("LITMESH_TOOLS", str(make_tools(root / "tools")))
    monkeypatch.setenv("LITMESH_DATA_DIR", str(root / "data"))
    monkeypatch.setenv("LITMESH_LOG_DIR", str(root / "log"))
    monkeypatch.setenv("LITMESH_CONFIG_DIR", str(root / "config"))
    monkeypatch.delenv("LITMESH_TRAINER_PYTHON", raising=False)
    monkeypatch.setattr(paths, "requirements_dir", lambda: world.locks)
    monkeypatch.setattr(paths, "checkout_trainer", lambda: root / "nothing")
    monkeypatch.setattr(plan_module, "probe", lambda: Facts("Linux", "x86_64"))


class Index(ThreadingHTTPServer):
    """An index of the wheels in a folder; `held` is a file that never comes; `refused` a status."""

    daemon_threads = True

    def __init__(self, wheels: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.wheels = wheels
        self.held = ""
        self.refused = 0
        self.asked: list[str] = []
        self.waiting, self.ended = threading.Event(), threading.Event()

    @property
    def address(self) -> str:
        """Where the list of packages is."""
        return f"http://127.0.0.1:{self.server_address[1]}/simple"

    def handle_error(self, request: object, client_address: object) -> None:
        """The client may go away in the middle."""


class _Handler(BaseHTTPRequestHandler):
    server: Index

    def do_CONNECT(self) -> None:
        self.send_error(self.server.refused or 502)

    def do_GET(self) -> None:
        """Answer for a package's list of files, or a file."""
        self.server.asked.append(self.path)
        place = self.path.strip("/").split("/")
        if self.server.refused:
            self.send_error(self.server.refused)
        elif place[0] == "simple":
            self._list(place[-1])
        else:
            self._file(self.server.wheels / place[-1])

    def _list(self, name: str) -> None:
        files = [
            {
                "filename": wheel.name,
                "url": f"/files/{wheel.name}",
                "size": wheel.stat().st_size,
                "hashes": {"sha256": hashlib.sha256(wheel.read_bytes()).hexdigest()},
            }
            for wheel in self.server.wheels.glob(f"{name}-*.whl")
        ]
        answer = {"meta": {"api-version": "1.1"}, "name": name, "versions": [], "files": files}
        kind = "application/vnd.pypi.simple.v1+json"
        self._answer(json.dumps(answer).encode(), kind)

    def _file(self, wheel: Path) -> None:
        if wheel.name == self.server.held:
            self.server.waiting.set()
            self.server.ended.wait(60)
        elif wheel.exists():
            self._answer(wheel.read_bytes(), "application/octet-stream")
        else:
            self.send_error(404)

    def _answer(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def running_index(wheels: Path) -> Iterator[Index]:
    """An index that answers until the end of the block."""
    server = Index(wheels)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()
