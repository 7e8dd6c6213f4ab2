"""The client of NIH's citation index, against a service on this machine."""

from collections.abc import Callable

import pytest

from desktop_app.errors import Cancelled
from desktop_app.pubmed.icite import MOST, CitationClient, CitationLinks
from desktop_app.pubmed.polite_post import ServiceError
from desktop_app.pubmed.throttle import Throttle
from tests.pubmed.eutils_server import (
    EutilsServer,
    FakeTime,
    hang_up,
    says,
    status,
    web_page,
)


@pytest.fixture
def index(eutils: EutilsServer, time: FakeTime) -> CitationClient:
    return CitationClient(eutils.icite, 10.0, 3, Throttle(3, time.clock, time.sleep))


def test_links_of_both_directions(eutils: EutilsServer, index: CitationClient) -> None:
    eutils.links[7] = ([1, 2], [30])
    assert index.links([7, 8]) == [CitationLinks(7, (1, 2), (30,))]
    [form] = eutils.asked("icite")
    assert form == {
        "pmids": "7,8",
        "legacy": "false",
        "refs": "true",
        "fl": "pmid,citedPmids,citedByPmids",
    }


@pytest.mark.parametrize(
    "text",
    [
        '{"data": [{"pmid": 7, "references": [1, 2], "cited_by": [30]}]}',
        '{"data": [{"pmid": "7", "references": "1 2", "cited_by": "30"}]}',
        '[{"pmid": 7, "citedPmids": [1, 2, 2, 0, "x", null], "citedByPmids": [30]}]',
    ],
)
def test_older_shapes(eutils: EutilsServer, index: CitationClient, text: str) -> None:
    eutils.faults.append(says(text))
    assert index.links([7]) == [CitationLinks(7, (1, 2), (30,))]


def test_what_was_not_asked_for_is_left_out(eutils: EutilsServer, index: CitationClient) -> None:
    eutils.faults.append(says('{"data": [{"pmid": 99, "citedPmids": [1]}, {"citedPmids": 5}, 3]}'))
    assert index.links([7]) == []


@pytest.mark.parametrize("fault", [status(503), status(429, Retry_After="9"), hang_up, says('{"d')])
def test_faults_that_pass(
    eutils: EutilsServer, index: CitationClient, fault: Callable[..., None], time: FakeTime
) -> None:
    eutils.links[7] = ([1], [])
    eutils.faults.append(fault)
    assert index.links([7]) == [CitationLinks(7, (1,), ())]
    assert sum(time.slept) > 0.9


@pytest.mark.parametrize(
    ("fault", "words", "everywhere"),
    [
        (web_page, "Something else than NIH iCite", True),
        (says('{"error": "bad pmids"}'), "bad pmids", False),
        (says("[3"), "ended before its time", False),
        (status(403), "403", True),
        (status(400), "400", False),
    ],
)
def test_faults_that_stay(
    eutils: EutilsServer,
    index: CitationClient,
    fault: Callable[..., None],
    words: str,
    everywhere: bool,
) -> None:
    eutils.faults.extend([fault] * 3)
    with pytest.raises(ServiceError, match=words) as caught:
        index.links([7])
    assert caught.value.everywhere is everywhere


def test_never_more_a_second_than_allowed(
    eutils: EutilsServer, index: CitationClient, time: FakeTime
) -> None:
    began = time.now
    for pmid in range(1, 11):
        index.links([pmid])
    assert time.now - began >= 3.0


def test_cancel_while_waiting(index: CitationClient) -> None:
    def poll() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        index.links([7], poll)


def test_too_many_at_once(index: CitationClient) -> None:
    with pytest.raises(ValueError, match="PMIDs in one request"):
        index.links(range(1, MOST + 2))
