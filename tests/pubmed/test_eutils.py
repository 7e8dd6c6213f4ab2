"""The client against a service on this machine that speaks E-utilities, faults included."""

import ssl
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from desktop_app.errors import Cancelled, UserError
from desktop_app.pubmed import eutils as eutils_module
from desktop_app.pubmed.eutils import ADDRESS, PubMedClient
from desktop_app.pubmed.polite_post import LONGEST_WAIT, ServiceError
from desktop_app.pubmed.throttle import Throttle
from tests.pubmed.conftest import NewClient
from tests.pubmed.eutils_server import (
    EutilsServer,
    FakeTime,
    cut_after_records,
    hang_up,
    never,
    record,
    says,
    sign_in_elsewhere,
    status,
    web_page,
)


@pytest.fixture(autouse=True)
def _records(eutils: EutilsServer) -> None:
    eutils.records = {pmid: record(pmid) for pmid in (1, 2, 3)}
    eutils.names = {'"10.1/x"[doi]': [1], "PMC7[pmcid]": [2]}


def test_what_is_sent(eutils: EutilsServer, new_client: NewClient) -> None:
    client = new_client(email="me@example.org", api_key="secret")
    answer = client.fetch([1, 3])
    assert (answer.whole, answer.content.count(b"<PubmedArticle>")) == (True, 2)
    client.search(['"10.1/x"[doi]', "PMC7[pmcid]"])
    known = {"db": "pubmed", "tool": "litmesh", "email": "me@example.org", "api_key": "secret"}
    assert eutils.requests == [
        ("efetch.fcgi", {**known, "id": "1,3", "retmode": "xml"}),
        (
            "esearch.fcgi",
            {
                **known,
                "term": '"10.1/x"[doi] OR PMC7[pmcid]',
                "retmode": "json",
                "retmax": "14",
            },
        ),
    ]


def test_without_email_and_key_neither_is_sent(eutils: EutilsServer, client: PubMedClient) -> None:
    client.fetch([1])
    assert eutils.requests[0][1].keys() == {"db", "tool", "id", "retmode"}


def test_search(client: PubMedClient) -> None:
    assert client.search(['"10.1/x"[doi]', '"10.1/none"[doi]', "PMC7[pmcid]"]) == [1, 2]
    assert client.search(['"10.1/none"[doi]']) == []


def test_a_term_that_finds_anything_does_not_hide_the_others(
    eutils: EutilsServer, client: PubMedClient
) -> None:
    eutils.names["odd[doi]"] = list(range(1000, 6000))
    assert client.search(["odd[doi]", '"10.1/x"[doi]', "PMC7[pmcid]"]) == [1, 2]


def test_nothing_to_search_asks_nothing(eutils: EutilsServer, client: PubMedClient) -> None:
    assert client.search([]) == []
    assert eutils.requests == []


@pytest.mark.parametrize("pmids", [[], list(range(1, 202))], ids=["none", "too many"])
def test_the_size_of_a_request(client: PubMedClient, pmids: list[int]) -> None:
    with pytest.raises(ValueError, match="PMIDs in one request"):
        client.fetch(pmids)


# --- the rate ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "rate"), [("", 3), ("secret", 10)])
def test_the_rate_is_what_ncbi_allows(
    key: str, rate: int, eutils: EutilsServer, time: FakeTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        eutils_module, "Throttle", lambda allowed: Throttle(allowed, time.clock, time.sleep)
    )
    starts: list[float] = []
    eutils.on_request = lambda: starts.append(time.now)
    client = PubMedClient(api_key=key, address=eutils.address)
    for _ in range(15):
        client.fetch([1])
    assert max(sum(s <= other < s + 1 for other in starts) for s in starts) == rate


# --- faults that pass ----------------------------------------------------------------------------


def test_too_many_requests(eutils: EutilsServer, client: PubMedClient, time: FakeTime) -> None:
    eutils.faults.append(status(429, '{"error":"API rate limit exceeded"}', Retry_After="7"))
    assert client.fetch([1]).whole
    assert 7 <= sum(time.slept) < 7.5


def test_retry_after_as_a_date(eutils: EutilsServer, client: PubMedClient, time: FakeTime) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    eutils.faults.append(status(503, Retry_After=date))
    assert client.fetch([1]).whole
    assert 30 < sum(time.slept) < 61


@pytest.mark.parametrize("value", ["99999999", "soon", "-5", ""])
def test_retry_after_is_bounded(
    value: str, eutils: EutilsServer, client: PubMedClient, time: FakeTime
) -> None:
    eutils.faults.append(status(429, Retry_After=value))
    assert client.fetch([1]).whole
    assert 1 <= sum(time.slept) <= LONGEST_WAIT + 1


def test_waits_double(eutils: EutilsServer, client: PubMedClient, time: FakeTime) -> None:
    eutils.faults += [status(500), status(502)]
    assert client.fetch([1]).whole
    assert sum(time.slept) == pytest.approx(1 + 2)
    assert len(eutils.requests) == 3


def test_a_cut_connection(eutils: EutilsServer, client: PubMedClient) -> None:
    eutils.faults += [hang_up, cut_after_records(1)]
    answer = client.fetch([1, 2, 3])
    assert (answer.whole, answer.content.count(b"</PubmedArticle>")) == (True, 3)


