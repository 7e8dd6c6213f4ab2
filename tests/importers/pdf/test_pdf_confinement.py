"""What a confined process cannot do, in Python and below it."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from desktop_app.importers.pdf.reader import PdfReader
from desktop_app.importers.pdf.reading import State
from tests.importers.pdf.small_pdf import body, small_pdf

posix = pytest.mark.skipif(os.name == "nt", reason="the limits of Windows are still to come")

TRIALS = """
import ctypes, os, socket, subprocess, sys
from desktop_app.importers.pdf.confinement import allow_cpu, confine
folder = sys.argv[1]
libc = ctypes.CDLL(None, use_errno=True)
writable = os.open(os.path.join(folder, "opened before"), os.O_WRONLY | os.O_CREAT)
outside = socket.AF_INET
confine()

def refused(action, *kinds):
    try:
        action()
    except kinds:
        return
    raise SystemExit(f"was not refused: {action.__code__.co_names}")

new = os.path.join(folder, "new")
refused(lambda: socket.socket(), PermissionError)
refused(lambda: socket.create_connection(("127.0.0.1", 9)), PermissionError)
refused(lambda: socket.getaddrinfo("localhost", 80), PermissionError)
refused(lambda: open(new, "w"), PermissionError)
refused(lambda: open(new, "ab"), PermissionError)
refused(lambda: os.open(new, os.O_CREAT | os.O_WRONLY), PermissionError)
refused(lambda: os.mkdir(new), PermissionError)
refused(lambda: os.rename(folder, new), PermissionError)
refused(lambda: os.remove(os.path.join(folder, "opened before")), PermissionError)
refused(lambda: subprocess.run(["true"]), PermissionError)
refused(lambda: os.system("true"), PermissionError)
refused(lambda: os.write(writable, b"x"), OSError)
refused(lambda: bytearray(2 << 30), MemoryError)
with open("/dev/null", "rb"):
    if libc.socket(2, 1, 0) != -1:
        raise SystemExit("native code opened a socket")
    if libc.open(new.encode(), os.O_CREAT | os.O_WRONLY, 0o600) != -1:
        raise SystemExit("native code created a file")
if sys.argv[2:]:
    allow_cpu(0)
    while True:
        pass
print("confined")
"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", TRIALS, str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


@posix
def test_nothing_is_written_opened_or_started(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert (done.returncode, done.stdout) == (0, "confined\n"), done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["opened before"]
    assert (tmp_path / "opened before").read_bytes() == b""


@posix
def test_the_processor_time_of_one_file_is_bounded(tmp_path: Path) -> None:
    import signal

    assert run(tmp_path, "spin").returncode == -signal.SIGXCPU


@posix
def test_the_worker_itself_is_confined(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(small_pdf([body()]))
    with PdfReader() as reader:
        assert reader.read(path).state is State.READ
        worker = psutil.Process(reader.worker_pid)
        assert worker.net_connections() == []
        if sys.platform == "linux":
            assert worker.rlimit(psutil.RLIMIT_AS) == (1 << 30, 1 << 30)
            assert worker.rlimit(psutil.RLIMIT_FSIZE) == (0, 0)
            assert worker.rlimit(psutil.RLIMIT_NOFILE)[1] <= worker.num_fds() + 1
            soft, _ = worker.rlimit(psutil.RLIMIT_CPU)
            assert 30 < soft < 60
