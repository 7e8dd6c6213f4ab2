"""Installs the trainer's environment beside the old one; in use only when it has computed.

uv makes it from hashed locks, over the network or from a folder of wheels. Whatever ends an
installation early leaves the old environment in use; what it left is deleted at the next attempt.
"""

import json
import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from desktop_app import paths
from desktop_app.errors import Cancelled, UserError
from desktop_app.network import Network
from desktop_app.progress import Report, silent
from desktop_app.tasks.training.environment.child import Ended, run, scrubbed
from desktop_app.tasks.training.environment.installed import (
    CACHE,
    Installed,
    alone,
    drop,
    drop_cache,
    size_of,
    tidy,
    use,
)
from desktop_app.tasks.training.environment.machine import Backend
from desktop_app.tasks.training.environment.plan import Plan, Tools, find_tools
from desktop_app.tasks.training.environment.remedies import failure, not_working

LOG = "trainer-install.log"
_MACOS = sys.platform == "darwin"
_EVERY = 1.0  # s between two looks at how much has come
_CHECK = """
import importlib, json, sys
import torch
device = {"cpu": "cpu", "mps": "mps"}.get(sys.argv[1], "cuda")
weights = torch.ones(8, 8, device=device, requires_grad=True)
(weights @ weights).sum().backward()
assert float(weights.grad.sum()) == 1024.0, "a gradient is wrong"
for name in sys.argv[2:]:
    importlib.import_module(name)
print(json.dumps({"torch": str(torch.__version__), "device": device}))
"""


def install(plan: Plan, report: Report = silent, source: Path | None = None) -> Installed:
    """Make the environment of a plan and use it; minutes. `report` is told bytes on the disk.

    `source` is a folder of wheels: then nothing is fetched. Doing it again repairs. Raises
    Cancelled, or UserError with the remedy; both leave in use what was in use.
    """
    tools = find_tools()
    _check_space(plan)
    with alone() as home:
        tidy(home)
        work = _Installation(plan, tools, _fresh(home, plan), report, source)
        try:
            made = work.do()
            use(made)
        except BaseException as error:
            drop(work.folder)
            if source is not None or not _worth_keeping(error):
                drop_cache(home)
            if isinstance(error, OSError):
                raise UserError(f"The installation failed: {error}.") from error
            raise
        tidy(home)
        drop_cache(home)
    return made


@dataclass(slots=True)
class _Installation:
    """One attempt, in a folder of its own."""

    plan: Plan
    tools: Tools
    folder: Path
    report: Report
    source: Path | None
    _looked: float = 0.0
    _seen: int = 0

    def do(self) -> Installed:
        """Make it and see it compute."""
        self._uv("venv", "--python", self._interpreter(), "--allow-existing", self.folder)
        self._uv("pip", "install", "--python", self._python, *self._what())
        self.report(self.plan.sizes.unpacked, self.plan.sizes.unpacked)
        torch, device = self._check()
        return Installed(
            environment=self.folder.name,
            backend=self.plan.backend,
            digest=self.plan.digest,
            torch=torch,
            device=device,
            bytes=size_of(self.folder),
            python=paths.SHIPPED_PYTHON,
        )

    @property
    def _python(self) -> Path:
        return paths.python_of(self.folder)

    def _interpreter(self) -> Path:
        """The shipped Python; a copy where the program may lie elsewhere at the next start."""
        if not _moves(self.tools.python):
            return self.tools.python
        shipped = paths.tools_root()
        assert shipped is not None
        shutil.copytree(shipped / "python", self.folder / paths.OWN_PYTHON, symlinks=True)
        return self.folder / paths.OWN_PYTHON / self.tools.python.relative_to(shipped / "python")

    def _what(self) -> list[object]:
        locks = [part for lock in self.plan.locks for part in ("-r", lock)]
        words: list[object] = ["--no-deps", "--require-hashes", "--only-binary", ":all:", *locks]
        return words + index_options(self.plan, self.source)

    def _uv(self, *words: object) -> None:
        ended = self._run(self.tools.uv, *words)
        if ended.status:
            raise failure(ended.log, from_folder=self.source is not None)

    def _check(self) -> tuple[str, str]:
        ended = self._run(self._python, "-I", "-c", _CHECK, self.plan.backend, *self.plan.modules)
        try:
            said = json.loads(ended.output.strip().rpartition("\n")[2])
            return said["torch"], said["device"]
        except (ValueError, KeyError, TypeError) as error:
            gpu = self.plan.backend is not Backend.CPU
            raise not_working(ended.log, gpu) from error

    def _run(self, *words: object) -> Ended:
        logs = paths.log_dir()
        logs.mkdir(parents=True, exist_ok=True)
        more = Network.load().environment() | {"UV_CACHE_DIR": str(self.plan.home / CACHE)}
        return run(words, scrubbed(os.environ, more), logs / LOG, self._tick)

    def _tick(self) -> None:
        now = time.monotonic()
        if now - self._looked >= _EVERY:
            self._seen = size_of(self.plan.home / CACHE)
            self._looked = time.monotonic()
        # never whole before it is: what is unpacked is only about as large as it was elsewhere
        total = self.plan.sizes.unpacked
        self.report(min(self._seen, total * 99 // 100), total)


def index_options(plan: Plan, source: Path | None) -> list[object]:
    """Where uv is to look for files: a folder, the user's mirror, or the public indexes."""
    if source is not None:
        return ["--no-index", "--find-links", source.absolute()]
    mirror = Network.load().package_mirror
    if mirror:
        return ["--default-index", mirror]
    return ["--torch-backend", plan.index_build] if plan.index_build else []


def _moves(python: Path) -> bool:
    """Whether the program lies elsewhere at the next start.

    An AppImage is mounted anew each time. macOS starts an app that was downloaded and not moved
    from a copy of its own, and one on a disk image is gone with it.
    """
    place = python.as_posix()
    moved = "/AppTranslocation/" in place or place.startswith("/Volumes/")
    return "APPIMAGE" in os.environ or (_MACOS and moved)


def _check_space(plan: Plan) -> None:
    if plan.free < plan.sizes.needed:
        raise UserError(
            f"{plan.home}: {plan.free / 1e9:.1f} GB are free, "
            f"{plan.sizes.needed / 1e9:.0f} GB are needed.",
            "Free some space first.",
        )


def _fresh(home: Path, plan: Plan) -> Path:
    """A new folder: a repair is made beside what it repairs, and nobody else writes into it.

    Where Litmesh was killed, its uv may still be filling the folder of the attempt before.
    """
    return Path(tempfile.mkdtemp(prefix=f"env-{plan.backend}-{plan.digest}-", dir=home))


def _worth_keeping(error: BaseException) -> bool:
    """Whether what was downloaded may serve the next attempt: not where it filled the disk."""
    full = isinstance(error, UserError) and "disk is full" in error.message
    return not full and isinstance(error, Cancelled | UserError | KeyboardInterrupt)
