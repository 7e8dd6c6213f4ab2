"""Text as every export format can hold it: one line, no control characters, valid UTF-8."""

import re

from desktop_app.records import Article, PartialDate, Relation, Section

_BLANKS = re.compile("[\t-\r\x1c-\x1f\x85\u2028\u2029 ]+")  # all that some reader takes for a line
_CONTROLS = re.compile("[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def one_line(text: str) -> str:
    """`text` with line breaks and runs of blanks as one blank, control characters left out.

    Half a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD; marks of writing direction
    stay, since Hebrew and Arabic titles need them.
    """
    if text.isprintable() and "  " not in text:  # nearly always
        return text.strip(" ")
    text = _CONTROLS.sub("", _SURROGATES.sub("\ufffd", text))
    return _BLANKS.sub(" ", text).strip(" ")


def labelled(section: Section) -> str:
    """A part of an abstract with its label: "METHODS: Mice were fed."."""
    label, text = one_line(section.label).rstrip(": "), one_line(section.text)
    return f"{label}: {text}" if label and text else text


def abstract(article: Article) -> str:
    """The abstract in one line, its parts with their labels."""
    return " ".join(filter(None, map(labelled, article.sections)))


def relation_text(relation: Relation) -> str:
    """Where a relation leads: "J Ex 2022 see there PMID: 102"."""
    place = f"PMID: {relation.pmid}" if relation.pmid is not None else ""
    return " ".join(filter(None, (one_line(relation.text), one_line(relation.note), place)))


def iso_date(date: PartialDate, separator: str = "-") -> str:
    """As much of the date as is known: 2021-03-15, 2021-03 or 2021."""
    parts = [f"{date.year:04d}"]
    if date.month:
        parts.append(f"{date.month:02d}")
        if date.day:
            parts.append(f"{date.day:02d}")
    return separator.join(parts)


def printed_date(date: PartialDate) -> str:
    """The date as PubMed prints it: 2021 Mar 15, 2021 Mar-Apr, 1998 Dec-1999 Jan, 2000 Spring."""
    text, year = one_line(date.text), str(date.year)
    if text:
        return text if year in text else f"{year} {text}"
    parts = [year]
    if 1 <= date.month <= 12:
        parts.append(_MONTHS[date.month - 1])
        if date.day:
            parts.append(str(date.day))
    return " ".join(parts)
