"""Brings the files of an installation into a folder, for a computer without a network.

uv resolves the locks for the other computer's system and names each file's address and hash; the
files are fetched one by one, go on where they were interrupted, and are checked.
"""

import json
import os
import platform
import re
import shutil
import tempfile
import tomllib
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import desktop_app
from desktop_app import files, paths
from desktop_app.encoders.hub_transfer import Transfer, TransferError
from desktop_app.errors import UserError
from desktop_app.network import Network
from desktop_app.progress import Report, silent
from desktop_app.tasks.training.environment.child import run, scrubbed
from desktop_app.tasks.training.environment.install import index_options
from desktop_app.tasks.training.environment.machine import Backend, Facts
from desktop_app.tasks.training.environment.plan import Plan, find_tools, free_space, make_plan
from desktop_app.tasks.training.environment.remedies import failure

MANIFEST = "litmesh-trainer.json"
_PLATFORMS = {"Linux": "x86_64-manylinux_2_28", "Windows": "windows", "Darwin": "macos"}
_TRIES = 5
_TIMEOUT = 60.0  # s without a byte


@dataclass(frozen=True, slots=True)
class Wheel:
    """One file that is needed."""

    name: str
    address: str
    sha256: str
    size: int  # bytes, 0 when the index does not say


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a folder of files is for."""

    litmesh: str
    system: str
    backend: str
    digest: str


def save_files(plan: Plan, folder: Path, report: Report = silent) -> Manifest:
    """Fetch every wheel of a plan into `folder`; `report` is told bytes.

    Files that are there and sound are not fetched again. Raises Cancelled, UserError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wheels = wanted(plan, report)
    total = sum(wheel.size for wheel in wheels)
    _check_space(folder, wheels)
    done = 0
    for wheel in wheels:
        _fetch(wheel, folder, _Behind(report, done, total))
        done += wheel.size
    manifest = Manifest(desktop_app.__version__, plan.system, plan.backend, plan.digest)
    files.write_text(folder / MANIFEST, json.dumps(asdict(manifest), indent=2) + "\n")
    return manifest


def plan_for_folder(folder: Path, wanted_backend: Backend | None = None) -> Plan:
    """The plan that a folder of files is for. Raises UserError: it is for another computer.

    A folder without a manifest is taken as it is: the locks' hashes decide.
    """
    if not folder.is_dir():
        raise UserError(f"{folder} is not a folder.")
    said = read_manifest(folder)
    if said is None:
        return make_plan(wanted_backend)
    try:
        backend = wanted_backend or Backend(said.backend)
        plan = make_plan(backend)
    except ValueError as error:
        raise UserError(f"{folder} is for {said.backend}, which is not known here.") from error
    if said.system != plan.system:
        raise UserError(
            f"{folder} holds files for {said.system}, this computer has {plan.system}.",
            "Save the files again and choose this computer's system.",
        )
    if said.digest != plan.digest:
        raise UserError(
            f"{folder} was saved by Litmesh {said.litmesh}, with other versions of the packages.",
            f"Save the files again with Litmesh {desktop_app.__version__}.",
        )
    return replace(plan, reason="The folder holds the files for it.")


def plan_for_system(system: str | None, backend: Backend | None = None) -> Plan:
    """The plan for another computer, of this system unless one is named. Raises UserError."""
    if system is None or system == platform.system():
        return make_plan(backend)
    fastest = Backend.MPS if system == "Darwin" else Backend.CPU
    return make_plan(backend or fastest, Facts(system, ""))


def read_manifest(folder: Path) -> Manifest | None:
    """What a folder says that it is for; None when it says nothing. Raises UserError: damaged."""
    path = folder / MANIFEST
    if not path.exists():
        return None
    try:
        said = Manifest(**json.loads(path.read_text(encoding="utf-8")))
        if not all(isinstance(value, str) for value in asdict(said).values()):
            raise ValueError("a value is not text")
    except (OSError, ValueError, TypeError) as error:
        raise UserError(f"{path} is damaged.", "Save the files again.") from error
    return said


