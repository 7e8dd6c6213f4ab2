"""DOI, PMID and PMCID: the article's own, never that of another work as sure."""

import pytest

from desktop_app.importers.pdf.identify import find_doi, find_pmcid, find_pmid
from desktop_app.importers.pdf.reading import Confidence, Finding

SURE, LIKELY, GUESS = Confidence.SURE, Confidence.LIKELY, Confidence.GUESS
OWN = "10.1234/abc.2020-15"


def doi_of(page: str, *stated: str, name: str = "x.pdf", title_agrees: bool = False) -> Finding:
    return find_doi(list(stated), [page], name, title_agrees)


@pytest.mark.parametrize(
    "page",
    [
        f"J Tests 2020;3:4\nhttps://doi.org/{OWN}\nA title",
        f"https://doi.org/{OWN}\nA title",
        f"J Tests 2020;3:4. doi: {OWN}.",
        f"DOI {OWN}",
        f"doi:{OWN.upper()} Received 4 May",
        f"Smith et al. J Tests (2020) 3:4\nhttp://dx.doi.org/{OWN}\nRESEARCH",
        f"Cite this article: Smith J. A title. J Tests 2020. https://doi.org/{OWN}",
        f"bioRxiv preprint doi: https://doi.org/{OWN}; this version posted May 4, 2020.",
        f"(doi:{OWN})",
        f"Published in final edited form as:\nJ Tests. 2012 ; 3(4): 5-6. doi:{OWN}.",
        f"[https://doi.org/{OWN}]",
        "https://doi.org/10.1234/\nabc.2020-15\nA title",
        "doi:10.1234/abc.2020-\n15. A title",
        f"doi:{OWN}\nReferences\n1. Smith J. Other. doi:10.1/x doi:10.5555/other",
        f"doi:{OWN}\nThe data are at https://doi.org/10.5061/dryad.abc",
        f"doi:{OWN}\nThis is a commentary on https://doi.org/10.5555/other",
        f"This is the online version of J Tests, available at: www.example.org\nDOI: {OWN}",
    ],
)
def test_the_printed_doi_is_sure(page: str) -> None:
    assert doi_of(page) == Finding(OWN, SURE, "first page")


@pytest.mark.parametrize(
    "page",
    [
        "This is a commentary on https://doi.org/10.5555/other",
        "This corrects the article doi:10.5555/other",
        "Related article, see https://doi.org/10.5555/other",
        "The data set is at https://doi.org/10.5555/other",
        "The final form was published in Lancet. Version of record: https://doi.org/10.5555/other",
        "Correction to: J Tests 2019;3:4. https://doi.org/10.5555/other",
        "Erratum for Smith et al. (2019)\nhttps://doi.org/10.5555/other",
        "https://doi.org/10.5281/zenodo.123",
        "doi:10.5555/other and doi:10.5555/another",
        "1. Smith J, Doe P. Something. J Tests 2020;3:4. doi:10.5555/other",
        "as was shown before (10.5555/other) by others",
        "References\n1. Smith J. doi:10.5555/other",
        "",
    ],
)
def test_the_doi_of_another_work_is_never_sure(page: str) -> None:
    assert doi_of(page).confidence is not SURE


@pytest.mark.parametrize(
    ("page", "stated", "title_agrees", "level"),
    [
        (f"doi:{OWN}", OWN, False, SURE),
        (f"doi:{OWN}", "doi:10.5555/template", False, LIKELY),
        ("No identifier here", OWN, True, SURE),
        ("No identifier here", OWN, False, LIKELY),
        ("https://doi.org/10.1234/abc.2020-15", f"J Tests, 2020, doi:{OWN}", True, SURE),
    ],
)
def test_metadata_count_when_the_page_agrees(
    page: str, stated: str, title_agrees: bool, level: Confidence
) -> None:
    assert doi_of(page, stated, title_agrees=title_agrees).confidence is level


def test_a_picture_with_metadata_of_another_article_does_not_raise_doubt() -> None:
    found = doi_of(f"https://doi.org/{OWN}", OWN, "10.5555/picture", title_agrees=True)
    assert found == Finding(OWN, SURE, "metadata and first page")


@pytest.mark.parametrize(
    ("printed", "doi"),
    [
        ("10.1371/journal.pone.0012345.g001", "10.1371/journal.pone.0012345"),
        ("10.3389/fonc.2020.00012/full", "10.3389/fonc.2020.00012"),
        ("10.1016/S2352-3026(20)30366-5", "10.1016/s2352-3026(20)30366-5"),
        ("10.1016/S2352-3026(20)30366-5)", "10.1016/s2352-3026(20)30366-5"),
        (
            "10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2",
            "10.1002/(sici)1097-0258(19980815/30)17:15/16<1661::aid-sim968>3.0.co;2-2",
        ),
        ("10.1234/abc\u201d", "10.1234/abc"),
        ("10.1234/abc];", "10.1234/abc"),
    ],
)
def test_a_doi_ends_where_it_ends(printed: str, doi: str) -> None:
    assert doi_of(f"doi:{printed}").value == doi


def test_a_doi_that_a_line_end_may_have_cut_is_not_sure() -> None:
    assert doi_of("doi:10.1093/jjco/hya\na221 and text").confidence is LIKELY


def test_the_name_of_the_file_helps_but_is_not_sure() -> None:
    assert doi_of("", name="10.1234_abc.2020.pdf") == Finding(
        "10.1234/abc.2020", LIKELY, "file name"
    )
    assert find_pmcid([""], "PMC123456.pdf") == Finding("PMC123456", LIKELY, "file name")
    assert find_pmid([""], "pmid_12345678.pdf") == Finding("12345678", LIKELY, "file name")


def test_printed_pmcid_and_pmid() -> None:
    page = "PMCID: PMC1234567 PMID: 12345678"
    assert find_pmcid([page], "x.pdf") == Finding("PMC1234567", SURE, "first page")
    assert find_pmid([page], "x.pdf") == Finding("12345678", LIKELY, "first page")
    several = "[PMC free article: PMC1111111] [PubMed PMID: 1234567] PMC2222222 PMID: 7654321"
    assert find_pmcid([several], "x.pdf").value == ""
    assert find_pmid([several], "x.pdf").value == ""
    assert find_pmcid(["A title\nReferences\nPMCID: PMC1234567"], "x.pdf").value == ""
