"""Completing: articles without MeSH headings or references get what PubMed knows of them.

It uses the network, and only when the user asks for it.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_app.errors import Cancelled
from desktop_app.importers.input_file import InputFile
from desktop_app.importers.registry import read
from desktop_app.library.incomplete import Incomplete
from desktop_app.library.journal import JournalledFile
from desktop_app.library.library import Library
from desktop_app.library.same_record import Sameness, compare, signature
from desktop_app.library.writer import Counts
from desktop_app.progress import Report, silent
from desktop_app.pubmed.eutils import MOST, PubMedClient
from desktop_app.pubmed.polite_post import ServiceError
from desktop_app.records import Article, Problem

_ORIGIN = "PubMed XML"
_SERVICE = "PubMed"
KIND = "completion"  # what the journal calls such a run
_TERMS = 50  # articles a search by DOI or PMCID
_FAILURES = 2  # batches in a row after which the rest is left for another time


@dataclass(frozen=True, slots=True)
class CompletionReport:
    """What became of the articles that were asked for; the others wait for the next run."""

    asked: int
    completed: int  # PubMed's record changed or enriched them
    unchanged: int  # PubMed knows no more than the library
    not_found: tuple[str, ...]  # "PMID 123", "DOI 10.1/x", "PMC123"
    problems: tuple[Problem, ...]
    cancelled: bool
    retracted: tuple[str, ...] = ()  # "PMID 123": what came with a notice of retraction


def complete_from_pubmed(
    library: Library, client: PubMedClient, report: Report = silent, limit: int | None = None
) -> CompletionReport:
    """Ask PubMed for up to `limit` incomplete articles; `report` counts articles.

    Each batch is stored before the next is asked for. When `report` raises Cancelled, or PubMed
    gives no answers, the returned report says how far it went; another run asks only for what
    still lacks. No article is added or removed.
    """
    articles = library.incomplete()[:limit]
    if not articles:
        return CompletionReport(0, 0, 0, (), (), cancelled=False)
    run = library.imports.begin(KIND)
    completing = _Completing(library, client, report, len(articles))
    completing.leave_out([a for a in articles if not a.pmid and not _terms(a)])
    cancelled = False
    try:
        for batch in _batches(articles):
            if completing.failures_in_a_row >= _FAILURES:
                break
            completing.run(batch)
        report(completing.asked, len(articles))
    except Cancelled:
        cancelled = True
    library.imports.enter(run, completing.journalled())
    library.imports.end(run, cancelled)
    return completing.result(cancelled)


def _batches(articles: Sequence[Incomplete]) -> Iterator[Sequence[Incomplete]]:
    """First those with a PMID, which need one request where the others need two."""
    for size, of_kind in (
        (MOST, [a for a in articles if a.pmid]),
        (_TERMS, [a for a in articles if not a.pmid and _terms(a)]),
    ):
        for start in range(0, len(of_kind), size):
            yield of_kind[start : start + size]


def _terms(article: Incomplete) -> list[str]:
    """How PubMed's search is asked for an article; nothing when its DOI cannot be quoted."""
    quotable = article.doi and '"' not in article.doi
    terms = [f'"{article.doi}"[doi]'] if quotable else []
    return [*terms, f"{article.pmcid}[pmcid]"] if article.pmcid else terms


