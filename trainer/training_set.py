"""Reads a training set, the folder that the program hands to the trainer, and checks all of it.

    manifest.json   {"schema": 1, "library": uuid, "mesh_year": int|null, "seed": int,
                     "counts": {"articles": n, "citations": n, "queries": n, "train": n,
                                "validation": n, "test": n},
                     "files": {name: {"sha256": hex, "bytes": n}}}   (the four files below)
    articles.jsonl  a line an article, as `Article` and `Heading` here name the fields
    citations.tsv   citing id TAB cited id, both of articles.jsonl
    queries.jsonl   {"text": str, "relevant": {"id": grade}}: searches the user judged, may be empty
    split.json      {"train": [id], "validation": [id], "test": [id]}: every article once

Standard library only.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

SCHEMA = 1
FILES = ("articles.jsonl", "citations.tsv", "queries.jsonl", "split.json")
_LONGEST_LINE = 4 << 20  # bytes; the longest abstracts have some 100,000
_LARGEST_MANIFEST = 1 << 20  # bytes

Part = Literal["train", "validation", "test"]


class TrainingSetError(Exception):
    """A training set that cannot be used: where (file and line) and why."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Heading:
    """A MeSH heading of an article; `tree_numbers` are the descriptor's places in the tree."""

    ui: str
    name: str
    major: bool
    qualifiers: tuple[str, ...]
    tree_numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """One article; check tags (Humans, Female …) are headings like others."""

    id: int
    title: str
    abstract: str
    year: int | None
    language: str
    headings: tuple[Heading, ...]


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A search whose hits the user judged: article id -> grade (0 = not relevant)."""

    text: str
    relevant: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """A training set, read and checked."""

    folder: Path
    manifest: Mapping[str, Any]
    sha256: str  # of manifest.json, which holds the hashes of the rest
    articles: Mapping[int, Article]
    citations: tuple[tuple[int, int], ...]  # citing id, cited id
    queries: tuple[JudgedQuery, ...]
    split: Mapping[Part, tuple[int, ...]]

    def part(self, name: Part) -> list[Article]:
        """The articles of one part of the split, in the split's order."""
        return [self.articles[number] for number in self.split[name]]

    def citations_within(self, name: Part) -> list[tuple[int, int]]:
        """The edges of which both ends are in that part."""
        inside = set(self.split[name])
        return [edge for edge in self.citations if inside.issuperset(edge)]


def read_training_set(folder: Path) -> TrainingSet:
    """Read the folder; raises TrainingSetError for anything missing, changed or contradictory."""
    content = _read(folder / "manifest.json", _LARGEST_MANIFEST)
    manifest = _object(content, str(folder / "manifest.json"))
    _check_manifest(folder, manifest)
    articles = _articles(folder / "articles.jsonl")
    training_set = TrainingSet(
        folder=folder,
        manifest=manifest,
        sha256=hashlib.sha256(content).hexdigest(),
        articles=articles,
        citations=tuple(_citations(folder / "citations.tsv", articles)),
        queries=tuple(_queries(folder / "queries.jsonl", articles)),
        split=_split(folder / "split.json", articles),
    )
    _check_counts(training_set)
    return training_set


# --- the manifest --------------------------------------------------------------------------------


def _check_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    place = str(folder / "manifest.json")
    schema = manifest.get("schema")
    if schema != SCHEMA:
        newer = isinstance(schema, int) and schema > SCHEMA
        remedy = "update the trainer" if newer else "export the training set again"
        raise TrainingSetError(place, f"has schema {schema!r}, this trainer reads 1; {remedy}.")
    files = manifest.get("files")
    if not isinstance(files, dict):
        raise TrainingSetError(place, "names no files.")
    for name in FILES:
        _check_file(folder / name, files.get(name))


