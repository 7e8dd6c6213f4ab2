"""NIH's Open Citation Collection by iCite: which PubMed articles cite an article, which it cites.

Hutchins et al. 2019, PLoS Biology 17(10): e3000385. The interface: https://icite.od.nih.gov/api
(`/api/pubs?pmids=…&fl=…`); with `legacy=false` the links are in `citedPmids` and `citedByPmids`,
else in `references` and `cited_by`, in older answers as one text. All of these are understood.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desktop_app.pubmed.polite_post import PolitePost, ServiceError
from desktop_app.pubmed.throttle import Poll, Throttle, no_poll

ADDRESS = "https://icite.od.nih.gov/api/pubs"
SOURCE = "NIH OCC"
MOST = 200  # PMIDs a request: its address stays below 2,000 characters; iCite takes 1,000
_SERVICE = "NIH iCite"
_A_SECOND = 3.0  # it names no limit; this is what NCBI allows
_LONGEST_PMID = 9  # digits
_FIELDS = {"legacy": "false", "refs": "true", "fl": "pmid,citedPmids,citedByPmids"}
_STRANGER = f"Something else than {_SERVICE} answered."
_SIGN_IN = "Open any website, sign in to the network, try again."


@dataclass(frozen=True, slots=True)
class CitationLinks:
    """What iCite knows of one article."""

    pmid: int
    cites: tuple[int, ...]
    cited_by: tuple[int, ...]


class CitationClient:
    """Asks iCite. Raises ServiceError, and what its `poll` raises."""

    def __init__(
        self,
        address: str = ADDRESS,
        timeout: float = 30.0,
        tries: int = 5,
        throttle: Throttle | None = None,
    ) -> None:
        self._address = address
        self._post = PolitePost(_SERVICE, throttle or Throttle(_A_SECOND), timeout, tries)

    def links(self, pmids: Sequence[int], poll: Poll = no_poll) -> list[CitationLinks]:
        """The links of up to 200 articles; those that iCite does not have are left out."""
        if not 0 < len(pmids) <= MOST:
            raise ValueError(f"{len(pmids)} PMIDs in one request")
        form = {"pmids": ",".join(map(str, pmids)), **_FIELDS}
        answer = self._post.get(self._address, form, _is_whole, poll)
        if not answer.whole:
            message = f"The answer of {_SERVICE} ended before its time."
            raise ServiceError(message, "Try again later.", False)
        wanted = set(pmids)
        return [links for links in _links(answer.content) if links.pmid in wanted]


def _is_whole(content: bytes) -> bool:
    if content.lstrip()[:1] not in (b"{", b"[", b""):
        raise ServiceError(_STRANGER, _SIGN_IN, True)
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True


def _links(content: bytes) -> Iterator[CitationLinks]:
    answer: object = json.loads(content)
    records = answer.get("data") if isinstance(answer, dict) else answer
    if not isinstance(records, list):
        said = str(answer.get("error", "")) if isinstance(answer, dict) else ""
        message = f"{_SERVICE} could not answer: {said[:200]}." if said else _STRANGER
        raise ServiceError(message, "Try again later.", not said, said)
    for record in records:
        pmid = _pmid(record.get("pmid")) if isinstance(record, dict) else None
        if pmid is not None:
            cites = _pmids(record, "citedPmids", "references")
            cited_by = _pmids(record, "citedByPmids", "cited_by")
            yield CitationLinks(pmid, cites, cited_by)


def _pmids(record: Mapping[str, Any], *names: str) -> tuple[int, ...]:
    """The PMIDs in the first of these fields that is there: a list, or a text with blanks."""
    value = next((record[name] for name in names if record.get(name)), ())
    items = value.replace(",", " ").split() if isinstance(value, str) else value
    if not isinstance(items, list | tuple):
        return ()
    found = (_pmid(item) for item in items)
    return tuple(dict.fromkeys(pmid for pmid in found if pmid is not None))


def _pmid(value: object) -> int | None:
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_PMID):
        return None
    return int(text) or None
