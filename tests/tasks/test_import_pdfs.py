"""PDFs into a library: kept with their text, or waiting; never twice, never half."""

import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from desktop_app.errors import Cancelled
from desktop_app.library.library import Library
from desktop_app.records import Article, PartialDate
from desktop_app.tasks.import_files import ImportReport, import_files
from tests.importers.pdf.article_pdf import (
    DOI,
    TITLE,
    damaged_pdf,
    doubtful_pdf,
    encrypted_pdf,
    scanned_pdf,
    sure_pdf,
)
from tests.importers.zotero_example import ZoteroExample

NUMBERS = ("added", "updated", "merged", "unchanged", "needs_you")


def figures(report: ImportReport) -> dict[str, int]:
    return {name: number for name in NUMBERS if (number := getattr(report, name))}


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def kept(library: Library) -> list[Path]:
    return sorted(p for p in library.attachments.files.folder.rglob("*") if p.is_file())


def test_a_sure_pdf_is_an_article_with_its_file_and_text(library: Library, tmp_path: Path) -> None:
    content = sure_pdf(words="Osteoblasts were counted.")
    report = import_files(library, [write(tmp_path / "a.pdf", content)])
    assert figures(report) == {"added": 1}
    [file] = library.attachments.of(1)
    assert file.path.read_bytes() == content
    assert file.name == "a.pdf"
    assert library.lookups.full_text(["osteoblasts"]).tolist() == [1]


def test_the_same_file_under_any_name_changes_nothing(library: Library, tmp_path: Path) -> None:
    import_files(library, [write(tmp_path / "a.pdf", sure_pdf())])
    before = library.revision()
    report = import_files(library, [write(tmp_path / "b.pdf", sure_pdf())])
    assert figures(report) == {"unchanged": 1}
    assert (library.revision(), len(kept(library))) == (before, 1)


def test_a_pdf_of_a_known_article_is_attached_and_changes_no_field(
    library: Library, tmp_path: Path
) -> None:
    known = Article(TITLE + ".", pmid=7, doi=DOI, date=PartialDate(2018))
    library.write([known], "PubMed XML")
    before = library.revision()
    report = import_files(library, [write(tmp_path / "a.pdf", sure_pdf())])
    assert figures(report) == {"merged": 1}
    assert library.article(1) == known
    assert library.revision() == before
    assert [file.name for file in library.attachments.of(1)] == ["a.pdf"]
    assert len(library.lookups.having("fulltext")) == 1


def test_a_sure_identifier_is_enough_when_the_article_is_here(
    library: Library, tmp_path: Path
) -> None:
    library.write([Article("A title that is printed small", doi=DOI)], "RIS")
    content = sure_pdf(title="Letter")  # a word that cannot be a title for sure
    report = import_files(library, [write(tmp_path / "a.pdf", content)])
    assert figures(report) in ({"merged": 1}, {"needs_you": 1})
    library.write([Article("Letter", doi="10.1234/letter")], "RIS")
    content = sure_pdf(title="Letter", doi="10.1234/letter")
    assert figures(import_files(library, [write(tmp_path / "b.pdf", content)])) == {"merged": 1}


def test_what_is_doubtful_scanned_or_encrypted_waits_once(library: Library, tmp_path: Path) -> None:
    contents = {"doubt": doubtful_pdf(), "scan": scanned_pdf(), "locked": encrypted_pdf()}
    for name, content in contents.items():
        write(tmp_path / "in" / f"{name}.pdf", content)
    write(tmp_path / "in" / "rubbish.pdf", damaged_pdf())
    report = import_files(library, [tmp_path / "in"])
    assert figures(report) == {"needs_you": 3}
    [problem] = report.problems
    assert "damaged" in problem.reason
    assert library.count() == 0
    waiting = {Path(file.name).stem: file for file in library.waiting.files()}
    assert set(waiting) == set(contents)
    assert waiting["doubt"].guesses.title.value == TITLE
    assert waiting["doubt"].guesses.title.place
    assert "scan" in waiting["scan"].reason
    assert "encrypted" in waiting["locked"].reason
    for name, file in waiting.items():
        assert file.path.read_bytes() == contents[name]
    assert library.waiting.page_image(waiting["doubt"].id).startswith(b"\x89PNG")
    again = import_files(library, [tmp_path / "in"])
    assert figures(again) == {"unchanged": 3}
    assert library.waiting.count() == 3
    assert sum(file.counts.needs_you for file in library.imports.latest(2)) == 3


