"""The title of an article: what the metadata say, and the largest words of the first page."""

import difflib
import re
from dataclasses import dataclass

from desktop_app.importers.pdf.layout import Line, body_size, in_one_row
from desktop_app.importers.pdf.reading import NOTHING, Confidence, Finding
from desktop_app.importers.pdf.text import one_line, squeezed

_LABELS = """research original review short brief rapid case clinical technical scientific full
 invited special regular main mini systematic narrative experimental basic general data methods
 article articles paper papers report reports communication communications letter letters letterto
 theeditor editorial editorials commentary comment correspondence perspective perspectives opinion
 viewpoint hypothesis note notes study studies series trial investigation investigations
 contribution contributions protocol news update feature focus forum debate essay
 correction erratum corrigendum retraction metaanalysis database software method methodology
 open access openaccess freely available peerreviewed author authors manuscript accepted
 publicaccess nihpublicaccess hhspublicaccess europepmcfundersgroup preprint
 abstract summary introduction background keywords contents references highlights
 contentslistsavailableatsciencedirect journalhomepage checkforupdates thisarticle and the of in on
 for resource tutorial guideline guidelines position statement consensus crossmark medical medicine
 downloadedfrom insight insights education practice primary""".split()
_NOISE = re.compile(
    "(?:" + "|".join(sorted(map(re.escape, _LABELS), key=len, reverse=True)) + r"|\d)++"
)
_JOURNAL = re.compile(
    r"(?:bmc|plos|jmir|jama|ieee|acs|rsc|bmj|frontiers in|annals of|archives of|acta|advances in|"
    r"the lancet|lancet|trends in|seminars in|current opinion in|clinics in|proceedings of|"
    r"progress in|reviews in|(?:\w+ ){0,3}journal of)\b|.*\bjournal$|.*\bproceedings$",
    re.IGNORECASE,
)
_NO_TITLE = re.compile(
    r"https?:|www\.|@|\bissn\b|\bdoi\b|\bvol(?:ume|\.)? ?\d|©|copyright|all rights reserved|"
    r"author manuscript|available in pmc|^figure \d|^table \d|downloaded from",
    re.IGNORECASE,
)
_LONGEST = 600  # characters of a title
_CANDIDATES = 40  # of a page, the largest
_SEARCHED = 30_000  # characters of the first pages
_FILE_NAME = re.compile(r"\.(?:docx?|fm|dvi|indd|pdf|qxd|tex|rtf|pmd|p65|ps|eps|odt|xml|3d|pptx?)$")
_PROGRAM = re.compile(
    r"^(?:microsoft (?:word|powerpoint)|untitled|document\d*|layout|slide) ?", re.I
)
_AUTHORS = re.compile(r"(?:\b[A-Z][\w.'-]+(?: [A-Z][\w.'-]*)+[\d*†,]*(?:,| and |;|·) ?){2}")
_END_MARKS = " *†‡§¶#"


@dataclass(slots=True)
class _Block:
    text: str
    size: float
    top: float
    bold: bool
    score: float = 0.0


def find_title(lines: list[Line], height: float, stated: tuple[str, ...], text: str) -> Finding:
    """The title by the lines of the first page (`height` in points) and the metadata's titles.

    `text` is the text of the first pages. Sure when the metadata's title is printed on the first
    page, or when words stand out there so that nothing else could be the title.
    """
    printed = squeezed(text[:_SEARCHED])
    stated = stated[:10]
    blocks = _ranked(lines, height, text[:_SEARCHED])
    best = blocks[0].text if blocks else ""
    clear = bool(blocks) and _stands_out(blocks, body_size(lines))
    usable = [title for title in stated if _is_sane(title) and not _is_journal(title, text)]
    for title in usable:
        if squeezed(title) in printed or _alike(title, best):
            rival = clear and squeezed(best) not in squeezed(title) and not _alike(title, best)
            if not rival:  # not a running title while the whole one stands out
                return Finding(title, Confidence.SURE, "metadata and first page")
            return Finding(best, Confidence.LIKELY, "first page")
    if best:
        return Finding(best, Confidence.SURE if clear else Confidence.LIKELY, "first page")
    return Finding(usable[0], Confidence.GUESS, "metadata") if usable else NOTHING


