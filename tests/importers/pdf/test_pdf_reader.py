"""The reader against a real worker: answers, deaths, time limits, cancelling, pictures."""

import contextlib
import hashlib
import os
import signal
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from desktop_app.errors import Cancelled, UserError
from desktop_app.importers.pdf.reader import PdfReader
from desktop_app.importers.pdf.reading import Confidence, Finding, State
from tests.importers.pdf.small_pdf import Printed, body, small_pdf, with_picture

posix = pytest.mark.skipif(os.name == "nt", reason="needs signals")
TITLE = "Early exercise after heart surgery in older adults"


@pytest.fixture(scope="module")
def reader() -> Iterator[PdfReader]:
    with PdfReader() as shared:
        yield shared


@pytest.fixture
def article(tmp_path: Path) -> Path:
    first = [Printed("J Tests 2019;3:4. doi:10.1234/abc.5", 8, bottom=760), Printed(TITLE, 18)]
    path = tmp_path / "ärticle.pdf"
    path.write_bytes(small_pdf([[*first, Printed("Anna Miller", bottom=680), *body()], body()]))
    return path


def test_an_article(reader: PdfReader, article: Path) -> None:
    reading = reader.read(article)
    assert reading.state is State.READ
    assert reading.path == article
    assert reading.pages == len(reading.page_texts) == 2
    assert reading.sha256 == hashlib.sha256(article.read_bytes()).hexdigest()
    assert reading.title == Finding(TITLE, Confidence.SURE, "first page")
    assert reading.doi == Finding("10.1234/abc.5", Confidence.SURE, "first page")
    assert reading.confidence is Confidence.SURE
    assert (reading.year, reading.first_author) == (2019, "Anna Miller")
    assert "every second week" in reading.page_texts[1]
    assert reading.is_complete


def test_a_path_relative_to_the_callers_folder(
    reader: PdfReader, article: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(article.parent)
    assert reader.read(Path(article.name)).state is State.READ


@pytest.mark.parametrize(
    ("content", "state", "said"),
    [
        (with_picture(), State.SCANNED, "scan"),
        (small_pdf([[]]), State.SCANNED, "no text"),
        (b"", State.DAMAGED, "no PDF"),
        (b"%PDF-1.7\n", State.DAMAGED, "no PDF"),
        (small_pdf([]), State.DAMAGED, ""),
        (small_pdf([body()])[:400], State.DAMAGED, ""),
    ],
)
def test_what_cannot_be_read_says_why(
    reader: PdfReader, tmp_path: Path, content: bytes, state: State, said: str
) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(content)
    reading = reader.read(path)
    assert reading.state is state
    assert said in reading.reason
    assert reading.remedy
    assert reading.confidence is Confidence.NONE


def test_a_missing_file_and_a_folder(reader: PdfReader, tmp_path: Path) -> None:
    assert "No such file" in reader.read(tmp_path / "none.pdf").reason
    assert "no file" in reader.read(tmp_path).reason


def test_more_than_2000_pages_are_cut_and_it_is_said(reader: PdfReader, tmp_path: Path) -> None:
    path = tmp_path / "long.pdf"
    path.write_bytes(small_pdf([body(lines=1)] * 2_001))
    reading = reader.read(path)
    assert (reading.state, reading.pages, len(reading.page_texts)) == (State.READ, 2_001, 2_000)
    assert not reading.is_complete
    assert "first 2,000" in reading.reason


def test_a_file_over_500_mb_is_too_big(reader: PdfReader, tmp_path: Path) -> None:
    path = tmp_path / "big.pdf"
    with open(path, "wb") as file:
        file.truncate(501 << 20)  # sparse: it takes no space
    assert reader.read(path).state is State.TOO_BIG


def test_one_worker_serves_many_files(reader: PdfReader, article: Path) -> None:
    first = reader.read(article)
    pid = reader.worker_pid
    assert all(reader.read(article) == first for _ in range(20))
    assert reader.worker_pid == pid


@posix
def test_a_worker_killed_while_it_reads_costs_one_file(reader: PdfReader, article: Path) -> None:
    reader.read(article)
    pid = reader.worker_pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)  # so that it is still reading when the wait begins
    reading = reader.read(article, lambda done, total: os.kill(pid, signal.SIGKILL))
    assert reading.state is State.DAMAGED
    assert "SIGKILL" in reading.reason
    assert reading.remedy
    assert reader.read(article).state is State.READ
    assert reader.worker_pid != pid