def wanted(plan: Plan, report: Report = silent) -> list[Wheel]:
    """Ask the index for the address, size and hash of every wheel that a plan's system wants."""
    tools = find_tools()
    version = ["--python-version", paths.SHIPPED_PYTHON]
    options = ["--no-deps", "--only-binary", ":all:", *version]
    target = ["--python-platform", _PLATFORMS[plan.system], "--python", tools.python]
    form = ["-q", "--format", "pylock.toml", "--no-header", *options, *target]
    with tempfile.TemporaryDirectory(prefix="litmesh-") as scratch:
        more = {"UV_CACHE_DIR": f"{scratch}/cache", "MACOSX_DEPLOYMENT_TARGET": "14.0"}
        environment = scrubbed(os.environ, Network.load().environment() | more)
        words = [tools.uv, "pip", "compile", *form, *index_options(plan, None), *plan.locks]
        ended = run(words, environment, Path(scratch) / "uv.log", lambda: report(0, 0))
    if ended.status:
        raise failure(ended.log, from_folder=False)
    packages = tomllib.loads(ended.output).get("packages", [])
    text = "".join(lock.read_text(encoding="utf-8") for lock in plan.locks)
    locked = set(re.findall(r"--hash=sha256:([0-9a-f]{64})", text))
    return [_best(package["name"], package["wheels"], locked) for package in packages]


def _best(package: str, wheels: list[dict[str, Any]], locked: set[str]) -> Wheel:
    """The one to take of several that fit: compiled before pure Python, as installers do.

    The hashes are those that the index tells; only one that the locks name as well will do.
    """
    known = [wheel for wheel in wheels if wheel["hashes"].get("sha256") in locked]
    if not known:
        raise UserError(
            f"The package index has another {package} than the one that was checked: its SHA-256 "
            "differs.",
            "Nothing of it was fetched. Try again, or over another network.",
        )
    chosen = min(known, key=lambda wheel: (wheel["url"].endswith("-none-any.whl"), wheel["url"]))
    name = unquote(urlsplit(chosen["url"]).path.rpartition("/")[2])
    return Wheel(name, chosen["url"], chosen["hashes"]["sha256"], chosen.get("size", 0))


def _check_space(folder: Path, wheels: list[Wheel]) -> None:
    needed = sum(wheel.size for wheel in wheels if not (folder / wheel.name).exists())
    free = free_space(folder)
    if free < needed:
        raise UserError(
            f"{folder}: {free / 1e9:.1f} GB are free, the files need {needed / 1e9:.1f} GB.",
            "Choose a folder on a larger disk.",
        )


def _fetch(wheel: Wheel, folder: Path, tell: "_Behind") -> None:
    target = folder / wheel.name
    tell(0)
    if target.is_file() and files.sha256(target) == wheel.sha256:
        return
    part = target.with_name(f"{target.name}.part")
    if urlsplit(wheel.address).scheme == "file":
        shutil.copyfile(url2pathname(urlsplit(wheel.address).path), part)
    else:
        _download(wheel, part, tell)
    if files.sha256(part) != wheel.sha256:
        part.unlink()
        raise UserError(
            f"{wheel.name} is not the file that was checked: its SHA-256 differs.",
            "It was not kept. Try again, or over another network.",
        )
    files.move(part, target)


def _download(wheel: Wheel, part: Path, tell: "_Behind") -> None:
    transfer = Transfer(wheel.address, _TIMEOUT)
    for attempt in range(1, _TRIES + 1):
        try:
            transfer.run(wheel.address, part, wheel.size or transfer.size(wheel.address), tell)
            return
        except TransferError as error:
            if error.restart:
                part.unlink(missing_ok=True)
            if not error.passing or attempt == _TRIES:
                raise UserError(error.message, "Try again: what came is kept.") from error


@dataclass(frozen=True, slots=True)
class _Behind:
    """Reports one file as a part of all."""

    report: Report
    behind: int
    total: int

    def __call__(self, done: int) -> None:
        self.report(self.behind + done, self.total)
