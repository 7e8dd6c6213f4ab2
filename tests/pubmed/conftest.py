"""A service on this machine, and a client of it on a clock that needs no time."""

from collections.abc import Callable, Iterator

import pytest

from desktop_app.pubmed.eutils import PubMedClient
from desktop_app.pubmed.throttle import Throttle
from tests.pubmed.eutils_server import EutilsServer, FakeTime, running

NewClient = Callable[..., PubMedClient]


@pytest.fixture
def eutils(monkeypatch: pytest.MonkeyPatch) -> Iterator[EutilsServer]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with running() as server:
        yield server


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def new_client(eutils: EutilsServer, time: FakeTime) -> NewClient:
    """Make a client; `timeout`, `tries`, `api_key` … as for PubMedClient."""

    def make(rate: float = 3.0, **options: object) -> PubMedClient:
        throttle = Throttle(rate, time.clock, time.sleep)
        settings = {"address": eutils.address, "throttle": throttle, "timeout": 10.0} | options
        return PubMedClient(**settings)  # type: ignore[arg-type]

    return make


@pytest.fixture
def client(new_client: NewClient) -> PubMedClient:
    return new_client()
