"""BibTeX of several programs: LaTeX, macros, crossref, files, a bad entry among good ones."""

from pathlib import Path

import pytest

from desktop_app.importers.registry import read_file, recognise
from desktop_app.records import Article, Author, Field, Identifier, Keyword, PartialDate, Problem


def read(folder: Path, text: str) -> list[Article | Problem]:
    path = folder / "refs.bib"
    path.write_bytes(text.encode())
    found = recognise(path)
    assert found is not None
    assert found.name == "BibTeX"
    entries = list(read_file(path))
    assert all(isinstance(entry, Article | Problem) for entry in entries)
    return [entry for entry in entries if isinstance(entry, Article | Problem)]


def article(folder: Path, text: str) -> Article:
    (entry,) = read(folder, text)
    assert isinstance(entry, Article), entry
    return entry


def test_a_zotero_entry_keeps_everything(tmp_path: Path) -> None:
    found = article(
        tmp_path,
        """
@article{muller_effect_2019,
	title = {Effect of {TNF}-$\\alpha$ in {\\textit{Mus musculus}}: 50\\% of cells},
	volume = {12},
	issn = {1234-5678},
	url = {https://example.org/a_b%20c},
	doi = {10.1000/AB\\_C},
	abstract = {First line.
Second line, 5% more, {\\textless}i{\\textgreater}.},
	language = {en},
	number = {3},
	urldate = {2020-01-02},
	journal = {Journal of Tests},
	author = {M{\\"u}ller, J{\\'o}zef and van der Berg, Jan and {World Health Organization}},
	month = aug,
	year = {2019},
	note = {PMID: 31234567
PMCID: PMC6543210},
	keywords = {Aged, {Heart, left}, Cells},
	pages = {e12--e19},
	file = {Full PDF:C\\:\\\\Users\\\\x\\\\a.pdf:application/pdf;Page:/home/x/b.html:text/html},
}
""",
    )
    assert found.title == "Effect of TNF-α in Mus musculus: 50% of cells"
    assert found.doi == "10.1000/ab_c"
    assert (found.pmid, found.pmcid) == (31234567, "PMC6543210")
    assert found.abstract == "First line. Second line, 5% more, <i>."
    assert found.authors == (
        Author("Müller", "Józef", "J"),
        Author("van der Berg", "Jan", "J"),
        Author(collective="World Health Organization"),
    )
    assert found.date == PartialDate(2019, 8)
    assert (found.volume, found.issue, found.pages) == ("12", "3", "e12-e19")
    assert found.languages == ("eng",)
    assert found.keywords == (Keyword("Aged"), Keyword("Heart, left"), Keyword("Cells"))
    assert found.journal.issn == "1234-5678"
    assert Identifier("url", "https://example.org/a_b%20c") in found.identifiers
    assert Field("file", "C:\\Users\\x\\a.pdf") in found.fields
    assert Field("file", "/home/x/b.html") in found.fields
    assert Field("citekey", "muller_effect_2019") in found.fields
    assert Field("urldate", "2020-01-02") in found.fields


@pytest.mark.parametrize(
    ("field", "paths"),
    [
        ("{:a b.pdf:PDF}", ["a b.pdf"]),
        ("{:C$\\backslash$:/Users/x/y.pdf:pdf}", ["C:/Users/x/y.pdf"]),
        ("{/home/x/a.pdf}", ["/home/x/a.pdf"]),
        ("{C:\\\\Users\\\\a.pdf}", ["C:\\Users\\a.pdf"]),
        ("{:one\\;more.pdf:PDF;:two.pdf:PDF}", ["one;more.pdf", "two.pdf"]),
        ("{a.pdf;b.pdf}", ["a.pdf", "b.pdf"]),
    ],
)
def test_file_fields_of_jabref_mendeley_and_better_bibtex(
    tmp_path: Path, field: str, paths: list[str]
) -> None:
    found = article(tmp_path, f"@article{{k, title={{T}}, file={field}}}")
    assert [f.value for f in found.fields if f.name == "file"] == paths


def test_strings_joined_parts_and_parentheses(tmp_path: Path) -> None:
    found = article(
        tmp_path,
        """% a comment
@string{nat = "Nature"}
@STRING(full = nat # " Medicine")
@Article(key1,
  Title = "A {"}quoted{"} title",
  JOURNAL = full,
  month = "10~" # jan,
  year = 2001,
)""",
    )
    assert found.title == 'A "quoted" title'
    assert found.journal.title == "Nature Medicine"
    assert found.date == PartialDate(2001, 1, 10)


