"""What the user chose, in one typed value: read forgivingly, written as one step."""

import dataclasses
import json
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from desktop_app import files, paths

THEMES = ("system", "light", "dark")
MODES = ("hybrid", "semantic", "keyword")  # the values of search.request.Mode
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default. A value that is missing, of the wrong type or out of range
    in the file is replaced by its default; the others stay.
    """

    theme: str = field(default="system", metadata={"among": THEMES})
    mode: str = field(default="hybrid", metadata={"among": MODES})
    library: str = ""  # folder of the library opened last; empty = the default one
    font_scale: float = field(default=1.0, metadata={"within": (0.8, 2.0)})

    allow_pubmed: bool = False  # the window may ask NCBI when the user presses the button for it
    ncbi_email: str = ""
    ncbi_api_key: str = ""
    fetch_citations: bool = False  # ask NIH iCite as well

    proxy: str = ""  # these four are read by network.py; "" = as the system says
    ca_file: str = ""
    package_mirror: str = ""
    hub_mirror: str = ""

    check_versions: bool = False  # ask once a day whether there is a newer Litmesh
    last_version_check: str = ""  # ISO time

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """Read the settings; a missing or damaged file gives the defaults."""
        try:
            stored = json.loads((path or _file()).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return cls()
        if not isinstance(stored, dict):
            return cls()
        return cls(**{f.name: stored[f.name] for f in dataclasses.fields(cls) if _good(f, stored)})

    def save(self, path: Path | None = None) -> None:
        """Write the settings (`OSError` when the folder cannot be written).

        For this user's eyes: an API key and a proxy's password may be among them.
        """
        text = json.dumps(dataclasses.asdict(self), indent=2, sort_keys=True)
        files.write_text(path or _file(), text + "\n", private=True)

    def with_changes(self, **changes: Any) -> Self:
        """A copy with some values changed."""
        return dataclasses.replace(self, **changes)


def keep(**changes: Any) -> Settings:
    """Change some settings in the file, whatever else stands in it; the settings as they are now.

    Where the file cannot be written the choice holds for this run.
    """
    settings = Settings.load().with_changes(**changes)
    try:
        settings.save()
    except OSError as error:
        _log.warning("settings not saved: %s", error.strerror)
    return settings


def _file() -> Path:
    return paths.config_dir() / "settings.json"


def _good(declared: "dataclasses.Field[Any]", stored: dict[str, Any]) -> bool:
    value = stored.get(declared.name)
    if declared.type in (float, "float") and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not type(declared.default):
        return False
    among = declared.metadata.get("among")
    within = declared.metadata.get("within")
    return (among is None or value in among) and (within is None or within[0] <= value <= within[1])