def _is_sane(title: str) -> bool:
    """False for names of files and programs, identifiers, single words."""
    letters = squeezed(title)
    return (
        len(title) <= _LONGEST
        and len(title.split()) >= 3
        and len(letters) >= 12
        and sum(char.isdigit() for char in letters) < len(letters) / 3
        and not _FILE_NAME.search(title.lower())
        and not _PROGRAM.search(title)
        and not _NO_TITLE.search(title)
        and not _NOISE.fullmatch(letters)
    )


def _alike(first: str, second: str) -> bool:
    one, other = squeezed(first), squeezed(second[: 2 * _LONGEST])
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() >= 0.95


def _stands_out(blocks: list[_Block], body: float) -> bool:
    """True when the first block is far larger than all, and no journal's name above a title."""
    best, others = blocks[0], blocks[1:]
    words = len(best.text.split())
    longer_below = any(
        other.top < best.top and other.size >= 1.15 * body and len(other.text.split()) >= 6
        for other in others
        if not _AUTHORS.match(other.text)
    )
    return (
        words >= 3
        and best.size >= 1.25 * body
        and best.score >= 1.2 * max((other.score for other in others), default=0.0)
        and (words >= 7 or not longer_below)
        and _is_sane(best.text)
    )


def _ranked(lines: list[Line], height: float, text: str) -> list[_Block]:
    """What could be the title, the likeliest first."""
    body = body_size(lines) or 1.0
    blocks = _blocks([line for line in lines if line.upright])
    blocks = sorted(blocks, key=lambda block: -block.size)[:_CANDIDATES]
    for block in blocks:
        block.score = _score(block, body, height, text)
    return sorted((b for b in blocks if b.score > 0), key=lambda block: -block.score)


def _score(block: _Block, body: float, height: float, text: str) -> float:
    words = len(block.text.split())
    if (
        not words
        or len(block.text) > _LONGEST
        or _NO_TITLE.search(block.text)
        or _NOISE.fullmatch(squeezed(block.text))
    ):
        return 0.0
    score = block.size / body * (0.3, 0.5, 0.85, 0.95, 1.0)[min(words, 5) - 1]
    if words > 45:
        score *= 0.3
    if block.top < 0.4 * height:
        score *= 0.5
    if block.bold:
        score *= 1.05
    if not block.text[0].isupper() and block.text[0].isalpha() and block.text[:2].islower():
        score *= 0.6
    if _AUTHORS.match(block.text):
        score *= 0.4
    if _is_journal(block.text, text):
        score *= 0.4
    return score


def _is_journal(name: str, text: str) -> bool:
    """True for a journal's name: by its words, or as it stands again before a year or volume."""
    if len(name.split()) > 9:
        return False
    if _JOURNAL.match(name):
        return True
    words = r"\s+".join(map(re.escape, name.split()))
    return re.search(words + r"[\s,.;:(]*(?:vol\S{0,6}\s?)?\d", text, re.IGNORECASE) is not None


def _blocks(lines: list[Line]) -> list[_Block]:
    """Lines of one size that follow one another; labels such as "Open Access" belong to none."""
    blocks: list[_Block] = []
    last: Line | None = None
    for line in lines:
        is_label = len(line.text) < 60 and _NOISE.fullmatch(squeezed(line.text))
        if is_label and (last is None or not _goes_on(last, line)):
            last = None
            continue
        if last is not None and _goes_on(last, line):
            blocks[-1].text = _joined(blocks[-1].text, last, line)
        else:
            blocks.append(_Block(line.text, line.size, line.top, line.bold))
        last = line
    for block in blocks:
        block.text = one_line(block.text).strip(_END_MARKS)
    return [block for block in blocks if block.text]


def _goes_on(last: Line, line: Line) -> bool:
    if in_one_row(last, line):
        return line.size <= 1.08 * last.size and abs(line.left - last.right) < 1.5 * last.size
    same_type = abs(line.size - last.size) <= 0.08 * last.size and line.bold == last.bold
    gap = last.bottom - line.top
    below = -0.6 * last.size <= gap <= 0.8 * last.size and line.bottom < last.bottom
    return same_type and below and line.left < last.right and line.right > last.left


def _joined(text: str, last: Line, line: Line) -> str:
    if text.endswith(("\x02", "\ufffe")):
        return text.rstrip("\x02\ufffe") + "-" + line.text
    near = in_one_row(last, line) and line.left - last.right < 0.15 * last.size
    return text + ("" if near or text.endswith("-") else " ") + line.text
