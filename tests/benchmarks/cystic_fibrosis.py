"""The Cystic Fibrosis collection as a library: articles with their MeSH headings and citations.

Every article gets its number as PMID, so that its references are found. Headings and references
can be dealt anew among the articles: then nothing is left in them to learn from.
"""

import csv
import random
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop_app.library import schema
from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.records import Article, Reference, Section
from desktop_app.tasks.corpus_headings import corpus_headings
from desktop_app.tasks.evaluate import _find, _lines

_IDENTITY = "6f0c1c9e-3a57-4f5e-9d1b-0c5f71c0ffee"


def write_library(
    library: Library,
    vocabulary: Vocabulary,
    source: Path,
    most: int = 0,
    shuffled: Collection[str] = (),
) -> list[str]:
    """Fill an empty library with the first `most` articles (0: all); the names by article id.

    `shuffled`: which of "headings" and "references" are dealt anew.
    """
    documents = list(_lines(_find(source, "corpus.jsonl")))[: most or None]
    pmids = {str(document["_id"]): number for number, document in enumerate(documents, 1)}
    cites = _cites(source, pmids)
    articles = [_article(document, vocabulary, pmids, cites) for document in documents]
    chance = random.Random(1)
    for field in shuffled:
        articles = _dealt_anew(articles, field, chance)
    library.write(articles)
    with library.writing() as connection:  # what is held out depends on it: the same in every run
        connection.execute(schema.state.update().values(uuid=_IDENTITY))
    return list(pmids)


def _cites(source: Path, pmids: dict[str, int]) -> dict[int, list[int]]:
    """PMID of the citing article -> those that it cites."""
    cites: dict[int, list[int]] = {}
    with open(source / "citations.tsv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["citing"] in pmids and row["cited"] in pmids:
                cites.setdefault(pmids[row["citing"]], []).append(pmids[row["cited"]])
    return cites


def _article(
    document: dict[str, Any],
    vocabulary: Vocabulary,
    pmids: dict[str, int],
    cites: dict[int, list[int]],
) -> Article:
    pmid = pmids[str(document["_id"])]
    text = str(document["text"] or "")
    return Article(
        title=str(document["title"] or ""),
        pmid=pmid,
        sections=(Section(text),) if text else (),
        headings=corpus_headings(document, vocabulary),
        references=tuple(Reference(pmid=cited) for cited in cites.get(pmid, ())),
    )


def _dealt_anew(articles: Sequence[Article], field: str, chance: random.Random) -> list[Article]:
    """The same articles, each with what another one has in a field."""
    others = list(articles)
    chance.shuffle(others)
    return [
        replace(article, **{field: getattr(other, field)})
        for article, other in zip(articles, others, strict=True)
    ]
