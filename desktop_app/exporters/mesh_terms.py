"""MeSH headings, substances and keywords in the notation of MEDLINE, which other programs read."""

from collections.abc import Iterator

from desktop_app.exporters.plain_text import one_line
from desktop_app.records import Article, Heading, Keyword, Substance


def headings(article: Article) -> Iterator[Heading]:
    """The headings that somebody assigned; mere suggestions of the program stay in it."""
    return (heading for heading in article.headings if heading.source != "suggested")


def heading_name(heading: Heading) -> str:
    """The heading's name, or its UI when the source gave no name."""
    return one_line(heading.name) or one_line(heading.ui)


def heading_text(heading: Heading) -> str:
    """A heading as in MEDLINE's MH: `*Name/*qualifier/qualifier`, major topics with a star."""
    parts = [_star(heading.major) + heading_name(heading)]
    parts += [_star(q.major) + (one_line(q.name) or one_line(q.ui)) for q in heading.qualifiers]
    return "/".join(parts)


def heading_texts(article: Article) -> list[str]:
    """All headings in that notation."""
    return list(filter(None, map(heading_text, headings(article))))


def keyword_text(keyword: Keyword) -> str:
    """A keyword, a major one with a star, as in MEDLINE's OT."""
    return _star(keyword.major) + one_line(keyword.text)


def substance_text(substance: Substance) -> str:
    """A substance as in MEDLINE's RN: `9007-49-2 (DNA)`, `0 (Name)` without a registry number."""
    number = one_line(substance.registry_number) or "0"
    return f"{number} ({one_line(substance.name) or one_line(substance.ui)})"


def _star(major: bool) -> str:
    return "*" if major else ""
