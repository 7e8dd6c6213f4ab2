"""The command line: the same tasks without a window.

Every `--json` answer is one object on stdout; messages go to stderr. Exit status: 0 done,
1 failed, 2 wrong usage, 3 done in part.
"""

import dataclasses
import sys
from pathlib import Path
from typing import Any

import click

import desktop_app
from desktop_app import paths
from desktop_app.cli.encoders import encoders_group
from desktop_app.cli.library import library_group
from desktop_app.cli.needs_you import needs_you_group
from desktop_app.cli.output import (
    print_evaluations,
    print_fields,
    print_result,
    search_answer,
)
from desktop_app.cli.record import record_option, rerun_command
from desktop_app.cli.search import (
    explanation,
    print_reading,
    readable,
    reading_options,
    say_what_lacks,
)
from desktop_app.cli.support import (
    DONE,
    FAILED,
    IN_PART,
    FilePath,
    encoder_option,
    folder_of,
    interruptible,
    json_option,
    library_option,
    print_json,
    progress,
    told,
)
from desktop_app.cli.train import train_command
from desktop_app.cli.trainer import trainer_group
from desktop_app.errors import UserError
from desktop_app.logs import start_logging

EXPORT_FORMATS = ("ris", "bibtex", "nbib", "csljson", "csv", "pmids")


@click.group(invoke_without_command=True)
@click.version_option(desktop_app.__version__, prog_name="litmesh")
@library_option
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
@click.argument("files", nargs=-1, type=FilePath())
@library_option
def open_files(files: tuple[Path, ...], library: Path | None) -> None:
    """Open the window and import FILES into the library."""
    sys.exit(_open_window(library, "", None, files))


@litmesh.command("import")
@click.argument("files", metavar="PATH…", nargs=-1, type=FilePath())
@click.option("--watched", is_flag=True, help="Also what is new in the watched folders.")
@library_option
@json_option
@told
def import_command(
    files: tuple[Path, ...], watched: bool, library: Path | None, as_json: bool
) -> int:
    """Import files, and everything in folders, into the library."""
    from desktop_app.cli.importing import Import

    if not files and not watched:
        raise click.UsageError("Missing argument 'PATH…'.")
    call = Import(folder_of(library), files, watched, as_json)
    return call.run(progress("Importing", as_json))


@litmesh.command("index")
@library_option
@encoder_option
@json_option
@told
def index_command(library: Path | None, encoder: str, as_json: bool) -> int:
    """Embed the articles that have no vector yet, and write the index."""
    from desktop_app.tasks.index_library import index_library
    from desktop_app.tasks.index_words import index_words
    from desktop_app.tasks.session import open_session

    with open_session(folder_of(library)) as session:
        index_words(session.library)
        session.load_encoder(encoder)
        if session.encoder is None:
            raise UserError("No encoder is installed.", "“litmesh doctor” says where to put one.")
        with interruptible(progress("Indexing", as_json)) as report_articles:
            report = index_library(session.library, session.encoder, report_articles)
        if not report.cancelled:
            with interruptible(progress("Building the indexes", as_json)) as report_rows:
                session.engine.build_indexes(report_rows)
        answer = {"encoder": session.encoder.id, **dataclasses.asdict(report)}
    if as_json:
        print_json(answer)
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
@reading_options
@click.option("--refine", is_flag=True, help="Read the best hits again, with the second stage.")
@record_option
@library_option
@encoder_option
@json_option
@told
def search_command(
    query: str,
    mode: str,
    limit: int,
    mesh: tuple[str, ...],
    not_mesh: tuple[str, ...],
    years: str,
    refine: bool,
    reading: str,
    explain: bool,
    record: Path | None,
    library: Path | None,
    encoder: str,
    as_json: bool,
) -> int:
    """Search the library; prints hits, facets, how the query was understood, and timings."""
    from desktop_app.search.request import Filters, Mode, Reading, SearchRequest
    from desktop_app.tasks.search_record import write_record
    from desktop_app.tasks.session import open_session

    filters = Filters(include=mesh, exclude=not_mesh, years=_years(years))
    with open_session(folder_of(library), read_only=True) as session:
        for number in (*mesh, *not_mesh):
            if session.vocabulary.tree.code(number) is None:
                known = f"MeSH {session.vocabulary.year} has no tree number {number}"
                raise click.BadParameter(known, param_hint="--mesh")
        if mode != Mode.KEYWORD:
            session.load_encoder(encoder)
        request = SearchRequest(readable(query), Mode(mode), filters, reading=Reading(reading))
        result = session.engine.search(request)
        if explain:
            print_json(explanation(result))
            return DONE
        if refine:
            session.load_reranker()
            result = session.engine.refine(result)
        if record is not None:
            write_record(session, result, record)
        rows = session.engine.rows(result, 0, limit)
        answer = search_answer(result, rows, session.vocabulary)
    say_what_lacks(result)
    if as_json:
        print_json(answer)
    else:
        print_reading(result)
        print_result(answer)
    return DONE


