"""Plain lists of identifiers, and texts that only look like one."""

from pathlib import Path

import pytest

from desktop_app.importers.registry import read_file, recognise
from desktop_app.records import Article, Problem


def write(folder: Path, text: str) -> Path:
    path = folder / "list.txt"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    [
        "21251279\n25431779\n",
        "21251279, 25431779",
        "PMID\r\n21251279\r\n25431779",
        "\ufeff21251279;25431779\n",
        "21251279 25431779",
        "PMID: 21251279\nPMID:25431779\n",
        '"21251279"\n"25431779"\n',
        "https://pubmed.ncbi.nlm.nih.gov/21251279/\nhttps://www.ncbi.nlm.nih.gov/pubmed/25431779\n",
    ],
)
def test_lists_of_pmids(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, text)
    found = recognise(path)
    assert found is not None
    assert found.name == "List of identifiers"
    assert list(read_file(path)) == [Article("", pmid=21251279), Article("", pmid=25431779)]


def test_dois_and_pmcids(tmp_path: Path) -> None:
    text = "10.1000/AbC(1)\nhttps://doi.org/10.1/x\ndoi:10.1/y\nPMC123.1\npmcid: PMC45\n"
    assert list(read_file(write(tmp_path, text.replace("10.1/", "10.1234/")))) == [
        Article("", doi="10.1000/abc(1)"),
        Article("", doi="10.1234/x"),
        Article("", doi="10.1234/y"),
        Article("", pmcid="PMC123"),
        Article("", pmcid="PMC45"),
    ]


def test_a_typing_error_is_a_problem_with_its_line(tmp_path: Path) -> None:
    numbers = [f"{21251279 + n}\n" for n in range(40)]
    entries = list(read_file(write(tmp_path, "".join(numbers[:3]) + "2125x\n" + numbers[4])))
    assert len(entries) == 1  # one in five is no list of identifiers
    entries = list(read_file(write(tmp_path, "".join(numbers[:3]) + "x1\n" + "".join(numbers[3:]))))
    (problem,) = [entry for entry in entries if isinstance(entry, Problem)]
    assert problem.place == "record 4, line 4"
    assert len(entries) == 41


@pytest.mark.parametrize(
    "text",
    [
        "Dear 21251279\n",
        "1.5\n2.5\n",
        "12:30\n",
        "a,b\n1,2\n",
        "-5\n",
        "1\n2\n3\n",
        "1999\n2000\n",
    ],
)
def test_other_texts_are_not_taken_for_lists(tmp_path: Path, text: str) -> None:
    assert recognise(write(tmp_path, text)) is None


def test_a_long_list_on_one_line(tmp_path: Path) -> None:
    path = write(tmp_path, ",".join(str(n) for n in range(10_000_000, 10_200_000)))
    entries = list(read_file(path))
    assert len(entries) == 200_000
    assert entries[-1] == Article("", pmid=10_199_999)
