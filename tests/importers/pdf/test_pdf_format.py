"""PDF as a format of the import."""

import gzip
import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from desktop_app.errors import Cancelled
from desktop_app.importers.input_file import InputFile
from desktop_app.importers.pdf import format as pdf_format
from desktop_app.importers.pdf.format import FORMAT, shared_reader
from desktop_app.importers.registry import read_file
from desktop_app.records import (
    Article,
    ArticleWithFiles,
    Doubtful,
    Field,
    Guess,
    PartialDate,
    Problem,
)
from tests.importers.pdf.small_pdf import Printed, body, small_pdf

TITLE = "Early exercise after heart surgery in older adults"
DOI = Printed("J Tests 2019;3:4. doi:10.1234/abc.5", 8, bottom=760)


def write(path: Path, *lines: Printed) -> InputFile:
    path.write_bytes(small_pdf([[*lines, *body()]]))
    return InputFile(path)


def test_recognised_by_content() -> None:
    assert FORMAT.fits("%PDF-1.7 ...")
    assert FORMAT.fits("printer noise\n%PDF-1.4 ...")
    assert not FORMAT.fits("<PubmedArticleSet>%PDF-")
    assert not FORMAT.fits("TI  - About %PDF files")


def test_a_sure_article_goes_in(tmp_path: Path) -> None:
    file = write(tmp_path / "a.pdf", DOI, Printed(TITLE, 18))
    fields = (Field("file", str(tmp_path / "a.pdf")),)
    article = Article(TITLE, doi="10.1234/abc.5", date=PartialDate(2019), fields=fields)
    [entry] = FORMAT.reads(file)
    assert isinstance(entry, ArticleWithFiles)
    assert entry.article == article
    [attached] = entry.files
    content = file.path.read_bytes()
    assert (attached.path, attached.size) == (file.path, len(content))
    assert attached.sha256 == hashlib.sha256(content).hexdigest()
    assert TITLE in attached.text


@pytest.mark.parametrize("lines", [(DOI,), (Printed(TITLE, 18),)])
def test_a_doubtful_one_does_not(tmp_path: Path, lines: tuple[Printed, ...]) -> None:
    [entry] = FORMAT.reads(write(tmp_path / "a.pdf", *lines))
    assert isinstance(entry, Doubtful)
    assert entry.reason.startswith("It is not certain")
    assert entry.page_image.startswith(b"\x89PNG")
    guesses = entry.guesses
    assert bool(guesses.doi.value) == (DOI in lines)
    assert all(guess.place for guess in (guesses.title, guesses.doi) if guess.value)


def test_a_text_that_is_too_long_is_cut_and_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_format, "TEXT_CHARACTERS", 100)
    entry, problem = FORMAT.reads(write(tmp_path / "a.pdf", DOI, Printed(TITLE, 18)))
    assert isinstance(entry, ArticleWithFiles)
    assert 0 < len(entry.files[0].text) <= 100
    assert isinstance(problem, Problem)
    assert "first 100 characters" in problem.reason


def test_a_damaged_one_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7 and no more")
    [problem] = FORMAT.reads(InputFile(path))
    assert isinstance(problem, Problem)
    assert "damaged" in problem.reason


def test_a_compressed_one_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf.gz"
    path.write_bytes(gzip.compress(small_pdf([body()])))
    [problem] = read_file(path)
    assert isinstance(problem, Problem)
    assert "compressed" in problem.reason


def test_one_in_an_archive_has_the_archives_name(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("in/PMC123456.pdf", small_pdf([[DOI, Printed(TITLE, 18), *body()]]))
        archive.writestr("in/PMC123457.pdf", small_pdf([[Printed(TITLE, 18), *body()]]))
    found, doubtful = read_file(tmp_path / "a.zip")
    assert isinstance(found, ArticleWithFiles)
    assert found.article.fields[0].value.endswith("PMC123456.pdf")
    assert isinstance(doubtful, Doubtful)
    assert doubtful.guesses.pmcid == Guess("PMC123457", "likely", "file name")


def test_the_window_does_not_load_pdfium() -> None:
    program = "import sys, desktop_app.importers.registry; sys.exit('pypdfium2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0


def test_cancelled_while_the_worker_starts(tmp_path: Path) -> None:
    def cancel(done: int, total: int) -> None:
        raise Cancelled

    write(tmp_path / "a.pdf", DOI)
    shared_reader().close()
    with pytest.raises(Cancelled):
        list(FORMAT.reads(InputFile(tmp_path / "a.pdf", cancel)))