@litmesh.command("similar")
@click.argument("pmid", type=int)
@click.option("--limit", type=click.IntRange(0), default=20, help="Articles to print.")
@library_option
@encoder_option
@json_option
@told
def similar_command(
    pmid: int, limit: int, library: Path | None, encoder: str, as_json: bool
) -> int:
    """Articles like the one with PMID: in meaning, by headings, by citations."""
    from desktop_app.tasks.session import open_session

    with open_session(folder_of(library), read_only=True) as session:
        article_id = session.library.find_pmid(pmid)
        if article_id is None:
            raise UserError(f"No article here has the PMID {pmid}.", "Import it first.")
        session.load_encoder(encoder)
        result = session.engine.similar(article_id)
        rows = session.engine.rows(result, 0, limit)
        answer = search_answer(result, rows, session.vocabulary)
    print_json(answer) if as_json else print_result(answer)
    return DONE


@litmesh.command("export")
@click.argument("query", default="")
@click.option("--format", "format_name", type=click.Choice(EXPORT_FORMATS), required=True)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="A file.")
@click.option("--mode", type=click.Choice(["hybrid", "semantic", "keyword"]), default="hybrid")
@click.option("--raw", is_flag=True, help="csv: no apostrophe before what looks like a formula.")
@library_option
@encoder_option
@told
def export_command(library: Path | None, **options: Any) -> int:
    """Write what QUERY finds, best first, or the whole library; to stdout without a file."""
    from desktop_app.cli.export import Export

    report = progress("Exporting", quiet=options["output"] is None)
    return Export(folder_of(library), **options).run(report)


@litmesh.command("complete")
@click.option("--email", default="", envvar="NCBI_EMAIL", help="Whom NCBI writes to if need be.")
@click.option("--api-key", default="", envvar="NCBI_API_KEY", help="NCBI's key: 3 times as fast.")
@click.option("--limit", type=click.IntRange(1), default=None, help="Articles to ask for.")
@click.option("--citations", is_flag=True, help="Also ask NIH iCite which article cites which.")
@click.option("--citations-address", default="", hidden=True, help="Another citation index.")
@click.option("--address", default="", hidden=True, help="Another service of the same kind.")
@library_option
@json_option
@told
def complete_command(library: Path | None, as_json: bool, **options: Any) -> int:
    """Fetch MeSH headings and references from PubMed (uses the network)."""
    from desktop_app.cli.complete import Completion

    completion = Completion(folder_of(library), as_json=as_json, **options)
    return completion.run(progress("Completing", as_json))


@litmesh.command("evaluate")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--mode", type=click.Choice(["all", "hybrid", "semantic", "keyword"]), default="all")
@click.option("--split", default="test", help="Which judgements: qrels/SPLIT.tsv.")
@click.option("--refine", is_flag=True, help="Read the best hits again, with the second stage.")
@encoder_option
@json_option
@told
def evaluate_command(
    folder: Path, mode: str, split: str, refine: bool, encoder: str, as_json: bool
) -> int:
    """Measure the search on a BEIR folder, with the engine that the window uses."""
    from desktop_app.encoders.onnx_encoder import load_encoder
    from desktop_app.search.request import Mode
    from desktop_app.tasks.evaluate import evaluate
    from desktop_app.tasks.session import find_encoder, second_stage

    modes = tuple(Mode) if mode == "all" else (Mode(mode),)
    info = find_encoder(encoder) if modes != (Mode.KEYWORD,) else None
    loaded = load_encoder(info.folder) if info else None
    workspace = paths.data_dir() / "evaluations"
    report = progress("Embedding", as_json)
    reranker = second_stage() if refine else None
    evaluations = evaluate(folder, workspace, loaded, modes, split, report, reranker)
    if as_json:
        print_json({"evaluations": [dataclasses.asdict(e) for e in evaluations]})
    else:
        print_evaluations(evaluations)
    return DONE


@litmesh.command("doctor")
@library_option
@json_option
@told
def doctor_command(library: Path | None, as_json: bool) -> int:
    """Versions, encoder, library health: what to paste into a bug report."""
    from desktop_app.tasks.doctor import doctor

    diagnosis = doctor(folder_of(library))
    answer = dataclasses.asdict(diagnosis)
    print_json(answer) if as_json else print_fields(answer)
    return FAILED if diagnosis.problems else DONE


litmesh.add_command(encoders_group)
litmesh.add_command(library_group)
litmesh.add_command(needs_you_group)
litmesh.add_command(rerun_command)
litmesh.add_command(train_command)
litmesh.add_command(trainer_group)


def _open_window(
    library: Path | None, query: str, screenshot: Path | None, files: tuple[Path, ...]
) -> int:
    from desktop_app.app import run
    from desktop_app.settings import Settings

    last = Settings.load().library
    chosen = library or (Path(last) if last else paths.default_library())
    return run(chosen, query, screenshot, files, any_library=library is None)


def _years(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    first, _, last = text.partition("-")
    if not (first.isdigit() and (last or first).isdigit()):
        raise click.BadParameter("expected FIRST-LAST, for example 2015-2020", param_hint="--years")
    if int(first) > int(last or first):
        raise click.BadParameter("the first year comes after the last", param_hint="--years")
    return int(first), int(last or first)
