"""A library of a million articles for the benchmarks, cheaply: sentences, heading lists and vectors
of real articles put together anew and written straight into the tables.

Needs the real collections (LITMESH_SHARED_DATA). What it makes lies under .dev and is used again.
"""

import csv
import gzip
import os
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy import Connection

from desktop_app.encoders.onnx_encoder import OnnxEncoder
from desktop_app.library import schema, vectors
from desktop_app.library.library import Library
from desktop_app.library.rows import hash_of_text
from desktop_app.library.vectors import FloatArray
from desktop_app.mesh.vocabulary import Vocabulary

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED = Path(os.environ.get("LITMESH_SHARED_DATA", ROOT.parent / "shared" / "data"))

_BATCH = 10_000
_ENCODED = 3_000  # real texts whose vectors are copied
_NOISE = 0.25  # of a vector's length
_NEIGHBOURS = 10  # a copy lies between a real vector and one of this many nearest ones
_TYPES = ("Journal Article", "Review", "Clinical Trial", "Randomized Controlled Trial", "Letter")
_LANGUAGES = ("eng",) * 18 + ("fre", "ger")


@dataclass(frozen=True, slots=True)
class Real:
    """What the articles are made of."""

    titles: list[str]
    sentences: list[str]
    headings: list[list[tuple[str, str]]]  # (UI, name), one list an article
    authors: list[str]


def real_parts(vocabulary: Vocabulary) -> Real:
    """Titles, sentences, heading lists and authors of the drug reviews of Cohen et al. 2006."""
    folder = SHARED / "retrieval" / "cohen2006"
    if not folder.is_dir():
        sys.exit(f"The real collections are not there: {folder} (LITMESH_SHARED_DATA names it).")
    real = Real([], [], [], [])
    for path in sorted(folder.glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if "keywords" not in row or row["abstracts"] == "NA":
                    continue
                found = [vocabulary.find(name) for name in row["keywords"].split("; ")]
                real.titles.append(row["title"])
                real.sentences.extend(s for s in row["abstracts"].split(". ") if len(s) > 40)
                real.headings.append(
                    [(vocabulary.ui(i), vocabulary.name(i)) for i in found if i is not None]
                )
                real.authors.extend(row["authors"].split("; ")[:6])
    return real


def million_library(
    folder: Path, articles: int, encoder: OnnxEncoder, vocabulary: Vocabulary
) -> Library:
    """Open the library in `folder`, making what is missing of it; an article is never made twice.

    About four minutes and 4 GB of disk a million, with FTS5's index and float16 vectors; then eight
    minutes of the processor and a GB for the words of Boolean searches.
    """
    library = Library.open(folder)
    first = library.count()
    if first < articles:
        real = real_parts(vocabulary)
        originals = real_vectors(folder.parent / f"real-{encoder.id}.npy", encoder, real)
        copies = copied(originals, articles - first, first + 1)
        for start in range(first, articles, _BATCH):
            stop = min(start + _BATCH, articles)
            with library.writing() as connection:
                row = vectors.add_encoder(connection, encoder.id, encoder.dimension)
                revision = library.revision_in(connection) + 1
                _write(connection, real, range(start + 1, stop + 1), revision)
                _embed(connection, row, range(start + 1, stop + 1), next(copies))
                connection.execute(schema.state.update().values(revision=revision))
            print(f"\r{stop:,} articles", end="", file=sys.stderr)
        print(file=sys.stderr)
    library.lookups.prepare(report=_told)
    return library


def _told(done: int, total: int) -> None:
    print(f"\r{done:,} of {total:,} for Boolean searches", end="", file=sys.stderr)


def real_vectors(cache: Path, encoder: OnnxEncoder, real: Real) -> FloatArray:
    """The vectors of real texts, (n, dimension)."""
    if not cache.exists():
        chance = random.Random(1)
        texts = [f"{title} {chance.choice(real.sentences)}" for title in real.titles[:_ENCODED]]
        np.save(cache, encoder.encode_documents(texts))
    return np.asarray(np.load(cache), np.float32)


def copied(originals: FloatArray, count: int, seed: int) -> Iterator[FloatArray]:
    """Blocks of vectors that lie as real ones do: between real neighbours, with noise."""
    chance = np.random.default_rng(seed)
    near = _neighbours(originals)
    for start in range(0, count, _BATCH):
        size = min(_BATCH, count - start)
        first = chance.integers(len(originals), size=size)
        second = near[first, chance.integers(_NEIGHBOURS, size=size)]
        part = chance.random((size, 1), dtype=np.float32) / 2
        points = _unit(np.asarray(originals[first] * (1 - part) + originals[second] * part))
        noise = _unit(chance.standard_normal(points.shape, dtype=np.float32))
        yield _unit(points + np.float32(_NOISE) * noise)


def _neighbours(matrix: FloatArray) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]]:
    cosines = matrix @ matrix.T
    np.fill_diagonal(cosines, -1)
    return np.argpartition(-cosines, _NEIGHBOURS, axis=1)[:, :_NEIGHBOURS]


