"""Changes the encoder of a library: its vectors are built beside those in use, then swapped.

Until the last article has its new vector, and whenever the change is cancelled, searches are
answered with the old encoder; what was embedded is kept and not embedded again.
"""

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from desktop_app import files, paths
from desktop_app.encoders.installed import EncoderInfo, default_encoder, installed_encoders
from desktop_app.encoders.model_folder import read_manifest, verify_folder
from desktop_app.encoders.onnx_encoder import load_encoder
from desktop_app.encoders.trainable import title
from desktop_app.errors import UserError
from desktop_app.progress import Report, silent
from desktop_app.tasks import library_encoder
from desktop_app.tasks.index_library import index_library
from desktop_app.tasks.session import Session
from desktop_app.tasks.training.run import TrainingRun


@dataclass(frozen=True, slots=True)
class Change:
    """What came of a change of encoder; a cancelled one left the old encoder in use."""

    encoder: str  # id
    embedded: int  # articles, now
    cancelled: bool


def install_trained(run: TrainingRun) -> EncoderInfo:
    """Copy a run's encoder to the user's encoders, whole or not at all, verified.

    Raises UserError: not found to be better, damaged, no space. Installed already: as it is.
    """
    if not run.offered:
        raise UserError("This training brought no improvement.", "Your current encoder stays.")
    manifest = verify_folder(run.model)
    there = default_encoder(manifest.encoder_id())
    if there is not None:
        return there
    destination = paths.encoder_roots()[0] / run.about.name
    try:
        _copy(run, destination)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError(
            f"{destination} could not be written: {reason}.", "Free some space and try again."
        ) from error
    return EncoderInfo(manifest.encoder_id(), destination, read_manifest(destination))


def use_encoder(session: Session, info: EncoderInfo, report: Report = silent) -> Change:
    """Embed what lacks a vector of the encoder, then search with it. `report` counts articles.

    Raises UserError when the encoder is damaged or the choice cannot be kept.
    """
    encoder = load_encoder(info.folder)
    session.engine.prepare_encoder(encoder)
    done = index_library(session.library, encoder, report)
    if done.cancelled:
        return Change(encoder.id, done.embedded, True)
    library_encoder.choose(session.library.folder, info)
    session.engine.prepare_encoder(encoder)  # takes in what was embedded
    session.engine.use_encoder(encoder)
    session.encoder, session.encoder_title = encoder, title(info)
    return Change(encoder.id, done.embedded, False)


def adopt(session: Session, run: TrainingRun, report: Report = silent) -> Change:
    """Install a run's encoder and search the library with it. Raises UserError."""
    return use_encoder(session, install_trained(run), report)


def go_back(session: Session, report: Report = silent) -> Change:
    """Search with the encoder used before; its vectors are still there. Raises UserError."""
    info = library_encoder.earlier(session.library.folder)
    if info is None:
        raise UserError("There is no earlier encoder to go back to.")
    return use_encoder(session, info, report)


def remove_encoder(session: Session, info: EncoderInfo) -> None:
    """Remove an installed encoder and its vectors in this library.

    Raises UserError for the one in use, the default one, and those that the program came with.
    """
    reason = why_it_stays(session, info)
    if reason:
        raise UserError(f"{info.name} cannot be removed: {reason}.")
    session.engine.drop_encoder(info.id)
    library_encoder.forget(session.library.folder, info.id)
    try:
        hidden = info.folder.with_name(f".{info.folder.name}.removed")
        files.move(info.folder, hidden)
        files.remove_folder(hidden)
    except OSError as error:
        raise UserError(f"{info.folder} could not be removed: {error.strerror}.") from error


def why_it_stays(session: Session, info: EncoderInfo) -> str:
    """Why an encoder cannot be removed, "" when it can."""
    used = library_encoder.encoder_of(session.library.folder)
    if used is not None and used.id == info.id:
        return "this library uses it"
    normal = default_encoder()
    if normal is not None and normal.id == info.id:
        return "it is the default"
    if info.folder.parent != paths.encoder_roots()[0]:
        return "it came with the program"
    return ""


def known_encoders() -> list[EncoderInfo]:
    """What is installed, the default first."""
    normal = default_encoder()
    found = installed_encoders()
    return sorted(found, key=lambda info: (normal is None or info.id != normal.id, info.name))


def _copy(run: TrainingRun, destination: Path) -> None:
    root = destination.parent
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{destination.name}.", dir=root) as scratch:
        made = Path(scratch) / destination.name
        shutil.copytree(run.model, made)
        manifest = json.loads((made / "manifest.json").read_bytes())
        manifest |= {"title": run.about.title, "library": run.about.library}
        text = json.dumps(manifest, indent=1, ensure_ascii=False)
        (made / "manifest.json").write_text(text, "utf-8")
        verify_folder(made)
        files.move(made, destination)
