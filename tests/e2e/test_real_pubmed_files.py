"""Every real PubMed file at hand goes into a library, and what was read of it comes back whole."""

import tarfile
from pathlib import Path

import pytest

from desktop_app.importers.registry import files_in, read_file, recognise
from desktop_app.library.library import Library
from desktop_app.records import Article, Deletion, Milestone
from desktop_app.tasks.import_files import import_files


@pytest.fixture(scope="module")
def folder(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pubmed")
    for path in sorted((shared_data / "pubmed_xml").iterdir()):
        if path.name.endswith(".tar.gz"):
            with tarfile.open(path) as archive:
                archive.extractall(folder / path.name, filter="data")
        else:
            (folder / path.name).symlink_to(path)
    return folder


def _date(article: Article) -> str:
    """When the record was last revised, for telling which of two versions is the newer."""
    revised = [m for m in article.milestones if m.kind == "record-revised"]
    return _iso(revised[0]) if revised else ""


def _iso(milestone: Milestone) -> str:
    date = milestone.date
    return f"{date.year:04d}-{date.month:02d}-{date.day:02d}"


def _newest(folder: Path) -> dict[int, Article]:
    """The newest version of every PMID, deletions applied, in the order of the import."""
    newest: dict[int, Article] = {}
    for path in files_in(folder):
        if recognise(path) is None:
            continue
        for entry in read_file(path):
            if isinstance(entry, Deletion):
                newest.pop(entry.pmid, None)
            elif isinstance(entry, Article) and entry.pmid:
                known = newest.get(entry.pmid)
                if known is None or _date(entry) >= _date(known):
                    newest[entry.pmid] = entry
    return newest


def test_all_of_it_comes_back(folder: Path, tmp_path: Path) -> None:
    expected = _newest(folder)
    with Library.open(tmp_path / "library") as library:
        report = import_files(library, [folder])
        stored = {a.pmid: a for a in library.articles(library.ids()).values()}
        assert library.check() == []
        assert import_files(library, [folder]).added == 0
    assert len(expected) > 1_200  # 1,433 records, some files hold the same ones
    assert report.added >= len(expected)
    assert stored.keys() == expected.keys()
    different = [pmid for pmid, article in expected.items() if stored[pmid] != article]
    assert different == []