def test_members_of_an_archive_are_kept_before_they_vanish(
    library: Library, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("in/first.pdf", sure_pdf(TITLE, DOI))
        archive.writestr("in/list.ris", "TY  - JOUR\nTI  - A record between\nER  - \n")
        archive.writestr("in/second.pdf", doubtful_pdf("Another title that has no identifier"))
    report = import_files(library, [tmp_path / "a.zip"])
    assert figures(report) == {"added": 2, "needs_you": 1}
    [file] = library.attachments.of(1)
    assert (file.name, file.is_missing) == ("first.pdf", False)
    [waiting] = library.waiting.files()
    assert waiting.name.endswith("a.zip/in/second.pdf")
    assert waiting.path.is_file()


def test_pdfs_in_zotero_come_with_their_items(library: Library, tmp_path: Path) -> None:
    example = ZoteroExample(tmp_path / "zotero.sqlite")
    item = example.item("journalArticle", {"title": "An item of Zotero with two files"})
    stored = example.attachment(item, 0, "storage:a.pdf")
    example.attachment(item, 0, "storage:not here.pdf")
    path = tmp_path / "storage" / example.key(stored) / "a.pdf"
    example.close()
    write(path, doubtful_pdf(words="Osteoblasts were counted."))
    report = import_files(library, [tmp_path / "zotero.sqlite"])
    assert figures(report) == {"added": 1}
    assert [file.name for file in library.attachments.of(1)] == ["a.pdf"]
    assert library.lookups.full_text(["osteoblasts"]).tolist() == [1]
    assert library.article(1).title == "An item of Zotero with two files"
    assert [f.name for f in library.article(1).fields].count("file") == 2
    again = import_files(library, [tmp_path / "zotero.sqlite"])
    assert figures(again) == {"unchanged": 1}


def test_a_zotero_library_in_an_archive_leads_to_no_files(library: Library, tmp_path: Path) -> None:
    mine = write(tmp_path / "mine.pdf", sure_pdf())
    example = ZoteroExample(tmp_path / "zotero.sqlite")
    item = example.item("journalArticle", {"title": "An item that names a file of mine"})
    example.attachment(item, 2, str(mine))
    example.close()
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / "zotero.sqlite", "zotero.sqlite")
    import_files(library, [tmp_path / "a.zip"])
    assert library.count() == 1
    assert library.attachments.of(1) == []


def test_a_cancel_keeps_whole_files_only(library: Library, tmp_path: Path) -> None:
    for number in range(4):
        content = sure_pdf(f"{TITLE} part {number}", f"{DOI}{number}")
        write(tmp_path / "in" / f"{number}.pdf", content)

    def cancel_later(done: int, total: int) -> None:
        if library.count() == 2:
            raise Cancelled

    report = import_files(library, [tmp_path / "in"], cancel_later)
    assert report.cancelled
    assert library.count() == len(kept(library)) == 2
    assert library.check() == []
    rest = import_files(library, [tmp_path / "in"])
    assert figures(rest) == {"added": 2, "unchanged": 2}


# --- a library that dies or has no room ----------------------------------------------------------

_CHILD = """
import os, sys
from pathlib import Path
from desktop_app.errors import UserError
from desktop_app.library import attachments, waiting
from desktop_app.library.library import Library
from desktop_app.tasks.import_files import import_files

library = Library.open(Path(sys.argv[1]))
{before}
import_files(library, [Path(path) for path in sys.argv[2:]])
"""
_KILL = "def die(*_, **__): os.kill(os.getpid(), 9)\n"


def run_child(before: str, *arguments: Path) -> subprocess.CompletedProcess[str]:
    program = _CHILD.format(before=before)
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 here")
@pytest.mark.parametrize(
    ("place", "make"),
    [("os.replace", sure_pdf), ("attachments.attach", sure_pdf), ("waiting.enter", doubtful_pdf)],
)
def test_killed_at_any_moment_no_row_is_without_its_file(
    tmp_path: Path, place: str, make: object
) -> None:
    assert callable(make)
    pdf = write(tmp_path / "a.pdf", make())
    Library.open(tmp_path / "library").close()
    died = run_child(f"{_KILL}{place} = die", tmp_path / "library", pdf)
    assert died.returncode == -9, died.stderr
    with Library.open(tmp_path / "library") as library:
        assert library.check() == []
        assert library.count() == library.waiting.count() == 0
        report = import_files(library, [pdf])
        assert figures(report) in ({"added": 1}, {"needs_you": 1})
        [file] = kept(library)  # no half one beside it, and no second
        assert file.read_bytes() == pdf.read_bytes()
        assert library.check() == []


def test_a_full_disk_is_told_and_leaves_nothing_half(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    small = write(tmp_path / "a.pdf", sure_pdf())
    large = write(tmp_path / "b.pdf", sure_pdf("Another title that stands out", padding=4_000_000))
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))"
    with Library.open(tmp_path / "library") as library:
        import_files(library, [small])
    done = run_child(limit, tmp_path / "library", large)
    assert done.returncode == 1
    assert "UserError: The disk that holds" in done.stderr
    with Library.open(tmp_path / "library") as library:
        assert (library.count(), len(kept(library))) == (1, 1)
        assert library.check() == []