class _Completing:
    """One run: what was asked for so far, and what came."""

    def __init__(self, library: Library, client: PubMedClient, report: Report, total: int) -> None:
        self._library = library
        self._client = client
        self._report = report
        self._total = total
        self._counts = Counts()
        self._not_found: list[str] = []
        self._problems: list[Problem] = []
        self._retracted: list[str] = []
        self.asked = 0
        self.failures_in_a_row = 0

    def leave_out(self, articles: Sequence[Incomplete]) -> None:
        """Say which articles cannot be asked for."""
        for article in articles:
            self._problem(article.label, "PubMed cannot be asked for this DOI.", "Check it.")

    def run(self, batch: Sequence[Incomplete]) -> None:
        """Ask for one batch and store what came; a failure becomes a problem."""
        try:
            pmids = self._pmids(batch)
            records, whole = self._fetched(pmids)
        except ServiceError as error:
            self.failures_in_a_row = _FAILURES if error.everywhere else self.failures_in_a_row + 1
            self._problem(f"{batch[0].label} and {len(batch) - 1} more", error.message, error.hint)
            return
        self.failures_in_a_row = 0
        self.asked += len(batch)
        taken, answered = self._wanted(records, batch)
        self._retracted += [f"PMID {record.pmid}" for record in taken if record.is_retracted]
        self._counts += self._library.write(taken, _ORIGIN, find_duplicates=True)
        missing = [article.label for article in batch if article.id not in answered]
        if whole:
            self._not_found += missing
        elif missing:
            self._problem(_listed(missing), "The answer ended before these came.", "Run it again.")

    def result(self, cancelled: bool) -> CompletionReport:
        """What became of it all."""
        counts = self._counts
        return CompletionReport(
            asked=self.asked,
            completed=counts.updated + counts.merged,
            unchanged=counts.unchanged,
            not_found=tuple(self._not_found),
            problems=tuple(self._problems),
            cancelled=cancelled,
            retracted=tuple(self._retracted),
        )

    def journalled(self) -> JournalledFile:
        """The run as the journal keeps it: what was not found and what is retracted included."""
        told = [
            Problem(_SERVICE, label, "It has been retracted.", "Read the notice in the article.")
            for label in self._retracted
        ]
        told += [
            Problem(_SERVICE, label, "PubMed does not have it.", "Check the identifier.")
            for label in self._not_found
        ]
        return JournalledFile(_SERVICE, _ORIGIN, self._counts, (*told, *self._problems))

    def _poll(self) -> None:
        self._report(self.asked, self._total)

    def _pmids(self, batch: Sequence[Incomplete]) -> list[int]:
        known = [article.pmid for article in batch if article.pmid]
        terms = [term for article in batch if not article.pmid for term in _terms(article)]
        return list(dict.fromkeys(known + self._client.search(terms, self._poll)))

    def _fetched(self, pmids: Sequence[int]) -> tuple[list[Article], bool]:
        """The records of PMIDs, and whether all that PubMed has of them came."""
        records: list[Article] = []
        all_whole = True
        with tempfile.TemporaryDirectory(prefix="litmesh-") as folder:
            for start in range(0, len(pmids), MOST):
                answer = self._client.fetch(pmids[start : start + MOST], self._poll)
                path = Path(folder) / f"{start}.xml"
                path.write_bytes(answer.content)
                all_whole = all_whole and answer.whole
                for entry in read(InputFile(path, name=_SERVICE)):
                    if isinstance(entry, Article):
                        records.append(entry)
                    elif isinstance(entry, Problem):
                        self._problems.append(entry)
        return records, all_whole

    def _wanted(
        self, records: Sequence[Article], batch: Sequence[Incomplete]
    ) -> tuple[list[Article], set[int]]:
        """The records that are of articles asked for, and the ids of articles that have one."""
        by_name: dict[object, list[int]] = {}
        for article in batch:
            names = [article.pmid] if article.pmid else [article.doi, article.pmcid]
            for name in filter(None, names):
                by_name.setdefault(name, []).append(article.id)
        searched = [article.id for article in batch if not article.pmid]
        stored = self._library.articles(searched)
        taken: list[Article] = []
        answered: set[int] = set()
        for record in records:
            meant = {i for name in _names(record) for i in by_name.get(name, [])}
            same = {i for i in meant if i not in stored or _is_same(record, stored[i])}
            answered |= meant
            if same:
                taken.append(record)
            else:
                self._wrong_record(record, bool(meant))
        return taken, answered

    def _wrong_record(self, record: Article, meant: bool) -> None:
        place = f"PMID {record.pmid}"
        if meant:
            reason = f"Wrong record: PubMed has another publication, “{record.title[:80]}”."
            self._problem(place, reason, "Check the DOI or PMCID of the article in the library.")
        else:
            self._problem(place, "Wrong record: it was not asked for.", "It was left out.")

    def _problem(self, place: str, reason: str, remedy: str) -> None:
        self._problems.append(Problem(_SERVICE, place, reason, remedy))


def _names(record: Article) -> list[object]:
    """Everything that a record from PubMed may have been asked for by."""
    return [name for name in (record.pmid, record.doi, record.pmcid) if name]


def _is_same(record: Article, stored: Article) -> bool:
    return compare(signature(record), signature(stored)) is Sameness.SAME


def _listed(labels: Sequence[str]) -> str:
    return ", ".join(labels[:5]) + (f" and {len(labels) - 5} more" if len(labels) > 5 else "")
