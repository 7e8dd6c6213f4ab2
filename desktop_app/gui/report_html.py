"""An import report as safe HTML for the window, and as plain text to paste into a mail."""

from html import escape
from typing import TYPE_CHECKING

from desktop_app.gui.text import count
from desktop_app.gui.theme import Colours

if TYPE_CHECKING:  # brings SQLAlchemy
    from desktop_app.tasks.import_files import FileOutcome, ImportReport

FIGURES = ("added", "updated", "merged", "unchanged", "deleted", "problems")
_FILES_SHOWN = 1_000
_PROBLEMS_SHOWN = 500  # in all; the copied report has every one


_TITLES = {  # kind -> how it is called when it was cancelled and when not
    "watched": ("Import from watched folders cancelled", "Imported from watched folders"),
    "completion": ("Completing cancelled", "Completed from PubMed"),
}


def title_of(report: "ImportReport") -> str:
    """What was done, and whether to the end."""
    cancelled, done = _TITLES.get(report.kind, ("Import cancelled", "Import finished"))
    return cancelled if report.cancelled else done


def report_html(report: "ImportReport", colours: Colours, size: float) -> str:
    """A table of files, those with problems first and with them."""
    files = sorted(report.files, key=lambda file: (not file.problems, not file.needs_you))
    left = _PROBLEMS_SHOWN
    rows = []
    for file in files[:_FILES_SHOWN]:
        rows.append(_file(file, colours, max(0, left)))
        left -= len(file.problems)
    if len(files) > _FILES_SHOWN:
        rows.append(f"<tr><td></td><td>and {len(files) - _FILES_SHOWN:,} more files</td></tr>")
    if left < 0:
        rows.append(f"<tr><td></td><td>and {-left:,} more problems: copy the report</td></tr>")
    style = f"<style>.quiet {{ color: {colours.muted}; font-size: {size * 0.9:.1f}pt; }}</style>"
    return f'{style}<table width="100%" cellspacing="0" cellpadding="5">{"".join(rows)}</table>'


def report_text(report: "ImportReport") -> str:
    """The whole report, one line a file and a problem."""
    lines = [title_of(report)]
    for file in report.files:
        lines.append(f"{file.path}: {outcome_words(file)}")
        lines.extend(f"  {problem}" for problem in file.problems)
    return "\n".join(lines)


def outcome_words(file: "FileOutcome") -> str:
    """`30 added · 2 unchanged · 1 problem`."""
    figures = [f"{number:,} {name}" for name in FIGURES[:-1] if (number := getattr(file, name))]
    if file.needs_you:
        figures.append(count(file.needs_you, "needs you", "need you"))
    if file.problems:
        figures.append(count(len(file.problems), "problem"))
    return " · ".join(figures) or "nothing in it"


def _file(file: "FileOutcome", colours: Colours, most: int) -> str:
    name = file.path.replace("\\", "/").rsplit("/", 1)[-1]
    waits = ("?", colours.accent) if file.needs_you else ("✓", colours.good)
    sign, colour = ("!", colours.warn) if file.problems else waits
    row = (
        f'<tr><td width="14"><b style="color:{colour}">{sign}</b></td><td>{escape(name)}</td>'
        f'<td align="right" class="quiet">{escape(outcome_words(file))}</td></tr>'
    )
    for problem in file.problems[:most]:
        where = f"{escape(problem.place)}: " if problem.place else ""
        remedy = (
            f'<br><span class="quiet">{escape(problem.remedy)}</span>' if problem.remedy else ""
        )
        row += f'<tr><td></td><td colspan="2">{where}{escape(problem.reason)}{remedy}</td></tr>'
    return row
