"""Titles of first pages as publishers set them, and titles of metadata that are none."""

import io
from typing import Any

import pytest

from desktop_app.importers.pdf.document import read_document
from tests.importers.pdf.small_pdf import Printed, body, small_pdf, xmp_packet

TITLE = "Effects of early exercise on recovery after cardiac surgery in older adults"
HALVES = (TITLE[:44].strip(), TITLE[44:].strip())


def read(*lines: Printed, info: dict[str, str] | None = None, xmp: str = "") -> dict[str, Any]:
    pdf = small_pdf([[*lines, *body()], body(700)], info, xmp)
    return read_document(io.BytesIO(pdf), "x.pdf")


def title_lines(size: float = 18, bold: bool = False, top: float = 640) -> list[Printed]:
    return [Printed(t, size, bottom=top - n * 1.2 * size, bold=bold) for n, t in enumerate(HALVES)]


AUTHORS = Printed("Anna Miller, John B. Smith, and Wei Chen", 12, bottom=590)


@pytest.mark.parametrize(
    "above",
    [
        [],
        [Printed("RESEARCH ARTICLE", 18, bottom=664)],
        [Printed("R E S EAR CH A R TIC L E Open Access", 13, bottom=687)],
        [Printed("The Journal of Exercise Medicine", 26, bottom=720)],
        [Printed("BMC Sports Science and Medicine", 24, bottom=720)],
        [
            Printed("Clinical Rehabilitation", 26, bottom=740),
            Printed("Clinical Rehabilitation 2020, 6:3", 9, bottom=725),
        ],
        [
            Printed("Recent Work on Human Movement", 26, bottom=740),
            Printed("Recent Work on Human Movement 2020;6:3", 9, bottom=725),
        ],
        [Printed("Articles", 30, bottom=740)],
        [Printed("www.example.org/journal", 20, bottom=740)],
        [Printed("Volume 13(3)", 22, bottom=740)],
        [
            Printed("HHS Public Access", 24, bottom=750),
            Printed("Author manuscript", 20, bottom=720),
        ],
    ],
)
def test_the_largest_words_that_are_no_label_or_journal(above: list[Printed]) -> None:
    answer = read(*above, *title_lines(), AUTHORS)
    assert answer["title"][0] == TITLE
    assert answer["first_author"] == "Anna Miller"


def test_a_bold_title_of_the_bodys_size_is_found_but_not_sure() -> None:
    answer = read(*title_lines(10.5, bold=True), Printed("Anna Miller, John Smith", 10, bottom=600))
    assert answer["title"] == [TITLE, "likely", "first page"]


def test_a_footnote_mark_is_no_part_of_the_title() -> None:
    first, second = title_lines()
    mark = Printed("1", 9, second.left + 9 * len(second.text), second.bottom + 8)
    assert read(first, second, mark, AUTHORS)["title"][0] == TITLE


@pytest.mark.parametrize(
    "stated",
    [
        "Microsoft Word - manuscript final.docx",
        "4104595.dvi",
        "1472-6882-6-3.fm",
        "untitled",
        "doi:10.1234/abc.5",
        "Untitled Document One",
        "S0140673620301835 1..12",
        "Research Article",
        "PII: S0140-6736(20)30183-5",
        "",
    ],
)
def test_a_metadata_title_that_is_none_is_not_taken(stated: str) -> None:
    assert read(*title_lines(), AUTHORS, info={"Title": stated})["title"][0] == TITLE
    assert read(info={"Title": stated})["title"][1] != "sure"


def test_a_metadata_title_left_over_from_another_article_loses_to_the_page() -> None:
    other = "The role of text messages in diabetes care among adults"
    assert read(*title_lines(), AUTHORS, info={"Title": other})["title"][0] == TITLE


def test_a_running_title_in_the_metadata_does_not_replace_the_whole_one() -> None:
    running = Printed("Exercise after heart surgery", 8, bottom=760)
    answer = read(running, *title_lines(), AUTHORS, info={"Title": running.text})
    assert answer["title"] == [TITLE, "likely", "first page"]


def test_a_journals_name_in_the_metadata_is_no_title() -> None:
    name = "International Journal of Exercise Medicine"
    answer = read(Printed(name, 9, bottom=760), *title_lines(), AUTHORS, info={"Title": name})
    assert answer["title"] == [TITLE, "sure", "first page"]


def test_a_masthead_that_nothing_gives_away_is_not_sure() -> None:
    answer = read(Printed("Cellular Physiology and Biochemistry", 26, bottom=740), *title_lines(14))
    assert answer["title"][1] == "likely"


@pytest.mark.parametrize("way", ["info", "xmp"])
def test_a_metadata_title_that_is_printed_is_sure(way: str) -> None:
    info = {"Title": TITLE} if way == "info" else {}
    xmp = xmp_packet(TITLE, "10.1234/abc") if way == "xmp" else ""
    small = title_lines(10)
    assert read(*small, info=info, xmp=xmp)["title"] == [TITLE, "sure", "metadata and first page"]


def test_xmp_gives_the_doi() -> None:
    answer = read(*title_lines(), AUTHORS, xmp=xmp_packet(TITLE, "10.1234/abc"))
    assert answer["doi"] == ["10.1234/abc", "sure", "metadata"]


def test_year() -> None:
    assert read(Printed("J Tests 2019;3:44-50"))["year"] == 2019
    assert read(info={"Subject": "BMC Tests, 2018, doi:10.1186/x2020"})["year"] == 2018
    assert read(info={"CreationDate": "D:20170102"})["year"] == 2017
