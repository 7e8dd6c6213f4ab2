"""One article as the HTML subset that QTextBrowser shows. Every text of a record is escaped."""

import re
from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import quote

from desktop_app.gui.text import count
from desktop_app.gui.theme import Colours
from desktop_app.records import RETRACTION, Article, Author, Heading, PartialDate, Relation, Section

SHOWN_AUTHORS = 12
ALL_AUTHORS = "litmesh:authors"
HEADING = "litmesh:heading/"  # followed by UI/name, both quoted
_DOT = " &nbsp;·&nbsp; "
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_WARNINGS = {
    "RetractionIn": "This article has been retracted.",
    "PartialRetractionIn": "Part of this article has been retracted.",
    "ExpressionOfConcernIn": "An expression of concern has been published about this article.",
}
_NOTES = {
    "ErratumIn": "Erratum in",
    "CorrectedandRepublishedIn": "Corrected and republished in",
    "UpdateIn": "Updated in",
    "UpdateOf": "Update of",
    "CommentIn": "Comment in",
    "CommentOn": "Comment on",
    "RetractionOf": "Retraction of",
    "RepublishedIn": "Republished in",
}


def article_html(
    article: Article, words: Iterable[str], colours: Colours, all_authors: bool = False
) -> str:
    """The whole article pane; `words` are marked in title and abstract."""
    marker = _Marker(words, colours)
    parts = [
        _warning(article, colours),
        f'<p class="title">{marker.mark(article.title or "[No title]")}</p>',
        f"<p class='quiet'><i>{escape(article.vernacular_title)}</i></p>"
        if article.vernacular_title
        else "",
        _authors(article.authors, all_authors),
        _source(article),
        _identifiers(article),
        _abstract(article.sections, marker),
        _headings(article.headings),
        _list("Keywords", [keyword.text for keyword in article.keywords]),
        _list("Substances", [substance.name for substance in article.substances]),
        _list("Publication types", [kind.name for kind in article.publication_types]),
        _relations(article.relations),
        _about(article),
    ]
    return "".join(parts)


def style(colours: Colours, size: float) -> str:
    """The style sheet of the article pane; `size` is the base font in points."""
    return f"""
        body {{ color: {colours.text}; }}
        a {{ color: {colours.link}; text-decoration: none; }}
        p {{ margin: 0 0 6px 0; line-height: 130%; }}
        .title {{ font-size: {size * 1.3:.1f}pt; font-weight: 600; margin: 0 0 8px 0;
                  line-height: 115%; }}
        .head {{ font-size: {size * 0.9:.1f}pt; font-weight: 600; color: {colours.muted};
                 margin: 18px 0 4px 0; }}
        .quiet {{ color: {colours.muted}; }}
        .small {{ font-size: {size * 0.9:.1f}pt; }}
        .label {{ font-weight: 600; color: {colours.accent}; font-size: {size * 0.86:.1f}pt; }}
        .major {{ font-weight: 600; }}
    """


class _Marker:
    """Escapes text and marks the matched words in it, whole words with their endings."""

    def __init__(self, words: Iterable[str], colours: Colours) -> None:
        alternatives = sorted({re.escape(word) for word in words if word}, key=len, reverse=True)
        self._pattern = None
        if alternatives:
            either = "|".join(alternatives)
            self._pattern = re.compile(rf"(?<!\w)(?:{either})(?:s|es)?(?!\w)", re.IGNORECASE)
        self._open = f'<span style="background-color:{colours.mark}">'

    def mark(self, text: str) -> str:
        if self._pattern is None:
            return escape(text)
        parts, end = [], 0
        for found in self._pattern.finditer(text):
            parts.append(escape(text[end : found.start()]))
            parts.append(f"{self._open}{escape(found.group())}</span>")
            end = found.end()
        return "".join([*parts, escape(text[end:])])


def _warning(article: Article, colours: Colours) -> str:
    relations = article.relations
    if article.is_retracted and not any(one.kind == RETRACTION for one in relations):
        relations = (Relation(RETRACTION, "No notice is given."), *relations)
    for relation in relations:
        if relation.kind in _WARNINGS:
            source = _pubmed(relation.pmid, relation.text or "Notice")
            return (
                f'<table width="100%" cellpadding="10" bgcolor="{colours.danger_tint}"><tr><td>'
                f'<span style="color:{colours.danger}; font-weight:600">'
                f"⚠ {_WARNINGS[relation.kind]}</span><br>{source}</td></tr></table><br>"
            )
    return ""


def _authors(authors: Sequence[Author], everyone: bool) -> str:
    if not authors:
        return ""
    shown = authors if everyone else authors[:SHOWN_AUTHORS]
    text = ", ".join(_author(author) for author in shown)
    rest = len(authors) - len(shown)
    if rest:
        text += f' <a href="{ALL_AUTHORS}">and {rest:,} more</a>'
    return f"<p>{text}</p>"


