"""Records made of tagged lines (NBIB, RIS, ISI, Refer), cut from a stream one at a time.

rispy was looked at for RIS and rejected: it holds every record in memory, gives no line numbers,
and makes one record of two when the end tag between them is missing. The four formats differ only
in how a tag looks and where a record ends, so they share this one cutter.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from desktop_app.importers.decoded_text import clean, decoded
from desktop_app.importers.failed_record import LONGEST, shortened
from desktop_app.importers.format import Entry
from desktop_app.importers.input_file import InputFile
from desktop_app.records import Article, Problem

MAX_RECORD = 16 * 1024 * 1024  # characters
MAX_VALUES = 20_000  # of one record; 3,000 authors with affiliations have 12,000
_MAX_LINE = 1024 * 1024  # characters; a longer line comes in several

Split = Callable[[str], tuple[str, str] | None]


@dataclass(frozen=True, slots=True)
class Grammar:
    """How a format is cut.

    `split` gives tag and text of a line, None when it has no tag. `loose`, if any, does so in
    records whose first line only it understands. `heads`: a block with none of these tags is no
    record but belongs to the one before.
    """

    split: Split
    starts: frozenset[str]
    ends: frozenset[str]
    heads: frozenset[str]
    blank_ends: bool = False
    loose: Split | None = None


@dataclass(slots=True)
class Record:
    """One record: its number and first line in the file, and its lines by tag, in order."""

    line: int
    number: int = 0
    pairs: list[tuple[str, list[str]]] = field(default_factory=list)
    size: int = 0
    values: int = 0
    loose: bool = False
    lines: list[str] = field(default_factory=list)  # as they stand in the file, the first ones
    length: int = 0  # of these lines

    @property
    def text(self) -> str:
        """The record as it stands in the file, as far as it is kept."""
        return shortened("\n".join(self.lines).rstrip("\n"))

    def keep(self, line: str) -> None:
        """Remember a line for the report of a failure."""
        if self.length <= LONGEST:
            self.lines.append(line)
            self.length += len(line) + 1

    @property
    def oversize(self) -> bool:
        """True when it is beyond MAX_RECORD or MAX_VALUES; what is too much was left out."""
        return self.size > MAX_RECORD or self.values > MAX_VALUES

    def add(self, tag: str, text: str) -> None:
        """Begin a value."""
        self.size += len(tag) + len(text)
        self.values += 1
        if not self.oversize:
            self.pairs.append((tag, [text]))

    def go_on(self, text: str) -> None:
        """Add a line to the value begun last."""
        self.size += 1 + len(text)
        if not self.oversize:
            self.pairs[-1][1].append(text)

    def take_in(self, other: "Record") -> None:
        """Add the values of a block that is no record of its own."""
        self.size += other.size
        self.values += other.values
        for line in other.lines:
            self.keep(line)
        if not self.oversize:
            self.pairs += other.pairs


def records(lines: Iterable[str], grammar: Grammar) -> Iterator[Record]:
    """The records of a text, numbered from 1."""
    number = 0
    held: Record | None = None
    for block in _blocks(lines, grammar):
        if held is not None and not any(tag in grammar.heads for tag, _ in block.pairs):
            held.take_in(block)
            continue
        if held is not None:
            yield held
        number += 1
        held = block
        held.number = number
    if held is not None:
        yield held


def text_lines(file: InputFile) -> Iterator[str]:
    """The lines of a text file without their ends. Raises OSError, and what its report does."""
    rest = ""
    for text in decoded(file.chunks()):
        *lines, rest = (rest + text).split("\n")
        yield from lines
        if len(rest) > _MAX_LINE:
            yield rest
            rest = ""
    yield rest


def plain_head(head: str) -> str:
    """The first text of a file with line feeds alone, and legible if UTF-16 without a mark."""
    return head.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")


def read_tagged(
    file: InputFile, grammar: Grammar, article_of: Callable[[Record], Article]
) -> Iterator[Entry]:
    """An article or a problem for each record of a file."""
    found = False
    for record in records(text_lines(file), grammar):
        found = True
        place = f"record {record.number}, line {record.line}"
        if record.oversize:
            reason = "It has more than 16 million characters or 20,000 values."
            yield Problem(file.name, place, reason, "Export this record again.", record.text)
            continue
        article = article_of(record)
        if _says_something(article):
            yield article
        else:
            reason = "It has neither title, abstract, author nor identifier."
            remedy = "Complete it where it comes from."
            yield Problem(file.name, place, reason, remedy, record.text)
    if file.damage:
        reason = f"It could be read in part only: {file.damage}."
        yield Problem(file.name, "", reason, "Download it again.")
    elif not found:
        yield Problem(file.name, "", "There is no record in it.", "Export it again.")


def joined(lines: list[str]) -> str:
    """The lines of a wrapped value as one."""
    return clean(lines[0] if len(lines) == 1 else " ".join(lines))


def _says_something(article: Article) -> bool:
    return bool(
        article.title
        or article.sections
        or article.authors
        or article.pmid
        or article.pmcid
        or article.doi
    )


def _blocks(lines: Iterable[str], grammar: Grammar) -> Iterator[Record]:
    block: Record | None = None
    after_blank = False
    for number, line in enumerate(lines, 1):
        if not line or line.isspace():
            after_blank = True
            if block is not None and not grammar.blank_ends:
                block.keep("")
                block.go_on("")
            continue
        tagged = _tagged(line, block, grammar)
        if tagged is None:
            if block is not None and (not grammar.blank_ends or not after_blank or line[0] == " "):
                block.keep(line)
                block.go_on(line)
            continue
        tag, text = tagged
        over = tag in grammar.starts or tag in grammar.ends or (after_blank and grammar.blank_ends)
        after_blank = False
        if block is not None and over:
            if tag in grammar.ends:
                block.keep(line)
            yield block
            block = None
        if tag in grammar.ends:
            continue
        if block is None:
            block = Record(number, loose=grammar.split(line) is None)
        block.keep(line)
        block.add(tag, text)
    if block is not None:
        yield block


def _tagged(line: str, block: Record | None, grammar: Grammar) -> tuple[str, str] | None:
    found = grammar.split(line)
    if found is not None or grammar.loose is None:
        return found
    found = grammar.loose(line)
    if found is None or (block is not None and block.loose) or found[0] in grammar.starts:
        return found
    return None
