"""Citation links of a library from a service on this machine, stored, resumed, joined."""

from collections.abc import Iterator

import pytest

from desktop_app.errors import Cancelled
from desktop_app.library.library import Library
from desktop_app.library.training_rows import TrainingRows
from desktop_app.pubmed.icite import MOST, SOURCE, CitationClient
from desktop_app.pubmed.throttle import Throttle
from desktop_app.records import Article, Reference
from desktop_app.tasks.complete_citations import complete_citations
from tests.pubmed.eutils_server import EutilsServer, FakeTime, running, status, web_page


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[EutilsServer]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with running() as opened:
        yield opened


@pytest.fixture
def client(server: EutilsServer) -> CitationClient:
    time = FakeTime()
    return CitationClient(server.icite, 10, 2, Throttle(3, time.clock, time.sleep))


def test_both_directions_are_kept(
    library: Library, server: EutilsServer, client: CitationClient
) -> None:
    library.write([Article("A", 1), Article("B", 2), Article("No PMID")])
    server.links = {1: ([2, 50], [60]), 2: ([], [1])}
    done = complete_citations(library, client)
    assert (done.asked, done.known, done.new_links, done.problems) == (2, 2, 3, ())
    assert library.citations.cites(1) == [2, 50]
    assert library.citations.cited_by(1) == [60]
    assert library.citations.cited_by(2) == [1]
    assert library.citations.cited_by(50) == [1]  # not here, and yet known
    assert library.citations.count() == 3
    [run] = library.imports.runs()
    assert (run.kind, run.problems) == ("completion", 0)


def test_nobody_is_asked_for_twice(
    library: Library, server: EutilsServer, client: CitationClient
) -> None:
    library.write([Article("A", 1), Article("B", 2)])
    assert complete_citations(library, client, limit=1).asked == 1
    assert library.citations.not_asked(SOURCE) == [2]
    library.write([Article("C", 3)])
    assert complete_citations(library, client).asked == 2
    assert complete_citations(library, client).asked == 0
    assert [form["pmids"] for form in server.asked("icite")] == ["1", "2,3"]


def test_edges_of_lists_and_index(library: Library) -> None:
    cites = (Reference("x", pmid=2), Reference("y", pmid=77), Reference("z", pmid=1))
    library.write(
        [Article("A", 1, references=cites), Article("B", 2), Article("C", references=cites[:1])]
    )
    library.write([Article("D", 4)])
    library.citations.store([(2, 4), (4, 1), (1, 2), (99, 1)], SOURCE, asked=[1, 2])
    a, b, c, d = library.ids()
    with library.reading() as connection:
        edges = list(TrainingRows(connection).edges())
    assert edges == [(a, b), (b, d), (c, b), (d, a)]
    assert library.citations.cites(1) == [2, 77]
    assert library.citations.cited_by(2) == [1]


def test_a_failure_leaves_the_rest_for_another_run(
    library: Library, server: EutilsServer, client: CitationClient
) -> None:
    library.write([Article(f"T {n}", n) for n in range(1, 2 * MOST + 11)])
    server.faults.extend([status(500), status(500)])  # both tries of the first batch
    done = complete_citations(library, client)
    assert done.asked == MOST + 10
    [problem] = done.problems
    assert problem.place == f"PMID 1 and {MOST - 1} more"
    assert complete_citations(library, client).asked == MOST


def test_what_fails_everywhere_ends_it(
    library: Library, server: EutilsServer, client: CitationClient
) -> None:
    library.write([Article(f"T {n}", n) for n in range(1, 2 * MOST + 11)])
    server.faults.append(web_page)
    done = complete_citations(library, client)
    assert (done.asked, len(done.problems), len(server.asked("icite"))) == (0, 1, 1)


def test_cancelled_between_batches(
    library: Library, server: EutilsServer, client: CitationClient
) -> None:
    library.write([Article(f"T {n}", n) for n in range(1, MOST + 11)])

    def report(done: int, total: int) -> None:
        if done:
            raise Cancelled

    done = complete_citations(library, client, report)
    assert (done.asked, done.cancelled) == (MOST, True)
    assert len(library.citations.not_asked(SOURCE)) == 10
    assert library.imports.runs()[0].cancelled
