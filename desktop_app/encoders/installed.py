"""Which encoders are on this machine, read from their manifests alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_app import paths
from desktop_app.encoders.catalogue import load_catalogue
from desktop_app.encoders.model_folder import Manifest, read_manifest
from desktop_app.errors import UserError
from desktop_app.records import Problem


@dataclass(frozen=True, slots=True)
class EncoderInfo:
    """An installed encoder that looks sound; its files are verified when it is loaded."""

    id: str  # "<name>-<12 hex of the model file's sha256>"
    folder: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """The encoder's own name, without the hash."""
        return self.manifest.name

    @property
    def dimension(self) -> int:
        """Numbers in one vector."""
        return self.manifest.dimension

    @property
    def size(self) -> int:
        """Bytes of all its files together."""
        return sum(record.size for record in self.manifest.files.values())


def installed_encoders(roots: Sequence[Path] | None = None) -> list[EncoderInfo]:
    """Every encoder below `roots` (default `paths.encoder_roots()`), the user's own first, by name.

    The same encoder in two roots is listed once. Folders with a bad manifest are left out:
    `broken_encoders` names them.
    """
    found: dict[str, EncoderInfo] = {}
    for folder in _folders(roots):
        try:
            manifest = read_manifest(folder)
        except UserError:
            continue
        found.setdefault(
            manifest.encoder_id(), EncoderInfo(manifest.encoder_id(), folder, manifest)
        )
    return list(found.values())


def broken_encoders(roots: Sequence[Path] | None = None) -> list[Problem]:
    """The encoder folders that cannot be used, and what to do about each."""
    problems = []
    for folder in _folders(roots):
        try:
            read_manifest(folder)
        except UserError as error:
            problems.append(Problem(str(folder), "", error.message, error.hint))
    return problems


def default_encoder(wanted: str = "", roots: Sequence[Path] | None = None) -> EncoderInfo | None:
    """The encoder of that id or name; without one the catalogue's default, else the first there.

    None when nothing is installed, or not the one wanted.
    """
    installed = installed_encoders(roots)
    name = wanted or load_catalogue().default_id
    for info in installed:
        if name in (info.id, info.name):
            return info
    return installed[0] if installed and not wanted else None


def _folders(roots: Sequence[Path] | None) -> Iterator[Path]:
    """Folders that hold a manifest; hidden ones are half-written and passed over."""
    for root in paths.encoder_roots() if roots is None else roots:
        if root.is_dir():
            for folder in sorted(root.iterdir()):
                if not folder.name.startswith(".") and (folder / "manifest.json").exists():
                    yield folder