def test_the_longest_part_when_it_is_always_cut(eutils: EutilsServer, client: PubMedClient) -> None:
    eutils.faults += [cut_after_records(n) for n in (0, 2, 1)] + [hang_up, status(500)]
    answer = client.fetch([1, 2, 3])
    assert (answer.whole, answer.content.count(b"</PubmedArticle>")) == (False, 2)


def test_a_silent_service(eutils: EutilsServer, new_client: NewClient) -> None:
    eutils.faults.append(never)
    assert new_client(timeout=0.2).fetch([1]).whole
    eutils.faults += [never, never]
    with pytest.raises(ServiceError, match="timed out"):
        new_client(timeout=0.2, tries=2).fetch([1])


# --- faults that stay ----------------------------------------------------------------------------


@pytest.mark.parametrize("page", [web_page, sign_in_elsewhere])
def test_a_login_page(page: object, eutils: EutilsServer, client: PubMedClient) -> None:
    for ask in (lambda: client.fetch([1]), lambda: client.search(["x"])):
        eutils.faults.append(page)  # type: ignore[arg-type]
        with pytest.raises(ServiceError, match="login page of your network") as caught:
            ask()
        assert caught.value.everywhere
    assert len(eutils.requests) == 2  # not asked again


@pytest.mark.parametrize(
    "answer",
    ["OK", '{"error": "no"}', "<other/>", "<eFetchResult><ERROR>Bad id</ERROR></eFetchResult>"],
)
def test_an_answer_that_is_no_set_of_records(
    answer: str, eutils: EutilsServer, client: PubMedClient
) -> None:
    eutils.faults.append(says(answer))
    with pytest.raises(ServiceError, match=r"Something else|Bad id"):
        client.fetch([1])


@pytest.mark.parametrize(
    "answer", ["[]", "{}", '{"esearchresult": {}}', '{"esearchresult": {"ERROR": "Bad term"}}']
)
def test_an_answer_that_is_no_list_of_pmids(
    answer: str, eutils: EutilsServer, client: PubMedClient
) -> None:
    eutils.faults.append(says(answer))
    with pytest.raises(ServiceError, match=r"Something else|Bad term"):
        client.search(["x"])


def test_an_error_that_stays(eutils: EutilsServer, client: PubMedClient, time: FakeTime) -> None:
    eutils.faults += [status(500)] * 9
    with pytest.raises(ServiceError, match="error 500") as caught:
        client.fetch([1])
    assert not caught.value.everywhere
    assert (len(eutils.requests), round(sum(time.slept))) == (5, 1 + 2 + 4 + 8)


def test_a_refusal_is_not_asked_again(eutils: EutilsServer, client: PubMedClient) -> None:
    eutils.faults.append(status(403, "<html>blocked</html>"))
    with pytest.raises(ServiceError, match="error 403") as caught:
        client.fetch([1])
    assert caught.value.everywhere
    assert len(eutils.requests) == 1


def test_a_wrong_key_is_named_and_not_shown(eutils: EutilsServer, new_client: NewClient) -> None:
    eutils.faults.append(status(400, '{"error":"API key invalid","api-key":"secret"}'))
    with pytest.raises(ServiceError, match="does not know the API key") as caught:
        new_client(api_key="secret").fetch([1])
    assert "secret" not in str(caught.value) + caught.value.said


def test_pmids_that_pubmed_does_not_have(eutils: EutilsServer, client: PubMedClient) -> None:
    assert client.fetch([404]).content.count(b"<PubmedArticle>") == 0
    eutils.faults.append(status(400, "Error: ID list is empty! Possibly it has no correct IDs."))
    answer = client.fetch([404])
    assert (answer.whole, answer.content) == (True, b"<PubmedArticleSet></PubmedArticleSet>")


def test_no_service_there(new_client: NewClient) -> None:
    with pytest.raises(ServiceError, match="could not be reached") as caught:
        new_client(address="http://127.0.0.1:9/", tries=2).fetch([1])
    assert caught.value.everywhere


def test_only_web_addresses(new_client: NewClient) -> None:
    with pytest.raises(UserError, match="no web address"):
        new_client(address="file:///etc/").fetch([1])


# --- cancel, proxy, trust ------------------------------------------------------------------------


def test_cancel_between_attempts(
    eutils: EutilsServer, client: PubMedClient, time: FakeTime
) -> None:
    def cancel() -> None:
        if eutils.requests:
            raise Cancelled

    eutils.faults += [status(500)] * 5
    with pytest.raises(Cancelled):
        client.fetch([1], cancel)
    assert len(eutils.requests) == 1


def test_cancel_while_an_answer_comes(eutils: EutilsServer, client: PubMedClient) -> None:
    def cancel() -> None:
        if eutils.requests:
            raise Cancelled

    with pytest.raises(Cancelled):
        client.fetch([1], cancel)


def test_the_proxy_of_the_environment(
    eutils: EutilsServer, new_client: NewClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", eutils.address)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    answer = new_client(address="http://pubmed.invalid/eutils").fetch([2])
    assert b">2</PMID>" in answer.content
    assert eutils.requests[0][0] == "efetch.fcgi"


def test_the_default_is_ncbi_over_a_checked_connection() -> None:
    assert ADDRESS == "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
    opener: Any = PubMedClient()._post._opener  # what no server without TLS can show
    contexts = [h._context for h in opener.handlers if hasattr(h, "https_open")]
    assert [(c.verify_mode, c.check_hostname) for c in contexts] == [(ssl.CERT_REQUIRED, True)]
