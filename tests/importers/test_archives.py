"""Zip and tar archives: members read in turn, nothing written outside, bombs stopped early."""

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import tempfile
import zipfile
from pathlib import Path

import pytest

from desktop_app.errors import Cancelled
from desktop_app.importers import archives
from desktop_app.importers.registry import read_file, recognise
from desktop_app.records import Article, Problem
from tests.importers.structured_examples import BIBTEX, CSL_JSON, IDS, TABLE

MEMBERS = {"refs.bib": BIBTEX, "inner/ids.txt": IDS, "inner/table.csv": TABLE}


def zipped(members: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def tarred(members: dict[str, str | bytes], mode: str = "") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=f"w:{mode}") as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def write(folder: Path, content: bytes, name: str = "archive.zip") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def split(path: Path) -> tuple[list[Article], list[Problem]]:
    entries = list(read_file(path))
    articles = [entry for entry in entries if isinstance(entry, Article)]
    return articles, [entry for entry in entries if isinstance(entry, Problem)]


@pytest.mark.parametrize("kind", ["zip", "", "gz", "xz", "bz2"])
def test_members_are_read_in_turn(tmp_path: Path, kind: str) -> None:
    content = zipped({**MEMBERS}) if kind == "zip" else tarred({**MEMBERS}, kind)
    path = write(tmp_path, content, "x.dat")
    found = recognise(path)
    assert found is not None
    assert found.name == ("Zip archive" if kind == "zip" else "Tar archive")
    articles, problems = split(path)
    assert len(articles) == 6
    assert problems == []


RIS = "TY  - JOUR\nTI  - From RIS\nER  - \n\n"
TEXTS = {  # two records each: behind a header, the first line of the first one is not at its place
    "a.ris": 2 * RIS,
    "a.nbib": 2 * "PMID- 7\nOWN - NLM\nSTAT- MEDLINE\nTI  - From NBIB\nDP  - 2020\n\n",
    "a.ciw": "FN ISI\nVR 1.0\nPT J\nTI From ISI\nPY 2020\nER\n\nEF\n",
    "a.enw": "%0 Journal Article\n%T From Refer\n%D 2020\n",
    "a.bib": BIBTEX,
}


def packed_in(kind: str, members: dict[str, str | bytes]) -> bytes:
    if kind == "stored":
        return zipped(members, zipfile.ZIP_STORED)
    return zipped(members) if kind == "zip" else tarred(members, kind)


@pytest.mark.parametrize("kind", ["zip", "stored", "", "gz", "xz", "bz2"])
@pytest.mark.parametrize("first", TEXTS)
def test_an_archive_is_more_than_the_text_it_begins_with(
    tmp_path: Path, kind: str, first: str
) -> None:
    alone, problems = split(write(tmp_path, TEXTS[first].encode(), first))
    assert problems == []
    members: dict[str, str | bytes] = {first: TEXTS[first], "ids.txt": IDS, "odd.bin": b"\1\2"}
    path = write(tmp_path, packed_in(kind, members), "x.dat")
    found = recognise(path)
    assert found is not None
    assert found.name == ("Zip archive" if kind in ("zip", "stored") else "Tar archive")
    articles, problems = split(path)
    assert articles[: len(alone)] == alone
    assert [article.pmid for article in articles[len(alone) :]] == [21251279, 25431779]
    assert [problem.file for problem in problems] == [f"{path}/odd.bin"]


@pytest.mark.parametrize("style", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("name", ["a.ris", "  a.ris", f"{'long/' * 40}ä.ris"])
def test_every_kind_of_tar_is_known(tmp_path: Path, style: int, name: str) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=style) as archive:
        for place in (name, "b.ris"):
            info = tarfile.TarInfo(place)
            info.size = len(TEXTS["a.ris"])
            archive.addfile(info, io.BytesIO(TEXTS["a.ris"].encode()))
    articles, problems = split(write(tmp_path, out.getvalue()))
    assert (len(articles), problems) == (4, [])


def test_the_oldest_tars_are_known_by_the_sum_of_their_header(tmp_path: Path) -> None:
    content = bytearray(tarred({"a.ris": 2 * RIS, "b.ris": RIS}))
    for start in (0, 1024):
        content[start + 257 : start + 265] = bytes(8)
        content[start + 148 : start + 156] = b" " * 8
        content[start + 148 : start + 156] = b"%06o\0 " % sum(content[start : start + 512])
    articles, problems = split(write(tmp_path, bytes(content)))
    assert (len(articles), problems) == (3, [])


def test_mustard_is_no_archive(tmp_path: Path) -> None:
    lead = "TY  - JOUR\nTI  - T\nAB  - "
    text = lead + "x" * (256 - len(lead)) + "mustard gas\nER  - \n"
    assert text.index("ustar") == 257
    articles, problems = split(write(tmp_path, text.encode(), "a.ris"))
    assert (len(articles), problems) == (1, [])


