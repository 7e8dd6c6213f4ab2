"""Damaged NBIB, RIS, ISI and Refer files: never an exception, and the next record is still read."""

from pathlib import Path

import pytest

from desktop_app.importers.format import Format
from desktop_app.importers.input_file import InputFile
from desktop_app.importers.registry import read_file, recognise
from desktop_app.importers.tagged import enw, isi, nbib, ovid, ris
from desktop_app.records import Article, Problem
from tests.importers.examples import BY_FORMAT
from tests.importers.mutations import mutations

COUNT = 300
INTACT = {  # a record that follows the damage
    nbib.FORMAT: "\n\nPMID- 909\nTI  - The intact record.\n",
    ris.FORMAT: "\nTY  - JOUR\nTI  - The intact record.\nER  -\n",
    isi.FORMAT: "\nPT J\nTI The intact record.\nER\n",
    ovid.FORMAT: "\n<9>\nScore\n  *\nTitle\n  The intact record.\n",
    enw.FORMAT: "\n\n%0 Journal Article\n%T The intact record.\n",
}
FORMATS = pytest.mark.parametrize("known", INTACT, ids=lambda known: known.name)


@FORMATS
def test_the_example_is_recognised_and_read(tmp_path: Path, known: Format) -> None:
    path = tmp_path / "export.txt"
    path.write_bytes(BY_FORMAT[known.name])
    assert recognise(path) is known
    titles = [entry.title for entry in read_file(path) if isinstance(entry, Article)]
    assert len(titles) == 2
    assert all(titles)


@FORMATS
@pytest.mark.timeout(60)
def test_damage_never_ends_the_reading(tmp_path: Path, known: Format) -> None:
    path = tmp_path / "export.txt"
    for content in mutations(BY_FORMAT[known.name], COUNT, seed=7):
        intact = INTACT[known].encode()
        path.write_bytes(content + intact)
        entries = list(known.reads(InputFile(path)))
        last = entries[-1]
        assert isinstance(last, Article), content
        assert last.title.startswith("The intact record."), content
        problems = [entry for entry in entries if isinstance(entry, Problem)]
        assert all(problem.reason and problem.place for problem in problems)


@FORMATS
@pytest.mark.timeout(60)
def test_a_record_without_end_is_told_and_the_next_is_read(tmp_path: Path, known: Format) -> None:
    path = tmp_path / "export.txt"
    first = INTACT[known].strip().replace("The intact record.", "x " * 9_000_000, 1)
    path.write_text(first + INTACT[known], "utf-8")
    problem, article = known.reads(InputFile(path))
    assert isinstance(problem, Problem)
    assert problem.place.startswith("record 1, line ")
    assert "16 million characters" in problem.reason
    assert isinstance(article, Article)
    assert article.title == "The intact record."


@FORMATS
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_encoding_and_line_end_gives_the_same(
    tmp_path: Path, known: Format, encoding: str, line_end: str
) -> None:
    path = tmp_path / "export.txt"
    path.write_bytes(BY_FORMAT[known.name])
    expected = list(known.reads(InputFile(path)))
    text = BY_FORMAT[known.name].decode().replace("\n", line_end)
    path.write_bytes(text.encode(encoding))
    assert list(read_file(path)) == expected
