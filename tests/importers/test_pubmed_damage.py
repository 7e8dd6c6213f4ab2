"""One bad record never loses the next: broken XML, cut files, 300 mutations."""

import gzip
import random
import re
from pathlib import Path

import pytest

from desktop_app.importers.registry import Entry, read_file
from desktop_app.records import Article, Deletion, Problem

ROOT = b"<PubmedArticleSet>"
END = b"</PubmedArticleSet>"


def record(pmid: int, title: str = "A title") -> bytes:
    """A record with the structure of real ones."""
    return f"""
<PubmedArticle>
  <MedlineCitation Status="MEDLINE" Owner="NLM">
    <PMID Version="1">{pmid}</PMID>
    <Article PubModel="Print">
      <Journal><JournalIssue CitedMedium="Print"><Volume>{pmid % 50}</Volume>
        <PubDate><Year>19{pmid % 90 + 10}</Year></PubDate></JournalIssue></Journal>
      <ArticleTitle>{title} {pmid} &amp; more</ArticleTitle>
      <Abstract><AbstractText Label="AIM">Über α &lt; 3 und <i>x</i>.</AbstractText></Abstract>
      <AuthorList CompleteYN="Y"><Author ValidYN="Y"><LastName>Name</LastName></Author></AuthorList>
    </Article>
    <MeshHeadingList><MeshHeading><DescriptorName UI="D000818" MajorTopicYN="N">Animals\
</DescriptorName></MeshHeading></MeshHeadingList>
  </MedlineCitation>
  <PubmedData><ArticleIdList><ArticleId IdType="pubmed">{pmid}</ArticleId></ArticleIdList>
    <ReferenceList><Reference><Citation>C</Citation><ArticleIdList>\
<ArticleId IdType="pubmed">{pmid + 5000}</ArticleId></ArticleIdList></Reference></ReferenceList>
  </PubmedData>
</PubmedArticle>""".encode()


def read(folder: Path, content: bytes) -> list[Entry]:
    path = folder / "file.xml"
    path.write_bytes(content)
    return list(read_file(path))


def split(entries: list[Entry]) -> tuple[list[int | None], list[Problem]]:
    pmids = [entry.pmid for entry in entries if isinstance(entry, Article)]
    return pmids, [entry for entry in entries if isinstance(entry, Problem)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"&amp; more", b"& more", "EntityRef"),
        (b"&amp; more", b"&nbsp; more", "nbsp"),
        (b'Label="AIM"', b'Label="A&nbsp;M"', "nbsp"),
        (b"</ArticleTitle>", b"</ArticleTitel>", "mismatch"),
        (b"A title", b"A \x00 title", ""),
        (b"A title", b"A \x08 title", "PCDATA"),
        (b"A title", b"A \xff title", "encoding"),
        (b'UI="D000818"', b"UI=D000818", "AttValue"),
        (b"</PubmedArticle>", b"", "breaks off"),
        (b"<PubmedArticle>", b"<PubmedArticlo>", "beginning"),
        (b"<PubmedData>", b"<a>" * 300 + b"</a>" * 300 + b"<PubmedData>", "depth"),
    ],
)
@pytest.mark.parametrize("doctype", [b"", b'<!DOCTYPE PubmedArticleSet SYSTEM "x.dtd">'])
def test_a_bad_record_is_told_and_the_others_are_read(
    tmp_path: Path, old: bytes, new: bytes, said: str, doctype: bytes
) -> None:
    bad = record(2).replace(old, new)
    content = doctype + ROOT + record(1) + bad + record(3) + record(4) + END
    pmids, problems = split(read(tmp_path, content))
    assert pmids == [1, 3, 4]
    (problem,) = problems
    assert said in problem.reason
    assert problem.remedy
    line = int(re.search(r"record 2, PMID 2, line (\d+)", problem.place)[1])  # type: ignore[index]
    first = (doctype + ROOT + record(1)).count(b"\n") + 1
    assert first <= line <= first + bad.count(b"\n") + 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<PubmedArticle>", b"<PubmedArticlo>"),
        (b"<PubmedArticle>", b"<PubmedArticle><PubmedArticle>"),
        (b"</PubmedArticle>", b"</PubmedArticlo>"),
        (b"</Article>", b"</Articlo>"),
        (b"<PubmedData>", b"<MedlineCitation></MedlineCitation><PubmedData>&"),
    ],
)
def test_damage_that_shows_only_in_a_later_part_of_the_file(
    tmp_path: Path, old: bytes, new: bytes
) -> None:
    records = [record(n, "long " * 12_000) for n in range(1, 31)]
    records[14] = records[14].replace(old, new)
    pmids, problems = split(read(tmp_path, ROOT + b"".join(records) + END))
    lost = [] if new.endswith(b"<PubmedArticle>") else [15]
    assert pmids == [n for n in range(1, 31) if n not in lost]
    assert len(problems) == 1


