"""Which records a library already has: by identifiers, and by what two records have in common."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Column, Connection, select

from desktop_app.library import schema
from desktop_app.library.article_store import Entry
from desktop_app.library.merging import merged, ranked
from desktop_app.library.reader import read_articles
from desktop_app.library.rows import Flat, flatten
from desktop_app.library.same_record import Sameness, Signature, compare, match_keys, signature
from desktop_app.library.sources import Source
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
    keys = [key for r in records for key in (*r.keys, *pmid_keys(r.article))]
    keyed = _ids(connection, schema.match_key.c.key, keys)
    sure: list[int | None] = []
    candidates: list[list[int]] = []
    for r in records:
        known = pmids.get(r.article.pmid) or hashes.get(r.flat.content_hash) or []
        for key in pmid_keys(r.article):  # the PMID of a record that was merged into another's
            known = known or keyed.get(key, [])
        if not known and not r.article.pmid and r.signature is None:
            known = dois.get(r.article.doi, [])
        sure.append(known[0] if known else None)
        alike = [*dois.get(r.article.doi, []), *pmcids.get(r.article.pmcid, [])]
        for key in r.keys:
            alike += islice(keyed.get(key, []), _MOST_CANDIDATES)
        candidates.append([] if known or r.signature is None else list(dict.fromkeys(alike)))
    stored = _stored(connection, {i for ids in candidates for i in ids})
    return [
        Match(same=known) if known else _match(record, ids, stored)
        for record, known, ids in zip(records, sure, candidates, strict=True)
    ]


def _match(
    record: Incoming, ids: Sequence[int], stored: dict[int, tuple[Article, Signature]]
) -> Match:
    """The first of the alike that is the same (the very same one before all), and the others."""
    if record.signature is None:
        return Match()
    found: dict[Sameness, list[int]] = {sameness: [] for sameness in Sameness}
    for article_id in ids:
        article, described = stored[article_id]
        if article == record.article:
            return Match(same=article_id)
        found[compare(record.signature, described)].append(article_id)
    same = found[Sameness.SAME]
    if same:
        return Match(same=min(same))
    return Match(None, tuple(found[Sameness.DOUBTFUL]), tuple(found[Sameness.VERSION]))


def _stored(connection: Connection, ids: Iterable[int]) -> dict[int, tuple[Article, Signature]]:
    return {
        article_id: (article, signature(article))
        for article_id, article in read_articles(connection, sorted(ids))
    }


def _ids(
    connection: Connection, column: Column[object], values: Iterable[Hashable | None]
) -> dict[object, list[int]]:
    """The ids of articles by value of a column, ascending."""
    wanted = list(dict.fromkeys(value for value in values if value))
    id_column = schema.article.c.id
    if column.table is schema.match_key:
        id_column = schema.match_key.c.article_id
    found: dict[object, list[int]] = {}
    for start in range(0, len(wanted), _QUESTION_MARKS):
        query = select(column, id_column).where(column.in_(wanted[start : start + _QUESTION_MARKS]))
        for value, article_id in connection.execute(query.order_by(id_column)):
            found.setdefault(value, []).append(int(article_id))
    return found
