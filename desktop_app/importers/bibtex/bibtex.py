"""BibTeX and BibLaTeX, as JabRef, Zotero, Better BibTeX, Mendeley and journals write them.

The grammar is bibtexparser's (2.x, MIT: typed, keeps the line of every entry, goes on after a bad
one; pybtex ends at the first error or drops it without its text). Ours are the pieces it is fed
with, which keep memory constant, and the meaning of the fields.
"""

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from desktop_app.importers.biblatex_article import says_something
from desktop_app.importers.bibtex.bibtex_fields import article_of_entry
from desktop_app.importers.decoded_text import decoded
from desktop_app.importers.failed_record import shortened
from desktop_app.importers.format import Entry, Format
from desktop_app.importers.input_file import InputFile
from desktop_app.records import Problem

if TYPE_CHECKING:
    from bibtexparser import model

_START = re.compile(r"^[ \t]*@[ \t]*\w+[ \t]*[{(]", re.MULTILINE)
_ENTRY = re.compile(
    r"^[ \t]*@[ \t]*([a-zA-Z]+)[ \t]*[{(][ \t]*[^\s=,{}\"]*[ \t]*(?:,|\n|$)", re.MULTILINE
)
_STRING = re.compile(r"^[ \t]*@[ \t]*(?:string|preamble|comment)[ \t]*[{(]", re.MULTILINE | re.I)
_PARENT = re.compile(r"\b(?:crossref|xdata)\s*=\s*[{\"]([^{}\"]{1,300})[}\"]", re.IGNORECASE)
_PIECE = 256 * 1024  # characters parsed at once
_LONGEST = 8 * 1024 * 1024  # characters without an "@entry{" at the beginning of a line
_AGAIN = "Correct the entry in a text editor, or export it again; the other entries were taken."
_MACRO = re.compile(r"[^\W\d][^\s{}\"#,=]*$")
_BRACE = re.compile(r"(?<!\\)[{}]")
_BEHIND_QUOTE = re.compile(r'"\s*\w+\s*=\s*["{]')
_MONTHS = frozenset("jan feb mar apr may jun jul aug sep oct nov dec".split())

# It tells every bad entry to the log as well; the user reads them in the report.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL + 1)


@dataclass(slots=True)
class _Raw:
    """One entry with its fields' values, LaTeX not decoded yet. `line` is from 1."""

    kind: str
    key: str
    fields: dict[str, str]
    line: int
    text: str  # as it stands in the file


@dataclass(slots=True)
class _Bad:
    """A place in the file that is no entry."""

    line: int
    reason: str
    text: str  # as it stands in the file


@dataclass(slots=True)
class _File:
    """What holds for the whole file: its macros, and the entries that others inherit from."""

    macros: dict[str, str] = field(default_factory=dict)
    parents: dict[str, _Raw] = field(default_factory=dict)


def read_bibtex(file: InputFile) -> Iterator[Entry]:
    """Every entry of a file, and a Problem for each that cannot be read.

    Raises OSError when the file cannot be opened, and whatever its `report` raises.
    """
    known = _File()
    wanted = _inherited(file)
    if wanted:
        for raw in _blocks(_pieces(decoded(file.chunks())), _File()):
            if isinstance(raw, _Raw) and raw.key.lower() in wanted:
                known.parents.setdefault(raw.key.lower(), raw)
    for number, raw in enumerate(_blocks(_pieces(decoded(file.chunks())), known), 1):
        if isinstance(raw, _Bad):
            place = f"record {number}, line {raw.line}"
            reason = f"{raw.reason}: “{' '.join(raw.text.split())[:60]}”."
            yield Problem(file.name, place, reason, _AGAIN, raw.text)
        elif raw.kind not in ("set", "xdata"):  # group and serve other entries
            yield _entry(file.name, number, raw, known)
    if file.damage:
        yield Problem(file.name, "", f"{file.damage}.", "Export or download the file again.")


def _entry(file: str, number: int, raw: _Raw, known: _File) -> Entry:
    article = article_of_entry(raw.kind, raw.key, _with_inherited(raw, known))
    if says_something(article):
        return article
    place = f"record {number}, line {raw.line}"
    reason = f"The entry “{raw.key[:80]}” has no title."
    return Problem(file, place, reason, "Give it a title.", raw.text)


def _inherited(file: InputFile) -> set[str]:
    """The keys, in lower case, that entries name as crossref or xdata."""
    found: set[str] = set()
    carried = ""
    for text in decoded(file.chunks()):
        text_and_before = carried + text
        for match in _PARENT.finditer(text_and_before):
            found.update(key.strip().lower() for key in match[1].split(","))
        carried = text_and_before[-400:]
    return found


