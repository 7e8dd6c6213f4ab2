"""A small training set on disk, and an encoder of bags of words: real files, invented articles."""

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from trainer.encoding import FloatArray
from trainer.training_set import TERMS, TrainingSet, read_training_set

DIMENSION = 256


class WordEncoder:
    """Sums one fixed random vector a word; `noise` spoils the sum."""

    chunk = 64

    def __init__(self, noise: float = 0.0) -> None:
        self.noise = noise
        self.encoded = 0

    def encode(self, texts: list[str], is_query: bool) -> FloatArray:
        """As `TextEncoder.encode`."""
        self.encoded += len(texts)
        vectors = np.stack([self._one(text) for text in texts])
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def _one(self, text: str) -> FloatArray:
        kept = [word.strip(".,").lower() for word in text.split()]
        # what is in every sentence says little, as a trained encoder knows
        weights = [1.0 if any(c.isdigit() for c in word) else 0.1 for word in kept]
        parts = [w * self._word(word) for w, word in zip(weights, kept, strict=True)]
        total = np.sum(parts, axis=0) + self._word("[CLS]") * 0.01
        spoilt = self._word(f"noise {text}") * self.noise * max(len(kept), 1) ** 0.5
        return np.asarray(total + spoilt, np.float32)

    @staticmethod
    def _word(word: str) -> FloatArray:
        chance = np.random.default_rng(zlib.crc32(word.encode()))
        return chance.normal(size=DIMENSION).astype(np.float32)


def article(number: int, **other: Any) -> dict[str, Any]:
    """A line of articles.jsonl: article 7 is about word7 and its neighbours, in four sentences."""
    words = [f"word{number + step}" for step in range(4)]
    return {
        "id": number,
        "title": f"Effect of {words[0]} on {words[1]} and {words[2]}",
        "abstract": f"We studied {words[0]} again. Methods were {words[1]} tests. "
        f"It was {words[3]} then. In the end {words[0]} helped {words[1]} much.",
        "year": 2000 + number % 20,
        "language": "eng",
        "headings": [],
        **other,
    }


def heading(name: str, *numbers: str, major: bool = True) -> dict[str, Any]:
    """A heading of a line."""
    return {
        "ui": f"D{zlib.crc32(name.encode()) % 10**6:06}",
        "name": name,
        "major": major,
        "qualifiers": [],
        "tree_numbers": list(numbers),
    }


def write_set(
    folder: Path,
    articles: Sequence[Mapping[str, Any]],
    citations: Sequence[tuple[int, int]] = (),
    queries: Sequence[Mapping[str, Any]] = (),
    held_out: Mapping[str, Sequence[int]] | None = None,
    terms: Mapping[str, Sequence[str]] | None = None,
) -> TrainingSet:
    """Write a training set and read it back; what is not held out is in train.

    `terms`: entry terms of a heading by its name; without, the set is of schema 1.
    """
    out = {"validation": [], "test": [], **(held_out or {})}
    apart = {number for ids in out.values() for number in ids}
    split = {"train": [a["id"] for a in articles if a["id"] not in apart], **out}
    contents = {
        "articles.jsonl": "".join(json.dumps(line) + "\n" for line in articles),
        "citations.tsv": "".join(f"{citing}\t{cited}\n" for citing, cited in citations),
        "queries.jsonl": "".join(json.dumps(line) + "\n" for line in queries),
        "split.json": json.dumps(split),
    }
    if terms is not None:
        lines = [
            {**{key: heading(name)[key] for key in ("ui", "name", "tree_numbers")}, "terms": own}
            for name, own in terms.items()
        ]
        contents[TERMS] = "".join(json.dumps(line) + "\n" for line in lines)
    folder.mkdir(parents=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content.encode())
    files = {
        name: {"sha256": hashlib.sha256(c.encode()).hexdigest(), "bytes": len(c.encode())}
        for name, c in contents.items()
    }
    counts = {
        "articles": len(articles),
        "citations": len(citations),
        "queries": len(queries),
        **{part: len(ids) for part, ids in split.items()},
        **({} if terms is None else {"headings": len(terms)}),
    }
    manifest = {
        "schema": 1 if terms is None else 2,
        "mesh_year": 2024,
        "counts": counts,
        "files": files,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return read_training_set(folder)
