"""Files made to harm: nothing outside is read, nothing expanded, memory and time stay bounded."""

import gzip
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desktop_app.importers.registry import Entry, files_in, read_file
from desktop_app.records import Article, Problem
from tests.benchmarks.synthetic_pubmed import write_pubmed_xml

SECRET = "the secret of another file"
RECORD = "<PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>{}</ArticleTitle>\
</Article></MedlineCitation></PubmedArticle>"

_opened: list[str] | None = None


def _listen(event: str, arguments: tuple[object, ...]) -> None:
    if _opened is not None and (event == "open" or event.startswith("socket.")):
        _opened.append(f"{event} {arguments[0]}")


sys.addaudithook(_listen)


@contextmanager
def everything_opened() -> Iterator[list[str]]:
    """What is opened in the block, files and sockets (by Python; lxml's own reads: see SECRET)."""
    global _opened  # noqa: PLW0603  (an audit hook cannot be removed)
    _opened = []
    try:
        yield _opened
    finally:
        _opened = None


def entries_of(path: Path) -> list[Entry]:
    """All entries of a file, having made sure that no other file was opened."""
    with everything_opened() as opened:
        entries = list(read_file(path))
    assert set(opened) <= {f"open {path}"}
    return entries


DOCTYPES = {
    "file": '<!ENTITY e SYSTEM "{secret}">',
    "file address": '<!ENTITY e SYSTEM "file://{secret}">',
    "http": '<!ENTITY e SYSTEM "http://127.0.0.1:9/x">',
    "public": '<!ENTITY e PUBLIC "x" "{secret}">',
    "parameter": '<!ENTITY % p SYSTEM "{secret}"> %p; <!ENTITY e "x">',
    "parameter alone": '<!ENTITY % p SYSTEM "{secret}"> %p;',
    "internal": '<!ENTITY e "harmless">',
    "laughs": '<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "&a{n - 1 or ""};&a{n - 1 or ""};">' for n in range(1, 40))
    + '<!ENTITY e "&a39;">',
    "cyclic": '<!ENTITY e "&f;"><!ENTITY f "&e;">',
    "unparsed": '<!NOTATION n SYSTEM "{secret}"><!ENTITY e SYSTEM "{secret}" NDATA n>',
}


@pytest.mark.parametrize("kind", DOCTYPES)
@pytest.mark.parametrize("title", ["&e;", '<i k="&e;">x</i>', "plain"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_declared_in_a_file_are_refused(
    tmp_path: Path, kind: str, title: str, encoding: str
) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    doctype = DOCTYPES[kind].replace("{secret}", str(secret))
    path = tmp_path / "file.xml"
    path.write_text(
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE PubmedArticleSet [{doctype}]>'
        f"<PubmedArticleSet>{RECORD.format(title)}</PubmedArticleSet>",
        encoding=encoding,
    )
    (problem,) = entries_of(path)
    assert isinstance(problem, Problem)
    assert SECRET not in str(problem)


def test_external_dtd_and_xinclude_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "x.dtd").write_text(f'<!ENTITY e "{SECRET}">')
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="x.dtd" parse="text"/>'
    path = tmp_path / "file.xml"
    path.write_text(
        f'<!DOCTYPE PubmedArticleSet SYSTEM "{tmp_path}/x.dtd"><PubmedArticleSet>'
        f"{RECORD.format('a&e;b')}{RECORD.format('c' + include)}</PubmedArticleSet>"
    )
    problem, article = entries_of(path)
    assert isinstance(problem, Problem)
    assert "'e' not defined" in problem.reason
    assert article == Article("c", 1)


def test_public_collection_of_hostile_files(shared_data: Path) -> None:
    for path in files_in(shared_data / "xml_hostile"):
        entries = entries_of(path)
        assert [type(entry) for entry in entries] == [Problem], path.name


def test_gzip_bomb_is_refused_early(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xml.gz"
    with gzip.open(path, "wb", compresslevel=9) as packed:
        packed.write(b"<PubmedArticleSet>" + RECORD.format("T").encode() + b"<x>")
        for _ in range(300):
            packed.write(bytes(b" " * 1_000_000))
    tracemalloc.start()
    try:
        first, *problems = entries_of(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert first == Article("T", 1)
    assert any("100 times" in str(problem) for problem in problems)
    assert peak < 60_000_000


def test_zeros_instead_of_xml_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "zeros.xml.gz"
    path.write_bytes(gzip.compress(bytes(300_000_000), compresslevel=1))
    assert [type(entry) for entry in entries_of(path)] == [Problem]


@pytest.mark.parametrize(
    "title",
    ["<b>" * 100_000, "<i " + 'a="' + "x" * 11_000_000 + '"/>', "x" * 11_000_000],
    ids=["deep", "long attribute", "long text"],
)
def test_extremes_cost_one_record(tmp_path: Path, title: str) -> None:
    path = tmp_path / "file.xml"
    path.write_text(f"<PubmedArticleSet>{RECORD.format(title)}{RECORD.format('T')}")
    problem, article, *_ = entries_of(path)
    assert isinstance(problem, Problem)
    assert article == Article("T", 1)


_PEAKS = """
import resource, sys
from pathlib import Path
from desktop_app.importers.registry import read_file
for path in sys.argv[1:]:
    count = sum(1 for _ in read_file(Path(path)))
    print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in KB on Linux only")
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    paths = [tmp_path / "500.xml.gz", tmp_path / "5000.xml.gz"]
    write_pubmed_xml(paths[0], 500)
    write_pubmed_xml(paths[1], 5000)
    command = [sys.executable, "-c", _PEAKS, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=200)
    (small, small_peak), (large, large_peak) = (
        map(int, line.split()) for line in done.stdout.splitlines()
    )
    assert (small, large) == (500, 5000)
    assert large_peak - small_peak < 6_000


def test_memory_of_a_rescue_does_not_grow_with_the_file(tmp_path: Path) -> None:
    peaks = []
    for count in (200, 1500):
        path = tmp_path / f"{count}.xml"
        write_pubmed_xml(path, count)
        path.write_bytes(path.read_bytes().replace(b"</Article>", b"</Artikel>", 1))
        tracemalloc.start()
        try:
            entries = sum(isinstance(entry, Article) for entry in read_file(path))
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
        assert entries == count - 1
    assert peaks[1] - peaks[0] < 2_000_000
