"""The commands `litmesh trainer …`: the environment with PyTorch that trainings run in."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desktop_app import paths
from desktop_app.cli.output import print_fields
from desktop_app.cli.support import DONE, FAILED, json_option, print_json, progress, told

if TYPE_CHECKING:
    from desktop_app.tasks.training.environment.machine import Backend
    from desktop_app.tasks.training.environment.plan import Plan

_SYSTEMS = {"linux": "Linux", "windows": "Windows", "macos": "Darwin"}

backend_option = click.option(
    "--backend",
    type=click.Choice(["cpu", "cuda13", "mps"]),
    help="Instead of the fastest that this computer has.",
)
folder_option = click.option(
    "--from-folder",
    "source",
    type=click.Path(path_type=Path),
    help="Take the files from a folder, use no network.",
)


@click.group("trainer")
def trainer_group() -> None:
    """The training runtime (PyTorch): install, look at, repair, remove."""


@trainer_group.command("status")
@json_option
@told
def status_command(as_json: bool) -> int:
    """Say which training runtime is used, and what could be installed."""
    from desktop_app.tasks.training.environment.installed import installed
    from desktop_app.tasks.training.environment.plan import make_plan

    python, found, plan = paths.trainer_python(), installed(), make_plan()
    answer = {
        "python": str(python) if python else "",
        "installed": asdict(found) if found else None,
        "outdated": found is not None and found.digest != make_plan(_backend(found.backend)).digest,
        "offered": _words(plan),
    }
    print_json(answer) if as_json else print_fields(answer)
    return DONE


@trainer_group.command("install")
@folder_option
@click.option(
    "--save-files",
    "target",
    type=click.Path(path_type=Path),
    help="Only bring the files into a folder, for a computer without a network.",
)
@click.option(
    "--system", type=click.Choice(list(_SYSTEMS)), help="With --save-files: of that computer."
)
@backend_option
@click.option("--yes", is_flag=True, help="Do not ask before the download.")
@json_option
@told
def install_command(
    source: Path | None,
    target: Path | None,
    system: str | None,
    backend: str | None,
    yes: bool,
    as_json: bool,
) -> int:
    """Install the training runtime into the user's data (uses the network unless --from-folder)."""
    if target is not None and source is not None:
        raise click.UsageError("--from-folder and --save-files exclude each other.")
    if system is not None and target is None:
        raise click.UsageError("--system goes with --save-files.")
    if target is not None:
        return _save(target, _SYSTEMS.get(system or ""), backend, yes, as_json)
    return _install(source, backend, yes, as_json)


@trainer_group.command("repair")
@folder_option
@click.option("--yes", is_flag=True, help="Do not ask before the download.")
@json_option
@told
def repair_command(source: Path | None, yes: bool, as_json: bool) -> int:
    """Install anew what is installed; the old one serves until the new one has computed."""
    from desktop_app.tasks.training.environment.installed import installed

    found = installed()
    return _install(source, found.backend if found else None, yes, as_json)


@trainer_group.command("remove")
@told
def remove_command() -> int:
    """Delete the installed training runtime and what was downloaded for it."""
    from desktop_app.tasks.training.environment.installed import remove

    was = remove()
    click.echo("The training runtime was removed." if was else "None was installed.")
    return DONE


def _install(source: Path | None, backend: str | None, yes: bool, as_json: bool) -> int:
    from desktop_app.tasks.training.environment.install import install
    from desktop_app.tasks.training.environment.plan import make_plan
    from desktop_app.tasks.training.environment.save_files import plan_for_folder

    wanted = _backend(backend)
    plan = plan_for_folder(source, wanted) if source is not None else make_plan(wanted)
    if source is None and not _allowed(plan, yes):
        return FAILED
    made = install(plan, progress("Installing", as_json), source)
    if as_json:
        print_json({**asdict(made), "folder": str(made.folder)})
    else:
        click.echo(f"PyTorch {made.torch} computes on {made.device}; it is in {made.folder}.")
    return DONE


def _save(target: Path, system: str | None, backend: str | None, yes: bool, as_json: bool) -> int:
    from desktop_app.tasks.training.environment.save_files import plan_for_system, save_files

    plan = plan_for_system(system, _backend(backend))
    if not _allowed(plan, yes):
        return FAILED
    manifest = save_files(plan, target, progress("Saving", as_json))
    if as_json:
        print_json({**asdict(manifest), "folder": str(target)})
    else:
        click.echo(f"{target} holds the files for {plan.system} and {plan.backend}.")
        click.echo("There: “litmesh trainer install --from-folder FOLDER”.")
    return DONE


def _allowed(plan: "Plan", yes: bool) -> bool:
    if yes:
        return True
    click.echo(_words(plan), err=True)
    return click.confirm("Download it?", err=True)


def _words(plan: "Plan") -> str:
    from desktop_app.tasks.training.environment.plan import NAMES

    sizes = plan.sizes
    return (
        f"PyTorch for {NAMES[plan.backend]}. {plan.reason} About {sizes.download / 1e6:,.0f} MB to "
        f"download, {sizes.needed / 1e9:.0f} GB of disk in {plan.home} "
        f"({plan.free / 1e9:.0f} GB are free)."
    )


def _backend(name: str | None) -> "Backend | None":
    from desktop_app.tasks.training.environment.machine import Backend

    return Backend(name) if name else None
