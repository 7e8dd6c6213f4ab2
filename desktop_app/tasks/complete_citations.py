"""Completing citations: what NIH's citation index knows of the articles that have a PMID."""

from dataclasses import dataclass

from desktop_app.errors import Cancelled
from desktop_app.library.journal import JournalledFile
from desktop_app.library.library import Library
from desktop_app.library.writer import Counts
from desktop_app.progress import Report, silent
from desktop_app.pubmed.icite import MOST, SOURCE, CitationClient, CitationLinks
from desktop_app.pubmed.polite_post import ServiceError
from desktop_app.records import Problem

KIND = "completion"  # what the journal calls such a run
_FAILURES = 2  # batches in a row after which the rest is left for another time


@dataclass(frozen=True, slots=True)
class CitationReport:
    """What became of the articles that the index was asked for; the others wait."""

    asked: int
    known: int  # of these the index knows
    new_links: int
    problems: tuple[Problem, ...]
    cancelled: bool


def complete_citations(
    library: Library, client: CitationClient, report: Report = silent, limit: int | None = None
) -> CitationReport:
    """Ask for up to `limit` articles that were never asked for; `report` counts articles.

    Each batch is stored before the next is asked for. When `report` raises Cancelled, or the
    index gives no answers, the returned report says how far it went; another run goes on there.
    """
    pmids = library.citations.not_asked(SOURCE)[:limit]
    asking = _Asking(library, client, report, len(pmids))
    if not pmids:
        return asking.result(cancelled=False)
    run = library.imports.begin(KIND)
    cancelled = False
    try:
        for start in range(0, len(pmids), MOST):
            if asking.failures_in_a_row >= _FAILURES:
                break
            asking.run(pmids[start : start + MOST])
        report(asking.asked, len(pmids))
    except Cancelled:
        cancelled = True
    done = asking.result(cancelled)
    found = f"{done.new_links:,} new citation links of {done.known:,} articles"
    library.imports.enter(run, JournalledFile(SOURCE, found, Counts(), done.problems))
    library.imports.end(run, cancelled)
    return done


class _Asking:
    """One run: what was asked for so far, and what came."""

    def __init__(
        self, library: Library, client: CitationClient, report: Report, total: int
    ) -> None:
        self._library = library
        self._client = client
        self._report = report
        self._total = total
        self._known = self._new = 0
        self._problems: list[Problem] = []
        self.asked = 0
        self.failures_in_a_row = 0

    def run(self, batch: list[int]) -> None:
        """Ask for one batch and store what came; a failure becomes a problem."""
        try:
            answers = self._client.links(batch, self._poll)
        except ServiceError as error:
            self.failures_in_a_row = _FAILURES if error.everywhere else self.failures_in_a_row + 1
            more = f" and {len(batch) - 1} more" if len(batch) > 1 else ""
            place = f"PMID {batch[0]}{more}"
            self._problems.append(Problem(SOURCE, place, error.message, error.hint))
            return
        self.failures_in_a_row = 0
        self._new += self._library.citations.store(_pairs(answers), SOURCE, batch)
        self._known += len(answers)
        self.asked += len(batch)

    def result(self, cancelled: bool) -> CitationReport:
        """What became of it all."""
        problems = tuple(self._problems)
        return CitationReport(self.asked, self._known, self._new, problems, cancelled)

    def _poll(self) -> None:
        self._report(self.asked, self._total)


def _pairs(answers: list[CitationLinks]) -> list[tuple[int, int]]:
    """(citing, cited) of both directions."""
    cites = [(one.pmid, cited) for one in answers for cited in one.cites]
    return cites + [(citing, one.pmid) for one in answers for citing in one.cited_by]
