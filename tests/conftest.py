"""What every test runs under: no screen, no network, no user's folders, nothing left behind."""

import importlib.util
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
GUARD = ROOT / "tests" / "no_network"
SESSION = Path(tempfile.mkdtemp(prefix="litmesh-tests-"))
NETWORK_LOG = SESSION / "network.log"

# Set before anything imports Qt or ONNX Runtime; the tests' child processes inherit it.
os.environ |= {
    "QT_QPA_PLATFORM": "offscreen",
    "ORT_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "LITMESH_DATA_DIR": str(SESSION / "data"),
    "LITMESH_CONFIG_DIR": str(SESSION / "config"),
    "LITMESH_LOG_DIR": str(SESSION / "log"),
    "LITMESH_NETWORK_LOG": str(NETWORK_LOG),
    "PYTHONPATH": os.pathsep.join((str(GUARD), str(ROOT))),
}


def _start_guard() -> None:
    spec = importlib.util.spec_from_file_location("no_network", GUARD / "sitecustomize.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["no_network"] = module
    spec.loader.exec_module(module)


_start_guard()


def _device_ids() -> set[Path]:
    """Identity files as telemetry writes them, e.g. `~/.cache/<maker>/<product>/deviceid`."""
    roots = [Path.home() / ".cache", Path.home() / "Library" / "Caches"]
    roots += [
        Path(os.environ[name]) for name in ("XDG_CACHE_HOME", "LOCALAPPDATA") if name in os.environ
    ]
    patterns = [f"{'*/' * depth}*[dD]evice[iI][dD]*" for depth in range(4)]
    return {path for root in roots for pattern in patterns for path in root.glob(pattern)}


_DEVICE_IDS_BEFORE = _device_ids()


# --- the session ---------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    """Know pytest-qt's settings also where it is not installed: the trainer's environment."""
    if importlib.util.find_spec("pytestqt") is None:
        for name in ("qt_api", "qt_log_level_fail", "qt_log_ignore"):
            parser.addini(name, "unused without Qt")


_WORKERS_FAULTS: list[str] = []  # only where pytest-xdist spreads the tests over processes


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run for what no single test is to blame for."""
    faults = [f"telemetry wrote {path}" for path in sorted(_device_ids() - _DEVICE_IDS_BEFORE)]
    faults += _attempts()
    told = getattr(session.config, "workeroutput", None)
    if told is not None:  # one of several processes: the first one speaks for all
        told["faults"] = faults
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    for fault in [*_WORKERS_FAULTS, *faults]:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        if reporter is not None:
            reporter.write_line(f"NOT ON THIS MACHINE ALONE: {fault}", red=True)


def pytest_make_parametrize_id(val: object) -> str | None:
    """No test is named after bytes: gzip's hold the time, and two processes must agree on names."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Hear what one of several processes found; one that crashed has failed its test already."""
    _WORKERS_FAULTS.extend(getattr(node, "workeroutput", {}).get("faults", ()))


def pytest_unconfigure() -> None:
    """Remove the session's folders."""
    shutil.rmtree(SESSION, ignore_errors=True)


def _attempts() -> list[str]:
    return NETWORK_LOG.read_text(encoding="utf-8").splitlines() if NETWORK_LOG.exists() else []


# --- after every test ----------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _leaves_nothing_behind() -> Iterator[None]:
    """Fail a test that leaves a thread or a window, or tried to reach another machine."""
    threads, windows, attempts = set(threading.enumerate()), _open_windows(), len(_attempts())
    yield
    started = [t for t in threading.enumerate() if t not in threads and not t.daemon]
    for thread in started:
        thread.join(5)
    left = [f"thread {thread.name}" for thread in started if thread.is_alive()]
    left += [f"window {name}" for name in _open_windows() - windows]
    left += _attempts()[attempts:]
    assert not left, f"the test left behind: {left}"


def _open_windows() -> set[str]:
    """The visible top-level windows, without importing Qt for tests that do not use it."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    application = None if widgets is None else widgets.QApplication.instance()
    if widgets is None or application is None:
        return set()
    assert application.platformName() == "offscreen", "tests must never open windows on a screen"
    visible = [window for window in widgets.QApplication.topLevelWidgets() if window.isVisible()]
    return {
        f"{type(window).__name__} “{window.windowTitle()}” {id(window):x}" for window in visible
    }


# --- real data -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real collections beside the repository; tests that use it skip without it."""
    folder = Path(os.environ.get("LITMESH_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real collections: {folder} does not exist (LITMESH_SHARED_DATA names it)")
    return folder


@pytest.fixture(scope="session")
def sample_xml() -> Path:
    """The folder of real PubMed records (one efetch XML a file) that `dev.py` unpacks."""
    return _set_up(ROOT / ".dev" / "sample")


@pytest.fixture(scope="session")
def default_encoder_folder() -> Path:
    """The default encoder as an installed model folder."""
    return _set_up(ROOT / "resources" / "encoders" / "bge-small-en-v1.5")


@pytest.fixture(scope="session")
def reranker_folder() -> Path:
    """The second stage's model as an installed folder."""
    return _set_up(ROOT / "resources" / "rerankers" / "answerai-colbert-small-v1")


@pytest.fixture(scope="session")
def minilm_encoder_folder() -> Path:
    """The second encoder, all-MiniLM-L6-v2, converted to ONNX in the trainer's environment."""
    return _set_up(ROOT / ".dev" / "encoders" / "all-MiniLM-L6-v2")


@pytest.fixture(scope="session")
def minilm_source_folder() -> Path:
    """The sentence-transformers folder that the second encoder was converted from."""
    return _set_up(ROOT / ".dev" / "models" / "all-MiniLM-L6-v2")


def _set_up(folder: Path) -> Path:
    if not folder.is_dir():
        pytest.fail(f"{folder} is missing: run python3 dev.py setup", pytrace=False)
    return folder