def _unit(matrix: FloatArray) -> FloatArray:
    return np.asarray(matrix / np.linalg.norm(matrix, axis=1, keepdims=True), np.float32)


def _write(connection: Connection, real: Real, ids: range, revision: int) -> None:
    chance = random.Random(ids.start)
    if ids.start == 1:
        journals = [(n + 1, f"Journal of Topic {n}", f"J Top {n}") for n in range(800)]
        _many(connection, "journal(id, title, abbreviation)", journals)
    rows: dict[str, list[tuple[object, ...]]] = {}
    for i in ids:
        title = chance.choice(real.titles)
        abstract = ". ".join(chance.choices(real.sentences, k=chance.randint(5, 9)))
        headings = [*chance.choice(real.headings), *chance.choice(real.headings)[:2]]
        headings = list(dict.fromkeys(headings))
        names = [chance.choice(real.authors).replace(",", "") for _ in range(4)]
        names = list(dict.fromkeys(names))
        journal = min(int(chance.paretovariate(0.6)), 800)
        year, language = chance.randint(1975, 2025), chance.choice(_LANGUAGES)
        hashed = hash_of_text(title, abstract)
        rows.setdefault("article", []).append(
            (i, i, title, abstract, year, journal, revision, language, hashed, "")
        )
        rows.setdefault("heading", []).extend(
            (i, n, ui, name, int(n < 3), "") for n, (ui, name) in enumerate(headings)
        )
        rows.setdefault("author", []).extend((i, n, *_split(name)) for n, name in enumerate(names))
        types = {_TYPES[0], chance.choice(_TYPES)}
        rows.setdefault("publication_type", []).extend((i, n, t) for n, t in enumerate(types))
        text = (i, title, abstract, " ; ".join(n for _, n in headings), "", " ; ".join(names))
        rows.setdefault("article_fts", []).append(text)
    for table, columns in _COLUMNS.items():
        _many(connection, f"{table}({columns})", rows[table])


_COLUMNS = {
    "article": "id, pmid, title, abstract, year, journal_id, revision, languages, text_hash, "
    "added_at",
    "heading": "article_id, position, ui, name, major, source",
    "author": "article_id, position, last, initials",
    "publication_type": "article_id, position, name",
    "article_fts": "rowid, title, abstract, headings, keywords, authors",
}


def _split(name: str) -> tuple[str, str]:
    last, _, initials = name.strip().rpartition(" ")
    return (last, initials) if last else (initials, "")


def _embed(connection: Connection, encoder: int, ids: range, matrix: FloatArray) -> None:
    rows = zip(
        ids,
        connection.exec_driver_sql(
            "SELECT text_hash FROM article WHERE id BETWEEN ? AND ? ORDER BY id",
            (ids.start, ids.stop - 1),
        ),
        matrix.astype("<f2"),
        strict=True,
    )
    stored = [(i, encoder, hash_[0], vector.tobytes()) for i, hash_, vector in rows]
    _many(connection, "embedding(article_id, encoder_id, text_hash, vector)", stored)


def _many(connection: Connection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    marks = ", ".join("?" * len(rows[0]))
    connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({marks})", list(rows))