def _author(author: Author) -> str:
    name = author.collective or " ".join(
        part for part in (author.fore or author.initials, author.last, author.suffix) if part
    )
    if re.fullmatch(r"(\d{4}-){3}\d{3}[\dX]", author.orcid):
        link = f'<a href="https://orcid.org/{author.orcid}">iD</a>'
        return f'{escape(name)}&nbsp;<span class="small">{link}</span>'
    return escape(name)


def _source(article: Article) -> str:
    journal = article.journal.title or article.journal.abbreviation
    place = article.volume + (f"({article.issue})" if article.issue else "")
    place += f":{article.pages}" if article.pages else ""
    parts = [f"<i>{escape(journal)}</i>" if journal else "", escape(_date(article.date))]
    line = " · ".join(part for part in [*parts, escape(place)] if part)
    return f'<p class="quiet">{line}</p>' if line else ""


def _date(date: PartialDate | None) -> str:
    if date is None:
        return ""
    if date.text:
        return date.text
    month = _MONTHS[date.month - 1] if 1 <= date.month <= 12 else ""
    return " ".join(part for part in (str(date.year), month, str(date.day or "")) if part)


def _identifiers(article: Article) -> str:
    parts = []
    if article.pmid:
        parts.append(f"PMID {_pubmed(article.pmid, str(article.pmid))}")
    if re.fullmatch(r"PMC\d+", article.pmcid):
        address = f"https://pmc.ncbi.nlm.nih.gov/articles/{article.pmcid}/"
        parts.append(f'<a href="{address}">{article.pmcid}</a>')
    if article.doi:
        address = f"https://doi.org/{quote(article.doi, safe='/:;().-_~')}"
        parts.append(f'DOI <a href="{address}">{escape(article.doi)}</a>')
    line = " &nbsp;·&nbsp; ".join(parts)
    return f'<p class="quiet small">{line}</p>' if line else ""


def _pubmed(pmid: int | None, text: str) -> str:
    if pmid is None:
        return escape(text)
    return f'<a href="https://pubmed.ncbi.nlm.nih.gov/{pmid}/">{escape(text)}</a>'


def _abstract(sections: Sequence[Section], marker: _Marker) -> str:
    if not any(section.text for section in sections):
        return '<p class="head">Abstract</p><p class="quiet">This record has no abstract.</p>'
    parts = ['<p class="head">Abstract</p>']
    for section in sections:
        label = f'<span class="label">{escape(section.label)}</span> ' if section.label else ""
        parts.append(f"<p>{label}{marker.mark(section.text)}</p>")
    return "".join(parts)


def _headings(headings: Sequence[Heading]) -> str:
    if not headings:
        return ""
    links = [_heading(h) for h in sorted(headings, key=lambda h: not h.is_major)]
    note = '<span style="font-weight:400"> &nbsp; ★ major topic · press one to filter</span>'
    return f'<p class="head">MeSH headings{note}</p><p>{_DOT.join(links)}</p>'


def _heading(heading: Heading) -> str:
    target = f"{HEADING}{quote(heading.ui, safe='')}/{quote(heading.name, safe='')}"
    name = escape(heading.name).replace(" ", "&nbsp;")
    star = "★&nbsp;" if heading.is_major else ""
    weight = ' class="major"' if heading.is_major else ""
    qualifiers = ", ".join(
        escape(q.name).replace(" ", "&nbsp;") + ("*" if q.major else "") for q in heading.qualifiers
    )
    after = f' <span class="quiet small">/ {qualifiers}</span>' if qualifiers else ""
    return f'<a href="{target}"{weight}>{star}{name}</a>{after}'


def _list(title: str, values: Sequence[str]) -> str:
    if not values:
        return ""
    return f'<p class="head">{title}</p><p>{escape(" · ".join(values))}</p>'


def _relations(relations: Sequence[Relation]) -> str:
    lines = [
        f"<p class='small'>{_NOTES[r.kind]}: {_pubmed(r.pmid, r.text or str(r.pmid or ''))}</p>"
        for r in relations
        if r.kind in _NOTES
    ]
    return '<p class="head">Related notices</p>' + "".join(lines) if lines else ""


def _about(article: Article) -> str:
    parts = []
    if article.references:
        inside = sum(1 for reference in article.references if reference.pmid)
        parts.append(f"{count(len(article.references), 'reference')} ({inside:,} with PMID)")
    if article.languages:
        parts.append("language: " + ", ".join(article.languages))
    if article.status:
        parts.append(f"status: {article.status}")
    if article.abstract_copyright:
        parts.append(article.abstract_copyright)
    return (
        f'<p class="head">Record</p><p class="quiet small">{escape(" · ".join(parts))}</p>'
        if parts
        else ""
    )
