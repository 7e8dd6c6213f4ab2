"""Which encoder a library is searched with: a small file in its folder, `encoder.json`.

    {"schema": 1, "encoder": id, "before": [id, …]}

Without the file it is the default encoder. `before` are the encoders used earlier, the last one
first: what "back" goes to.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from desktop_app import files
from desktop_app.encoders.installed import EncoderInfo, default_encoder
from desktop_app.errors import UserError

SCHEMA = 1
_FILE = "encoder.json"
_KEPT = 10  # earlier encoders


@dataclass(frozen=True, slots=True)
class Chosen:
    """The encoder of a library by id, "" the default, and those used before it."""

    encoder: str = ""
    before: tuple[str, ...] = ()


def chosen(library: Path) -> Chosen:
    """What was chosen for the library in a folder; a damaged file counts as none."""
    try:
        said = json.loads((library / _FILE).read_bytes())
        if said["schema"] != SCHEMA:
            return Chosen()
        return Chosen(str(said["encoder"]), tuple(map(str, said["before"])))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return Chosen()


def encoder_of(library: Path) -> EncoderInfo | None:
    """The library's encoder; the default one when none was chosen, or it is not here any more."""
    wanted = chosen(library).encoder
    return (default_encoder(wanted) if wanted else None) or default_encoder()


def missing_choice(library: Path) -> str:
    """The id of the library's encoder when it is not installed, else ""."""
    wanted = chosen(library).encoder
    return wanted if wanted and default_encoder(wanted) is None else ""


def earlier(library: Path) -> EncoderInfo | None:
    """The encoder that one step back leads to; None when there is none here."""
    now = encoder_of(library)
    for name in chosen(library).before:
        info = default_encoder(name)
        if info is not None and (now is None or info.id != now.id):
            return info
    return None


def choose(library: Path, info: EncoderInfo) -> None:
    """Search the library with this encoder from now on. Raises UserError."""
    now = encoder_of(library)
    if now is not None and now.id == info.id:
        return
    past = chosen(library).before
    if now is not None:
        past = (now.id, *past)
    _write(library, Chosen(info.id, tuple(dict.fromkeys(p for p in past if p != info.id))))


def forget(library: Path, encoder_id: str) -> None:
    """Take an encoder that is removed out of the way back. Raises UserError."""
    now = chosen(library)
    if encoder_id in now.before:
        _write(library, Chosen(now.encoder, tuple(b for b in now.before if b != encoder_id)))


def _write(library: Path, now: Chosen) -> None:
    said = {"schema": SCHEMA, "encoder": now.encoder, "before": now.before[:_KEPT]}
    path = library / _FILE
    try:
        files.write_text(path, json.dumps(said, indent=1) + "\n")
    except OSError as error:
        raise UserError(f"{path} could not be written: {error.strerror}.") from error