@posix
def test_a_worker_killed_between_files_costs_nothing(reader: PdfReader, article: Path) -> None:
    reader.read(article)
    worker = psutil.Process(reader.worker_pid)
    worker.kill()
    psutil.wait_procs([worker], timeout=5)
    assert reader.read(article).state is State.READ


@posix
def test_a_worker_that_does_not_answer_is_ended(article: Path) -> None:
    with PdfReader(wall_seconds=0.5) as reader:
        reader.first_page_image(article, 10)
        pid = reader.worker_pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        assert reader.read(article).state is State.TIMED_OUT
        assert not psutil.pid_exists(pid)
        os.kill(_started(reader, article), signal.SIGSTOP)
        with pytest.raises(UserError, match="30 seconds"):
            reader.first_page_image(article, 10)


@posix
def test_cancelling_ends_the_worker_and_the_next_file_is_read(
    reader: PdfReader, article: Path
) -> None:
    pid = _started(reader, article)
    os.kill(pid, signal.SIGSTOP)

    def cancel(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        reader.read(article, cancel)
    assert not psutil.pid_exists(pid)
    assert reader.read(article).state is State.READ


def test_closing_ends_the_worker(article: Path) -> None:
    reader = PdfReader()
    pid = _started(reader, article)
    reader.close()
    assert not psutil.pid_exists(pid)
    assert reader.read(article).state is State.READ
    reader.close()
    reader.close()


def test_the_worker_does_not_outlive_a_window_that_dies(article: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; "
        "from desktop_app.importers.pdf.reader import PdfReader; reader = PdfReader(); "
        "reader.read(Path(sys.argv[1])); print(reader.worker_pid, flush=True); os._exit(9)"
    )
    command = [sys.executable, "-c", program, str(article)]
    died = subprocess.run(command, capture_output=True, text=True)
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(int(died.stdout)).wait(timeout=20)
    assert not psutil.pid_exists(int(died.stdout))


@pytest.mark.parametrize("width", [1, 300, 10_000])
def test_the_first_page_as_png(reader: PdfReader, article: Path, width: int) -> None:
    png = reader.first_page_image(article, width)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    across, down, _depth, colour = struct.unpack(">IIBB", png[16:26])
    assert abs(across - min(width, 2_000)) <= 1
    assert abs(down - across * 792 / 612) <= 2
    channels = {0: 1, 2: 3, 6: 4}[colour]
    start = png.index(b"IDAT")
    length = struct.unpack(">I", png[start - 4 : start])[0]
    rows = zlib.decompress(png[start + 4 : start + 4 + length])
    assert len(rows) == down * (1 + across * channels)
    if width == 300:
        assert {0, 255} <= set(rows)  # black words on white


def test_no_picture_of_what_is_no_pdf(reader: PdfReader, tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(b"no PDF")
    with pytest.raises(UserError, match="first page cannot be shown"):
        reader.first_page_image(path, 100)


def _started(reader: PdfReader, article: Path) -> int:
    reader.first_page_image(article, 10)
    assert reader.worker_pid is not None
    return reader.worker_pid


@pytest.mark.skipif(os.name == "nt", reason="there is no peak to inherit there")
def test_a_large_program_keeps_its_worker(article: Path) -> None:
    """What the program itself has held is not taken for the worker's peak."""
    held = bytearray(os.urandom(1024) * (600 * 1024))
    with PdfReader() as reader:
        first = _started(reader, article)
        reader.read(article)
        assert reader.worker_pid == first
    assert len(held) > 0
