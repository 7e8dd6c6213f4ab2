"""Articles of the real collections, for comparing the evaluator with the oracle."""

import csv
import gzip
import io
import json
from collections.abc import Iterator
from pathlib import Path

from desktop_app.importers.registry import read_file
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.records import Article, Author, Heading, Section


def published_queries(shared_data: Path) -> dict[str, str]:
    """The real strategies, by id."""
    path = shared_data / "queries" / "pubmed_boolean_queries.jsonl.gz"
    lines = gzip.decompress(path.read_bytes()).decode("utf-8").splitlines()
    return {found["id"]: found["query"] for found in map(json.loads, lines)}


def pubmed_articles(shared_data: Path) -> Iterator[Article]:
    """The records of the PubMed XML files."""
    for path in sorted((shared_data / "pubmed_xml").glob("*.xml.gz")):
        yield from (entry for entry in read_file(path) if isinstance(entry, Article))


def review_articles(shared_data: Path, vocabulary: Vocabulary) -> Iterator[Article]:
    """The records of the drug reviews; their keywords are MeSH names."""
    csv.field_size_limit(10_000_000)
    for path in sorted((shared_data / "retrieval" / "cohen2006").glob("*.csv.gz")):
        text = gzip.decompress(path.read_bytes()).decode("utf-8")
        for row in csv.DictReader(io.StringIO(text)):
            pmid = row.get("pubmedID") or ""
            if not pmid.isdigit():
                continue
            names = [name.strip() for name in (row.get("keywords") or "").split(";")]
            known = [(vocabulary.find(name), name) for name in names if name]
            yield Article(
                title=row.get("title") or "",
                pmid=int(pmid),
                sections=(Section(row.get("abstracts") or ""),),
                authors=tuple(
                    _author(n) for n in (row.get("authors") or "").split(";") if n.strip()
                ),
                headings=tuple(
                    Heading("" if index is None else vocabulary.ui(index), name)
                    for index, name in known
                ),
            )


def _author(name: str) -> Author:
    last, _, initials = (part.strip() for part in name.partition(","))
    return Author(last=last, initials=initials.replace(" ", ""))
