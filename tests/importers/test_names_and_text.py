"""People, languages, dates, LaTeX and encodings as the readers of text formats share them."""

import pytest

from desktop_app.importers.biblatex_article import Values, any_date, article_of
from desktop_app.importers.bibtex.latex_text import latex_text
from desktop_app.importers.decoded_text import clean, decoded
from desktop_app.importers.languages import language_code
from desktop_app.importers.markup import sections_of, without_markup
from desktop_app.importers.person_names import person
from desktop_app.records import Author, Field, PartialDate, Section


@pytest.mark.parametrize(
    ("text", "author"),
    [
        ("Smith, John A.", Author("Smith", "John A.", "JA")),
        ("Smith JA", Author("Smith", "", "JA")),
        ("van der Berg, Jan", Author("van der Berg", "Jan", "J")),
        ("Ludwig van Beethoven", Author("van Beethoven", "Ludwig", "L")),
        ("King, M. L., Jr.", Author("King", "M. L.", "ML", "Jr.")),
        ("Smith, Jr., John", Author("Smith", "John", "J", "Jr.")),
        ("Müller J-P", Author("Müller", "", "JP")),
        ("World Health Organization", Author(collective="World Health Organization")),
        ("Aristotle", Author(collective="Aristotle")),
        ("", None),
        (" ,; ", None),
        ("123", None),
    ],
)
def test_people(text: str, author: Author | None) -> None:
    assert person(text) == author


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2015-03-04", PartialDate(2015, 3, 4)),
        ("2015-03-04T10:00:00Z", PartialDate(2015, 3, 4)),
        ("2014//", PartialDate(2014)),
        ("2015 Mar 3", PartialDate(2015, 3, 3)),
        ("January 7, 2011", PartialDate(2011, 1, 7)),
        ("25 Aug 2004", PartialDate(2004, 8, 25)),
        ("2022 May", PartialDate(2022, 5)),
        ("May-Jun 2001", PartialDate(2001, 5, 0, "May-Jun 2001")),
        ("Spring 2000", PartialDate(2000, 0, 0, "Spring 2000")),
        ("2015-13-40", PartialDate(2015)),
        ("in press", None),
    ],
)
def test_dates(text: str, date: PartialDate | None) -> None:
    assert any_date(text) == date


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"{\"O}zge Aks{\i}n {\c{C}}et", "Özge Aksın Çet"),
        (r"$\alpha$-synuclein, p $<$ 0.05", "α-synuclein, p < 0.05"),
        ("costs US$5 and US$7", "costs US$5 and US$7"),
        (r"50\% of 30% \& more", "50% of 30% & more"),
        (r"{\textless}sup{\textgreater}", "<sup>"),
        ("``quoted'' {DNA}", "“quoted” DNA"),
        (r"\url{http://a.b/c}", "http://a.b/c"),
        (r"Erd{\H o}s and Erd\H os, \alpha beta", "Erdős and Erdős, α beta"),
        (r"\textit{in vivo {and} more} x\\ y", "in vivo and more x y"),
        ("\\", ""),
        (r"\emph{not closed", "not closed"),
        (r"\textasciitilde{}40\%", "~40%"),
        (r"controls-{-}a, b-{}-c, d--e", "controls--a, b--c, d–e"),
        (r"'{}'x\%, '{}'y, ''z\%", "''x%, ''y, ”z%"),
        (r"\{a\} \textbraceleft{}b {c}\%", "{a} {b c%"),
        (r"2\textasciicircum{}3", "2^3"),
        (r"$\{x\}$ C:$\backslash$Users", r"{x} C:\Users"),
        (r"a~b a~\'e", "a b a é"),
    ],
)
def test_latex(source: str, text: str) -> None:
    assert " ".join(latex_text(source).split()) == text


@pytest.mark.parametrize("size", [1, 2, 3, 5, 1000])
@pytest.mark.parametrize(
    "content",
    [
        "a\r\nβ\rc\n".encode(),
        "a\r\nβ\rc\n".encode("utf-8-sig"),
        "a\r\nβ\rc\n".encode("utf-16"),
        "a\r\nβ\rc\n".encode("utf-16-be"),
        b"\xfe\xff" + "a\r\nβ\rc\n".encode("utf-16-be"),
    ],
)
def test_encodings_in_pieces_of_any_size(content: bytes, size: int) -> None:
    pieces = [content[start : start + size] for start in range(0, len(content), size)]
    assert "".join(decoded(pieces)) == "a\nβ\nc\n"


def test_bytes_that_are_no_utf_8_are_read_as_cp1252() -> None:
    assert "".join(decoded(["über ".encode(), b"\x93Gr\xfc\xdfe\x94 \x81x\0"])) == "über “Grüße” x"


def test_clean_text_has_no_control_characters_and_is_nfc() -> None:
    assert clean(" a\u0301\t\x0b\x00b\ufeff\n  c\ud800 ") == "á b c"


@pytest.mark.parametrize(
    ("name", "code"), [("English", "eng"), ("en-GB", "eng"), ("deu", "ger"), ("Klingon", "")]
)
def test_languages(name: str, code: str) -> None:
    assert language_code(name) == code


def test_markup_and_sections() -> None:
    assert without_markup("p<0.05 <i>and</i> n>3 &lt;x&gt;<br/>y") == "p<0.05 and n>3 <x> y"
    text = "<jats:title>Aims</jats:title><jats:p>A</jats:p><h4>Methods:</h4>B"
    assert list(sections_of(text)) == [Section("A", "Aims"), Section("B", "Methods")]


def test_what_has_no_place_is_kept_as_a_field() -> None:
    values = Values([("title", "T"), ("doi", "no doi"), ("year", "in press"), ("x", "y")])
    values.add("language", "Klingon; English")
    article = article_of(values)
    assert article.languages == ("eng",)
    assert set(article.fields) == {
        Field("doi", "no doi"),
        Field("year", "in press"),
        Field("x", "y"),
        Field("language", "Klingon"),
    }
