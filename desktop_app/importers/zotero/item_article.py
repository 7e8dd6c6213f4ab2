"""One item of Zotero as an article, with its notes, files, tags and collections."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath, PurePosixPath

from desktop_app.importers.biblatex_article import Values, article_of
from desktop_app.importers.decoded_text import clean
from desktop_app.importers.markup import without_markup
from desktop_app.importers.person_names import initials_of
from desktop_app.importers.tagged.abstract_text import sections
from desktop_app.importers.zotero.database import Attachment, Creator, Item
from desktop_app.importers.zotero.item_fields import (
    extra_lines,
    field_name,
    is_primary,
    kind_of,
    multipart_date,
    role_name,
    says_more,
    typed_date,
)
from desktop_app.records import Article, Author, Field, Keyword

OWNER = "Zotero"  # of its tags among the keywords
_STORED = (0, 1)  # a file and a snapshot in Zotero's own folder
_LINKED_FILE, _LINKED_ADDRESS = 2, 3
_LINE_ENDS = re.compile(r"<(?:br|/p|/div|/li|/h[1-6]|/tr|/blockquote|/pre)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[A-Za-z/!][^<>]*>")


def article_of_item(item: Item, folder: PurePath) -> Article:
    """The article; `folder` is that of the database, in which Zotero keeps its files."""
    told = {field_name(name): value for name, value in reversed(item.values)}
    known_extra, other_extra = extra_lines(told.pop("extra", ""))
    abstract, date = told.pop("abstract", ""), told.pop("date", "")
    values = Values()
    for name, value in item.values:
        known = field_name(name)
        if known in told or (known == "date" and value != date):
            values.add(known, _readable(known, value))
    for name, value in known_extra:
        values.add(name, value)
    day = multipart_date(date)
    if day is None:
        values.add("date", typed_date(date))
    for attachment in item.attachments:
        if attachment.mode == _LINKED_ADDRESS:
            values.add("url", attachment.url)
    authors, others = _people(item.creators)
    article = article_of(values, kind_of(item.type), authors)
    return replace(
        article,
        date=day or article.date,
        sections=sections(without_markup(abstract)),
        keywords=tuple(Keyword(tag, owner=OWNER) for tag in map(clean, item.tags) if tag),
        identifiers=tuple(dict.fromkeys(article.identifiers)),
        fields=(*article.fields, *others, *_further_fields(item, other_extra, folder)),
    )


def is_empty(article: Article) -> bool:
    """Whether nothing is known by which a person could tell what it is."""
    of_use = (article.title, article.sections, article.authors, article.identifiers, article.doi)
    named = any(found.name in ("file", "note") for found in article.fields)
    return not (any(of_use) or article.pmid or article.pmcid or article.journal.title or named)


def _readable(name: str, value: str) -> str:
    if name.endswith("date"):
        return typed_date(value)
    return without_markup(value) if name.endswith("title") else value


def _people(creators: list[Creator]) -> tuple[tuple[Author, ...], list[Field]]:
    """The authors, or who stands in their place, and a field for everyone else."""
    has_author = any(creator.role == "author" for creator in creators)
    authors: list[Author] = []
    others: list[Field] = []
    for creator in creators:
        last, first = clean(creator.last), clean(creator.first)
        if not last and not first:
            continue
        if creator.role == "author" or (not has_author and is_primary(creator.role)):
            authors.append(_author(last, first, creator.whole))
        else:
            name = ", ".join(part for part in (last, first) if part)
            others.append(Field(role_name(creator.role), name))
    return tuple(authors), others


def _author(last: str, first: str, whole: bool) -> Author:
    if whole or not last:
        return Author(collective=" ".join(part for part in (first, last) if part))
    return Author(last, first, initials_of(first))


def _further_fields(item: Item, extra: str, folder: PurePath) -> Iterator[Field]:
    """What has no place of its own in an article."""
    if says_more(item.type):
        yield Field("entrysubtype", clean(item.type))
    if text := _lines(extra):
        yield Field("extra", text)
    if item.library:
        yield Field("library", clean(item.library))
    for path in item.collections:
        yield Field("collection", clean(path))
    for note in item.notes:
        if text := plain_note(note):
            yield Field("note", text)
    for marked in item.annotations:
        if text := _lines(marked):
            yield Field("annotation", text)
    for attachment in item.attachments:
        if path := _file(attachment, folder):
            yield Field("file", path)


def plain_note(note: str) -> str:
    """A note, which Zotero keeps as HTML, as lines of text."""
    return _lines(html.unescape(_TAG.sub("", _LINE_ENDS.sub("\n", note))))


def _lines(text: str) -> str:
    return "\n".join(line for line in map(clean, text.splitlines()) if line)


def _file(attachment: Attachment, folder: PurePath) -> str:
    """Where an attached file is.

    A path relative to the base directory of Zotero's settings stays "attachments:…", for these
    settings are not in the database. Pictures in notes and web addresses are no files.
    """
    path = clean(attachment.path)
    if attachment.mode in _STORED and path.startswith("storage:"):
        name = PurePosixPath(path.removeprefix("storage:").replace("\\", "/")).name
        key = attachment.key
        if not (key.isascii() and key.isalnum() and name and name != ".."):
            return ""
        return str(folder / "storage" / key / name)
    return path if attachment.mode in (*_STORED, _LINKED_FILE) else ""
