"""BibTeX as bibtexparser, an independent parser, reads it, LaTeX decoded by pylatexenc."""

import re
from collections.abc import Iterable
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from bibtexparser.entrypoint import parse_string
from bibtexparser.model import Entry
from pylatexenc.latex2text import (
    LatexNodes2Text,
    MacroTextSpec,
    get_default_latex_context_db,
)

from desktop_app.exporters.bibtex import escaped, write_bibtex
from desktop_app.exporters.plain_text import abstract, one_line
from desktop_app.importers.decoded_text import clean
from desktop_app.importers.registry import read_file
from desktop_app.records import Article, Author, Keyword, Section
from tests.exporters.hostile_articles import CROWDED, EMPTY, HOSTILE, NASTY_TEXTS
from tests.library.examples import FULL

_macros = get_default_latex_context_db()
_macros.add_context_category(  # LaTeX has them; pylatexenc does not, or has a letter for the sign
    "signs",
    [
        MacroTextSpec("textbraceleft", "{"),
        MacroTextSpec("textbraceright", "}"),
        MacroTextSpec("textasciicircum", "^"),
    ],
    prepend=True,
)
_decoder = LatexNodes2Text(_macros, strict_latex_spaces=True, keep_comments=True)


def written(articles: Iterable[Article]) -> str:
    out = StringIO()
    write_bibtex(articles, out)
    return out.getvalue()


def read(articles: Iterable[Article]) -> list[Entry]:
    library = parse_string(written(articles))
    assert library.failed_blocks == []
    assert library.comments + library.strings + library.preambles == []
    return list(library.entries)


def decoded(entry: Entry, name: str) -> str:
    field = entry.fields_dict.get(name)
    return str(_decoder.latex_to_text(str(field.value))) if field else ""


def test_everything_has_its_field() -> None:
    assert written([FULL]).splitlines() == [
        "@article{SmithJ2021insulin,",
        "  title = {Insulin resistance in β-cell-specific {IL-6} knock-out mice},",
        "  author = {Smith, Jr, Jane A and {The Mouse Group}},",
        "  journal = {Journal of Examples},",
        "  shortjournal = {J Ex},",
        "  issn = {1234-5678},",
        "  year = {2021},",
        "  month = mar,",
        "  printed-date = {2021 Mar-Apr},",
        "  volume = {12},",
        "  number = {3-4},",
        "  pages = {101--9},",
        "  doi = {10.1000/example.101},",
        "  pmid = {101},",
        "  pmcid = {PMC7001},",
        "  pii = {S1},",
        "  language = {eng; fre},",
        "  abstract = {BACKGROUND: We asked why. METHODS: Mice were fed. "
        "RESULTS: Glucose rose (p<0.05).},",
        "  keywords = {Insulin Resistance, Mice, Unlisted Heading, metabolism},",
        "  mesh = {*Insulin Resistance/*genetics; Mice; Unlisted Heading/x/y},",
        "  substances = {0 (Interleukin-6); 0 (Y)},",
        "  pubtype = {Journal Article},",
        "  publisher = {Example Press},",
        "  note = {read this},",
        "  affiliation = {A; B},",
        "  orcid-numbers = {Smith, Jane A, Jr/0000-0002-1825-0097},",
        "  origtitle = {Résistance à l'insuline},",
        "  other-abstract = {plain-language-summary (fre): Pour tous.},",
        "  copyright = {© The authors},",
        "  relation = {ErratumIn: J Ex 2022 see there PMID: 102},",
        "}",
        "",
    ]


def test_hostile_text_stays_in_its_field() -> None:
    entries = read(HOSTILE)
    assert len(entries) == len(HOSTILE)
    for article, entry in zip(HOSTILE, entries, strict=True):
        assert decoded(entry, "title") == one_line(article.title)
        assert decoded(entry, "abstract") == abstract(article)
        assert decoded(entry, "doi") == article.doi
        assert decoded(entry, "pmid") == (str(article.pmid) if article.pmid else "")
        assert decoded(entry, "journal") == one_line(article.journal.title)


