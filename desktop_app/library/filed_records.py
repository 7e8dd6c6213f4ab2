"""Records that come with files, and files without a sure record: what becomes of them.

Each is one transaction after its files were copied. Identity of a file is its SHA-256, whatever its
name: what is attached or waits already, or was dismissed, changes nothing when it comes again.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from desktop_app.library import attachments, schema, waiting
from desktop_app.library.sources import digest
from desktop_app.library.writer import Counts, Writer
from desktop_app.records import (
    Article,
    ArticleWithFiles,
    Attachment,
    Doubtful,
    Guesses,
    PartialDate,
)

if TYPE_CHECKING:
    from desktop_app.library.library import Library

_UNCHANGED = Counts(unchanged=1)


def _raise(file: Attachment, error: OSError) -> None:
    raise error


def write_with_files(
    library: "Library",
    entry: ArticleWithFiles,
    origin: str,
    unreadable: Callable[[Attachment, OSError], None] = _raise,
) -> Counts:
    """Store a record and attach its files; `unreadable` is told of those that cannot be read.

    A PDF whose article is here is attached to it and counted as merged; what was read out of the
    PDF does not touch what is known of the article. A record of another format is written as
    any other and has its files beside it. Raises UserError, and what `unreadable` does.
    """
    is_pdf = origin == waiting.ORIGIN
    if is_pdf and all(library.attachments.holders(file.sha256) for file in entry.files):
        return _UNCHANGED
    stored = []
    for file in entry.files:
        try:
            stored.append((file, library.attachments.files.keep(file)))
        except OSError as error:
            unreadable(file, error)
    with library.writing() as connection:
        revision = library.revision_in(connection) + 1
        known = waiting.live_match(connection, entry.article) if is_pdf and stored else None
        if known is None:
            writer = Writer(connection, revision, origin, find_duplicates=True)
            counts = writer.write_entries([entry.article])
            article_id, source = writer.ids[0], digest(origin, entry.article)
        else:
            counts, article_id, source = Counts(merged=1), known, ""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        new = [
            attachments.attach(connection, article_id, file, path, now, source)
            for file, path in stored
        ]
        if any(new) and counts == _UNCHANGED:
            counts = Counts(updated=1)
        if known is None and counts.changed:
            connection.execute(schema.state.update().values(revision=revision))
    return counts


def write_doubtful(library: "Library", entry: Doubtful) -> Counts:
    """Attach a file to the article that has its sure identifiers, else put it on the list.

    Raises OSError when it cannot be read, UserError when it cannot be copied.
    """
    file = entry.file
    if library.attachments.holders(file.sha256) or library.waiting.knows(file.sha256):
        return _UNCHANGED
    stored = library.attachments.files.keep(file)
    with library.writing() as connection:
        named = sure_article(entry.guesses)
        known = waiting.live_match(connection, named) if named else None
        if known is None:
            waiting.enter(connection, entry, stored)
            return Counts(needs_you=1)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        attachments.attach(connection, known, file, stored, now)
    return Counts(merged=1)


def sure_article(guesses: Guesses) -> Article | None:
    """An article of the sure identifiers and the guessed title, None without an identifier."""
    pmid, doi, pmcid = (
        guess.value if guess.is_sure else "" for guess in (guesses.pmid, guesses.doi, guesses.pmcid)
    )
    if not (pmid or doi or pmcid):
        return None
    year = guesses.year.value
    date = PartialDate(int(year)) if year.isdigit() else None
    number = int(pmid) if pmid else None
    return Article(guesses.title.value, pmid=number, pmcid=pmcid, doi=doi, date=date)
