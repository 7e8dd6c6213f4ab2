"""Index files as a verified cache: used only when they are exactly what was written.

A cache folder holds some files and a `manifest.json` with the size and SHA-256 of each and the
facts they were made from. Whatever does not fit is ignored and made anew from the library.
"""

import hashlib
import json
import logging
import os
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from desktop_app.files import sha256, write_text

log = logging.getLogger(__name__)

Array = npt.NDArray[Any]
Facts = Mapping[str, Any]  # JSON values
Writer = Callable[[Path], None]

_FORMAT = 2  # with a seal
_MANIFEST = "manifest.json"


def save(folder: Path, writers: Mapping[str, Writer], facts: Facts) -> dict[str, Path]:
    """Write files beside the old ones, then let the manifest point to the new ones.

    A crash at any moment leaves the old cache valid or none at all; an OSError (full disk) leaves
    the old one untouched. Returns where the new files are.
    """
    folder.mkdir(parents=True, exist_ok=True)
    generation = uuid.uuid4().hex[:12]
    paths = {name: folder / f"{name}-{generation}" for name in writers}
    try:
        files = {name: _write(paths[name], writer) for name, writer in writers.items()}
        manifest = {"format": _FORMAT, "facts": dict(facts), "files": files}
        sealed = manifest | {"seal": _seal(manifest)}
        write_text(folder / _MANIFEST, json.dumps(sealed, indent=1))
    except BaseException:
        for path in paths.values():
            path.unlink(missing_ok=True)
        raise
    kept = {path.name for path in paths.values()} | {_MANIFEST}
    for path in folder.iterdir():
        if path.is_file() and path.name not in kept:
            with suppress(PermissionError):  # Windows keeps what is mapped; next time it goes
                path.unlink(missing_ok=True)
    return paths


def verified(folder: Path) -> tuple[dict[str, Path], Facts] | None:
    """The files of a cache and their facts, or None when there is none or anything is amiss."""
    try:
        manifest = json.loads((folder / _MANIFEST).read_text("utf-8"))
        if manifest["format"] != _FORMAT:
            return None
        if manifest.pop("seal") != _seal(manifest):
            raise ValueError("its manifest is not as it was written")
        files = {name: _checked(folder, entry) for name, entry in manifest["files"].items()}
        return files, dict(manifest["facts"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("The index in %s is made anew: %s", folder, error)
        return None


def array_writer(array: Array) -> Writer:
    """What `save` needs to write one array."""
    return _npy_writer(array.dtype, array.shape, lambda: [array])


def blocks_writer(shape: tuple[int, int], blocks: Callable[[], Iterable[Array]]) -> Writer:
    """What `save` needs to write a float32 matrix that is never in memory as a whole."""
    return _npy_writer(np.dtype("<f4"), shape, blocks)


def load_array(path: Path) -> Array:
    """An array that `array_writer` wrote, memory-mapped and read-only."""
    mapped: Array = np.load(path, mmap_mode="r")
    return np.asarray(mapped)  # np.memmap takes 25 µs for each slice, an array nothing


def _npy_writer(
    kind: np.dtype[Any], shape: tuple[int, ...], blocks: Callable[[], Iterable[Array]]
) -> Writer:
    """Write the .npy format by Python's own files: `np.save` does not notice a full disk."""

    def write(path: Path) -> None:
        descr = np.lib.format.dtype_to_descr(kind)
        header = {"descr": descr, "fortran_order": False, "shape": shape}
        with open(path, "wb") as file:
            np.lib.format.write_array_header_1_0(file, header)
            for block in blocks():
                file.write(np.ascontiguousarray(block, kind).data)

    return write


def _write(path: Path, writer: Writer) -> dict[str, Any]:
    writer(path)
    with open(path, "rb+") as file:
        os.fsync(file.fileno())
    return {"file": path.name, "size": path.stat().st_size, "sha256": sha256(path)}


def _seal(manifest: Mapping[str, Any]) -> str:
    """SHA-256 of what a manifest says: one changed letter in it would give other answers."""
    text = json.dumps(manifest, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _checked(folder: Path, entry: Mapping[str, Any]) -> Path:
    path = folder / Path(entry["file"]).name
    if path.stat().st_size != entry["size"] or sha256(path) != entry["sha256"]:
        raise ValueError(f"{path.name} is not as it was written")
    return path
