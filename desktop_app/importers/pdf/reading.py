"""What was found in one PDF, how sure that is, and why a PDF could not be read."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Confidence(StrEnum):
    """How far a finding may be trusted; only `SURE` may enter the library unseen."""

    SURE = "sure"  # stated in the place made for it, and nothing in the file says otherwise
    LIKELY = "likely"  # one good sign, or a better one that another sign contradicts
    GUESS = "guess"  # better than nothing
    NONE = "none"  # not found


class State(StrEnum):
    """How the reading of a PDF ended."""

    READ = "read"
    SCANNED = "scanned"  # pages without text
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    TOO_BIG = "too big"
    TIMED_OUT = "timed out"


@dataclass(frozen=True, slots=True)
class Finding:
    """A value, how sure it is, and where it stood: metadata, first page, header, file name …"""

    value: str = ""
    confidence: Confidence = Confidence.NONE
    place: str = ""

    @property
    def is_sure(self) -> bool:
        """True when it may be taken without asking."""
        return self.confidence is Confidence.SURE


NOTHING = Finding()


@dataclass(frozen=True, slots=True)
class PdfReading:
    """One PDF as the worker saw it. `reason` and `remedy` are sentences for the user."""

    path: Path
    state: State
    reason: str
    remedy: str = ""
    sha256: str = ""  # empty when the file was not read to its end
    pages: int = 0
    title: Finding = NOTHING
    doi: Finding = NOTHING  # lower case, without the address
    pmid: Finding = NOTHING
    pmcid: Finding = NOTHING  # PMC1234567
    year: int | None = None
    first_author: str = ""  # as printed or in the metadata; a guess
    page_texts: tuple[str, ...] = ()  # NFC, lines ended by \n; at most 2,000 pages, 20 MB
    is_complete: bool = True  # False when a limit cut the text short; `reason` says which

    @property
    def confidence(self) -> Confidence:
        """Of the whole: as weak as the title and the best identifier taken together."""
        order = list(Confidence)
        best = min((self.doi, self.pmid, self.pmcid), key=lambda f: order.index(f.confidence))
        return max(best.confidence, self.title.confidence, key=order.index)
