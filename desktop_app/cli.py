"""The command line: the same tasks without a window.

Every `--json` answer is one object on stdout; messages go to stderr. Exit status: 0 done,
1 failed, 2 wrong usage, 3 done in part.
"""

import dataclasses
import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import click

import desktop_app
from desktop_app import paths
from desktop_app.cli_output import (
    print_evaluations,
    print_fields,
    print_import,
    print_result,
    search_answer,
)
from desktop_app.errors import UserError
from desktop_app.logs import start_logging
from desktop_app.progress import Report

P = ParamSpec("P")

DONE, FAILED, WRONG_USAGE, IN_PART = 0, 1, 2, 3
EXPORT_FORMATS = ("ris", "bibtex", "nbib", "csljson", "csv", "pmids")

_folder = click.Path(path_type=Path, file_okay=False)
_library_option = click.option(
    "--library", "library", type=_folder, default=None, help="The library's folder."
)
_json_option = click.option("--json", "as_json", is_flag=True, help="Answer with one JSON object.")
_encoder_option = click.option("--encoder", default="", help="Name or id of an installed encoder.")


def _told(function: Callable[P, int]) -> Callable[P, None]:
    """Turn a command's exit status and its UserErrors into what the shell sees."""

    @wraps(function)
    def told(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            status = function(*args, **kwargs)
        except UserError as error:
            click.echo(f"litmesh: {error}", err=True)
            status = FAILED
        sys.exit(status)

    return told


@click.group(invoke_without_command=True)
@click.version_option(desktop_app.__version__, prog_name="litmesh")
@_library_option
@click.option("--query", default="", help="Search for this at once.")
@click.option("--screenshot", type=click.Path(path_type=Path), help="Save a picture and end.")
@click.pass_context
def litmesh(
    context: click.Context, library: Path | None, query: str, screenshot: Path | None
) -> None:
    """Litmesh: search your literature by meaning, words and MeSH. Without a command: the window."""
    start_logging()
    context.obj = library
    if context.invoked_subcommand is None:
        sys.exit(_open_window(library, query, screenshot, ()))


@litmesh.command("open")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@_library_option
def open_files(files: tuple[Path, ...], library: Path | None) -> None:
    """Open the window and import FILES into the library."""
    sys.exit(_open_window(library, "", None, files))


@litmesh.command("import")
@click.argument("files", metavar="PATH…", nargs=-1, required=True, type=click.Path(path_type=Path))
@_library_option
@_json_option
@_told
def import_command(files: tuple[Path, ...], library: Path | None, as_json: bool) -> int:
    """Import files, and everything in folders, into the library."""
    from desktop_app.library.library import Library
    from desktop_app.tasks.import_files import import_files

    with Library.open(_folder_of(library)) as opened:
        report = import_files(opened, files, _progress("Importing", as_json))
    if as_json:
        totals = {
            name: getattr(report, name) for name in ("added", "updated", "unchanged", "deleted")
        }
        _print_json({**totals, **dataclasses.asdict(report)})
    else:
        print_import(report)
    stored = report.added + report.updated + report.unchanged + report.deleted
    if report.problems or report.cancelled:
        return IN_PART if stored else FAILED
    return DONE


@litmesh.command("index")
@_library_option
@_encoder_option
@_json_option
@_told
def index_command(library: Path | None, encoder: str, as_json: bool) -> int:
    """Embed the articles that have no vector yet, and write the index."""
    from desktop_app.tasks.index_library import index_library
    from desktop_app.tasks.session import open_session

    with open_session(_folder_of(library)) as session:
        session.load_encoder(encoder)
        if session.encoder is None:
            raise UserError("No encoder is installed.", "“litmesh doctor” says where to put one.")
        report = index_library(session.library, session.encoder, _progress("Indexing", as_json))
        session.engine.build_graph(_progress("Building the graph", as_json))
        answer = {"encoder": session.encoder.id, **dataclasses.asdict(report)}
    if as_json:
        _print_json(answer)
    else:
        print_fields(answer)
    return IN_PART if report.cancelled else DONE


@litmesh.command("search")
@click.argument("query")
@click.option("--mode", type=click.Choice(["hybrid", "semantic", "keyword"]), default="hybrid")
@click.option("--limit", type=click.IntRange(0), default=20, help="Hits to print.")
@click.option("--mesh", multiple=True, help="Only articles at or below this MeSH tree number.")
@click.option("--not-mesh", multiple=True, help="No articles at or below this MeSH tree number.")
@click.option("--years", default="", metavar="FIRST-LAST", help="Only these years.")
@_library_option
@_encoder_option
@_json_option
@_told
def search_command(
    query: str,
    mode: str,
    limit: int,
    mesh: tuple[str, ...],
    not_mesh: tuple[str, ...],
    years: str,
    library: Path | None,
    encoder: str,
    as_json: bool,
) -> int:
    """Search the library; prints hits, facets, how the query was understood, and timings."""
    from desktop_app.search.request import Filters, Mode, SearchRequest
    from desktop_app.tasks.session import open_session

    filters = Filters(include=mesh, exclude=not_mesh, years=_years(years))
    with open_session(_folder_of(library), read_only=True) as session:
        if mode != Mode.KEYWORD:
            session.load_encoder(encoder)
        result = session.engine.search(SearchRequest(query, Mode(mode), filters))
        rows = session.engine.rows(result, 0, limit)
        answer = search_answer(result, rows, session.vocabulary)
    if as_json:
        _print_json(answer)
    else:
        print_result(answer)
    return DONE


@litmesh.command("export")
@click.argument("query", default="")
@click.option("--format", "format_name", type=click.Choice(EXPORT_FORMATS), required=True)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="A file.")
@click.option("--mode", type=click.Choice(["hybrid", "semantic", "keyword"]), default="hybrid")
@click.option("--raw", is_flag=True, help="csv: no apostrophe before what looks like a formula.")
@_library_option
@_encoder_option
@_told
def export_command(library: Path | None, **options: Any) -> int:
    """Write what QUERY finds, best first, or the whole library; to stdout without a file."""
    from desktop_app.cli_export import Export

    progress = _progress("Exporting", quiet=options["output"] is None)
    return Export(_folder_of(library), **options).run(progress)


