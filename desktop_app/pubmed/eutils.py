"""NCBI's E-utilities for PubMed: identifiers to PMIDs, PMIDs to records.

Described in "Entrez Programming Utilities Help" (NCBI Bookshelf NBK25497, NBK25499).
"""

import json
import re
from collections.abc import Sequence

from desktop_app.pubmed.polite_post import Answer, IsWhole, PolitePost, ServiceError
from desktop_app.pubmed.throttle import Poll, Throttle, no_poll

ADDRESS = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
MOST = 200  # PMIDs a request
_SERVICE = "PubMed"
_A_SECOND, _A_SECOND_WITH_KEY = 3.0, 10.0  # what NCBI allows
_NOTHING = Answer(b"<PubmedArticleSet></PubmedArticleSet>", whole=True)
_END = re.compile(rb"(</PubmedArticleSet>|<PubmedArticleSet\s*/>)\s*$")
_SET = re.compile(rb"\s*(<\?xml|<!DOCTYPE PubmedArticleSet|<PubmedArticleSet)")
_PAGE = re.compile(rb"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", re.I | re.S)
_ERROR = re.compile(rb"<ERROR>(.{0,200}?)</ERROR>", re.S)


class PubMedClient:
    """Asks PubMed. Every method raises ServiceError, and what its `poll` raises."""

    def __init__(
        self,
        email: str = "",
        api_key: str = "",
        address: str = ADDRESS,
        timeout: float = 30.0,
        tries: int = 5,
        throttle: Throttle | None = None,
    ) -> None:
        """`email`: whom NCBI writes to before it blocks; `api_key` allows 10 requests a second."""
        self._address = address.rstrip("/") + "/"
        rate = _A_SECOND_WITH_KEY if api_key else _A_SECOND
        self._post = PolitePost(_SERVICE, throttle or Throttle(rate), timeout, tries)
        known = {"db": "pubmed", "tool": "litmesh", "email": email, "api_key": api_key}
        self._form = {name: value for name, value in known.items() if value}

    def search(self, terms: Sequence[str], poll: Poll = no_poll) -> list[int]:
        """The PMIDs that any of the terms finds, and possibly others.

        For what it does not know PubMed may fall back to words: the records are to be compared
        with what was meant. Terms that find far more than one record each find nothing here.
        """
        if not terms:
            return []
        most = 2 * len(terms) + 10
        form = {"term": " OR ".join(terms), "retmode": "json", "retmax": str(most)}
        answer = self._send("esearch.fcgi", form, _is_json, poll)
        count, pmids = _found(answer)
        if count <= most:
            return pmids
        middle = len(terms) // 2
        if not middle:
            return []
        return self.search(terms[:middle], poll) + self.search(terms[middle:], poll)

    def fetch(self, pmids: Sequence[int], poll: Poll = no_poll) -> Answer:
        """PubMed XML of up to 200 records; those PubMed does not have are left out."""
        if not 0 < len(pmids) <= MOST:
            raise ValueError(f"{len(pmids)} PMIDs in one request")
        form = {"id": ",".join(map(str, pmids)), "retmode": "xml"}
        try:
            return self._send("efetch.fcgi", form, _is_whole_set, poll)
        except ServiceError as error:
            if "ID list is empty" in error.said:  # a 400, when it knows none of them
                return _NOTHING
            raise

    def _send(self, name: str, form: dict[str, str], is_whole: IsWhole, poll: Poll) -> Answer:
        return self._post.send(self._address + name, self._form | form, is_whole, poll)


def _is_json(content: bytes) -> bool:
    _refuse_page(content)
    try:
        json.loads(content, strict=False)
    except ValueError:
        return False
    return True


def _is_whole_set(content: bytes) -> bool:
    _refuse_page(content)
    error = _ERROR.search(content[:2000])
    if error:
        said = error[1].decode("utf-8", errors="replace").strip()
        raise ServiceError(f"PubMed could not answer: {said}.", "Try again later.", False, said)
    if content.strip() and not _SET.match(content):
        raise _stranger("Something else than PubMed answered.")
    return _END.search(content[-200:]) is not None


def _refuse_page(content: bytes) -> None:
    if _PAGE.match(content[:4096]):
        raise _stranger("A web page answered instead of PubMed: a login page of your network?")


def _stranger(message: str) -> ServiceError:
    return ServiceError(message, "Open any website, sign in to the network, try again.", True)


def _found(answer: Answer) -> tuple[int, list[int]]:
    """How many records esearch found, and the PMIDs that it lists."""
    try:
        result = json.loads(answer.content, strict=False)["esearchresult"]
        if "ERROR" in result:
            said = str(result["ERROR"])[:200]
            raise ServiceError(f"PubMed could not answer: {said}.", "Try again later.", False, said)
        return int(result["count"]), [int(pmid) for pmid in result["idlist"]]
    except (ValueError, KeyError, TypeError) as error:
        raise _stranger("Something else than PubMed answered.") from error