def _with_inherited(raw: _Raw, known: _File) -> dict[str, str]:
    """The entry's fields and those of its parents, as BibLaTeX hands them down."""
    fields = dict(raw.fields)
    for name in ("crossref", "xdata"):
        for key in fields.pop(name, "").lower().split(","):
            parent = known.parents.get(key.strip())
            if parent is None or parent.key == raw.key:
                continue
            for inherited, value in parent.fields.items():
                if inherited in ("crossref", "xdata", "ids", "keywords", "abstract", "doi"):
                    continue  # are the parent's alone
                is_title = inherited == "title" and name == "crossref"
                fields.setdefault("booktitle" if is_title else inherited, value)
    return fields


def _pieces(chunks: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The text cut before entries, with the line (from 1) in which each piece begins."""
    held, line = "", 1
    for chunk in chunks:
        held += chunk
        if len(held) < _PIECE:
            continue
        cut = 0
        for start in _START.finditer(held, 1):
            cut = start.start()
        cut = cut or (len(held) if len(held) > _LONGEST else 0)
        if cut:
            yield line, held[:cut]
            line += held.count("\n", 0, cut)
            held = held[cut:]
    if held:
        yield line, held


def _blocks(pieces: Iterable[tuple[int, str]], known: _File) -> Iterator[_Raw | _Bad]:
    from bibtexparser.exceptions import ParserStateException
    from bibtexparser.splitter import Splitter

    for first_line, text in pieces:
        try:
            blocks = Splitter(text).split().blocks
        except (ParserStateException, IndexError, RecursionError) as error:
            yield _Bad(first_line, f"The parser stopped ({error})", shortened(text))
            continue
        for block in blocks:
            yield from _read(block, first_line, known)


def _read(block: object, first_line: int, known: _File) -> Iterator[_Raw | _Bad]:
    from bibtexparser import model

    if isinstance(block, model.ParsingFailedBlock) and block.ignore_error_block is not None:
        block = block.ignore_error_block  # a key or a field that is there twice is not bad enough
    if isinstance(block, model.Entry):
        yield _raw(block, first_line + (block.start_line or 0), known)
    elif isinstance(block, model.String):
        known.macros[block.key.lower()] = _value(block.value, known.macros) or block.value
    elif isinstance(block, model.ParsingFailedBlock):
        reason = f"The entry cannot be read ({_reason(block.error)})"
        yield _Bad(first_line + (block.start_line or 0), reason, shortened(block.raw or ""))


def _raw(block: "model.Entry", line: int, known: _File) -> _Raw | _Bad:
    fields: dict[str, str] = {}
    for one in block.fields:
        value = _value(one.value, known.macros)
        name = one.key.strip().lower()
        if value is None:
            reason = f"A comma or brace is missing after {name[:40]}"
            return _Bad(line, reason, shortened(block.raw or ""))
        joint = " and " if name in ("author", "editor") else "; "
        fields[name] = f"{fields[name]}{joint}{value}" if fields.get(name) else value
    return _Raw(block.entry_type.lower(), block.key, fields, line, shortened(block.raw or ""))


def _reason(error: Exception) -> str:
    words = getattr(error, "abort_reason", "") or type(error).__name__
    return " ".join(str(words).split()).rstrip(".")[:200]


def _value(text: str, macros: dict[str, str]) -> str | None:
    """A value without its delimiters; macros replaced, parts joined by # put together.

    None when there is text beside the delimiters: the comma after the field is missing.
    """
    parts = [_part(part.strip(), macros) for part in _parts(text.strip())]
    found = [part for part in parts if part is not None]
    return "".join(found) if len(found) == len(parts) else None


def _parts(text: str) -> Iterator[str]:
    """Split at "#" outside of braces and quotes."""
    if "#" not in text:
        yield text
        return
    depth, quoted, start = 0, False, 0
    for position, char in enumerate(text):
        if char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
        elif char == '"' and depth == 0:
            quoted = not quoted
        elif char == "#" and depth == 0 and not quoted:
            yield text[start:position]
            start = position + 1
    yield text[start:]


def _part(text: str, macros: dict[str, str]) -> str | None:
    if text[:1] in ("{", '"'):
        return text[1:-1] if len(text) > 1 and _is_enclosed(text) else None
    name = text.lower()
    if name in _MONTHS or not _MACRO.match(text):
        return text
    return macros.get(name, text)


def _is_enclosed(text: str) -> bool:
    """True when the first character is closed by the last one and not before."""
    if text[0] == '"':
        return text[-1] == '"' and not _BEHIND_QUOTE.search(text)
    depth = 0
    for brace in _BRACE.finditer(text):
        depth += 1 if brace[0] == "{" else -1
        if depth <= 0:
            return brace.end() == len(text)
    return False


def _is_bibtex(head: str) -> bool:
    first = _ENTRY.search(head)
    if first is None and not _STRING.search(head):
        return False
    before = head[: first.start()] if first else ""
    return not head.startswith(("<", "{", "[")) and "\x00" not in before


FORMAT = Format("BibTeX", _is_bibtex, read_bibtex)
