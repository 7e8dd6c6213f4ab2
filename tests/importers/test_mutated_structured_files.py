"""Damaged BibTeX, XML, JSON, tables and lists: never an exception, and the rest is still read."""

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from desktop_app.importers.input_file import InputFile
from desktop_app.importers.registry import FORMATS, read_file, recognise
from desktop_app.records import Article, Problem
from tests.importers.mutations import mutations
from tests.importers.structured_examples import BY_FORMAT

COUNT = 300
BY_NAME = {known.name: known for known in FORMATS}
NAMES = pytest.mark.parametrize("name", BY_FORMAT)


@NAMES
def test_the_example_is_recognised_and_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / "export"
    path.write_text(BY_FORMAT[name], "utf-8")
    assert recognise(path) is BY_NAME[name]
    entries = list(read_file(path))
    assert [type(entry) for entry in entries] == [Article, Article]


@NAMES
@pytest.mark.timeout(60)
def test_damage_never_ends_the_reading(tmp_path: Path, name: str) -> None:
    path = tmp_path / "export"
    articles = problems = 0
    for content in mutations(BY_FORMAT[name].encode(), COUNT, seed=11):
        path.write_bytes(content)
        for entry in (*BY_NAME[name].reads(InputFile(path)), *read_file(path)):
            assert isinstance(entry, Article | Problem)
            articles += isinstance(entry, Article)
            problems += isinstance(entry, Problem)
    assert articles > COUNT / 2
    assert problems > COUNT / 20


@NAMES
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_encoding_and_line_end_gives_the_same(
    tmp_path: Path, name: str, encoding: str, line_end: str
) -> None:
    path = tmp_path / "export"
    text = BY_FORMAT[name]
    path.write_text(text, "utf-8")
    expected = list(read_file(path))
    declared = "iso-8859-1" if encoding == "cp1252" else encoding.removesuffix("-sig")
    text = text.replace('encoding="UTF-8"', f'encoding="{declared}"')
    if name == "JATS":
        text = text.replace('<?xml version="1.0"?>', f'<?xml version="1.0" encoding="{declared}"?>')
    path.write_bytes(text.replace("\n", line_end).encode(encoding))
    assert list(read_file(path)) == expected


@pytest.mark.parametrize("kind", ["zip", "tar"])
@pytest.mark.timeout(60)
def test_damaged_archives(tmp_path: Path, kind: str) -> None:
    content = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, text in BY_FORMAT.items():
                packed.writestr(name, text)
    else:
        with tarfile.open(fileobj=content, mode="w:gz") as archive:
            for name, text in BY_FORMAT.items():
                info = tarfile.TarInfo(name)
                info.size = len(text.encode())
                archive.addfile(info, io.BytesIO(text.encode()))
    path = tmp_path / "archive"
    articles = problems = 0
    for damaged in mutations(content.getvalue(), COUNT // 3, seed=5):
        path.write_bytes(damaged)
        for entry in read_file(path):
            assert isinstance(entry, Article | Problem)
            articles += isinstance(entry, Article)
            problems += isinstance(entry, Problem)
    assert articles > COUNT / 3
    assert problems > COUNT / 10
