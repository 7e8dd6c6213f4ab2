"""The fields of two records side by side, as plain text: what a person compares."""

from collections.abc import Callable
from dataclasses import dataclass

from desktop_app.records import Article, Author, Heading


@dataclass(frozen=True, slots=True)
class Compared:
    """One field of two records; both empty never occurs."""

    name: str
    left: str
    right: str

    @property
    def differs(self) -> bool:
        """True when both say something else, case and blanks aside."""
        return " ".join(self.left.casefold().split()) != " ".join(self.right.casefold().split())


def compared_fields(left: Article, right: Article) -> list[Compared]:
    """Every field that one of them fills, in the order people look at them."""
    rows = [Compared(name, of(left), of(right)) for name, of in _FIELDS]
    return [row for row in rows if row.left or row.right]


def fullness(article: Article) -> tuple[bool, int]:
    """What makes a record the better one of two: a PMID first, then how much it says."""
    return article.pmid is not None, sum(len(of(article)) for _, of in _FIELDS)


def _author(author: Author) -> str:
    return author.collective or f"{author.last} {author.initials or author.fore}".strip()


def _date(article: Article) -> str:
    date = article.date
    if date is None:
        return ""
    return date.text or "-".join(f"{n:02d}" for n in (date.year, date.month, date.day) if n)


def _heading(heading: Heading) -> str:
    return heading.name + ("*" if heading.is_major else "")


_FIELDS: tuple[tuple[str, Callable[[Article], str]], ...] = (
    ("Title", lambda a: a.title),
    ("Title in its language", lambda a: a.vernacular_title),
    ("Authors", lambda a: ", ".join(map(_author, a.authors))),
    ("Journal", lambda a: a.journal.title or a.journal.abbreviation),
    ("Published", _date),
    ("Volume", lambda a: a.volume),
    ("Issue", lambda a: a.issue),
    ("Pages", lambda a: a.pages),
    ("PMID", lambda a: str(a.pmid or "")),
    ("PMCID", lambda a: a.pmcid),
    ("DOI", lambda a: a.doi),
    ("Abstract", lambda a: a.abstract),
    ("Kind", lambda a: a.kind),
    ("Publication types", lambda a: ", ".join(t.name for t in a.publication_types)),
    ("Language", lambda a: ", ".join(a.languages)),
    ("MeSH headings", lambda a: ", ".join(map(_heading, a.headings))),
    ("Keywords", lambda a: ", ".join(k.text for k in a.keywords)),
    ("Substances", lambda a: ", ".join(s.name for s in a.substances)),
    ("References", lambda a: f"{len(a.references):,}" if a.references else ""),
    ("Identifiers", lambda a: ", ".join(f"{i.kind} {i.value}" for i in a.identifiers)),
    ("Notices", lambda a: ", ".join(f"{r.kind} {r.text}".strip() for r in a.relations)),
    ("Other", lambda a: ", ".join(f"{f.name}: {f.value}" for f in a.fields)),
)