def _check_file(path: Path, said: Any) -> None:
    if not isinstance(said, dict):
        raise TrainingSetError(str(path), "is not named in manifest.json.")
    try:
        size = path.stat().st_size
        if size != said.get("bytes"):
            raise TrainingSetError(
                str(path), f"has {size} bytes, manifest.json says {said.get('bytes')}."
            )
        with open(path, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise TrainingSetError(str(path), f"cannot be read ({error.strerror}).") from error
    if digest != said.get("sha256"):
        raise TrainingSetError(str(path), "was changed since it was exported (SHA-256 differs).")


def _check_counts(training_set: TrainingSet) -> None:
    found: dict[str, int] = {
        "articles": len(training_set.articles),
        "citations": len(training_set.citations),
        "queries": len(training_set.queries),
        **{str(part): len(ids) for part, ids in training_set.split.items()},
    }
    said = training_set.manifest.get("counts")
    if said != found:
        place = str(training_set.folder / "manifest.json")
        raise TrainingSetError(place, f"says counts {said}, the files have {found}.")


# --- the four files ------------------------------------------------------------------------------


def _articles(path: Path) -> dict[int, Article]:
    articles: dict[int, Article] = {}
    for place, line in _lines(path):
        article = _article(_object(line, place), place)
        if article.id in articles:
            raise TrainingSetError(place, f"article {article.id} is there twice.")
        articles[article.id] = article
    return articles


def _article(data: Mapping[str, Any], place: str) -> Article:
    headings = _field(data, "headings", list, place)
    return Article(
        id=_field(data, "id", int, place),
        title=_field(data, "title", str, place),
        abstract=_field(data, "abstract", str, place),
        year=None if data.get("year") is None else _field(data, "year", int, place),
        language=_field(data, "language", str, place),
        headings=tuple(_heading(heading, place) for heading in headings),
    )


def _heading(data: Any, place: str) -> Heading:
    if not isinstance(data, dict):
        raise TrainingSetError(place, "a heading is not an object.")
    return Heading(
        ui=_field(data, "ui", str, place),
        name=_field(data, "name", str, place),
        major=_field(data, "major", bool, place),
        qualifiers=_texts(data, "qualifiers", place),
        tree_numbers=_texts(data, "tree_numbers", place),
    )


def _citations(path: Path, articles: Mapping[int, Article]) -> Iterator[tuple[int, int]]:
    for place, line in _lines(path):
        try:
            citing, cited = (int(word) for word in line.split(b"\t"))
        except ValueError:
            raise TrainingSetError(place, "is not two ids with a tab between.") from None
        _known((citing, cited), articles, place)
        yield citing, cited


def _queries(path: Path, articles: Mapping[int, Article]) -> Iterator[JudgedQuery]:
    for place, line in _lines(path):
        data = _object(line, place)
        grades = _field(data, "relevant", dict, place)
        try:
            relevant = {int(key): int(grade) for key, grade in grades.items()}
        except (ValueError, TypeError):
            raise TrainingSetError(place, "“relevant” must be ids with whole grades.") from None
        _known(relevant, articles, place)
        yield JudgedQuery(_field(data, "text", str, place), relevant)


def _split(path: Path, articles: Mapping[int, Article]) -> dict[Part, tuple[int, ...]]:
    data = _object(_read(path, path.stat().st_size), str(path))
    seen: set[int] = set()
    split: dict[Part, tuple[int, ...]] = {}
    names: tuple[Part, ...] = ("train", "validation", "test")
    for part in names:
        ids = _field(data, part, list, str(path))
        if not all(isinstance(number, int) for number in ids):
            raise TrainingSetError(str(path), f"“{part}” holds something that is no id.")
        _known(ids, articles, str(path))
        twice = seen.intersection(ids)
        if twice or len(set(ids)) != len(ids):
            example = min(twice) if twice else part
            raise TrainingSetError(str(path), f"an article is in it twice ({example}).")
        seen.update(ids)
        split[part] = tuple(ids)
    if len(seen) != len(articles):
        raise TrainingSetError(str(path), f"leaves {len(articles) - len(seen)} articles out.")
    return split


# --- reading -------------------------------------------------------------------------------------


def _known(ids: Any, articles: Mapping[int, Article], place: str) -> None:
    unknown = [number for number in ids if number not in articles]
    if unknown:
        raise TrainingSetError(place, f"article {unknown[0]} is not in articles.jsonl.")


def _field(data: Mapping[str, Any], name: str, kind: type, place: str) -> Any:
    value = data.get(name)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TrainingSetError(place, f"“{name}” must be {kind.__name__}, not {value!r:.60}.")
    return value


def _texts(data: Mapping[str, Any], name: str, place: str) -> tuple[str, ...]:
    values = _field(data, name, list, place)
    if not all(isinstance(value, str) for value in values):
        raise TrainingSetError(place, f"“{name}” must hold text only.")
    return tuple(values)


def _lines(path: Path) -> Iterator[tuple[str, bytes]]:
    """The lines with their place; a line longer than any article can be ends the reading."""
    with open(path, "rb") as file:
        number = 0
        while line := file.readline(_LONGEST_LINE):
            number += 1
            place = f"{path}, line {number}"
            if len(line) == _LONGEST_LINE:
                raise TrainingSetError(place, "is too long.")
            yield place, line.rstrip(b"\r\n")


def _object(content: bytes, place: str) -> dict[str, Any]:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise TrainingSetError(place, f"is not valid JSON ({error}).") from error
    if not isinstance(data, dict):
        raise TrainingSetError(place, "is not a JSON object.")
    return data


def _read(path: Path, largest: int) -> bytes:
    try:
        if path.stat().st_size > largest:
            raise TrainingSetError(str(path), "is too large.")
        return path.read_bytes()
    except OSError as error:
        raise TrainingSetError(str(path), f"cannot be read ({error.strerror}).") from error
