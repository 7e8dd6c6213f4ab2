"""The commands `litmesh encoders …`: which are installed, which one a library is searched with."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desktop_app.cli.support import (
    DONE,
    FAILED,
    IN_PART,
    existing_folder_of,
    folder_of,
    json_option,
    library_option,
    print_json,
    progress,
    told,
)
from desktop_app.errors import UserError

if TYPE_CHECKING:
    from desktop_app.encoders.installed import EncoderInfo
    from desktop_app.tasks.adopt_encoder import Change


@click.group("encoders")
def encoders_group() -> None:
    """Look after the encoders."""


@encoders_group.command("list")
@library_option
@json_option
@told
def list_command(library: Path | None, as_json: bool) -> int:
    """The encoders that are installed; * is the one of the library."""
    from desktop_app.encoders.trainable import created, title
    from desktop_app.tasks.adopt_encoder import known_encoders
    from desktop_app.tasks.library_encoder import encoder_of, missing_choice

    folder = folder_of(library)
    used = encoder_of(folder)
    found: list[dict[str, Any]] = [
        {
            "id": info.id,
            "name": info.name,
            "title": title(info),
            "created": created(info),
            "dimension": info.dimension,
            "folder": str(info.folder),
            "in_use": used is not None and used.id == info.id,
        }
        for info in known_encoders()
    ]
    if as_json:
        print_json({"encoders": found})
        return DONE
    for entry in found:
        mark = "*" if entry["in_use"] else " "
        click.echo(f"{mark} {entry['id']}  {entry['title']}  {entry['dimension']} dimensions")
    if missing_choice(folder):
        click.echo(f"{missing_choice(folder)}, this library's own, is not installed.", err=True)
    return DONE


@encoders_group.command("use")
@click.argument("encoder", default="")
@click.option("--run", "run_name", default="", help="The result of this training instead.")
@library_option
@json_option
@told
def use_command(library: Path | None, encoder: str, run_name: str, as_json: bool) -> int:
    """Search the library with ENCODER (a name or id) from now on; vectors are made first."""
    from desktop_app.tasks.adopt_encoder import install_trained, use_encoder
    from desktop_app.tasks.session import open_session
    from desktop_app.tasks.training.run import FOLDER, open_run

    folder = existing_folder_of(library)
    if bool(encoder) == bool(run_name):
        raise click.UsageError("Name an encoder, or a training with --run.")
    info = install_trained(open_run(folder / FOLDER / run_name)) if run_name else _named(encoder)
    with open_session(folder) as session:
        change = use_encoder(session, info, progress("Embedding", as_json))
    return _say(change, as_json)


@encoders_group.command("back")
@library_option
@json_option
@told
def back_command(library: Path | None, as_json: bool) -> int:
    """Search the library with the encoder that it had before."""
    from desktop_app.tasks.adopt_encoder import go_back
    from desktop_app.tasks.session import open_session

    with open_session(existing_folder_of(library)) as session:
        change = go_back(session, progress("Embedding", as_json))
    return _say(change, as_json)


@encoders_group.command("verify")
@click.argument("encoder", default="")
@json_option
@told
def verify_command(encoder: str, as_json: bool) -> int:
    """Check every file of ENCODER, or of all, against the manifests."""
    from desktop_app.encoders.model_folder import verify_folder
    from desktop_app.encoders.onnx_encoder import load_encoder
    from desktop_app.tasks.adopt_encoder import known_encoders

    faults: dict[str, str] = {}
    for info in [_named(encoder)] if encoder else known_encoders():
        try:
            verify_folder(info.folder)
            load_encoder(info.folder)  # compares the check vectors
            faults[info.id] = ""
        except UserError as error:
            faults[info.id] = str(error)
    if as_json:
        print_json({"encoders": faults})
    else:
        for name, fault in faults.items():
            click.echo(f"{name}  {fault or 'sound'}")
    return FAILED if any(faults.values()) else DONE


@encoders_group.command("install")
@click.argument("model", metavar="NAME|FOLDER|ZIP")
@click.option("--yes", is_flag=True, help="Do not ask before the network is used.")
@click.option("--name", default="", help="What the model in the folder or zip is called.")
@click.option("--pooling", type=click.Choice(["cls", "mean"]), help="If its files do not say it.")
@click.option("--address", default="", hidden=True, help="Another hub of the same kind.")
@json_option
@told
def install_command(model: str, as_json: bool, **options: Any) -> int:
    """Install an encoder: a known NAME from the model hub, or the model in a FOLDER or ZIP.

    A folder or zip holds an encoder of Litmesh, or weights as model.safetensors with config.json
    and tokenizer.json. Only a NAME uses the network, after asking.
    """
    from desktop_app.cli.install import Installation

    return Installation(model, as_json, **options).run()


@encoders_group.command("remove")
@click.argument("encoder")
@library_option
@told
def remove_command(library: Path | None, encoder: str) -> int:
    """Remove an installed ENCODER and its vectors in the library."""
    from desktop_app.tasks.adopt_encoder import remove_encoder
    from desktop_app.tasks.session import open_session

    info = _named(encoder)
    with open_session(existing_folder_of(library)) as session:
        remove_encoder(session, info)
    click.echo(f"{info.id} removed")
    return DONE


def _named(encoder: str) -> "EncoderInfo":
    from desktop_app.tasks.session import find_encoder

    info = find_encoder(encoder)
    if info is None:
        raise UserError("No encoder is installed.", "“litmesh doctor” says where to put one.")
    return info


def _say(change: "Change", as_json: bool) -> int:
    if as_json:
        print_json(
            {"encoder": change.encoder, "embedded": change.embedded, "cancelled": change.cancelled}
        )
    elif change.cancelled:
        click.echo(f"Not changed: {change.embedded} articles embedded, the rest is left.")
    else:
        click.echo(f"Searching with {change.encoder} ({change.embedded} articles embedded).")
    return IN_PART if change.cancelled else DONE
