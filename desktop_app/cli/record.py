"""`litmesh rerun`: a recorded search is made again and compared."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desktop_app.cli.support import (
    DONE,
    encoder_option,
    folder_of,
    json_option,
    library_option,
    print_json,
    progress,
    told,
)

if TYPE_CHECKING:
    from desktop_app.tasks.compare_results import Comparison

record_option = click.option(
    "--record",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write what was asked and found here, to run it again with “litmesh rerun”.",
)


@click.command("rerun")
@click.argument("record", type=click.Path(path_type=Path, dir_okay=False))
@library_option
@encoder_option
@json_option
@told
def rerun_command(record: Path, library: Path | None, encoder: str, as_json: bool) -> int:
    """Make the search of a RECORD again, here, and tell what is not as it was."""
    from desktop_app.search.request import Mode
    from desktop_app.tasks.search_record import read_record, rerun, usable_encoder
    from desktop_app.tasks.session import open_session

    known = read_record(record)
    with open_session(folder_of(library), read_only=True) as session:
        if known.request.get("mode") != Mode.KEYWORD:
            session.load_encoder(encoder or usable_encoder(session.library, known))
        comparison = rerun(session, record, progress("Reading", as_json))
    if as_json:
        print_json(comparison_values(comparison))
    else:
        click.echo("\n".join(comparison.in_words()))
    return DONE


def comparison_values(comparison: "Comparison") -> dict[str, Any]:
    """A comparison as JSON values."""
    values = dataclasses.asdict(comparison)
    values["absent"] = [dataclasses.asdict(a) for a in comparison.gone if a in comparison.absent]
    return {"identical": comparison.identical, **values, "words": comparison.in_words()}
