"""What the command line prints: answers for people, and the JSON shape of a search."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from desktop_app.library.backups import Backup
    from desktop_app.library.journal import Run
    from desktop_app.mesh.vocabulary import Vocabulary
    from desktop_app.search.request import ResultRow, SearchResult
    from desktop_app.tasks.evaluate import Evaluation
    from desktop_app.tasks.import_files import ImportReport

_BRANCHES = 20  # MeSH headings printed for people
_PROBLEMS = 20


def search_answer(
    result: "SearchResult", rows: Sequence["ResultRow"], vocabulary: "Vocabulary"
) -> dict[str, Any]:
    """A search result as JSON values; the MeSH facet lists every node with an article."""
    tree = vocabulary.tree
    counts = result.facets.mesh
    return {
        "query": result.request.text,
        "mode": str(result.request.mode),
        "filters": dataclasses.asdict(result.request.filters),
        "total": len(result),
        "articles": result.articles,
        "embedded": result.embedded,
        "floor": result.floor,
        "above_floor": result.above_floor,
        "refined": result.refined,
        "encoder": result.encoder_id,
        "mesh_year": vocabulary.year,
        "interpretation": dataclasses.asdict(result.interpretation),
        "hits": [dataclasses.asdict(row) for row in rows],
        "facets": {
            "mesh": [
                {
                    "tree_number": tree.numbers[code],
                    "ui": vocabulary.node_ui(code),
                    "name": vocabulary.node_name(code),
                    "count": int(counts[code]),
                }
                for code in map(int, counts.nonzero()[0])
            ],
            "years": {str(year): count for year, count in sorted(result.facets.years.items())},
            "journals": [list(pair) for pair in result.facets.journals],
            "publication_types": [list(pair) for pair in result.facets.publication_types],
        },
        "milliseconds": result.milliseconds,
    }


def print_result(answer: Mapping[str, Any]) -> None:
    """The hits of a search and the broadest of its MeSH headings."""
    milliseconds = answer["milliseconds"]["total"]
    click.echo(f"{answer['total']} of {answer['articles']} articles, {milliseconds:.0f} ms")
    if answer["floor"] is not None:
        floor = f"the relevance floor of {answer['floor']:.2f}"
        click.echo(f"{answer['above_floor']} above {floor} in similarity")
    for note in answer["interpretation"]["notes"]:
        click.echo(note)
    for place, hit in enumerate(answer["hits"], 1):
        click.echo(f"{place:3d}. {hit['title']}")
        source = " · ".join(str(hit[key]) for key in ("authors", "journal", "year") if hit[key])
        click.echo(f"     {source}" + (f" · PMID {hit['pmid']}" if hit["pmid"] else ""))
        click.echo(f"     {hit['why']}")
    branches = [node for node in answer["facets"]["mesh"] if len(node["tree_number"]) == 3]
    branches.sort(key=lambda node: -node["count"])
    for node in branches[:_BRANCHES]:
        click.echo(f"{node['count']:6d}  {node['tree_number']}  {node['name']}")


def print_import(report: "ImportReport") -> None:
    """What became of an import, and what could not be taken."""
    click.echo(
        f"{report.added} added, {report.updated} updated, {report.merged} merged, "
        f"{report.unchanged} unchanged, {report.deleted} withdrawn, from {len(report.files)} files"
        + (" (cancelled)" if report.cancelled else "")
    )
    if report.needs_you:
        click.echo(f"{report.needs_you} files need you: “litmesh needs-you list” shows them")
    for problem in report.problems[:_PROBLEMS]:
        click.echo(str(problem), err=True)
    more = len(report.problems) - _PROBLEMS
    if more > 0:
        click.echo(f"and {more} more problems: “--json” lists them all", err=True)


def print_runs(runs: Sequence["Run"]) -> None:
    """A line an import: number, when, what kind, what came of it."""
    if not runs:
        click.echo("nothing was imported yet")
    for run in runs:
        figures = [
            f"{count} {name}" for name, count in dataclasses.asdict(run.counts).items() if count
        ]
        figures += [f"{run.problems} problems"] if run.problems else []
        state = " (cancelled)" if run.cancelled else "" if run.finished_at else " (not finished)"
        click.echo(
            f"{run.id:5d}  {run.started_at}  {run.kind or 'import':10s} {run.files:5d} files  "
            + (", ".join(figures) or "nothing new")
            + state
        )


def print_backups(found: Sequence["Backup"]) -> None:
    """A line a copy of the library: name, when, how much is in it."""
    if not found:
        click.echo("there is no backup yet")
    for backup in found:
        number = "not counted" if backup.articles is None else f"{backup.articles:,} articles"
        articles = number if backup.whole else "unreadable"
        size = f"{backup.size / 1e6:,.1f} MB"
        click.echo(
            f"{backup.name:36s} {backup.made:%Y-%m-%d %H:%M} UTC  {articles:>18s} {size:>12s}"
        )


def print_evaluations(evaluations: Sequence["Evaluation"]) -> None:
    """A table: one line a mode."""
    for evaluation in evaluations:
        measures = "  ".join(f"{name} {value:.4f}" for name, value in evaluation.measures.items())
        click.echo(f"{evaluation.mode:9s} {measures}  {evaluation.milliseconds:.0f} ms a search")


def print_fields(fields: Mapping[str, Any]) -> None:
    """Names and values, one a line; lists and tables below their name."""
    for name, value in fields.items():
        label = name.replace("_", " ")
        if isinstance(value, Mapping):
            click.echo(f"{label}:")
            for key, entry in value.items():
                click.echo(f"  {key}: {entry}")
        elif isinstance(value, (list, tuple)):
            click.echo(f"{label}: " + ("none" if not value else ""))
            for entry in value:
                click.echo(f"  {entry}")
        else:
            click.echo(f"{label}: {value}")