@pytest.mark.parametrize(
    ("lead", "said"),
    [(b"7z\xbc\xaf\x27\x1c\0\4", "7-Zip"), (b"Rar!\x1a\x07\x01\0", "RAR")],
)
def test_other_archives_are_not_taken_for_their_first_text(
    tmp_path: Path, lead: bytes, said: str
) -> None:
    """Both can store a file as it is; what follows the first text is packed."""
    articles, problems = split(write(tmp_path, lead + b"\n" + TEXTS["a.ris"].encode() + b"\1\2\3"))
    assert articles == []
    assert said in problems[0].reason


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress, bz2.compress])
def test_a_single_compressed_file_is_read_without_an_archive(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    articles, problems = split(write(tmp_path, pack(BIBTEX.encode()), "refs.bib.x"))
    assert (len(articles), problems) == (2, [])
    cut = pack(BIBTEX.encode() * 100)[:-30]
    _, problems = split(write(tmp_path, cut, "refs.bib.x"))
    assert "too early" in problems[-1].reason or "damaged" in problems[-1].reason


def test_problems_name_the_member(tmp_path: Path) -> None:
    path = write(tmp_path, zipped({"a/b.bib": BIBTEX + "@article{bad, x\n", "c.bin": b"\1\2\3"}))
    articles, problems = split(path)
    assert len(articles) == 2
    assert [problem.file for problem in problems] == [f"{path}/a/b.bib", f"{path}/c.bin"]
    assert problems[0].place == "record 3, line 17"


def test_an_archive_in_an_archive_but_not_deeper(tmp_path: Path) -> None:
    content = zipped({"deep.bib": BIBTEX})
    articles, problems = split(write(tmp_path, zipped({"x.zip": content})))
    assert (len(articles), problems) == (2, [])
    content = zipped({"y.zip": tarred({"x.zip": content}), "z.bib": BIBTEX})
    articles, problems = split(write(tmp_path, content))
    assert len(articles) == 2
    assert len(problems) == 1
    assert problems[0].file.endswith("y.zip/x.zip/deep.bib")


@pytest.mark.parametrize(
    "name", ["../out.bib", "a/../../out.bib", "/etc/out.bib", "C:\\out.bib", "..\\out.bib"]
)
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_names_that_lead_out_are_left_out(tmp_path: Path, name: str, kind: str) -> None:
    members: dict[str, str | bytes] = {name: BIBTEX, "good.bib": BIBTEX}
    folder = tmp_path / "in"
    folder.mkdir()
    path = write(folder, zipped(members) if kind == "zip" else tarred(members))
    articles, problems = split(path)
    assert len(articles) == 2
    (problem,) = problems
    assert "leads out" in problem.reason
    assert [p.name for p in tmp_path.rglob("*")] == ["in", "archive.zip"]


def test_links_and_devices_are_left_out(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        kinds = {"l": tarfile.SYMTYPE, "h": tarfile.LNKTYPE, "d": tarfile.CHRTYPE}
        for name, kind in (kinds | {"p": tarfile.FIFOTYPE}).items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    articles, problems = split(write(tmp_path, out.getvalue()))
    assert (articles, len(problems)) == ([], 4)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        link = zipfile.ZipInfo("link.bib")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(link, "/etc/passwd")
    articles, problems = split(write(tmp_path, out.getvalue()))
    assert "link" in problems[0].reason
    assert articles == []


def test_encrypted_members_are_told_and_the_others_read(tmp_path: Path) -> None:
    content = bytearray(zipped({"a.bib": BIBTEX, "b.bib": BIBTEX}))
    for lead, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(lead) + offset] |= 1
    articles, problems = split(write(tmp_path, bytes(content)))
    assert len(articles) == 2
    assert "encrypted" in problems[0].reason


def test_office_files_and_hidden_members(tmp_path: Path) -> None:
    _, problems = split(write(tmp_path, zipped({"[Content_Types].xml": "<x/>", "a.xml": "<y/>"})))
    assert len(problems) == 1
    assert "CSV" in problems[0].remedy
    members: dict[str, str | bytes] = {"__MACOSX/._a.bib": b"\0", ".DS_Store": b"\0"}
    assert split(write(tmp_path, zipped(members))) == ([], [])


def test_bombs_stop_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    budgets: list[archives.Budget] = []

    class Kept(archives.Budget):
        def __post_init__(self) -> None:
            budgets.append(self)

    monkeypatch.setattr(archives, "Budget", Kept)
    zeros = b" " * 10_000_000
    bombs = {
        "many": zipped({f"{n}.txt": zeros for n in range(10)}),
        "nested": zipped({"a.zip": zipped({f"{n}.txt": zeros for n in range(10)})}),
        "tar.gz": tarred({f"{n}.txt": zeros for n in range(10)}, "gz"),
        "tar.xz": tarred({f"{n}.txt": zeros for n in range(10)}, "xz"),
    }
    for name, content in bombs.items():
        path = write(tmp_path, content, name)
        budgets.clear()
        problems = split(path)[1]
        assert any("100 times" in problem.reason for problem in problems), name
        assert len(problems) < 10, name
        unpacked = max((budget.unpacked for budget in budgets), default=0)
        assert unpacked < archives.FREE_BYTES + 1_000_000, name


def test_caps_on_members_and_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, zipped({f"{n}.bib": BIBTEX for n in range(5)}))
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    articles, problems = split(path)
    assert len(articles) == 6
    assert "more than 3 files" in problems[-1].reason
    monkeypatch.setattr(archives, "MAX_MEMBERS", 100)
    monkeypatch.setattr(archives, "MAX_BYTES", 2 * len(BIBTEX))
    articles, problems = split(path)
    assert len(articles) == 4
    assert len(problems) == 1


def test_nothing_is_left_behind_and_cancel_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    records = CSL_JSON.replace("things", "things " * 100_000)
    path = write(tmp_path, zipped({f"{n}.json": records for n in range(4)}))

    def cancel(done: int, total: int) -> None:
        raise Cancelled

    entries = read_file(path, cancel)
    with pytest.raises(Cancelled):
        list(entries)
    assert list(folder.iterdir()) == []
    entries = read_file(path)
    next(entries)
    assert len(list(folder.iterdir())) == 1
    entries.close()  # type: ignore[attr-defined]
    assert list(folder.iterdir()) == []
