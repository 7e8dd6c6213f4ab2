"""What uv says when it fails, in words that tell the user what to do."""

import re

from desktop_app.errors import UserError

_NETWORK = "Set it in File > Network, or install from a folder of files."
_AGAIN = "Check the connection and try again: what was downloaded is kept."
_FOLDER = "Save the files again with “Save files for another computer…” of the same version."

# (what uv says, what is meant, what to do); the first that is found holds
_RULES: tuple[tuple[str, str, str], ...] = (
    (
        r"os error 28\b|No space left|os error 112\b|not enough space|WinError 112\b",
        "The disk is full.",
        "Free some space and try again.",
    ),
    (
        r"Hash mismatch|hash.{0,40}does not match|Computed:\s",
        "A file is not the one that was checked: its SHA-256 differs. It was not installed.",
        "Try again, or over another network. A folder of files must be saved anew.",
    ),
    (
        r"407|proxy authorization required|Proxy Authentication",
        "The proxy wants a name and a password (error 407).",
        "Write it as http://name:password@host:port in File > Network.",
    ),
    (
        r"invalid peer certificate|certificate|UnknownIssuer",
        "The connection is not secure: the certificate of the server is not known here.",
        "If your network inspects connections, name its certificate file in File > Network.",
    ),
    (
        r"tunnel error|proxy",
        "The proxy could not be used.",
        f"{_NETWORK}",
    ),
    (
        r"dns error|Connection refused|Connection reset|timed out|tcp connect|Could not connect"
        r"|error sending request|network is unreachable|operation timed out",
        "The package index could not be reached.",
        f"{_AGAIN} Without a network, install from a folder of files.",
    ),
    (
        r"status (?:client|server) error \((\d{3}[^)]*)\)",
        "The package index answered with an error.",
        _AGAIN,
    ),
    (
        r"Permission denied|os error 13|Access is denied|os error 5\b",
        "A file could not be written: access is denied.",
        "Close other windows of Litmesh, or let your virus scanner allow its data folder.",
    ),
)
_NO_LIBRARY = re.compile(r"WinError (?:126|127|1114)\b")  # one is not there, or too old
_RUNTIME = (
    "the Microsoft Visual C++ Redistributable (x64) from "
    "https://aka.ms/vs/17/release/vc_redist.x64.exe"
)
_MISSING = re.compile(
    r"Because (?:there is no version of )?([A-Za-z0-9_.-]+)(?:==\S+)? "
    r"(?:was not found|has no|and |only)|Because there is no version of ([A-Za-z0-9_.-]+)=="
)


def failure(log: str, from_folder: bool) -> UserError:
    """The error that is shown for what uv wrote."""
    for pattern, message, hint in _RULES:
        if re.search(pattern, log, re.IGNORECASE):
            return UserError(message, hint)
    missing = _MISSING.search(log)
    if missing or "No solution found" in log:
        name = next((one for one in (missing.groups() if missing else ()) if one), "a package")
        return _missing(name, from_folder)
    return UserError(f"The installation failed: {last_words(log)}", "Try again.")


def not_working(log: str, gpu: bool) -> UserError:
    """The error that is shown when all is installed and the check wrote `log` and failed."""
    hint = "Choose the processor instead." if gpu else "Try again, or see the log."
    if _NO_LIBRARY.search(log):
        hint = f"Install {_RUNTIME}, then install the training runtime again."
    return UserError(f"PyTorch was installed but does not work: {last_words(log)}", hint)


def _missing(name: str, from_folder: bool) -> UserError:
    if from_folder:
        return UserError(
            f"The folder has no file of {name} that fits this computer and version.", _FOLDER
        )
    return UserError(
        f"The package index has no file of {name} that fits this computer and version.",
        "A mirror must have it too; else install from a folder of files.",
    )


def last_words(log: str) -> str:
    """The last line that says something, shortened."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    said = re.sub(r"//[^/@\s]+@", "//", lines[-1]) if lines else "it said nothing"
    return said[:300] if said.endswith(".") else f"{said[:300]}."
