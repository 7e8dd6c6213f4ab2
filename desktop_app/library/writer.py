"""Writing records into a library: what is new, what changed, what is another source of the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from desktop_app.library import pairs, schema
from desktop_app.library.article_store import ArticleStore, Entry
from desktop_app.library.known_records import Incoming, Match, find, incoming, merged_entry
from desktop_app.library.reader import read_articles
from desktop_app.library.rows import flatten
from desktop_app.library.sources import Source, keep_sources, origin_of, sources_of
from desktop_app.records import Article, Deletion

# Formats of which a record with a PMID is a version of that PMID's record, not another view of it.
_VERSIONED = frozenset({"", "PubMed XML"})


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the records of one batch."""

    added: int = 0
    updated: int = 0  # a newer version of the same source
    merged: int = 0  # another source of an article that was there
    unchanged: int = 0
    deleted: int = 0
    needs_you: int = 0  # files of which a person has to say which article they are

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.added + other.added,
            self.updated + other.updated,
            self.merged + other.merged,
            self.unchanged + other.unchanged,
            self.deleted + other.deleted,
            self.needs_you + other.needs_you,
        )

    @property
    def changed(self) -> bool:
        """Whether any article is not as it was."""
        return bool(self.added or self.updated or self.merged or self.deleted)


class Writer:
    """Writes records inside a transaction that its maker opened.

    `origin` is the format they come from. With `find_duplicates` a record may also be one that is
    here under another identifier or none. What the user added is never touched.
    """

    def __init__(
        self, connection: Connection, revision: int, origin: str, find_duplicates: bool
    ) -> None:
        self._connection = connection
        self._store = ArticleStore(connection, revision)
        self._origin = origin
        self._find_duplicates = find_duplicates
        self.ids: list[int] = []  # of the articles that the records became, in no order

    def write_entries(self, entries: Sequence[Article | Deletion]) -> Counts:
        """Write articles and deletions in their order."""
        total = Counts()
        for batch in _batches(entries):
            pmids = [entry.pmid for entry in batch if isinstance(entry, Deletion)]
            if pmids:
                total += Counts(deleted=self._withdraw(pmids))
            else:
                total += self._write([entry for entry in batch if isinstance(entry, Article)])
        return total

    def _withdraw(self, pmids: Sequence[int]) -> int:
        c = schema.article.c
        rows = self._connection.execute(select(c.id).where(c.pmid.in_(pmids)))
        return self._store.hide([int(row[0]) for row in rows])

    def _write(self, articles: Sequence[Article]) -> Counts:
        """Store articles, of which no two have the same identifier."""
        pending = [incoming(a, flatten(a), self._find_duplicates) for a in articles]
        total = Counts()
        while pending:
            now, later = _apart(pending)
            counts, again = self._write_apart(now)
            total += counts
            pending = [*again, *later]
        return total

    def _write_apart(self, records: Sequence[Incoming]) -> tuple[Counts, list[Incoming]]:
        """Store records that share no key; also those of an article that another of them changed.

        These have to wait: what becomes of them depends on what it is then.
        """
        matches = find(self._connection, records)
        known = self._versions([match.same for match in matches if match.same])
        fresh: list[tuple[Incoming, Match]] = []
        changed: list[tuple[int, Entry]] = []
        again: list[Incoming] = []
        met: set[int] = set()
        counts = Counts()
        for record, match in zip(records, matches, strict=True):
            if match.same is None:
                fresh.append((record, match))
                continue
            if match.same in met:
                again.append(record)
                continue
            met.add(match.same)
            entry, count = self._again(record, match.same, *known[match.same])
            counts += count
            if entry is not None:
                changed.append((match.same, entry))
        ids = self._store.add([self._entry(record) for record, _ in fresh])
        self.ids += [*ids, *known]
        self._store.replace(changed)
        for article_id, (_, match) in zip(ids, fresh, strict=True):
            pairs.note(self._connection, article_id, match, self._store.now)
        return Counts(added=len(fresh)) + counts, again

    def _again(
        self, record: Incoming, article_id: int, stored: Article, revised: str, hidden: bool
    ) -> tuple[Entry | None, Counts]:
        """What becomes of an article of which a record comes again (None: nothing)."""
        origin = origin_of(self._connection, article_id)
        sources = sources_of(self._connection, article_id) or [Source(0, origin, stored)]
        if any(source.record == record.article for source in sources):
            return (
                (self._entry(record), Counts(updated=1)) if hidden else (None, Counts(unchanged=1))
            )
        if origin == self._origin and self._origin in _VERSIONED and len(sources) == 1:
            if record.flat.revised < revised and not hidden:
                return None, Counts(unchanged=1)
            return self._entry(record), Counts(updated=1)
        versions = [source for source in sources if self._is_version(source, record)]
        newest = max((flatten(source.record).revised for source in versions), default="")
        if record.flat.revised < newest and not hidden:
            return None, Counts(unchanged=1)
        kept = [source for source in sources if source not in versions]
        kept.append(Source(0, self._origin, record.article))
        return self._merge(article_id, kept), Counts(merged=1)

    def _is_version(self, source: Source, record: Incoming) -> bool:
        """Whether a source is the same record as it was at another time."""
        same_pmid = source.record.pmid == record.article.pmid is not None
        return same_pmid and source.origin == self._origin and self._origin in _VERSIONED

    def _merge(self, article_id: int, sources: Sequence[Source]) -> Entry:
        keep_sources(self._connection, article_id, sources, self._store.now)
        return merged_entry(sources)

    def _entry(self, record: Incoming) -> Entry:
        return Entry(record.flat, self._origin, record.keys)

    def _versions(self, ids: Sequence[int]) -> dict[int, tuple[Article, str, bool]]:
        """What the library has of records that come again, revised when, hidden or not."""
        c = schema.article.c
        articles = dict(read_articles(self._connection, ids))
        query = select(c.id, c.revised, c.deleted_at)
        found = {}
        for start in range(0, len(ids), 500):
            for row in self._connection.execute(query.where(c.id.in_(ids[start : start + 500]))):
                found[int(row[0])] = (articles[row[0]], str(row[1]), row[2] is not None)
        return found


def _batches(entries: Sequence[Article | Deletion]) -> Iterator[Sequence[Article | Deletion]]:
    """Cut where a record comes again or additions turn into deletions, keeping the order."""
    batch: list[Article | Deletion] = []
    seen: set[object] = set()
    for entry in entries:
        key = _identity(entry)
        if batch and (key in seen or type(entry) is not type(batch[0])):
            yield batch
            batch, seen = [], set()
        batch.append(entry)
        seen.add(key)
    if batch:
        yield batch


def _identity(entry: Article | Deletion) -> object:
    if isinstance(entry, Deletion):
        return ("deletion", entry.pmid)
    return entry.pmid or entry.doi or entry


def _apart(records: Sequence[Incoming]) -> tuple[list[Incoming], list[Incoming]]:
    """Records that share no key, and the rest, which must wait until those are stored."""
    seen: set[str] = set()
    now: list[Incoming] = []
    later: list[Incoming] = []
    for record in records:
        keys = {*record.keys, record.article.doi, record.article.pmcid} - {""}
        (later if keys & seen else now).append(record)
        seen |= keys
    return now, later
