"""Completing a library from a service on this machine that speaks E-utilities, faults included."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from desktop_app.errors import Cancelled
from desktop_app.library.library import Library
from desktop_app.pubmed.eutils import PubMedClient
from desktop_app.pubmed.throttle import Throttle
from desktop_app.records import Article, Heading, Reference, Relation, Section
from desktop_app.tasks.complete_from_pubmed import CompletionReport, complete_from_pubmed
from tests.pubmed.eutils_server import (
    RETRACTED,
    EutilsServer,
    FakeTime,
    cut_after_records,
    record,
    running,
    says,
    status,
    web_page,
)

WHOLE = Article(
    "Whole", 900, headings=(Heading("D051379", "Mice"),), references=(Reference("Roe 2000"),)
)


@pytest.fixture
def eutils(monkeypatch: pytest.MonkeyPatch) -> Iterator[EutilsServer]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with running() as server:
        yield server


@pytest.fixture
def client(eutils: EutilsServer) -> PubMedClient:
    time = FakeTime()
    throttle = Throttle(3, time.clock, time.sleep)
    return PubMedClient(address=eutils.address, timeout=10, tries=3, throttle=throttle)


def titled(pmid: int) -> Article:
    return Article(f"Title {pmid}", pmid)


def only(library: Library) -> Article:
    (article,) = library.articles(library.ids()).values()
    return article


# --- which -----------------------------------------------------------------------------------


def test_who_is_incomplete(library: Library) -> None:
    users = replace(WHOLE, title="B", pmid=2, headings=(Heading("", "Mice", source="user"),))
    library.write([WHOLE, Article("No identifier"), titled(1), users, Article("C", doi="10.1/c")])
    library.write([replace(WHOLE, title="D", pmid=None, pmcid="PMC4", references=())])
    assert [a.label for a in library.incomplete()] == ["PMID 1", "PMID 2", "DOI 10.1/c", "PMC4"]


def test_those_that_met_pubmed_come_last(library: Library) -> None:
    library.write([titled(1)], "PubMed XML")
    library.write([titled(2)], "RIS")
    assert [a.pmid for a in library.incomplete()] == [2, 1]


def test_a_complete_library_asks_nothing(
    library: Library, client: PubMedClient, eutils: EutilsServer
) -> None:
    library.write([WHOLE, Article("No identifier")])
    report = complete_from_pubmed(library, client)
    assert report == CompletionReport(0, 0, 0, (), (), cancelled=False)
    assert eutils.requests == []


# --- what comes ------------------------------------------------------------------------------


def test_by_pmid(library: Library, client: PubMedClient, eutils: EutilsServer) -> None:
    mine = Article("Title 1", 1, sections=(Section("My abstract."),))
    library.write([mine], "RIS")
    eutils.records[1] = record(1, relations=RETRACTED)
    assert complete_from_pubmed(library, client).completed == 1
    article = only(library)
    assert [h.ui for h in article.headings] == ["D007333"]
    assert article.references == (Reference("Doe 1999", 55),)
    assert article.relations == (Relation("RetractionIn", "J Ex 2022", 99),)
    assert article.abstract == "My abstract."
    assert [s.origin for s in library.duplicates.sources(library.ids()[0])] == ["RIS", "PubMed XML"]


def test_by_doi_and_pmcid(library: Library, client: PubMedClient, eutils: EutilsServer) -> None:
    library.write([Article("Title 1", doi="10.1/x(1)")], "BibTeX", find_duplicates=True)
    library.write([Article("Title 2", pmcid="PMC7")], "RIS", find_duplicates=True)
    eutils.records = {1: record(1, doi="10.1/X(1)"), 2: record(2, pmcid="PMC7")}
    eutils.names = {'"10.1/x(1)"[doi]': [1], "PMC7[pmcid]": [2]}
    report = complete_from_pubmed(library, client)
    assert (report.asked, report.completed, report.problems) == (2, 2, ())
    articles = library.articles(library.ids()).values()
    assert [(a.pmid, len(a.headings)) for a in articles] == [(1, 1), (2, 1)]


def test_a_second_run_asks_for_what_still_lacks(
    library: Library, client: PubMedClient, eutils: EutilsServer
) -> None:
    library.write([titled(n) for n in range(1, 4)], "RIS")
    eutils.records = {1: record(1), 2: record(2, references="")}
    first = complete_from_pubmed(library, client)
    assert (first.completed, first.not_found) == (2, ("PMID 3",))
    revision = library.revision()
    again = complete_from_pubmed(library, client)
    assert (again.asked, again.completed, again.unchanged) == (2, 0, 1)
    assert eutils.asked("efetch")[1]["id"] == "3,2"
    assert library.revision() == revision


def test_batches_and_progress(library: Library, client: PubMedClient, eutils: EutilsServer) -> None:
    library.write([titled(n) for n in range(1, 451)], "RIS")
    eutils.records = {n: record(n) for n in range(1, 451)}
    told: list[tuple[int, int]] = []
    report = complete_from_pubmed(library, client, lambda done, total: told.append((done, total)))
    assert (report.asked, report.completed) == (450, 450)
    assert [form["id"].count(",") + 1 for form in eutils.asked("efetch")] == [200, 200, 50]
    assert told == sorted(told)
    assert told[-1] == (450, 450)


def test_a_limit(library: Library, client: PubMedClient, eutils: EutilsServer) -> None:
    library.write([titled(n) for n in (1, 2, 3)], "RIS")
    eutils.records = {n: record(n, headings="") for n in (1, 2, 3)}
    for expected in ("1,2", "3,1"):  # those that PubMed could not complete come last
        complete_from_pubmed(library, client, limit=2)
        assert eutils.requests[-1][1]["id"] == expected


# --- what must not come ----------------------------------------------------------------------


def test_a_record_that_was_not_asked_for(
    library: Library, client: PubMedClient, eutils: EutilsServer
) -> None:
    library.write([titled(1)], "RIS")
    deletion = '<DeleteCitation><PMID Version="1">1</PMID></DeleteCitation>'
    wrong = f"<PubmedArticleSet>{record(2)}{deletion}</PubmedArticleSet>"
    eutils.faults.append(says(wrong))
    report = complete_from_pubmed(library, client)
    assert [(p.place, p.reason[:12]) for p in report.problems] == [("PMID 2", "Wrong record")]
    assert (report.completed, report.not_found) == (0, ("PMID 1",))
    assert only(library) == titled(1)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (record(5, "Title 1", doi="10.1/other"), "it was not asked for"),
        (record(5, "Something quite different", doi="10.1/x"), "another publication"),
        (record(5, "Title 1", doi="10.1/x", pmcid="PMC9"), "another publication"),
    ],
)
def test_a_wrong_record_for_a_doi(
    answer: str, reason: str, library: Library, client: PubMedClient, eutils: EutilsServer
) -> None:
    mine = Article("Title 1", doi="10.1/x", pmcid="PMC8")
    library.write([mine], "RIS")
    eutils.names['"10.1/x"[doi]'] = [5]
    eutils.records[5] = answer
    report = complete_from_pubmed(library, client)
    assert report.completed == 0
    assert reason in str(report.problems[0])
    assert only(library) == mine


def test_a_doi_that_cannot_be_asked_for(
    library: Library, client: PubMedClient, eutils: EutilsServer
) -> None:
    library.write([Article("Odd", doi='10.1/x"[doi] OR cancer')], "RIS")
    report = complete_from_pubmed(library, client)
    assert (report.asked, len(report.problems), eutils.requests) == (0, 1, [])


# --- faults ----------------------------------------------------------------------------------


def test_only_whole_records_of_a_cut_answer(
    library: Library, client: PubMedClient, eutils: EutilsServer
) -> None:
    library.write([titled(n) for n in range(1, 5)], "RIS")
    eutils.records = {n: record(n) for n in range(1, 5)}
    eutils.faults += [cut_after_records(2)] * 3
    report = complete_from_pubmed(library, client)
    assert (report.completed, report.not_found) == (2, ())
    assert "PMID 3, PMID 4: The answer ended" in str(report.problems[-1])
    assert not any("/" in problem.file for problem in report.problems)
    assert [len(a.headings) for a in library.articles(library.ids()).values()] == [1, 1, 0, 0]
    assert complete_from_pubmed(library, client).completed == 2


def test_a_login_page_ends_the_run(
    library: Library, client: PubMedClient, eutils: EutilsServer
) -> None:
    library.write([titled(n) for n in range(1, 601)], "RIS")
    eutils.records = {n: record(n) for n in range(1, 601)}
    eutils.faults += [lambda handler: handler.answer(handler.right_answer()), web_page]
    report = complete_from_pubmed(library, client)
    assert (report.asked, report.completed, len(eutils.requests)) == (200, 200, 2)
    assert "login page" in str(report.problems[0])
    assert report.problems[0].place == "PMID 201 and 199 more"


def test_one_bad_batch_does_not_end_the_run(
    library: Library, client: PubMedClient, eutils: EutilsServer
) -> None:
    library.write([titled(n) for n in range(1, 401)], "RIS")
    eutils.records = {n: record(n) for n in range(1, 401)}
    eutils.faults += [status(500)] * 3
    report = complete_from_pubmed(library, client)
    assert (report.asked, report.completed, len(report.problems)) == (200, 200, 1)


def test_two_bad_batches_in_a_row_do(
    library: Library, client: PubMedClient, eutils: EutilsServer
) -> None:
    library.write([titled(n) for n in range(1, 601)], "RIS")
    eutils.faults += [status(500)] * 9
    report = complete_from_pubmed(library, client)
    assert (report.asked, len(report.problems), len(eutils.requests)) == (0, 2, 6)


def test_cancel_keeps_what_is_stored(
    library: Library, client: PubMedClient, eutils: EutilsServer
) -> None:
    library.write([titled(n) for n in range(1, 401)], "RIS")
    eutils.records = {n: record(n) for n in range(1, 401)}

    def cancel(done: int, total: int) -> None:
        if done:
            raise Cancelled

    report = complete_from_pubmed(library, client, cancel)
    assert (report.cancelled, report.asked, report.completed) == (True, 200, 200)
    assert len(eutils.requests) == 1
    assert len(library.incomplete()) == 200
