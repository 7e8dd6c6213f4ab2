"""Tables with a title column: comma, semicolon or tab, from databases, spreadsheets and ASReview.

Columns are known by the names that ASReview, Embase, Scopus, PubMed, Web of Science, Cochrane and
Rayyan use; the others are kept as fields under their own names. Litmesh's own are in `own_table`.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from desktop_app.importers.biblatex_article import Values, article_of, people, says_something
from desktop_app.importers.decoded_text import clean, decoded
from desktop_app.importers.failed_record import shortened
from desktop_app.importers.format import Entry, Format
from desktop_app.importers.input_file import InputFile
from desktop_app.importers.markup import without_markup
from desktop_app.importers.table.own_table import article_of_row, headings_of
from desktop_app.importers.table.table_columns import KINDS, Table, table_of
from desktop_app.records import Article, Author, Heading, Problem

_LIST = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_EMBASE_SOURCE = re.compile(
    r"(?P<journal>.+?) \((?P<year>[12]\d{3})\) (?P<volume>[^\s:(]+)?"
    r"(?::(?P<number>[^\s(]+))?(?: \((?P<pages>[^)]*)\))?(?:[ .]|$)"
)
_PUBLISHED = re.compile(r"Date of Publication: (.{4,40})")
_NOTHING = ("nan", "na", "n/a", "null", "none")
_AUTHOR_NUMBER = re.compile(r"\s*\(\d{5,}\)")  # Scopus's, behind a full name
_LONGEST_FIELD = 4 * 1024 * 1024  # characters
_REMEDY = "Correct the line in a spreadsheet or text editor; the other lines were taken."


def read_csv_table(file: InputFile) -> Iterator[Entry]:
    """Every line of a table as an article, and a Problem for each that has no title.

    Raises OSError when the file cannot be opened, and whatever its `report` raises.
    """
    table = table_of("".join(decoded([file.head()])))
    if table is None:
        yield Problem(file.name, "", "The table has no title column.", "Name a column “title”.")
        return
    for row in _rows(decoded(file.chunks()), table):
        place = f"record {row.number}, line {row.line}"
        if row.reason:
            yield Problem(file.name, place, row.reason, _REMEDY, row.text)
        else:
            yield from _entries(file.name, place, row, table)
    if file.damage:
        yield Problem(file.name, "", f"{file.damage}.", "Export or download the file again.")


@dataclass(frozen=True, slots=True)
class _Row:
    """A row under the heading: its cells, or what is wrong. `number` and `line` are from 1."""

    number: int
    line: int
    cells: list[str]
    reason: str
    text: str  # as it stands in the file


def _rows(texts: Iterable[str], table: Table) -> Iterator[_Row]:
    """The rows under the heading."""
    csv.field_size_limit(_LONGEST_FIELD)
    lines = _Lines(texts)
    number = -1
    while True:
        begins = lines.begin_row()
        reason = ""
        row: list[str] = []
        try:
            row = next(csv.reader(lines, delimiter=table.separator))
        except StopIteration:
            return
        except csv.Error as error:
            reason = f"{error}."
        if not reason and not any(cell.strip() for cell in row):
            continue
        number += 1
        if number and len(lines.row) > 1 and (reason or _swallowed(row, table)):
            reason = "A quotation mark is not closed."
            lines.reread()
        if number:
            yield _Row(number, begins, row, reason, lines.text)


def _swallowed(row: list[str], table: Table) -> bool:
    """True when a quote that nobody closed made several lines one row."""
    columns = len(table.columns)
    if len(row) != columns:
        return True
    return any(
        line.count(table.separator) >= columns - 1 > 1
        for cell in row
        if "\n" in cell
        for line in cell.split("\n")[1:]
    )


class _Lines:
    """The lines of a text that comes in pieces, counted, those of the present row kept."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.number = 0  # of lines given
        self.row: list[str] = []  # the lines since `begin_row`
        self._lines = _lines(texts)
        self._again: list[str] = []  # to be given once more, the next one last

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._lines)
        self.number += 1
        self.row.append(line)
        return line

    @property
    def text(self) -> str:
        """The present row as it stands in the file."""
        return shortened("".join(self.row).rstrip("\n"))

    def begin_row(self) -> int:
        """Forget the lines given; the number of the next one."""
        self.row.clear()
        return self.number + 1

    def reread(self) -> None:
        """Give the lines of the present row once more, but for its first."""
        self._again += self.row[:0:-1]
        self.number -= len(self.row) - 1
        del self.row[1:]


def _lines(texts: Iterable[str]) -> Iterator[str]:
    held = ""
    for text in texts:
        *lines, held = (held + text).split("\n")
        yield from (line + "\n" for line in lines)
        if len(held) > 2 * _LONGEST_FIELD:
            yield held
            held = ""
    if held:
        yield held