def test_undeclared_mathml_prefix_does_not_cost_the_record(tmp_path: Path) -> None:
    odd = record(1).replace(b"<i>x</i>", b"<mml:mi>x</mml:mi>")
    assert split(read(tmp_path, ROOT + odd + record(2) + END)) == ([1, 2], [])


def test_a_file_cut_anywhere_keeps_all_whole_records(tmp_path: Path) -> None:
    content = ROOT + b"".join(record(n) for n in range(1, 6)) + b"\n" + END
    for cut in range(len(ROOT), len(content) - 1, 97):
        pmids, problems = split(read(tmp_path, content[:cut]))
        assert pmids == list(range(1, content[:cut].count(b"</PubmedArticle>") + 1))
        assert len(problems) == 1


def test_a_damaged_gzip_file_keeps_what_came_before(tmp_path: Path) -> None:
    texts = (random.Random(1).randbytes(400).hex() for _ in range(400))
    content = ROOT + b"".join(record(n, text) for n, text in enumerate(texts, 1)) + END
    packed = bytearray(gzip.compress(content))
    cut = read(tmp_path, bytes(packed[: len(packed) // 2]))
    packed[len(packed) // 2] ^= 0xFF
    for entries in (cut, read(tmp_path, bytes(packed))):
        pmids, problems = split(entries)
        assert 150 < len(pmids) < 250
        assert pmids == list(range(1, len(pmids) + 1))
        assert "compressed" in problems[-1].reason


def test_several_documents_in_one_file_are_no_problem(tmp_path: Path) -> None:
    one = b'<?xml version="1.0"?>\n<!DOCTYPE PubmedArticleSet SYSTEM "x">\n' + ROOT
    content = one + record(1) + END + b"\n" + one + record(2) + record(3) + END
    assert split(read(tmp_path, content)) == ([1, 2, 3], [])


def test_text_between_records_is_told(tmp_path: Path) -> None:
    pmids, problems = split(read(tmp_path, ROOT + record(1) + b" & " + record(2) + END))
    assert pmids == [1, 2]
    assert ["after record 1" in problem.place for problem in problems] == [True]


def test_megabytes_of_rubbish_between_records_are_one_problem(tmp_path: Path) -> None:
    rubbish = b"rubbish & " * 500_000
    pmids, problems = split(read(tmp_path, ROOT + record(1) + rubbish + record(2) + END))
    assert pmids == [1, 2]
    assert len(problems) == 1


def test_deletions_and_old_records_are_rescued_too(tmp_path: Path) -> None:
    old = b"<MedlineCitation><PMID>%d</PMID></MedlineCitation>"
    deleted = b"<DeleteCitation><PMID>9</PMID></DeleteCitation>"
    content = (
        b"<MedlineCitationSet>" + old % 1 + b"&" + old % 2 + deleted + b"</MedlineCitationSet>"
    )
    entries = read(tmp_path, content)
    assert split(entries)[0] == [1, 2]
    assert Deletion(9) in entries


def test_the_declared_encoding_counts_in_a_rescue_too(tmp_path: Path) -> None:
    head = b'<?xml version="1.0" encoding="iso-8859-1"?>' + ROOT
    latin = record(2, "Gruß").decode().encode("iso-8859-1", errors="xmlcharrefreplace")
    entries = read(tmp_path, head + record(1) + b"<&" + latin + END)
    assert isinstance(entries[-1], Article)
    assert entries[-1].title.startswith("Gruß")


def test_a_broken_file_in_utf_16_is_rescued_like_any_other(tmp_path: Path) -> None:
    head = b'<?xml version="1.0" encoding="utf-16"?>' + ROOT
    bad = record(2).replace(b"</Article>", b"")
    text = (head + record(1) + bad + record(3) + END).decode()
    pmids, problems = split(read(tmp_path, text.encode("utf-16")))
    assert pmids == [1, 3]
    assert len(problems) == 1


def test_a_record_larger_than_any_real_one_is_a_problem(tmp_path: Path) -> None:
    giant = record(2).replace(b"<PubmedData>", b"<x>y</x>" * 2_600_000 + b"<PubmedData>")
    pmids, problems = split(read(tmp_path, ROOT + record(1) + giant + record(3) + END))
    assert pmids == [1, 3]
    line = (ROOT + record(1)).count(b"\n") + 2
    assert [problem.place for problem in problems] == [f"record 2, PMID 2, line {line}"]
    assert "16 MB" in problems[0].reason


def mutated(content: bytes, start: int, end: int, choice: random.Random) -> bytes:
    """`content` with one change of 1 to 40 bytes between `start` and `end`."""
    place = choice.randrange(start, end - 40)
    size = choice.choice((1, 1, 1, 2, 7, 40))
    part = content[place : place + size]
    kind = choice.choice(("flip", "cut", "double", "insert"))
    if kind == "flip":
        part = bytes(byte ^ (1 << choice.randrange(8)) for byte in part)
    elif kind == "cut":
        part = b""
    elif kind == "double":
        part += part
    else:
        part += choice.choice((b"<", b"&", b"\0", b"\xff", b"]]>", b"<!--", b"</x>", b'"'))
    return content[:place] + part + content[place + size :]


def test_300_mutations_cost_the_mutated_record_alone(tmp_path: Path) -> None:
    records = [record(n) for n in range(1001, 1021)]
    starts = [len(ROOT) + sum(map(len, records[:n])) for n in range(21)]
    content = ROOT + b"".join(records) + END
    whole = {entry.pmid: entry for entry in read(tmp_path, content) if isinstance(entry, Article)}
    silent = 0
    for seed in range(300):
        choice = random.Random(seed)
        hit = choice.randrange(20)
        entries = read(tmp_path, mutated(content, starts[hit], starts[hit + 1], choice))
        articles = [entry for entry in entries if isinstance(entry, Article)]
        survivors = [article for article in articles if whole.get(article.pmid) == article]
        others = [whole[pmid] for pmid in range(1001, 1021) if pmid != 1001 + hit]
        assert [a for a in survivors if a.pmid != 1001 + hit] == others, f"seed {seed}"
        assert len(articles) <= 20, f"seed {seed}"
        assert len(articles) == 20 or split(entries)[1], f"seed {seed}: lost without a word"
        silent += len(articles) == 20
    assert 20 < silent < 280  # both kinds were tried: changes of text, and broken XML


def test_300_mutations_of_a_compressed_file_never_raise(tmp_path: Path) -> None:
    content = ROOT + b"".join(record(n) for n in range(1001, 1021)) + END
    packed = gzip.compress(content)
    for seed in range(300):
        entries = read(tmp_path, mutated(packed, 0, len(packed), random.Random(seed)))
        pmids, problems = split(entries)
        assert problems or pmids == list(range(1001, 1021)), f"seed {seed}"
