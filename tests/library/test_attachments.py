"""Kept files: copied once and whole, theirs through merging and undoing, their text found."""

import hashlib
import os
from pathlib import Path

import pytest

from desktop_app.errors import UserError
from desktop_app.library.filed_records import write_with_files
from desktop_app.library.library import Library
from desktop_app.library.writer import Counts
from desktop_app.records import Article, ArticleWithFiles, Attachment

ONE = Article("Vitamin D and the healing of bones in adults", doi="10.1/one")
OTHER = Article("Asthma in children who live beside a road", doi="10.1/other")


def file_of(folder: Path, name: str, content: bytes, text: str = "") -> Attachment:
    path = folder / name
    path.write_bytes(content)
    return Attachment(path, str(path), hashlib.sha256(content).hexdigest(), len(content), text)


def store(library: Library, article: Article, *files: Attachment) -> int:
    write_with_files(library, ArticleWithFiles(article, files), "Zotero")
    return next(i for i, a in library.articles(library.ids()).items() if a.doi == article.doi)


def names(library: Library, article_id: int) -> list[str]:
    return [file.name for file in library.attachments.of(article_id)]


def kept(library: Library) -> list[Path]:
    return sorted(path for path in library.attachments.files.folder.rglob("*") if path.is_file())


def test_a_file_is_copied_under_its_hash_and_its_name(library: Library, tmp_path: Path) -> None:
    file = file_of(tmp_path, "Größe: β?.pdf" if os.name != "nt" else "Größe β.pdf", b"%PDF- 1")
    article_id = store(library, ONE, file)
    [found] = library.attachments.of(article_id)
    assert found.path.read_bytes() == b"%PDF- 1"
    assert found.path.name.startswith(file.sha256[:16] + " ")
    assert found.name.removesuffix(".pdf").replace(" ", "") == "Größeβ"
    assert (found.size, found.is_missing) == (7, False)
    assert library.check() == []


def test_one_content_is_kept_once_whatever_it_is_called(library: Library, tmp_path: Path) -> None:
    first = store(library, ONE, file_of(tmp_path, "a.pdf", b"%PDF- same", "Words."))
    second = store(library, OTHER, file_of(tmp_path, "b.pdf", b"%PDF- same", "Words."))
    assert len({library.attachments.of(i)[0].sha256 for i in (first, second)}) == 1
    assert library.attachments.holders(library.attachments.of(first)[0].sha256) == [first, second]
    assert library.lookups.full_text(["words"]).tolist() == [first, second]
    assert len(kept(library)) == 1
    again = write_with_files(
        library, ArticleWithFiles(ONE, (file_of(tmp_path, "a.pdf", b"%PDF- same"),)), "Zotero"
    )
    assert again == Counts(unchanged=1)


def test_a_file_that_changed_meanwhile_is_not_kept(library: Library, tmp_path: Path) -> None:
    file = file_of(tmp_path, "a.pdf", b"%PDF- before")
    file.path.write_bytes(b"%PDF- after")
    with pytest.raises(OSError, match="changed while it was read"):
        write_with_files(library, ArticleWithFiles(ONE, (file,)), "Zotero")
    assert (library.count(), kept(library)) == (0, [])


def test_one_file_that_is_gone_costs_itself_alone(library: Library, tmp_path: Path) -> None:
    gone, other = (file_of(tmp_path, name, name.encode()) for name in ("gone.pdf", "other.pdf"))
    gone.path.unlink()
    told: list[str] = []
    record = ArticleWithFiles(ONE, (other, gone))
    counts = write_with_files(library, record, "Zotero", lambda file, _: told.append(file.name))
    assert counts == Counts(added=1)
    assert told == [gone.name]
    assert [file.sha256 for file in library.attachments.of(1)] == [other.sha256]


