"""What `litmesh complete` does: the one command that uses the network, and says so."""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

import click

from desktop_app.cli.support import DONE, FAILED, IN_PART
from desktop_app.errors import UserError
from desktop_app.library.library import Library
from desktop_app.progress import Report
from desktop_app.pubmed.eutils import ADDRESS, PubMedClient
from desktop_app.pubmed.icite import ADDRESS as CITATIONS_ADDRESS
from desktop_app.pubmed.icite import CitationClient
from desktop_app.tasks.complete_citations import CitationReport, complete_citations
from desktop_app.tasks.complete_from_pubmed import CompletionReport, complete_from_pubmed

_LISTED = 20


@dataclass(frozen=True, slots=True)
class Completion:
    """One call of the command."""

    folder: Path  # the library's
    email: str
    api_key: str
    limit: int | None  # articles to ask for at most
    as_json: bool
    address: str = ""  # empty: NCBI's
    citations: bool = False
    citations_address: str = ""  # empty: NIH's

    def run(self, report: Report) -> int:
        """Complete, print what came of it; the exit status. Raises UserError."""
        if not (self.folder / "library.db").exists():
            raise UserError(f"There is no library in {self.folder}.", "Import something first.")
        client = PubMedClient(self.email, self.api_key, self.address or ADDRESS)
        index = CitationClient(self.citations_address or CITATIONS_ADDRESS)
        links = None
        with Library.open(self.folder) as library:
            completion = complete_from_pubmed(library, client, report, self.limit)
            if self.citations and not completion.cancelled:
                links = complete_citations(library, index, report, self.limit)
        if self.as_json:
            answer = dataclasses.asdict(completion)
            answer |= {"citations": dataclasses.asdict(links) if links else None}
            click.echo(json.dumps(answer, ensure_ascii=False))
        else:
            _print(completion, links)
        problems = bool(completion.problems or (links and links.problems))
        if problems or completion.cancelled or (links and links.cancelled):
            return IN_PART if completion.asked or (links and links.asked) else FAILED
        return DONE


def _print(completion: CompletionReport, links: CitationReport | None) -> None:
    click.echo(
        f"{completion.asked} articles asked for, {completion.completed} completed, "
        f"{completion.unchanged} unchanged, {len(completion.not_found)} not found"
        + (" (cancelled)" if completion.cancelled else "")
    )
    if links is not None:
        click.echo(
            f"{links.asked} articles asked for citations, {links.known} known, "
            f"{links.new_links} new links" + (" (cancelled)" if links.cancelled else "")
        )
    lines = [f"{label} has been retracted" for label in completion.retracted]
    lines += [f"PubMed: {label} was not found" for label in completion.not_found]
    lines += map(str, (*completion.problems, *(links.problems if links else ())))
    for line in lines[:_LISTED]:
        click.echo(line, err=True)
    if len(lines) > _LISTED:
        click.echo(f"and {len(lines) - _LISTED} more: “--json” lists them all", err=True)
