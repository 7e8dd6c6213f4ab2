"""The command `litmesh train`; what it does is in training.py, loaded when it is called."""

from pathlib import Path
from typing import Any

import click

from desktop_app.cli.support import existing_folder_of, json_option, library_option, told

_RECIPES = ("combined", "biohicl", "bica")


@click.command("train")
@click.option("--recipe", type=click.Choice(_RECIPES), default=_RECIPES[0], show_default=True)
@click.option("--base", default="", help="Encoder to start from; default: the library's.")
@click.option(
    "--option", "options", multiple=True, metavar="NAME=VALUE", help="As in trainer/config.py."
)
@click.option("--dry-run", is_flag=True, help="Only say whether the library can train.")
@click.option("--resume", type=click.Path(path_type=Path), help="Go on with a run.")
@click.option("--use", "use_it", is_flag=True, help="Search with the result if it is better.")
@library_option
@json_option
@told
def train_command(library: Path | None, as_json: bool, **given: Any) -> int:
    """Improve search on the library: train its encoder on its articles and judge the result.

    Ctrl+C saves and stops; --resume goes on. A result is offered only when it is better.
    """
    from desktop_app.cli.training import Training
    from desktop_app.tasks.session import open_session

    with open_session(existing_folder_of(library)) as session:
        return Training(session, as_json, **given).run()