def _entries(file: str, place: str, row: _Row, table: Table) -> Iterator[Entry]:
    cells, columns = row.cells, len(table.columns)
    if len(cells) > columns and any(cell.strip() for cell in cells[columns:]):
        reason = f"The line has {len(cells)} cells, the table has {columns} columns"
        reason = f"{reason}: a separator inside a cell needs quotes."
        yield Problem(file, place, reason, _REMEDY, row.text)
        return
    known = dict(_cells(cells, table))
    article = article_of_row(known) if table.is_ours else _article(known)
    if says_something(article):
        yield article
    else:
        reason = "The line has no title, abstract or identifier."
        yield Problem(file, place, reason, _REMEDY, row.text)


def _cells(row: list[str], table: Table) -> Iterator[tuple[str, str]]:
    """Meaning and text of each cell; a second column of the same meaning is joined to the first."""
    found: dict[str, str] = {}
    for name, cell in zip(table.columns, row, strict=False):
        text = cell.strip()
        if not text or (text.lower() in _NOTHING and not table.is_ours):
            continue
        found[name] = f"{found[name]}; {text}" if name in found else text
    yield from found.items()


def _article(cells: dict[str, str]) -> Article:
    values = Values()
    authors: tuple[Author, ...] = ()
    kind = KINDS.get(clean(cells.get("type", "")).lower(), "")
    if kind:
        del cells["type"]
    first, last = cells.pop("startpage", ""), cells.pop("endpage", "")
    cells.setdefault("pages", "-".join(filter(None, (first, last))))
    _embase_source(cells)
    if full := cells.pop("fullauthor", ""):  # the same people as in the other column, if any
        cells["author"] = _AUTHOR_NUMBER.sub("", full)
    headings = _headings(cells)
    for name, text in cells.items():
        if name == "author":
            authors = people(_names(text))
        elif name in ("keywords", "indexterms", "editor", "language", "pubtype", "isbn"):
            target = "keywords" if name == "indexterms" else name
            for part in _items(text, name):
                values.add(target, part)
        else:
            values.add(name, without_markup(text))
    article = article_of(values, kind or "article", authors)
    return replace(article, headings=article.headings + headings) if headings else article


def _headings(cells: dict[str, str]) -> tuple[Heading, ...]:
    """Those of columns that say MeSH. Parted by commas, which names have too, they are keywords."""
    mesh, major = cells.pop("mesh", ""), cells.pop("majormesh", "")
    if "," in mesh and not re.search(r"[;|\n]", mesh):
        cells["indexterms"] = "; ".join([cells.get("indexterms", ""), *_items(mesh, "indexterms")])
        mesh = ""
    return headings_of(re.sub(r"[|\n]", ";", mesh), re.sub(r"[|\n]", ";", major))


def _embase_source(cells: dict[str, str]) -> None:
    """Embase's "Cancer (2004) 102:4 (253-258). Date of Publication: 25 Aug 2004"."""
    source = clean(cells.get("source", ""))
    found = _EMBASE_SOURCE.match(source)
    if not found or "journaltitle" in cells:
        if source and "journaltitle" not in cells and len(source) < 200:
            cells["journaltitle"] = cells.pop("source")
        return
    del cells["source"]
    names = {"journal": "journaltitle"}
    for name, value in found.groupdict().items():
        if value and not cells.get(names.get(name, name)):
            cells[names.get(name, name)] = value
    published = _PUBLISHED.search(source)
    if published:
        cells.setdefault("date", published[1].rstrip("."))


def _names(text: str) -> list[str]:
    """Names in "['Marx, Karl', 'X, Y']", "Smith, J.; Doe, A." and "Liu R., Adler D.G."."""
    listed = _python_list(text)
    if listed is not None:
        return listed
    for separator in (";", "\n", " and ", "|"):
        if separator in text:
            return text.split(separator)
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 1:
        return [text]
    # "Smith, John" is one person, "Liu R., Adler D.G." are two: there, every part has a blank.
    if all(" " in part for part in parts if part):
        return parts
    pairs = len(parts) % 2 == 0 and all(len(part) < 40 for part in parts)
    return [f"{a}, {b}" for a, b in zip(parts[::2], parts[1::2], strict=False)] if pairs else [text]


def _items(text: str, name: str) -> list[str]:
    listed = _python_list(text)
    if listed is not None:
        return listed
    for separator in (";", "\n", "|"):
        if separator in text:
            return text.split(separator)
    if name in ("keywords", "indexterms"):
        return re.split(r",(?![^()]*\))", text)  # not inside of parentheses
    return [text]


def _python_list(text: str) -> list[str] | None:
    """The texts in "['a', 'b']", as pandas writes lists; None when it is none."""
    text = text.strip()
    if not (text.startswith("[") and text.endswith("]")):
        return None
    return [re.sub(r"\\(.)", r"\1", a or b) for a, b in _LIST.findall(text)]


def _is_csv_table(head: str) -> bool:
    if head.startswith(("<", "{", "[", "%PDF", "@")) or "\0" in head[:1000]:
        return False
    return (
        table_of(head.removeprefix("\xef\xbb\xbf").replace("\r\n", "\n").replace("\r", "\n"))
        is not None
    )


FORMAT = Format("Table", _is_csv_table, read_csv_table)