def test_crossref_hands_down_what_the_entry_lacks(tmp_path: Path) -> None:
    entries = read(
        tmp_path,
        """@inproceedings{child, title={Child}, crossref={Parent}, pages={1--2}}
@xdata{common, publisher={House}}
@proceedings{parent, title={Parent book}, year={2004}, xdata={common}, doi={10.1/p}}
""",
    )
    child = entries[0]
    assert isinstance(child, Article)
    assert (child.title, child.journal.title, child.year) == ("Child", "Parent book", 2004)
    assert child.doi == ""
    assert child.kind == "inproceedings"
    assert isinstance(entries[1], Article)
    assert Field("publisher", "House") in entries[1].fields
    assert len(entries) == 2


def test_biblatex_dialect(tmp_path: Path) -> None:
    found = article(
        tmp_path,
        """@thesis{t, title={Main}, subtitle={Sub}, date={2015-03-02/2015-04-01}, langid={ngerman},
 author={family=Smith, given=John, prefix=van}, type={phdthesis}, institution={MIT},
 eprint={23456789}, eprinttype={pubmed}, journaltitle={J}, shortjournal={JT}, isbn={978-3}}""",
    )
    assert found.title == "Main: Sub"
    assert found.authors == (Author("van Smith", "John", "J"),)
    assert found.pmid == 23456789
    assert found.date is not None
    assert found.date.year == 2015
    assert found.languages == ("ger",)
    assert found.journal.abbreviation == "JT"
    assert found.kind == "thesis"
    assert Field("type", "phdthesis") in found.fields


@pytest.mark.parametrize(
    "bad",
    [
        "@article{bad, title={Never closed, year=2000\n",
        "@article{bad, title={T} year={2000}}\n",
        "@article{bad title={T}}\n",
        '@article{bad, title="T, year={2000}}\n',
    ],
)
def test_a_bad_entry_is_told_with_its_line_and_the_others_are_read(
    tmp_path: Path, bad: str
) -> None:
    good = "@article{{k{0}, title={{Title {0}}}}}\n"
    entries = read(tmp_path, good.format(1) + "\n" + bad + good.format(2) + good.format(3))
    titles = [entry.title for entry in entries if isinstance(entry, Article)]
    problems = [entry for entry in entries if isinstance(entry, Problem)]
    assert titles == ["Title 1", "Title 2", "Title 3"]
    assert [problem.place for problem in problems] == ["record 2, line 3"]
    assert problems[0].remedy


def test_keys_and_fields_that_come_twice_lose_nothing(tmp_path: Path) -> None:
    entries = read(
        tmp_path,
        "@article{k, title={One}, note={a}, note={b}}\n@article{k, title={Two}}\n",
    )
    assert [entry.title for entry in entries if isinstance(entry, Article)] == ["One", "Two"]
    assert isinstance(entries[0], Article)
    assert Field("note", "a; b") in entries[0].fields


def test_large_files_are_read_in_pieces_with_the_right_lines(tmp_path: Path) -> None:
    text = "".join(
        f"@article{{k{n},\n title = {{Title {n}}},\n abstract = {{{'word ' * 200}}}\n}}\n"
        for n in range(1000)
    )
    entries = read(tmp_path, text + "@article{bad, title={x\n")
    assert [e.title for e in entries[:-1] if isinstance(e, Article)] == [
        f"Title {n}" for n in range(1000)
    ]
    assert isinstance(entries[-1], Problem)
    assert entries[-1].place == "record 1001, line 4001"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.bib"
    path.write_bytes("@article{k,\r\n title={Größe\u0000}\r\n}\r\n".encode(encoding))
    (entry,) = read_file(path)
    assert isinstance(entry, Article)
    assert entry.title == "Größe"


def test_real_zotero_export(shared_data: Path) -> None:
    path = shared_data / "reference_files/asysd/zotero_export.bib.gz"
    entries = list(read_file(path))
    articles = [entry for entry in entries if isinstance(entry, Article)]
    assert len(articles) == len(entries) == 1000
    assert all(a.title and a.authors for a in articles)
    # counted in the file with grep: lines of doi, year, abstract, pages, month
    assert sum(bool(a.doi) for a in articles) == 718
    assert sum(a.year is not None for a in articles) == 997
    assert sum(bool(a.sections) for a in articles) == 776
    assert sum(bool(a.pages) for a in articles) == 884
    assert sum(a.date is not None and a.date.month > 0 for a in articles) >= 850
    assert not any(char in a.title for a in articles for char in "{}\\")


def test_real_jabref_examples(shared_data: Path) -> None:
    path = shared_data / "reference_files/jabref/BibtexImporter.examples.bib"
    book, paper = read_file(path)  # the two @set entries are no records
    assert isinstance(book, Article)
    assert book.authors == (Author("Preißel", "René", "R"),)
    assert isinstance(paper, Article)
    assert paper.authors[0] == Author("Aksın", "Özge", "Ö")
    assert paper.title == (
        "Effect of immobilization on catalytic characteristics of saturated Pd-N-heterocyclic "
        "carbenes in Mizoroki-Heck reactions"
    )
    assert len(paper.authors) == 7
