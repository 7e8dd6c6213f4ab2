"""What `litmesh complete` does: the one command that uses the network, and says so."""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

import click

from desktop_app.errors import UserError
from desktop_app.library.library import Library
from desktop_app.progress import Report
from desktop_app.pubmed.eutils import ADDRESS, PubMedClient
from desktop_app.tasks.complete_from_pubmed import CompletionReport, complete_from_pubmed

DONE, FAILED, IN_PART = 0, 1, 3
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

    def run(self, report: Report) -> int:
        """Complete, print what came of it; the exit status. Raises UserError."""
        if not (self.folder / "library.db").exists():
            raise UserError(f"There is no library in {self.folder}.", "Import something first.")
        client = PubMedClient(self.email, self.api_key, self.address or ADDRESS)
        with Library.open(self.folder) as library:
            completion = complete_from_pubmed(library, client, report, self.limit)
        if self.as_json:
            click.echo(json.dumps(dataclasses.asdict(completion), ensure_ascii=False))
        else:
            _print(completion)
        if completion.problems or completion.cancelled:
            return IN_PART if completion.asked else FAILED
        return DONE


def _print(completion: CompletionReport) -> None:
    click.echo(
        f"{completion.asked} articles asked for, {completion.completed} completed, "
        f"{completion.unchanged} unchanged, {len(completion.not_found)} not found"
        + (" (cancelled)" if completion.cancelled else "")
    )
    lines = [f"PubMed: {label} was not found" for label in completion.not_found]
    lines += map(str, completion.problems)
    for line in lines[:_LISTED]:
        click.echo(line, err=True)
    if len(lines) > _LISTED:
        click.echo(f"and {len(lines) - _LISTED} more: “--json” lists them all", err=True)
