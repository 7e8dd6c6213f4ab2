"""A service on this machine that speaks E-utilities' protocol, and fails when it is told to."""

import json
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

Fault = Callable[["Handler"], None]  # answers one request in place of the service

HEADING = (
    '<MeshHeadingList><MeshHeading><DescriptorName UI="D007333" MajorTopicYN="Y">'
    "Insulin Resistance</DescriptorName></MeshHeading></MeshHeadingList>"
)
REFERENCE = (
    "<ReferenceList><Reference><Citation>Doe 1999</Citation><ArticleIdList>"
    '<ArticleId IdType="pubmed">55</ArticleId></ArticleIdList></Reference></ReferenceList>'
)
RETRACTED = (
    '<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><RefSource>J Ex 2022'
    '</RefSource><PMID Version="1">99</PMID></CommentsCorrections></CommentsCorrectionsList>'
)


def record(
    pmid: int,
    title: str = "",
    doi: str = "",
    pmcid: str = "",
    headings: str = HEADING,
    relations: str = "",
    references: str = REFERENCE,
) -> str:
    """A PubmedArticle as efetch gives it."""
    ids = f'<ArticleId IdType="pubmed">{pmid}</ArticleId>'
    ids += f'<ArticleId IdType="doi">{doi}</ArticleId>' if doi else ""
    ids += f'<ArticleId IdType="pmc">{pmcid}</ArticleId>' if pmcid else ""
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{pmid}</PMID><Article>'
        "<Journal><JournalIssue><PubDate><Year>2020</Year></PubDate></JournalIssue></Journal>"
        f"<ArticleTitle>{title or f'Title {pmid}'}</ArticleTitle></Article>{relations}{headings}"
        f"</MedlineCitation><PubmedData><ArticleIdList>{ids}</ArticleIdList>{references}"
        "</PubmedData></PubmedArticle>"
    )


class Handler(BaseHTTPRequestHandler):
    """One connection; `form` is what the request says."""

    server: "EutilsServer"
    form: dict[str, str]

    def do_POST(self) -> None:
        """Answer as a planned fault says, else as E-utilities would."""
        length = int(self.headers["Content-Length"])
        self.form = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
        name = self.path.rpartition("/")[2]
        self.server.requests.append((name, self.form))
        self.server.on_request()
        if self.server.faults:
            self.server.faults.popleft()(self)
        else:
            self.answer(self.right_answer())

    def do_GET(self) -> None:
        """Answer as NIH iCite; a redirection of a POST arrives here too."""
        path, _, query = self.path.partition("?")
        if path.endswith("/api/pubs"):
            self.form = {k: v[0] for k, v in parse_qs(query).items()}
            self.server.requests.append(("icite", self.form))
            self.server.on_request()
            if self.server.faults:
                self.server.faults.popleft()(self)
            else:
                self.answer(self.right_answer(), kind="application/json")
            return
        self.answer("<!DOCTYPE html><html><body>Please sign in</body></html>", kind="text/html")

    def right_answer(self) -> str:
        """What E-utilities would say."""
        name = self.path.partition("?")[0].rpartition("/")[2]
        if name == "pubs":
            return self.server.linked(self.form)
        return self.server.searched(self.form) if name == "esearch.fcgi" else self._fetched()

    def _fetched(self) -> str:
        pmids = [int(pmid) for pmid in self.form["id"].split(",")]
        found = "".join(self.server.records.get(pmid, "") for pmid in pmids)
        return f'<?xml version="1.0" ?>\n<PubmedArticleSet>{found}</PubmedArticleSet>\n'

    def answer(self, text: str, status: int = 200, kind: str = "text/xml", **headers: str) -> None:
        """Send a whole answer; underscores in the names of `headers` stand for hyphens."""
        content = text.encode()
        self.send_response(status)
        for name, value in {"Content_Type": kind, "Content_Length": str(len(content))}.items():
            self.send_header(name.replace("_", "-"), value)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class EutilsServer(ThreadingHTTPServer):
    """Has `records` by PMID, finds by `names`, does the next of `faults` first."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.records: dict[int, str] = {}
        self.names: dict[str, list[int]] = {}  # search term -> PMIDs
        self.links: dict[int, tuple[list[int], list[int]]] = {}  # PMID -> cites, cited by
        self.faults: deque[Fault] = deque()
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.on_request: Callable[[], object] = lambda: None
        self.over = threading.Event()  # ends the answers that never come

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_address[1]}/eutils/"

    def searched(self, form: dict[str, str]) -> str:
        """What esearch would say; terms it does not know find nothing."""
        terms = form["term"].split(" OR ")
        pmids = list(dict.fromkeys(pmid for term in terms for pmid in self.names.get(term, [])))
        ids = [str(pmid) for pmid in pmids[: int(form["retmax"])]]
        return json.dumps({"esearchresult": {"count": str(len(pmids)), "idlist": ids}})

    @property
    def icite(self) -> str:
        """Where its citation index is."""
        return f"http://127.0.0.1:{self.server_address[1]}/api/pubs"

    def linked(self, form: dict[str, str]) -> str:
        """What iCite would say (`legacy=false`)."""
        found = [
            {"pmid": pmid, "citedPmids": self.links[pmid][0], "citedByPmids": self.links[pmid][1]}
            for pmid in map(int, form["pmids"].split(","))
            if pmid in self.links
        ]
        return json.dumps({"meta": {"limit": 1000, "offset": 0}, "data": found})

    def asked(self, name: str) -> list[dict[str, str]]:
        """The forms that came for "efetch", "esearch" or "icite"."""
        return [form for tool, form in self.requests if tool.startswith(name)]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the tests."""


@contextmanager
def running() -> Iterator[EutilsServer]:
    """A server in a thread, for as long as the block."""
    server = EutilsServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


class FakeTime:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        """Seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.slept.append(seconds)
        self.now += seconds


# --- faults --------------------------------------------------------------------------------------


def status(code: int, text: str = "", **headers: str) -> Fault:
    """Answer with an error status."""
    return lambda handler: handler.answer(text, code, "application/json", **headers)


def says(text: str) -> Fault:
    """Answer with some text, whatever was asked."""
    return lambda handler: handler.answer(text)


def web_page(handler: Handler) -> None:
    """Answer as a hotel's network does."""
    handler.answer("\n<!doctype HTML>\n<html><body>Sign in</body></html>", kind="text/html")


def sign_in_elsewhere(handler: Handler) -> None:
    """Lead to another page."""
    handler.answer("", 302, Location="/login")


def cut_after_records(count: int) -> Fault:
    """Send `count` records and half of the next one, and hang up."""

    def cut(handler: Handler) -> None:
        content = handler.right_answer().encode()
        starts = [match.start() for match in re.finditer(rb"<PubmedArticle>", content)]
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content[: starts[count] + 150])

    return cut


def hang_up(handler: Handler) -> None:
    """Close the connection without a word."""
    handler.close_connection = True


def never(handler: Handler) -> None:
    """Take the request and be silent until the test is over."""
    handler.server.over.wait(30)