@litmesh.command("complete")
@click.option("--email", default="", envvar="NCBI_EMAIL", help="Whom NCBI writes to if need be.")
@click.option("--api-key", default="", envvar="NCBI_API_KEY", help="NCBI's key: 3 times as fast.")
@click.option("--limit", type=click.IntRange(1), default=None, help="Articles to ask for.")
@click.option("--address", default="", hidden=True, help="Another service of the same kind.")
@_library_option
@_json_option
@_told
def complete_command(library: Path | None, as_json: bool, **options: Any) -> int:
    """Fetch MeSH headings and references from PubMed (the only command that uses the network)."""
    from desktop_app.cli_complete import Completion

    completion = Completion(_folder_of(library), as_json=as_json, **options)
    return completion.run(_progress("Completing", as_json))


@litmesh.command("evaluate")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--mode", type=click.Choice(["all", "hybrid", "semantic", "keyword"]), default="all")
@click.option("--split", default="test", help="Which judgements: qrels/SPLIT.tsv.")
@_encoder_option
@_json_option
@_told
def evaluate_command(folder: Path, mode: str, split: str, encoder: str, as_json: bool) -> int:
    """Measure the search on a BEIR folder, with the engine that the window uses."""
    from desktop_app.encoders.onnx_encoder import load_encoder
    from desktop_app.search.request import Mode
    from desktop_app.tasks.evaluate import evaluate
    from desktop_app.tasks.session import find_encoder

    modes = tuple(Mode) if mode == "all" else (Mode(mode),)
    info = find_encoder(encoder) if modes != (Mode.KEYWORD,) else None
    loaded = load_encoder(info.folder) if info else None
    workspace = paths.data_dir() / "evaluations"
    progress = _progress("Embedding", as_json)
    evaluations = evaluate(folder, workspace, loaded, modes, split, progress)
    if as_json:
        _print_json({"evaluations": [dataclasses.asdict(e) for e in evaluations]})
    else:
        print_evaluations(evaluations)
    return DONE


