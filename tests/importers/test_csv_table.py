"""Tables as databases, spreadsheets and ASReview write them."""

import csv
import gzip
import io
from pathlib import Path

import pytest

from desktop_app.importers.registry import read_file, recognise
from desktop_app.records import (
    Article,
    Author,
    Field,
    Heading,
    Keyword,
    PartialDate,
    Problem,
    Qualifier,
)
from tests.importers.structured_examples import TABLE


def read(folder: Path, text: str) -> list[Article | Problem]:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    found = recognise(path)
    assert found is not None
    assert found.name == "Table"
    return [entry for entry in read_file(path) if isinstance(entry, Article | Problem)]


def article(folder: Path, text: str) -> Article:
    (found,) = read(folder, text)
    assert isinstance(found, Article), found
    return found


def test_known_columns_find_their_place_and_others_are_kept(tmp_path: Path) -> None:
    first, second = read(tmp_path, TABLE)
    assert isinstance(first, Article)
    assert first.title == "Effect of x, and y"
    assert first.authors == (Author("Müller", "J.", "J"), Author("Smith", "A.", "A"))
    assert first.abstract == "Line one line two"
    assert first.date == PartialDate(2019)
    assert first.doi == "10.1000/abc"
    assert first.fields == (Field("label", "1"), Field("extra column", "kept"))
    assert isinstance(second, Article)
    assert second.fields == (Field("label", "0"),)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_recognised(tmp_path: Path, separator: str) -> None:
    out = io.StringIO()
    rows = csv.writer(out, delimiter=separator)
    rows.writerow(["PMID", "Title", "Journal/Book"])
    rows.writerow(["31234567", 'A "quoted", a; b\tand | c', "J Test"])
    found = article(tmp_path, out.getvalue())
    assert found.title == 'A "quoted", a; b and | c'
    assert (found.pmid, found.journal.title) == (31234567, "J Test")


def test_embase_s_source_column(tmp_path: Path) -> None:
    found = article(
        tmp_path,
        "Title,Author Names,Source,Emtree Medical Index Terms\n"
        'T,"Liu R., Adler D.G.","Cancer (2004) 102:4 (253-258). Date of Publication: 25 Aug 2004",'
        '"article, cyst (diagnosis, surgery)"\n',
    )
    assert found.journal.title == "Cancer"
    assert (found.volume, found.issue, found.pages) == ("102", "4", "253-258")
    assert found.date == PartialDate(2004, 8, 25)
    assert found.authors == (Author("Liu", "", "R"), Author("Adler", "", "DG"))
    assert found.keywords == (Keyword("article"), Keyword("cyst (diagnosis, surgery)"))


@pytest.mark.parametrize(
    ("names", "lasts"),
    [
        ("['Marx, Karl', 'Lindgren, Astrid']", ["Marx", "Lindgren"]),
        ("Smith, J.; Doe, A.", ["Smith", "Doe"]),
        ("Smith JA, Doe B", ["Smith", "Doe"]),
        ("Smith, John", ["Smith"]),
        ("Smith, John, Doe, Ann", ["Smith", "Doe"]),
        ("John Smith and Ann Doe", ["Smith", "Doe"]),
        ("[]", []),
    ],
)
def test_lists_of_authors(tmp_path: Path, names: str, lasts: list[str]) -> None:
    found = article(tmp_path, f'title,authors\nT,"{names}"\n')
    assert [author.last for author in found.authors] == lasts


def test_a_quote_that_is_not_closed_costs_its_own_line(tmp_path: Path) -> None:
    lines = [f"Title {n},abstract {n},200{n}\n" for n in range(1, 7)]
    lines[2] = '"Title 3,abstract 3,2003\n'
    entries = read(tmp_path, "title,abstract,year\n" + "".join(lines))
    assert [e.title for e in entries if isinstance(e, Article)] == [
        f"Title {n}" for n in (1, 2, 4, 5, 6)
    ]
    (problem,) = [entry for entry in entries if isinstance(entry, Problem)]
    assert problem.place == "record 3, line 4"
    assert "quotation" in problem.reason


def test_lines_with_too_many_cells_or_nothing_are_told(tmp_path: Path) -> None:
    entries = read(tmp_path, "title,year\nA, and b,2001\n,2002\nC,2003\n\n,\nD\n")
    assert [e.title for e in entries if isinstance(e, Article)] == ["C", "D"]
    problems = [entry for entry in entries if isinstance(entry, Problem)]
    assert [problem.place for problem in problems] == ["record 1, line 2", "record 2, line 3"]
    assert "3 cells" in problems[0].reason


def test_the_columns_of_the_drug_reviews(tmp_path: Path) -> None:
    found = article(
        tmp_path,
        "pubmedID,title,keywords,authors,abstracts,label1,label2\n"
        '12,T,"Mice; Rats","Doe, J",The text.,0,1\n',
    )
    assert (found.pmid, found.abstract) == (12, "The text.")
    assert found.fields == (Field("label1", "0"), Field("label2", "1"))


