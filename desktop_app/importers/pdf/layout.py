"""The lines of a page with their type size and place, as the title is found by them."""

import ctypes
from dataclasses import dataclass

import pypdfium2 as pdfium
from pypdfium2 import raw

_CHARACTERS = 20_000  # of a page; a first page has 2,000 to 8,000
_BOLD_WEIGHT = 600
_SAME_LINE = 0.5  # of the type size


@dataclass(slots=True)
class Line:
    """One printed line. Points; the origin is the lower left corner of the page."""

    text: str
    size: float  # of most of its characters, as printed
    left: float
    bottom: float
    right: float
    top: float
    bold: bool = False
    upright: bool = True


def lines_of(page: pdfium.PdfPage) -> list[Line]:
    """The lines in the order of the file; small raised marks at their ends are left out."""
    textpage = page.get_textpage()
    try:
        handle = textpage.raw
        count = min(raw.FPDFText_CountChars(handle), _CHARACTERS)
        return [line for run in _runs(handle, count) if (line := _line(handle, run)) is not None]
    finally:
        textpage.close()


def body_size(lines: list[Line]) -> float:
    """The type size that most characters of the page have; 0 without lines."""
    letters: dict[float, int] = {}
    for line in lines:
        size = round(line.size, 1)
        letters[size] = letters.get(size, 0) + len(line.text)
    return max(letters, key=lambda size: letters[size], default=0.0)


def _runs(handle: raw.FPDF_TEXTPAGE, count: int) -> list[list[tuple[int, str]]]:
    """Characters with their index, cut where PDFium ends a line."""
    runs: list[list[tuple[int, str]]] = [[]]
    for index in range(count):
        code = raw.FPDFText_GetUnicode(handle, index)
        char = chr(code) if code < 0x110000 else "\ufffd"
        if char in "\r\n":
            runs.append([])
        else:
            runs[-1].append((index, char))
    return [run for run in runs if any(not char.isspace() for _, char in run)]


def _line(handle: raw.FPDF_TEXTPAGE, run: list[tuple[int, str]]) -> Line | None:
    box, matrix = raw.FS_RECTF(), raw.FS_MATRIX()
    sizes: dict[float, int] = {}
    marks: list[tuple[str, float]] = []
    edges: list[tuple[float, float, float, float]] = []
    upright = True
    for index, char in run:
        raw.FPDFText_GetMatrix(handle, index, matrix)
        scale = max(abs(matrix.d), abs(matrix.b))
        size = round(raw.FPDFText_GetFontSize(handle, index) * scale, 1)
        marks.append((char, size))
        if not char.isspace():
            sizes[size] = sizes.get(size, 0) + 1
            upright = upright and abs(matrix.a) >= abs(matrix.b)
            raw.FPDFText_GetLooseCharBox(handle, index, box)
            edges.append((box.left, box.bottom, box.right, box.top))
    if not edges:
        return None
    main = max(sizes, key=lambda size: (sizes[size], size))
    kept = [(edge, mark) for edge, mark in zip(edges, _printed(marks), strict=True)]
    whole = [edge for edge, (_, size) in kept if size >= 0.8 * main]
    text = "".join(char for char, _ in _without_raised_end(marks, main))
    left, bottom, right, top = zip(*whole, strict=True)
    bold = _is_bold(handle, next(index for index, char in run if not char.isspace()))
    return Line(text, main, min(left), min(bottom), max(right), max(top), bold, upright)


def _printed(marks: list[tuple[str, float]]) -> list[tuple[str, float]]:
    return [mark for mark in marks if not mark[0].isspace()]


def _without_raised_end(marks: list[tuple[str, float]], main: float) -> list[tuple[str, float]]:
    """Without footnote marks: small digits and signs that end the line."""
    end = len(marks)
    while end and (marks[end - 1][0].isspace() or _is_mark(marks[end - 1], main)):
        end -= 1
    return marks[:end] if end else marks


def _is_mark(mark: tuple[str, float], main: float) -> bool:
    char, size = mark
    return char in "*†‡§¶" or (size < 0.8 * main and not char.isalpha())


def _is_bold(handle: raw.FPDF_TEXTPAGE, index: int) -> bool:
    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    raw.FPDFText_GetFontInfo(handle, index, name, len(name), flags)
    heavy = raw.FPDFText_GetFontWeight(handle, index) >= _BOLD_WEIGHT
    return bool(heavy) or any(word in name.value.lower() for word in (b"bold", b"black", b"heavy"))


def in_one_row(first: Line, second: Line) -> bool:
    """True when `second` goes on at the height where `first` ends."""
    near = abs(first.bottom - second.bottom) <= _SAME_LINE * max(first.size, second.size)
    return near and second.left >= first.right - first.size
