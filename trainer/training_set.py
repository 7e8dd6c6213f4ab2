"""Reads a training set, the folder that the program hands to the trainer, and checks all of it.

    manifest.json   {"schema": 2, "library": uuid, "mesh_year": int|null, "seed": int,
                     "counts": {"articles": n, "citations": n, "queries": n, "train": n,
                                "headings": n, "validation": n, "test": n},
                     "files": {name: {"sha256": hex, "bytes": n}}}   (the files below)
    articles.jsonl  a line an article, as `Article` and `Heading` here name the fields
    citations.tsv   citing id TAB cited id, both of articles.jsonl
    queries.jsonl   {"text": str, "relevant": {"id": grade}}: searches the user judged, may be empty
    headings.jsonl  a line a descriptor of an article's heading: {"ui": str, "name": str,
                    "tree_numbers": [str], "terms": [entry term]}
    split.json      {"train": [id], "validation": [id], "test": [id]}: every article once

Schema 1 is the same without headings.jsonl and its count.

Standard library only.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from trainer.checked_json import (
    TrainingSetError,
    field_of,
    lines_of,
    object_of,
    read_whole,
    texts_of,
)

__all__ = [
    "FILES",
    "TERMS",
    "Article",
    "Heading",
    "JudgedQuery",
    "Part",
    "TrainingSet",
    "TrainingSetError",
    "read_training_set",
]

SCHEMA = 2
FILES = ("articles.jsonl", "citations.tsv", "queries.jsonl", "split.json")
TERMS = "headings.jsonl"  # since schema 2; of a set without it only the headings' names are known
_LARGEST_MANIFEST = 1 << 20  # bytes

Part = Literal["train", "validation", "test"]


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
    entry_terms: Mapping[str, tuple[str, ...]]  # of a descriptor, by its UI

    def part(self, name: Part) -> list[Article]:
        """The articles of one part of the split, in the split's order."""
        return [self.articles[number] for number in self.split[name]]


def read_training_set(folder: Path) -> TrainingSet:
    """Read the folder; raises TrainingSetError for anything missing, changed or contradictory."""
    content = read_whole(folder / "manifest.json", _LARGEST_MANIFEST)
    manifest = object_of(content, str(folder / "manifest.json"))
    _check_manifest(folder, manifest)
    articles = _articles(folder / "articles.jsonl")
    terms = _entry_terms(folder / TERMS) if manifest["schema"] > 1 else {}
    training_set = TrainingSet(
        folder=folder,
        manifest=manifest,
        sha256=hashlib.sha256(content).hexdigest(),
        articles=articles,
        citations=tuple(_citations(folder / "citations.tsv", articles)),
        queries=tuple(_queries(folder / "queries.jsonl", articles)),
        split=_split(folder / "split.json", articles),
        entry_terms=terms,
    )
    _check_counts(training_set)
    return training_set


# --- the manifest --------------------------------------------------------------------------------


def _check_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    place = str(folder / "manifest.json")
    schema = manifest.get("schema")
    if schema not in range(1, SCHEMA + 1):
        newer = isinstance(schema, int) and schema > SCHEMA
        remedy = "update the trainer" if newer else "export the training set again"
        reason = f"has schema {schema!r}, this trainer reads up to {SCHEMA}; {remedy}."
        raise TrainingSetError(place, reason)
    files = manifest.get("files")
    if not isinstance(files, dict):
        raise TrainingSetError(place, "names no files.")
    for name in FILES if schema == 1 else (*FILES, TERMS):
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
    if training_set.manifest["schema"] > 1:
        found["headings"] = len(training_set.entry_terms)
    said = training_set.manifest.get("counts")
    if said != found:
        place = str(training_set.folder / "manifest.json")
        raise TrainingSetError(place, f"says counts {said}, the files have {found}.")


# --- the files -----------------------------------------------------------------------------------


def _articles(path: Path) -> dict[int, Article]:
    articles: dict[int, Article] = {}
    for place, line in lines_of(path):
        article = _article(object_of(line, place), place)
        if article.id in articles:
            raise TrainingSetError(place, f"article {article.id} is there twice.")
        articles[article.id] = article
    return articles


def _article(data: Mapping[str, Any], place: str) -> Article:
    headings = field_of(data, "headings", list, place)
    return Article(
        id=field_of(data, "id", int, place),
        title=field_of(data, "title", str, place),
        abstract=field_of(data, "abstract", str, place),
        year=None if data.get("year") is None else field_of(data, "year", int, place),
        language=field_of(data, "language", str, place),
        headings=tuple(_heading(heading, place) for heading in headings),
    )


def _heading(data: Any, place: str) -> Heading:
    if not isinstance(data, dict):
        raise TrainingSetError(place, "a heading is not an object.")
    return Heading(
        ui=field_of(data, "ui", str, place),
        name=field_of(data, "name", str, place),
        major=field_of(data, "major", bool, place),
        qualifiers=texts_of(data, "qualifiers", place),
        tree_numbers=texts_of(data, "tree_numbers", place),
    )


def _citations(path: Path, articles: Mapping[int, Article]) -> Iterator[tuple[int, int]]:
    for place, line in lines_of(path):
        try:
            citing, cited = (int(word) for word in line.split(b"\t"))
        except ValueError:
            raise TrainingSetError(place, "is not two ids with a tab between.") from None
        _known((citing, cited), articles, place)
        yield citing, cited


def _queries(path: Path, articles: Mapping[int, Article]) -> Iterator[JudgedQuery]:
    for place, line in lines_of(path):
        data = object_of(line, place)
        grades = field_of(data, "relevant", dict, place)
        try:
            relevant = {int(key): int(grade) for key, grade in grades.items()}
        except (ValueError, TypeError):
            raise TrainingSetError(place, "“relevant” must be ids with whole grades.") from None
        _known(relevant, articles, place)
        yield JudgedQuery(field_of(data, "text", str, place), relevant)


def _entry_terms(path: Path) -> dict[str, tuple[str, ...]]:
    terms: dict[str, tuple[str, ...]] = {}
    for place, line in lines_of(path):
        data = object_of(line, place)
        field_of(data, "name", str, place)
        texts_of(data, "tree_numbers", place)
        ui = field_of(data, "ui", str, place)
        if ui in terms:
            raise TrainingSetError(place, f"heading {ui} is there twice.")
        terms[ui] = texts_of(data, "terms", place)
    return terms


def _split(path: Path, articles: Mapping[int, Article]) -> dict[Part, tuple[int, ...]]:
    data = object_of(read_whole(path, path.stat().st_size), str(path))
    seen: set[int] = set()
    split: dict[Part, tuple[int, ...]] = {}
    names: tuple[Part, ...] = ("train", "validation", "test")
    for part in names:
        ids = field_of(data, part, list, str(path))
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


def _known(ids: Iterable[Any], articles: Mapping[int, Article], place: str) -> None:
    unknown = [number for number in ids if number not in articles]
    if unknown:
        raise TrainingSetError(place, f"article {unknown[0]} is not in articles.jsonl.")
