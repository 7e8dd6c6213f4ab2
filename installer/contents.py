"""What the installed program consists of besides its frozen modules, and what is left out.

Paths are those below the bundle's inner folder (`_internal`), which the program takes for its root:
`desktop_app/paths.py` finds there what it finds in a checkout.
"""

import zipfile
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from installer.checkout.commands import ROOT
from installer.checkout.setup import ENCODER, RERANKER, SAMPLE

# Another Python runs these: in a folder of their own, so that it finds nothing else of ours there.
TRAINER = ("trainer/**/*.py", "resources/encoders.toml")
TRAINER_PLACE = PurePosixPath("trainer-source")
# Read by path, not imported. `**` goes into every folder below.
PLAIN_FILES = (
    "resources/*.toml",
    "resources/icons/*.svg",
    "resources/licences/*.txt",
    "resources/mesh/*.zip",
    "resources/style/*.qss",
    f"resources/encoders/{ENCODER.name}/*",
    f"resources/rerankers/{RERANKER.name}/*",
    "desktop_app/search/query/*.lark",
    "desktop_app/library/migrations/env.py",  # Alembic runs these as files
    "desktop_app/library/migrations/versions/*.py",
    "requirements/trainer.txt",
    "requirements/torch-*.txt",
    "LICENSE",
)
LICENCES = PurePosixPath("LICENCES.txt")  # of the packages inside, made at build
# The records of the first-run sample library; a folder that `litmesh import` takes.
SAMPLE_ZIP = PurePosixPath("resources/sample/sample-records.zip")

# What the program names by metadata: `litmesh doctor` and About say these versions.
METADATA = (
    "PySide6-Essentials",
    "SQLAlchemy",
    "alembic",
    "hnswlib",
    "lxml",
    "numpy",
    "onnxruntime",
    "tokenizers",
)

# Imported by nothing that we run: optional parts of packages, and the packages they would bring.
EXCLUDED_MODULES = (
    "IPython",
    "OpenGL",
    "PIL",
    "PySide6.QtDBus",
    "PySide6.QtOpenGL",
    "PySide6.QtOpenGLWidgets",
    "PySide6.QtTest",
    "huggingface_hub",
    "lxml.html",
    "lxml.isoschematron",
    "lxml.objectify",
    "matplotlib",
    "numpy.f2py",
    "onnxruntime.quantization",
    "onnxruntime.tools",
    "onnxruntime.transformers",
    "pyqtgraph.examples",
    "pyqtgraph.jupyter",
    "pyqtgraph.opengl",
    "rapidfuzz.distance.metrics_cpp_avx2",  # the same code again for newer processors
    "rapidfuzz.fuzz_cpp_avx2",
    "scipy",
    "setuptools",
    "sqlalchemy.testing",
    "tkinter",
    "yaml",
)

# Qt's plugins that the window uses; the others drag in QtQuick, QtQml, GTK.
QT_PLUGINS = (
    "iconengines/*svgicon*",
    "imageformats/*qsvg*",
    "imageformats/*qico*",
    "imageformats/*qicns*",
    "imageformats/*qjpeg*",
    "platforminputcontexts/*composeplatform*",
    "platforminputcontexts/*ibusplatform*",
    "platforms/*qcocoa*",
    "platforms/*qminimal.*",
    "platforms/*qoffscreen*",
    "platforms/*qwayland*",
    "platforms/*qwindows*",
    "platforms/*qxcb*",
    "platformthemes/*xdgdesktopportal*",
    "styles/*",
    "wayland-decoration-client/*",
    "wayland-shell-integration/*xdg-shell*",
)


def is_wanted(inside: str) -> bool:
    """Whether a file that PyInstaller collected is shipped, by its path below `_internal`."""
    path = PurePosixPath(inside.replace("\\", "/"))
    if "translations" in path.parts and "PySide6" in path.parts:
        return False  # the window speaks English alone
    if "plugins" in path.parts and "PySide6" in path.parts:
        plugin = "/".join(path.parts[path.parts.index("plugins") + 1 :])
        return any(fnmatch(plugin, pattern) for pattern in QT_PLUGINS)
    if path.parent.suffix == ".dist-info":
        return path.name == "METADATA"  # the others name folders of the building machine
    if path.parts[:2] in {
        ("pyqtgraph", "colors"),
        ("pyqtgraph", "icons"),
        ("lxml", "isoschematron"),
    }:
        return path.name == "auto.png" or path.suffix == ".svg"  # buttons of a plot
    return path.suffix not in {".pyi", ".h", ".pxd", ".pyx"}


def plain_files(root: Path = ROOT) -> Iterator[tuple[Path, PurePosixPath]]:
    """Every plain file with its place in the bundle, sorted. Raises FileNotFoundError."""
    found = _matches(root, PLAIN_FILES)
    found |= {TRAINER_PLACE / place: path for place, path in _matches(root, TRAINER).items()}
    for place in sorted(found):
        yield found[place], place


def _matches(root: Path, patterns: Iterable[str]) -> dict[PurePosixPath, Path]:
    found: dict[PurePosixPath, Path] = {}
    for pattern in patterns:
        matches = [path for path in root.glob(pattern) if path.is_file()]
        if not matches:
            raise FileNotFoundError(f"nothing matches {pattern}: run `python3 dev.py setup` first")
        found |= {PurePosixPath(path.relative_to(root).as_posix()): path for path in matches}
    return found


def write_sample(target: Path, sample: Path = SAMPLE) -> None:
    """Pack the sample records: 5 MB as small files, 1 MB as one. Raises FileNotFoundError."""
    records = sorted(sample.glob("*.xml"))
    if not records:
        raise FileNotFoundError(f"no sample records in {sample}")
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w") as archive:
        for path in records:  # ZipInfo alone: without the file's time and mode
            entry = zipfile.ZipInfo(path.name)
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, compresslevel=9)


def version(root: Path = ROOT) -> str:
    """The program's version, from the one place that has it; nothing is imported."""
    text = (root / "desktop_app" / "__init__.py").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("__version__"))
    return line.partition("=")[2].strip().strip("\"'")