@litmesh.group("library")
def library_group() -> None:
    """Look after the library."""


@library_group.command("info")
@_library_option
@_json_option
@_told
def library_info_command(library: Path | None, as_json: bool) -> int:
    """What the library holds."""
    from desktop_app.library.library import Library
    from desktop_app.tasks.library_info import library_info

    with Library.open(_folder_of(library), read_only=True) as opened:
        answer = library_info(opened)
    _print_json(answer) if as_json else print_fields(answer)
    return DONE


@library_group.command("check")
@_library_option
@_json_option
@_told
def library_check_command(library: Path | None, as_json: bool) -> int:
    """Check the database and its full-text index."""
    from desktop_app.library.library import Library

    folder = _folder_of(library)
    if not (folder / "library.db").exists():
        raise UserError(f"There is no library in {folder}.", "Import something first.")
    with Library.open(folder) as opened:
        problems = opened.check()
    answer = {"library": str(folder), "problems": problems}
    _print_json(answer) if as_json else print_fields(answer)
    return FAILED if problems else DONE


@litmesh.group("encoders")
def encoders_group() -> None:
    """Look after the encoders."""


@encoders_group.command("list")
@_json_option
@_told
def encoders_list_command(as_json: bool) -> int:
    """The encoders that are installed."""
    from desktop_app.encoders.installed import installed_encoders

    found = [
        {"id": e.id, "name": e.name, "dimension": e.dimension, "folder": str(e.folder)}
        for e in installed_encoders()
    ]
    if as_json:
        _print_json({"encoders": found})
    else:
        for entry in found:
            click.echo(f"{entry['id']}  {entry['dimension']} dimensions  {entry['folder']}")
    return DONE


@litmesh.command("doctor")
@_library_option
@_json_option
@_told
def doctor_command(library: Path | None, as_json: bool) -> int:
    """Versions, encoder, library health: what to paste into a bug report."""
    from desktop_app.tasks.doctor import doctor

    diagnosis = doctor(_folder_of(library))
    answer = dataclasses.asdict(diagnosis)
    _print_json(answer) if as_json else print_fields(answer)
    return FAILED if diagnosis.problems else DONE


def _open_window(
    library: Path | None, query: str, screenshot: Path | None, files: tuple[Path, ...]
) -> int:
    from desktop_app.app import run
    from desktop_app.settings import Settings

    last = Settings.load().library
    chosen = library or (Path(last) if last else paths.default_library())
    return run(chosen, query=query, screenshot=screenshot, files=files)


def _folder_of(library: Path | None) -> Path:
    chosen: Path | None = library or click.get_current_context().find_root().obj
    return chosen or paths.default_library()


def _years(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    first, _, last = text.partition("-")
    if not (first.isdigit() and (last or first).isdigit()):
        raise click.BadParameter("expected FIRST-LAST, for example 2015-2020", param_hint="--years")
    return int(first), int(last or first)


def _progress(what: str, quiet: bool) -> Report:
    """Progress as one changing line on stderr, when a person is looking."""

    def report(done: int, total: int) -> None:
        if total:
            click.echo(f"\r{what} {100 * done // total:3d} %", nl=done >= total, err=True)

    def nothing(done: int, total: int) -> None: ...

    return nothing if quiet or not sys.stderr.isatty() else report


def _print_json(answer: Any) -> None:
    click.echo(json.dumps(answer, ensure_ascii=False))