def test_what_the_user_wrote_into_a_kept_file_stays(library: Library, tmp_path: Path) -> None:
    article_id = store(library, ONE, file_of(tmp_path, "a.pdf", b"%PDF- 1"))
    [found] = library.attachments.of(article_id)
    found.path.write_bytes(b"%PDF- 1 with my remarks")
    store(library, OTHER, file_of(tmp_path, "a.pdf", b"%PDF- 1"))
    contents = {path.name[17:]: path.read_bytes() for path in kept(library)}
    assert contents == {"a.pdf": b"%PDF- 1 with my remarks", "a (2).pdf": b"%PDF- 1"}


def test_full_text_is_found(library: Library, tmp_path: Path) -> None:
    text = "The osteoblasts were counted twice.\fAND OR NOT were no operators."
    article_id = store(library, ONE, file_of(tmp_path, "a.pdf", b"%PDF- 1", text))
    found = library.lookups.full_text
    assert found(["osteoblast"]).tolist() == [article_id]  # stemmed as the articles are
    assert found(["counted", "twice"]).tolist() == [article_id]
    for harmless in ('"', "AND", "a NEAR b", "text:osteoblasts", "*"):
        found([harmless])
    assert found([]).tolist() == found(["osteoclasts"]).tolist() == []


def test_merging_moves_files_and_undoing_gives_them_back(library: Library, tmp_path: Path) -> None:
    one = store(library, ONE, file_of(tmp_path, "one.pdf", b"%PDF- one", "osteoblasts"))
    other = store(library, OTHER, file_of(tmp_path, "other.pdf", b"%PDF- other", "bronchi"))
    library.duplicates.merge(one, other)
    assert names(library, one) == ["one.pdf", "other.pdf"]
    assert library.lookups.full_text(["bronchi"]).tolist() == [one]
    given_back = library.duplicates.split(one, library.duplicates.sources(one)[-1].id)
    assert library.article(given_back) == OTHER
    assert (names(library, one), names(library, given_back)) == (["one.pdf"], ["other.pdf"])
    assert library.lookups.full_text(["bronchi"]).tolist() == [given_back]
    assert library.lookups.full_text(["osteoblasts"]).tolist() == [one]
    assert library.check() == []


def test_merging_three_and_undoing_one_by_one(library: Library, tmp_path: Path) -> None:
    third = Article("Sleep and the memory of students", doi="10.1/third")
    ids = [
        store(library, article, file_of(tmp_path, f"{n}.pdf", b"%%PDF- %d" % n))
        for n, article in enumerate((ONE, OTHER, third))
    ]
    library.duplicates.merge(ids[1], ids[2])
    library.duplicates.merge(ids[0], ids[1])
    assert names(library, ids[0]) == ["0.pdf", "1.pdf", "2.pdf"]
    last = library.duplicates.split(ids[0], library.duplicates.sources(ids[0])[-1].id)
    assert (names(library, ids[0]), names(library, last)) == (["0.pdf", "1.pdf"], ["2.pdf"])


def test_merging_articles_with_the_same_file_keeps_one(library: Library, tmp_path: Path) -> None:
    one = store(library, ONE, file_of(tmp_path, "a.pdf", b"%PDF- same"))
    other = store(library, OTHER, file_of(tmp_path, "a.pdf", b"%PDF- same"))
    library.duplicates.merge(one, other)
    assert names(library, one) == ["a.pdf"]


def test_a_missing_file_is_told_and_located(library: Library, tmp_path: Path) -> None:
    article_id = store(library, ONE, file_of(tmp_path, "a.pdf", b"%PDF- 1"))
    [file] = library.attachments.of(article_id)
    moved = file.path.rename(tmp_path / "moved.pdf")
    [missing] = library.attachments.of(article_id)
    assert missing.is_missing
    assert any("missing" in problem for problem in library.check())
    with pytest.raises(UserError, match="another content"):
        library.attachments.locate(file.id, file_of(tmp_path, "b.pdf", b"%PDF- 2").path)
    with pytest.raises(UserError, match="cannot be read"):
        library.attachments.locate(file.id, tmp_path / "nowhere.pdf")
    library.attachments.locate(file.id, moved)
    [found] = library.attachments.of(article_id)
    assert (found.is_missing, found.path.read_bytes()) == (False, b"%PDF- 1")
    assert library.check() == []
