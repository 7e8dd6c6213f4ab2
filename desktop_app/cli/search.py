"""How the command line shows what a query was read as: chips with counts, and messages."""

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from desktop_app.search.request import SearchResult

C = TypeVar("C", bound=Callable[..., Any])


def reading_options(command: C) -> C:
    """The options `--reading` and `--explain`."""
    command = click.option(
        "--explain", is_flag=True, help="Only what the query is read as, as one JSON object."
    )(command)
    return click.option(
        "--reading",
        type=click.Choice(["auto", "boolean", "ranked"]),
        default="auto",
        help="boolean: exactly what the query means; ranked: what resembles it most.",
    )(command)


def readable(query: str) -> str:
    """A query from a terminal that does not speak UTF-8, as far as it can be read."""
    return query.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def say_what_lacks(result: "SearchResult") -> None:
    """Say on stderr how many articles could not be found by meaning."""
    lacking = result.articles - result.embedded
    if result.encoder_id and lacking > 0:
        said = f"{lacking:,} articles are not indexed by meaning yet; “litmesh index” does it"
        click.echo(f"litmesh: {said}", err=True)


def explanation(result: "SearchResult") -> dict[str, Any]:
    """The reading of a query as JSON values."""
    interpretation = dataclasses.asdict(result.interpretation)
    names = ("searched", "chips", "messages", "words", "ignored", "nowhere", "concepts", "notes")
    head = {"query": result.request.text, "exact": result.exact, "total": len(result)}
    return {**head, **{name: interpretation[name] for name in names}}


def print_reading(result: "SearchResult") -> None:
    """A line for each chip of an exact search, and its messages."""
    interpretation = result.interpretation
    for message in interpretation.messages:
        place = f"{message.place.start + 1}-{message.place.stop}"
        click.echo(f"{message.severity} (characters {place}): {message.text}")
    if not result.exact:
        return
    for chip in interpretation.chips:
        narrower = f" with {chip.narrower} narrower" if chip.exploded and chip.narrower else ""
        click.echo(f"{chip.hits or 0:8d}  {chip.label}{narrower}")