@pytest.mark.parametrize("text", NASTY_TEXTS)
def test_braces_always_match(text: str) -> None:
    """BibTeX itself counts every brace, escaped or not."""
    depth = 0
    for brace in re.findall("[{}]", escaped(text)):
        depth += 1 if brace == "{" else -1
        assert depth >= 0
    assert depth == 0


def test_keys_are_unique_and_plain() -> None:
    keys = [entry.key for entry in read([*HOSTILE, *HOSTILE])]
    assert len({key.lower() for key in keys}) == 2 * len(HOSTILE)
    assert all(re.fullmatch("[A-Za-z0-9-]+", key) for key in keys)


@pytest.mark.parametrize(
    ("author", "name"),
    [
        (Author("Smith", "Jane A", "JA"), "Smith, Jane A"),
        (Author("Smith", "", "JA"), "Smith, JA"),
        (Author("Smith", "Jane", suffix="3rd"), "Smith, 3rd, Jane"),
        (Author("Smith", suffix="Jr"), "Smith Jr"),
        (Author(fore="Plato"), "Plato"),
        (Author("van der Berg", "Jan"), "van der Berg, Jan"),
        (Author("Rock and Roll", "A, B"), "{Rock and Roll}, {A, B}"),
        (Author(collective="Sex and Age Group, UK"), "{Sex and Age Group, UK}"),
    ],
)
def test_names(author: Author, name: str) -> None:
    (entry,) = read([Article("t", authors=(author,))])
    assert entry["author"] == name


def test_a_crowd_of_authors() -> None:
    (entry,) = read([CROWDED])
    assert entry["author"].count(" and ") == 2_999


@pytest.mark.parametrize(
    ("title", "protected"),
    [
        ("The role of mRNA (IL-6), DNA.", "The role of {mRNA} ({IL-6}), {DNA}."),
        ("SYMPOSIUM ON HEADINGS", "SYMPOSIUM ON HEADINGS"),
        ("Insulin in Paris", "Insulin in Paris"),
        ("β-Cell", "{β-Cell}"),
    ],
)
def test_capitals_are_protected(title: str, protected: str) -> None:
    (entry,) = read([Article(title)])
    assert entry["title"] == protected


@pytest.mark.parametrize(
    ("kind", "start"),
    [("book", "@book{"), ("thesis", "@thesis{"), ("comment", "@misc{"), ("a}b", "@misc{")],
)
def test_kinds(kind: str, start: str) -> None:
    assert written([replace(EMPTY, kind=kind)]).startswith(start)


SIGNS = (
    "~40% of a~b", "~ -- --- ----", "a--b", "controls--a --- c-", "\\", "a\\b\\",
    "\\\\ \\alpha \\'e", "{", "}", "{a}", "{{a} b}", "}{", "a{b c}d", "$", "$5 and $6", "$x^2$",
    "%", "50%", "100%--200%", "&", "A&B", "_", "a_b", "^", "2^3", "#", "#1",
    "'a' ''b'' \"c\" ``d'' `e`", "?` !` ?`!`", "–, — and “these” or ‘those’",
    "~/a_b/{c}^2 & #3: $4 -- 5% \\n", "IL-6--TNF ~mRNA_{x} {DNA}", "“~”--é", "ñ~{é}\\~n",
)  # fmt: skip


@pytest.mark.parametrize("text", [*SIGNS, *map(one_line, NASTY_TEXTS)])
def test_our_own_reader_gets_the_same_text(tmp_path: Path, text: str) -> None:
    words = (Keyword(f"a {text.replace(';', '')}"), Keyword("b, c"))
    written_one = Article(
        f"T {text}", sections=(Section(text), Section(f"{text} end")), keywords=words
    )
    path = tmp_path / "a.bib"
    path.write_text(written([written_one]), "utf-8")
    (found,) = read_file(path)
    assert isinstance(found, Article)
    assert found.title == clean(written_one.title)
    assert found.abstract == clean(abstract(written_one))
    assert found.keywords == tuple(Keyword(clean(word.text)) for word in words)
