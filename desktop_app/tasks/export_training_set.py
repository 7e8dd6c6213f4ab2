"""Export of a training set: the folder that is all the trainer ever sees of a library.

Its format is described in `trainer/training_set.py`, which reads it. The split is made before
anything else is read. Text leaves the machine only when the user copies this folder.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desktop_app.errors import UserError
from desktop_app.library.library import Library
from desktop_app.library.training_rows import HeadingRow, TrainingRow, TrainingRows
from desktop_app.mesh.vocabulary import Descriptor, Vocabulary
from desktop_app.progress import Report, silent
from desktop_app.tasks.new_folder import HashedFile, appearing
from desktop_app.tasks.training.split import split_articles

SCHEMA = 2
_EDGES_BETWEEN_REPORTS = 10_000


@dataclass(slots=True)
class Exported:
    """What went into the folder."""

    articles: int = 0
    with_abstract: int = 0
    with_headings: int = 0
    citations: int = 0
    queries: int = 0
    headings: int = 0  # different ones that the vocabulary has
    headings_by_ui: int = 0
    headings_by_name: int = 0
    headings_unmatched: int = 0
    split: dict[str, int] = field(default_factory=dict)


def export_training_set(
    library: Library,
    vocabulary: Vocabulary,
    folder: Path,
    seed: int = 0,
    report: Report = silent,
) -> Exported:
    """Write the training set to `folder`, which must not exist; it appears whole or not at all.

    `report` is told articles, and raises Cancelled to stop. Raises UserError when the folder
    exists or cannot be written.
    """
    if folder.exists():
        raise UserError(f"{folder} exists already.", "Choose another folder, or remove it.")
    with appearing(folder) as part, library.reading() as connection:
        export = _Export(TrainingRows(connection), vocabulary, part, report)
        identity = {"library": library.uuid(), "mesh_year": vocabulary.year, "seed": seed}
        export.write(identity, seed)
    return export.done


class _Export:
    """One training set on its way out, inside one consistent view of the library."""

    def __init__(
        self, rows: TrainingRows, vocabulary: Vocabulary, folder: Path, report: Report
    ) -> None:
        self._rows = rows
        self._matcher = _HeadingMatcher(vocabulary)
        self._folder = folder
        self._report = report
        self._files: dict[str, dict[str, Any]] = {}
        self.done = Exported()

    def write(self, identity: Mapping[str, Any], seed: int) -> None:
        sides = self._split(str(identity["library"]), seed)
        self.done.split = {side: len(ids) for side, ids in sides.items()}
        with self._file("split.json") as out:
            out.line(json.dumps(sides))
        self._write_articles(sum(self.done.split.values()))
        self._write_headings()
        self._write_citations()
        self._write_queries()
        self._write_manifest(identity)

    def _split(self, library: str, seed: int) -> dict[str, list[int]]:
        return split_articles(self._rows.titles(), self._rows.same_work(), library, seed)

    def _write_articles(self, total: int) -> None:
        self._report(0, total)
        with self._file("articles.jsonl") as out:
            for chunk in self._rows.articles():
                for row in chunk:
                    out.line(json.dumps(self._article(row), ensure_ascii=False))
                self._report(self.done.articles, total)

    def _article(self, row: TrainingRow) -> dict[str, Any]:
        headings = [self._matcher.match(heading) for heading in row.headings]
        done = self.done
        done.articles += 1
        done.with_abstract += row.abstract != ""
        done.with_headings += bool(headings)
        done.headings_by_ui = self._matcher.by_ui
        done.headings_by_name = self._matcher.by_name
        done.headings_unmatched = self._matcher.unmatched
        return {
            "id": row.id,
            "title": _clean(row.title),
            "abstract": _clean(row.abstract),
            "year": row.year,
            "language": row.language,
            "headings": headings,
        }

    def _write_headings(self) -> None:
        """What the vocabulary calls each descriptor that an article has."""
        with self._file("headings.jsonl") as out:
            for descriptor in self._matcher.met():
                line = {
                    "ui": descriptor.ui,
                    "name": descriptor.name,
                    "tree_numbers": descriptor.tree_numbers,
                    "terms": descriptor.entry_terms,
                }
                out.line(json.dumps(line, ensure_ascii=False))
                self.done.headings += 1

    def _write_citations(self) -> None:
        with self._file("citations.tsv") as out:
            for citing, cited in self._edges():
                out.line(f"{citing}\t{cited}")
                self.done.citations += 1
                if self.done.citations % _EDGES_BETWEEN_REPORTS == 0:
                    self._report(self.done.articles, self.done.articles)

    def _edges(self) -> Iterator[tuple[int, int]]:
        """Edges between articles that are in the set: those with a title or an abstract."""
        known = {article_id for article_id, _ in self._rows.titles()}
        for edge in self._rows.edges():
            if known.issuperset(edge):
                yield edge

    def _write_queries(self) -> None:
        judged: dict[str, dict[str, int]] = {}
        for query, article_id, grade in self._rows.judgements():
            judged.setdefault(query, {})[str(article_id)] = max(0, round(grade))
        with self._file("queries.jsonl") as out:
            for query, relevant in judged.items():
                line = {"text": _clean(query), "relevant": relevant}
                out.line(json.dumps(line, ensure_ascii=False))
        self.done.queries = len(judged)

    def _write_manifest(self, identity: Mapping[str, Any]) -> None:
        done = self.done
        counts = {
            "articles": done.articles,
            "citations": done.citations,
            "queries": done.queries,
            "headings": done.headings,
            **done.split,
        }
        manifest = {
            "schema": SCHEMA,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            **identity,
            "counts": counts,
            "further_counts": {
                "with_abstract": done.with_abstract,
                "with_headings": done.with_headings,
                "headings_by_ui": done.headings_by_ui,
                "headings_by_name": done.headings_by_name,
                "headings_unmatched": done.headings_unmatched,
            },
            "files": self._files,
        }
        with self._file("manifest.json") as out:
            out.line(json.dumps(manifest, indent=1))

    @contextmanager
    def _file(self, name: str) -> Iterator[HashedFile]:
        with HashedFile(self._folder / name) as out:
            yield out
        self._files[name] = {"sha256": out.sha256, "bytes": out.size}


class _HeadingMatcher:
    """Headings of any year to the vocabulary's: by UI first, by name or entry term second."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._known: dict[tuple[str, str], tuple[str, str, list[str]] | None] = {}
        self._met: set[int] = set()
        self.by_ui = self.by_name = self.unmatched = 0

    def match(self, heading: HeadingRow) -> dict[str, Any]:
        key = (heading.ui, heading.name)
        if key not in self._known:
            self._known[key] = self._find(heading)
        found = self._known[key]
        ui, name, numbers = found or (heading.ui, heading.name, [])
        self.unmatched += found is None
        self.by_ui += found is not None and ui == heading.ui
        self.by_name += found is not None and ui != heading.ui
        return {
            "ui": ui,
            "name": name,
            "major": heading.major,
            "qualifiers": list(heading.qualifiers),
            "tree_numbers": numbers,
        }

    def met(self) -> Iterator[Descriptor]:
        """Every descriptor that was matched, by UI."""
        for index in sorted(self._met):
            yield self._vocabulary.descriptor(index)

    def _find(self, heading: HeadingRow) -> tuple[str, str, list[str]] | None:
        index = self._vocabulary.resolve(heading.ui, heading.name)
        if index is None:
            return None
        self._met.add(index)
        tree = self._vocabulary.tree
        numbers = [tree.numbers[code] for code in self._vocabulary.nodes(index).tolist()]
        return self._vocabulary.ui(index), self._vocabulary.name(index), numbers


def _clean(text: str) -> str:
    """Text that UTF-8 can hold: a lone surrogate becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")
