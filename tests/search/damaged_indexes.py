"""A small library with every kind of index file, what the indexes answer, and damages to files."""

import random
from dataclasses import dataclass

import numpy as np

from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.records import Article, Heading, Journal, PartialDate
from desktop_app.search.facet_index import FacetIndex
from desktop_app.search.vector_index import VectorIndex
from desktop_app.search.word_search import WordSearch

DIMENSION = 16
ARTICLES = 120
QUERY = np.linspace(-1, 1, DIMENSION, dtype=np.float32)
WORDS = ("insulin", "sleep", "xerostomia", "mouse")


@dataclass(frozen=True, slots=True)
class Answers:
    """What the indexes answer to fixed questions."""

    words: tuple[tuple[int, float], ...]  # (article, rounded score) of one of `WORDS`
    mesh: tuple[int, ...]
    journals: tuple[tuple[str, int], ...]
    nearest: tuple[int, ...]


def build(library: Library, vocabulary: Vocabulary) -> Answers:
    """Write articles and vectors, build and save every index."""
    chance = random.Random(5)
    articles = []
    for pmid in range(1, ARTICLES + 1):
        chosen = [vocabulary.descriptor(chance.randrange(len(vocabulary))) for _ in range(4)]
        articles.append(
            Article(
                title=f"{chance.choice(WORDS)} and {chance.choice(WORDS)} {pmid}",
                pmid=pmid,
                headings=tuple(Heading(d.ui, d.name) for d in chosen),
                journal=Journal(abbreviation=f"J{pmid % 5}"),
                date=PartialDate(2000 + pmid % 20),
            )
        )
    library.write(articles)
    embed(library, seed=1)
    return answers(library, vocabulary)


def embed(library: Library, seed: int) -> None:
    """Give every article that lacks one a vector."""
    ids = library.vectors.missing("e")
    if ids:
        points = np.random.default_rng(seed).normal(size=(len(ids), DIMENSION))
        matrix = np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True), np.float32)
        library.vectors.store("e", library.vectors.texts(ids), matrix)


def answers(library: Library, vocabulary: Vocabulary, word: str = WORDS[2]) -> Answers:
    """Open the indexes as a new start does, bring them up to date, save them, and ask."""
    words = WordSearch(library, words_from=1)
    words.load()
    words.build()
    facets = FacetIndex(library, vocabulary)
    facets.load()
    facets.save()
    vectors = VectorIndex(library, "e", DIMENSION, clusters_from=50, scanned=30)
    vectors.load()
    vectors.arrange()
    vectors.save()
    ids, scores = words.matches((word,))
    everything = facets.newest(None)
    found = facets.count(everything, everything)
    return Answers(
        words=tuple(zip(ids.tolist(), np.round(scores, 4).tolist(), strict=True)),
        mesh=tuple(found.mesh.tolist()),
        journals=tuple(sorted(found.journals)),
        nearest=tuple(vectors.nearest(QUERY, 30)[0].tolist()),
    )


def damaged(content: bytes, chance: random.Random) -> bytes:
    """One bit, a run of bytes, a cut, more bytes, or nothing left."""
    changed = bytearray(content)
    kind = chance.randrange(5)
    at = chance.randrange(max(1, len(changed)))
    if kind == 0 and changed:
        changed[at] ^= 1 << chance.randrange(8)
    elif kind == 1:
        changed[at : at + 64] = chance.randbytes(64)
    elif kind == 2:
        del changed[at:]
    elif kind == 3:
        changed += chance.randbytes(chance.randrange(1, 4_096))
    else:
        changed = bytearray(len(changed)) if chance.random() < 0.5 else bytearray()
    return bytes(changed)
