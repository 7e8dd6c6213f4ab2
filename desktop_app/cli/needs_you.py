"""`litmesh needs-you …`: files of which the user has to say which article they are."""

import dataclasses
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desktop_app.cli.support import (
    DONE,
    existing_folder_of,
    json_option,
    library_option,
    print_json,
    told,
)

if TYPE_CHECKING:
    from desktop_app.library.waiting import Decision
    from desktop_app.tasks.needs_you import Candidate, WaitingFile

_FORM = "What to put in place of the guess."


@click.group("needs-you")
def needs_you_group() -> None:
    """Say which article a file is that the import could not tell."""


@needs_you_group.command("list")
@library_option
@json_option
@told
def list_command(library: Path | None, as_json: bool) -> int:
    """The files that wait, what they seem to be, and articles here that they may be."""
    from desktop_app.library.library import Library
    from desktop_app.tasks.needs_you import candidates, waiting_files

    with Library.open(existing_folder_of(library), read_only=True) as opened:
        found = [(file, candidates(opened, file)) for file in waiting_files(opened)]
    if as_json:
        print_json({"waiting": [_json_of(*pair) for pair in found]})
    for file, maybe in [] if as_json else found:
        _print_file(file, maybe)
    if not found and not as_json:
        click.echo("nothing needs you")
    return DONE


@needs_you_group.command("accept")
@click.argument("waiting_id", metavar="NUMBER", type=int)
@click.option("--title", help=_FORM)
@click.option("--authors", help='Divided by semicolons: "Okonjo A; Silva, Bea".')
@click.option("--year", help=_FORM)
@click.option("--doi", help=_FORM)
@click.option("--pmid", help=_FORM)
@click.option("--pmcid", help=_FORM)
@library_option
@json_option
@told
def accept_command(
    waiting_id: int, library: Path | None, as_json: bool, **typed: str | None
) -> int:
    """File NUMBER is what it seems to be, or what the options say ("" empties a field)."""
    from desktop_app.library.library import Library
    from desktop_app.tasks.index_words import index_words
    from desktop_app.tasks.needs_you import accept, fields_of

    with Library.open(existing_folder_of(library)) as opened:
        guessed = fields_of(opened.waiting.file(waiting_id).guesses)
        fields = replace(guessed, **{k: v for k, v in typed.items() if v is not None})
        decision = accept(opened, waiting_id, fields)
        index_words(opened)
    _tell(decision, as_json)
    return DONE


@needs_you_group.command("attach")
@click.argument("waiting_id", metavar="NUMBER", type=int)
@click.argument("article_id", metavar="ARTICLE", type=int)
@library_option
@json_option
@told
def attach_command(waiting_id: int, article_id: int, library: Path | None, as_json: bool) -> int:
    """File NUMBER is article ARTICLE of the library."""
    from desktop_app.library.library import Library
    from desktop_app.tasks.needs_you import attach

    with Library.open(existing_folder_of(library)) as opened:
        _tell(attach(opened, waiting_id, article_id), as_json)
    return DONE


@needs_you_group.command("dismiss")
@click.argument("waiting_id", metavar="NUMBER", type=int)
@library_option
@json_option
@told
def dismiss_command(waiting_id: int, library: Path | None, as_json: bool) -> int:
    """Leave file NUMBER alone, also when it is imported again."""
    from desktop_app.library.library import Library
    from desktop_app.tasks.needs_you import dismiss

    with Library.open(existing_folder_of(library)) as opened:
        _tell(dismiss(opened, waiting_id), as_json)
    return DONE


def _tell(decision: "Decision", as_json: bool) -> None:
    if as_json:
        print_json(dataclasses.asdict(decision))
    elif decision.article_id:
        what = "is the new article" if decision.is_new else "was attached to article"
        click.echo(f"file {decision.waiting_id} {what} {decision.article_id}")
    else:
        click.echo(f"file {decision.waiting_id} was dismissed")


def _json_of(file: "WaitingFile", maybe: "list[Candidate]") -> dict[str, Any]:
    return {
        **dataclasses.asdict(file),
        "path": str(file.path),
        "candidates": [dataclasses.asdict(candidate) for candidate in maybe],
    }


def _print_file(file: "WaitingFile", maybe: "list[Candidate]") -> None:
    click.echo(f"{file.id:4d}  {file.name}")
    click.echo(f"      {file.reason}")
    for name in ("title", "author", "year", "doi", "pmid", "pmcid"):
        guess = getattr(file.guesses, name)
        if guess.value:
            click.echo(f"      {name}: {guess.value} ({guess.confidence}, {guess.place})")
    for candidate in maybe:
        click.echo(f"      article {candidate.article_id}? {candidate.title} ({candidate.reason})")
