"""Two records side by side as safe HTML: differing fields stand out, long values are folded."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from html import escape

from desktop_app.gui.record_fields import Compared
from desktop_app.gui.theme import Colours

UNFOLD = "litmesh:unfold"
_FOLDED = 320  # characters shown of a long value
_BEFORE = 80  # of them before the first difference
_MOST_WORDS = 400  # compared word by word; longer ones would hold the window
_WORD = re.compile(r"\s+|\S+")


def comparison_html(
    rows: Sequence[Compared],
    names: tuple[str, str],
    colours: Colours,
    size: float,
    unfolded: bool = False,
) -> str:
    """A table: field, left, right. `names` are the sources; `size` is the font in points."""
    style = (
        f"<style>a {{ color: {colours.link}; text-decoration: none; }}"
        f" .name {{ color: {colours.muted}; font-size: {size * 0.9:.1f}pt; }}"
        f" .quiet {{ color: {colours.muted}; }} </style>"
    )
    head = "".join(f'<td width="43%"><b>{escape(name)}</b></td>' for name in names)
    body = "".join(_row(row, colours, unfolded) for row in rows)
    return (
        f'{style}<table width="100%" cellspacing="0" cellpadding="7">'
        f'<tr><td width="14%"></td>{head}</tr>{body}</table>'
    )


def _row(row: Compared, colours: Colours, unfolded: bool) -> str:
    left, right = row.left, row.right
    more = "" if unfolded or max(len(left), len(right)) <= _FOLDED else _fold_link()
    if more:
        start = _first_difference(left, right)
        left, right = _folded(left, start), _folded(right, start)
    if not row.differs:
        cells = [escape(left) or "", escape(right)]
    elif row.left and row.right:
        cells = list(_marked(left, right, colours.mark))
    else:
        cells = [escape(left) or "<i>none</i>", escape(right) or "<i>none</i>"]
    shade = f' bgcolor="{colours.warn_tint}"' if row.differs and row.left and row.right else ""
    quiet = "" if row.differs else ' class="quiet"'
    sides = "".join(f"<td{quiet}>{_lines(cell)}{more if cell else ''}</td>" for cell in cells)
    return f'<tr{shade}><td class="name">{escape(row.name)}</td>{sides}</tr>'


def _fold_link() -> str:
    return f' <a href="{UNFOLD}">show&nbsp;all</a>'


def _first_difference(left: str, right: str) -> int:
    """Where to begin with two long texts, so that what differs is seen."""
    if left == right:
        return 0
    shorter = min(len(left), len(right))
    pairs = enumerate(zip(left.casefold(), right.casefold(), strict=False))
    same = next((n for n, (a, b) in pairs if a != b), shorter)
    return left.rfind(" ", 0, max(0, same - _BEFORE)) + 1


def _folded(text: str, start: int) -> str:
    end = start + _FOLDED
    before, after = ("… " if start else ""), ("…" if len(text) > end else "")
    return f"{before}{text[start:end].strip()}{after}"


def _lines(html: str) -> str:
    return html.replace("\n", "<br>")


def _marked(left: str, right: str, mark: str) -> tuple[str, str]:
    """Both texts escaped, the words that only one of them has marked."""
    mine, theirs = _WORD.findall(left), _WORD.findall(right)
    if max(len(mine), len(theirs)) > 2 * _MOST_WORDS:
        return escape(left), escape(right)
    sides: tuple[list[str], list[str]] = ([], [])
    matcher = SequenceMatcher(None, _plain(mine), _plain(theirs), autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        for side, words in ((sides[0], mine[a:b]), (sides[1], theirs[c:d])):
            text = escape("".join(words))
            if kind != "equal" and text.strip():
                text = f'<span style="background-color:{mark}">{text}</span>'
            side.append(text)
    return "".join(sides[0]), "".join(sides[1])


def _plain(words: Sequence[str]) -> list[str]:
    return [word.casefold() for word in words]
