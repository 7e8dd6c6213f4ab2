"""The facts that the About and encoder windows show."""

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import qVersion

from desktop_app import __version__

if TYPE_CHECKING:  # brings onnxruntime
    from desktop_app.tasks.session import Session

Facts = Sequence[tuple[str, str]]

PRIVACY = (
    "Litmesh works on this computer alone: no account, no telemetry. Articles, searches and "
    "vectors never leave it. The network is used only when you ask for it: Complete from PubMed "
    "sends identifiers, an encoder or PyTorch is fetched, a newer version asked for. "
    "MeSH: courtesy of the U.S. National Library of Medicine."
)
KEYS: Facts = (
    ("Ctrl+F, Ctrl+K", "Go to the search box"),
    ("Esc", "Clear the search; leave a pane"),
    ("Down, Up", "From the search box into the results, and back"),
    ("J, K, arrows", "Next and previous result"),
    ("Enter", "Read the chosen article"),
    ("F6, Shift+F6", "Next and previous pane"),
    ("Space", "Require the chosen heading, type or journal"),
    ("−, Delete", "Exclude the chosen heading"),
    ("←, →", "Open and close a heading; move the first year (Shift: the last)"),
    ("Alt+←, Alt+→", "Earlier and later searches"),
    ("Ctrl+1, 2, 3", "Rank by both, by meaning, by words"),
    ("Ctrl+O, Ctrl+Shift+O", "Import files, import a folder"),
    ("Shift+Enter, Ctrl+Shift+Enter", "Break the line in the search box; give it room"),
    ("Ctrl+Enter, Ctrl+I", "Articles like the chosen one; search inside these results"),
    ("S, Ctrl+M, Ctrl+Y", "Star; note; why this article is a result"),
    ("Ctrl+R", "Read the best 30 results again"),
    ("Ctrl+H, Ctrl+S", "Earlier and saved searches; save this one"),
    ("Shift+Up, Shift+Down", "Select several results"),
    ("Ctrl+E", "Export the selected results, or all of them"),
    ("Ctrl+D", "Compare records that may be the same article"),
    ("Ctrl+T", "Improve search on my library"),
    ("Ctrl+U", "Say which article a PDF is that could not be told"),
    ("Ctrl+Q", "Quit"),
)
NO_ENCODER = (
    "No encoder is installed: searching by words only. “litmesh doctor” says where to put one; "
    "it is loaded when Litmesh starts again."
)
_PROVIDERS = {
    "CPUExecutionProvider": "CPU",
    "CUDAExecutionProvider": "NVIDIA GPU",
    "CoreMLExecutionProvider": "Core ML",
    "DmlExecutionProvider": "DirectML GPU",
}


def provider_words(provider: str) -> str:
    """An ONNX Runtime execution provider as people call it."""
    return _PROVIDERS.get(provider, provider.removesuffix("ExecutionProvider"))


def encoder_words(session: "Session | None") -> str:
    """What the encoder chip says: `bge-small-en-v1.5 · CPU`."""
    encoder = session.encoder if session else None
    if encoder is None:
        return "words only"
    name = session.encoder_title if session and session.encoder_title else encoder.name
    return f"{name} · {provider_words(encoder.provider)}"


def encoder_facts(session: "Session | None") -> Facts:
    """What the encoder window shows."""
    encoder = session.encoder if session else None
    if encoder is None:
        return (("Encoder", "none"),)
    facts = [
        ("Encoder", session.encoder_title if session else encoder.name),
        ("Identity", encoder.id),
        ("Vectors", f"{encoder.dimension} numbers an article"),
        ("Reads", f"up to {encoder.max_tokens} tokens of title and abstract"),
        ("Runs on", f"{provider_words(encoder.provider)} ({encoder.provider})"),
    ]
    if encoder.provider_note:
        facts.append(("Why", encoder.provider_note))
    return facts


def about_facts(session: "Session | None", folder: Path) -> Facts:
    """What the About window shows."""
    return (
        ("Version", __version__),
        ("Library", str(folder)),
        ("Encoder", encoder_words(session)),
        ("MeSH", f"{session.vocabulary.year}" if session else "not loaded yet"),
        ("Python, Qt", f"{platform.python_version()}, {qVersion()}"),
        ("ONNX Runtime", _version("onnxruntime")),
        ("System", platform.platform()),
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
