"""Installs an encoder: from the model hub, a folder or a zip archive; whole or not at all.

The source is looked at, converted by the trainer where it is not an encoder folder of ours yet,
verified, tried on this machine, and only then takes its place among the user's encoders.
"""

import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from desktop_app import files, paths
from desktop_app.encoders.catalogue import CatalogueEntry, load_catalogue
from desktop_app.encoders.hub import Hub, not_pinned
from desktop_app.encoders.installed import EncoderInfo, default_encoder
from desktop_app.encoders.model_folder import Manifest, read_manifest, verify_folder
from desktop_app.encoders.model_source import ModelSource, look
from desktop_app.encoders.model_zip import unpack
from desktop_app.encoders.onnx_encoder import load_encoder
from desktop_app.errors import UserError
from desktop_app.progress import Report, silent
from desktop_app.tasks.convert_model import check_space, convert
from desktop_app.tasks.training.train_encoder import trainer_python

_STAGING = ".installing-"
_STALE = 24 * 3600.0  # s after which a staging folder is one that a crash left
_NAME = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Naming:
    """What the user says of a model that its files may not say."""

    name: str = ""  # one of the catalogue gives its prefix, pooling and licence; "" the folder's
    pooling: str = ""  # "cls", "mean", or "" to believe the model


def install_from_hub(
    entry: CatalogueEntry, report: Report = silent, hub: Hub | None = None
) -> EncoderInfo:
    """Download a known encoder and install it; a download that was interrupted is gone on with.

    Uses the network: ask the user first. `report` counts bytes, then (0, 0) while converting.
    Raises UserError: not pinned, no training runtime, no connection, a wrong file, no space.
    """
    source = entry.hub
    if source is None or not source.pinned:
        raise not_pinned(source.repo if source is not None else entry.name)
    trainer_python()  # before hundreds of megabytes are fetched for nothing
    folder = paths.data_dir() / "downloads" / f"{entry.id}-{source.commit[:12]}"
    try:
        (hub or Hub()).fetch(source, folder, report)
    except OSError as error:
        raise _not_written(folder, error) from error
    info = install_from_folder(folder, report, Naming(entry.id))
    shutil.rmtree(folder, ignore_errors=True)
    return info


def install_from_folder(
    folder: Path, report: Report = silent, naming: Naming | None = None
) -> EncoderInfo:
    """Install the model in a folder, which stays as it is. Raises UserError."""
    with _staging() as staging:
        return _install(look(folder), staging, naming or Naming(), report)


def install_from_zip(
    archive: Path, report: Report = silent, naming: Naming | None = None
) -> EncoderInfo:
    """Install the model in a zip archive. Raises UserError."""
    naming = naming or Naming()
    with _staging() as staging:
        inside = staging / "archive" / _usable(archive.stem)
        inside.mkdir(parents=True)
        left_out = unpack(archive, inside, report)
        return _install(look(inside, left_out), staging, naming, report)


def _install(source: ModelSource, staging: Path, naming: Naming, report: Report) -> EncoderInfo:
    name = source.name if source.finished else _usable(naming.name or source.name)
    made = staging / "made" / name
    made.parent.mkdir()
    if source.finished:
        _copy_finished(source.folder, made, report)
    else:
        check_space(source, staging)
        convert(source, made, name, naming.pooling, report)
    manifest = verify_folder(made)
    _check_entry(manifest)
    report(0, 0)
    return _activate(made, manifest)


def _copy_finished(folder: Path, made: Path, report: Report) -> None:
    """Copy what the manifest names, and nothing else."""
    manifest = verify_folder(folder)
    total = sum(record.size for record in manifest.files.values())
    made.mkdir()
    done = 0
    for name, record in manifest.files.items():
        report(done, total)
        shutil.copyfile(folder / name, made / name, follow_symlinks=False)
        done += record.size
    shutil.copyfile(folder / "manifest.json", made / "manifest.json", follow_symlinks=False)


def _check_entry(manifest: Manifest) -> None:
    """A model that goes by a known name must at least have that one's width."""
    entry = load_catalogue().entry(manifest.name)
    if entry is not None and entry.dimension != manifest.dimension:
        raise UserError(
            f"This is not {entry.name}: its vectors have {manifest.dimension} numbers, "
            f"{entry.name}'s have {entry.dimension}.",
            "Install it under another name.",
        )


def _activate(made: Path, manifest: Manifest) -> EncoderInfo:
    """Try the encoder, then move it to its place; one that is there and sound stays."""
    encoder_id = manifest.encoder_id()
    there = default_encoder(encoder_id)
    if there is not None and _is_sound(there.folder):
        return there
    load_encoder(made)  # opens the graph and compares the check vectors
    root = paths.encoder_roots()[0]
    place = root / manifest.name
    if there is not None and there.folder.parent == root:
        place = there.folder
        files.move(place, made.with_name(".damaged"))  # goes with the staging folder
    elif place.exists():
        place = root / encoder_id
    if place.exists():
        raise UserError(f"{place} is in the way and cannot be used.", "Remove that folder first.")
    files.move(made, place)
    return EncoderInfo(encoder_id, place, read_manifest(place))


def _is_sound(folder: Path) -> bool:
    try:
        verify_folder(folder)
    except UserError:
        return False
    return True


@contextmanager
def _staging() -> Iterator[Path]:
    """A hidden folder beside the encoders, gone at the end whatever happens."""
    root = paths.encoder_roots()[0]
    try:
        root.mkdir(parents=True, exist_ok=True)
        _sweep(root)
        with tempfile.TemporaryDirectory(
            prefix=_STAGING, dir=root, ignore_cleanup_errors=True
        ) as folder:
            yield Path(folder)
    except OSError as error:
        raise _not_written(root, error) from error


def _sweep(root: Path) -> None:
    """Remove what a crash left behind long ago."""
    for folder in root.glob(f"{_STAGING}*"):
        if time.time() - folder.stat().st_mtime > _STALE:
            shutil.rmtree(folder, ignore_errors=True)


def _usable(name: str) -> str:
    """The name as a manifest may have it."""
    return _NAME.sub("-", name).strip("-._")[:80] or "encoder"


def _not_written(folder: Path, error: OSError) -> UserError:
    reason = error.strerror or str(error)
    return UserError(f"{folder} could not be written: {reason}.", "Free some space and try again.")
