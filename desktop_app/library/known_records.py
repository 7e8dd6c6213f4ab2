"""Which records a library already has: by identifiers, and by what two records have in common."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, or_, select

from desktop_app.library import schema
from desktop_app.library.article_store import Entry
from desktop_app.library.merging import merged, ranked
from desktop_app.library.reader import read_articles
from desktop_app.library.rows import Flat, flatten
from desktop_app.library.same_record import Sameness, Signature, compare, match_keys, signature
from desktop_app.library.sources import Source
from desktop_app.library.stored_signatures import stored_signatures
from desktop_app.records import Article

_QUESTION_MARKS = 900
_MOST_CANDIDATES = 50  # of one record: a key that more share is no key ("Abstracts of the …")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A record that comes in, in the forms that storing and matching need."""

    article: Article
    flat: Flat
    signature: Signature | None  # None: not to be matched by description
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """What the library has of an incoming record: the same one, and ones for a second look."""

    same: int | None = None
    doubtful: tuple[int, ...] = ()
    versions: tuple[int, ...] = ()


def incoming(article: Article, flat: Flat, by_description: bool) -> Incoming:
    """Prepare a record; only with `by_description` it may match without a common identifier."""
    if not by_description:
        return Incoming(article, flat, None, ())
    described = signature(article)
    return Incoming(article, flat, described, tuple(match_keys(described)))


def pmid_keys(article: Article) -> list[str]:
    """The key by which an article is found under the PMID of any of its sources."""
    return [f"pmid{article.pmid}"] if article.pmid else []


def merged_entry(sources: Sequence[Source]) -> Entry:
    """The article that several sources make, found by what any of them is found by."""
    named = [(source.origin, source.record) for source in sources]
    keys = [key for s in sources for key in match_keys(signature(s.record))]
    keys += [key for s in sources for key in pmid_keys(s.record)]
    origin = ranked(named)[0][0]
    return Entry(flatten(merged(named)), origin, tuple(dict.fromkeys(keys)))


def find(connection: Connection, records: Sequence[Incoming]) -> list[Match]:
    """What the library has of each record, in the same order."""
    c = schema.article.c
    pmids = _ids(connection, c.pmid, (r.article.pmid for r in records))
    dois = _ids(connection, c.doi, (r.article.doi for r in records))
    pmcids = _ids(connection, c.pmcid, (r.article.pmcid for r in records))
    hashes = _ids(connection, c.content_hash, (r.flat.content_hash for r in records))
    keyed = _by_key(connection, records)
    sure: list[int | None] = []
    candidates: list[list[int]] = []
    for r in records:
        known = pmids.get(r.article.pmid) or hashes.get(r.flat.content_hash) or []
        for key in pmid_keys(r.article):  # the PMID of a record that was merged into another's
            known = known or [article_id for article_id, _ in keyed.get(key, [])]
        if not known and not r.article.pmid and r.signature is None:
            known = dois.get(r.article.doi, [])
        sure.append(known[0] if known else None)
        alike = [*dois.get(r.article.doi, []), *pmcids.get(r.article.pmcid, [])]
        alike += _alike(r, keyed)
        candidates.append([] if known or r.signature is None else list(dict.fromkeys(alike)))
    wanted = sorted({article_id for ids in candidates for article_id in ids})
    stored = stored_signatures(connection, wanted)
    return [
        Match(same=known) if known else _match(connection, record, ids, stored)
        for record, known, ids in zip(records, sure, candidates, strict=True)
    ]


def _alike(record: Incoming, keyed: dict[str, list[tuple[int, int | None]]]) -> list[int]:
    """The articles that share a key with a record; those with another PMID are another's."""
    pmid = record.article.pmid
    found: list[int] = []
    for key in record.keys:
        fitting = (i for i, other in keyed.get(key, []) if not (pmid and other))
        found += islice(fitting, _MOST_CANDIDATES)
    return found


def _match(
    connection: Connection, record: Incoming, ids: Sequence[int], stored: dict[int, Signature]
) -> Match:
    """The one that is the same (of several the very same one), and those for a second look."""
    if record.signature is None:
        return Match()
    found: dict[Sameness, list[int]] = {sameness: [] for sameness in Sameness}
    for article_id in ids:
        found[compare(record.signature, stored[article_id])].append(article_id)
    same = sorted(found[Sameness.SAME])
    if len(same) > 1:
        articles = read_articles(connection, same)
        same = [i for i, article in articles if article == record.article] or same
    if same:
        return Match(same=same[0])
    return Match(None, tuple(found[Sameness.DOUBTFUL]), tuple(found[Sameness.VERSION]))


def _ids(
    connection: Connection, column: Column[Any], values: Iterable[Hashable | None]
) -> dict[object, list[int]]:
    """The ids of articles by value of a column, ascending."""
    wanted = list(dict.fromkeys(value for value in values if value))
    id_column = schema.article.c.id
    found: dict[object, list[int]] = {}
    for start in range(0, len(wanted), _QUESTION_MARKS):
        query = select(column, id_column).where(column.in_(wanted[start : start + _QUESTION_MARKS]))
        for value, article_id in connection.execute(query.order_by(id_column)):
            found.setdefault(value, []).append(int(article_id))
    return found


def _by_key(
    connection: Connection, records: Sequence[Incoming]
) -> dict[str, list[tuple[int, int | None]]]:
    """The (id, PMID) of the articles that have a key of a record, by key, ascending."""
    k, a = schema.match_key.c, schema.article.c
    wanted = list(dict.fromkeys(k for r in records for k in (*r.keys, *pmid_keys(r.article))))
    may_match: list[ColumnElement[bool]] = []
    if all(r.article.pmid for r in records):  # as in a PubMed file: then only these can match
        may_match = [or_(a.pmid.is_(None), k.key.startswith("pmid"))]
    found: dict[str, list[tuple[int, int | None]]] = {}
    for start in range(0, len(wanted), _QUESTION_MARKS):
        query = (
            select(k.key, a.id, a.pmid)
            .join_from(schema.match_key, schema.article, a.id == k.article_id)
            .where(k.key.in_(wanted[start : start + _QUESTION_MARKS]), *may_match)
            .order_by(a.id)
        )
        for key, article_id, pmid in connection.execute(query):
            found.setdefault(key, []).append((int(article_id), pmid))
    return found