@pytest.mark.parametrize(
    ("heading", "row", "fields"),
    [  # columns as the exports name them, cells made up
        (  # Zotero
            "Item Type,Author,Title,Publication Title,Publication Year",
            'journalArticle,"Doe, John; Roe, Ann",T,J,2020',
            (),
        ),
        (  # Springer
            "Item Title,Publication Title,Journal Volume,Item DOI,Publication Year,Authors",
            'T,J,7,10.1000/x,2020,"Doe, John; Roe, Ann"',
            (),
        ),
        (  # Scopus
            "Authors,Author full names,Title,Year,Source title",
            'Doe J.; Roe A.,"Doe, John (57190000000); Roe, Ann (57190000001)",T,2020,J',
            (),
        ),
        (  # Web of Science
            "Authors,Author Full Names,Article Title,Source Title,Publication Year",
            '"Doe, J; Roe, A","Doe, John; Roe, Ann",T,J,2020',
            (),
        ),
        (  # Lens
            "Title,Date Published,Source Title,ISSNs,Author/s",
            'T,2020,J,12345678,"Doe, John; Roe, Ann"',
            (),
        ),
        (  # Covidence
            "Title,Authors,Published Year,Journal,Covidence #",
            'T,"Doe, John; Roe, Ann",2020,J,#5',
            (Field("covidence #", "#5"),),
        ),
    ],
)
def test_columns_that_exports_name_alike_do_not_run_together(
    tmp_path: Path, heading: str, row: str, fields: tuple[Field, ...]
) -> None:
    found = article(tmp_path, f"{heading}\n{row}\n")
    assert (found.title, found.journal.title, found.year) == ("T", "J", 2020)
    assert found.authors == (Author("Doe", "John", "J"), Author("Roe", "Ann", "A"))
    assert found.fields == fields


def test_a_publication_title_alone_is_the_title(tmp_path: Path) -> None:
    assert article(tmp_path, "Publication Title,Year\nT,2020\n").title == "T"


@pytest.mark.parametrize(
    ("cell", "names", "words"),
    [
        ("*Mice/*genetics; Stress, Psychological", ["Mice", "Stress, Psychological"], []),
        ("Mice;Rats", ["Mice", "Rats"], []),
        ("Mice|Rats", ["Mice", "Rats"], []),
        ("Mice", ["Mice"], []),
        ("Mice, Rats", [], ["Mice", "Rats"]),  # or one name with a comma: nobody knows
    ],
)
def test_a_column_of_mesh(tmp_path: Path, cell: str, names: list[str], words: list[str]) -> None:
    text = f'Title,MeSH,Languages,Publication types\nT,"{cell}",eng; fre,Review; Letter\n'
    found = article(tmp_path, text)
    assert [heading.name for heading in found.headings] == names
    assert [keyword.text for keyword in found.keywords] == words
    assert found.languages == ("eng", "fre")
    assert [kind.name for kind in found.publication_types] == ["Review", "Letter"]
    if "*" in cell:
        qualifiers = (Qualifier("", "genetics", True),)
        assert found.headings[0] == Heading("", "Mice", True, qualifiers, "export")


def test_tables_of_something_else_are_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,price\nx,1\n")
    assert recognise(path) is None


ASREVIEW = {
    "duplicate_records.csv": 10,  # of 14 lines the last four have nothing but a number
    "embase.csv": 6,
    "generic.csv": 2,
    "generic_bad_record_id.csv": 6,
    "generic_column_names_with_spaces.csv": 2,
    "generic_labels.csv": 6,
    "generic_labels_no_abs.csv": 6,
    "generic_partial_labels.csv": 6,
    "generic_semicolon.csv": 2,
    "generic_tab.csv": 2,
    "generic_tab.tsv": 2,
    "missing_values.csv": 2,
    "record_id.csv": 10,
}


@pytest.mark.parametrize("name", ASREVIEW)
def test_asreview_s_tables_every_line_with_a_title(shared_data: Path, name: str) -> None:
    path = shared_data / "reference_files/asreview" / name
    entries = list(read_file(path))
    titled = [entry for entry in entries if isinstance(entry, Article) and entry.title]
    assert len(titled) == ASREVIEW[name]
    if "labels" in name:
        labels = [f.value for a in titled for f in a.fields if f.name == "label"]
        assert len(labels) == (4 if "partial" in name else 6)


def test_asysd_s_labelled_records(shared_data: Path) -> None:
    path = shared_data / "reference_files/asysd/labelled_test_set.csv.gz"
    with gzip.open(path, "rt", encoding="latin-1", newline="") as file:
        rows = list(csv.DictReader(file))
    entries = list(read_file(path))
    assert len(entries) == len(rows) == 1845
    for entry, row in zip(entries, rows, strict=True):
        assert isinstance(entry, Article)
        if row["title"].isascii() and "<" not in row["title"]:
            assert entry.title == " ".join(row["title"].split())
        assert Field("label", row["label"]) in entry.fields
        assert entry.year == (int(row["year"]) if row["year"].isdigit() else None)
