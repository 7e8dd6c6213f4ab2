"""Which articles PubMed might know more of: they have an identifier, but lack what it would add."""

from dataclasses import dataclass

from sqlalchemy import Connection, exists, or_, select

from desktop_app.library import schema


@dataclass(frozen=True, slots=True)
class Incomplete:
    """An article without NLM's MeSH headings or without references, and how to ask for it."""

    id: int
    pmid: int | None
    doi: str
    pmcid: str
    has_headings: bool
    has_references: bool

    @property
    def label(self) -> str:
        """What names it to a person: "PMID 123", "DOI 10.1/x" or "PMC123"."""
        if self.pmid:
            return f"PMID {self.pmid}"
        return f"DOI {self.doi}" if self.doi else self.pmcid


def incomplete_articles(connection: Connection) -> list[Incomplete]:
    """Those that never met PubMed's own record first, so that a limited run gets on; then by id."""
    c = schema.article.c
    heading, reference = schema.heading.c, schema.reference.c
    has_headings = exists().where(heading.article_id == c.id, heading.source == "nlm")
    has_references = exists().where(reference.article_id == c.id)
    query = (
        select(c.id, c.pmid, c.doi, c.pmcid, has_headings, has_references)
        .where(c.deleted_at.is_(None))
        .where(or_(c.pmid.is_not(None), c.doi != "", c.pmcid != ""))
        .where(or_(~has_headings, ~has_references))
        .order_by(c.origin == "PubMed XML", c.id)
    )
    return [
        Incomplete(article_id, pmid, doi, pmcid, bool(headed), bool(referring))
        for article_id, pmid, doi, pmcid, headed, referring in connection.execute(query)
    ]
