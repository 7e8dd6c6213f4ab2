"""A list of PMIDs, one a line: what PubMed's search box, and scripts, take."""

from collections.abc import Iterable
from typing import TextIO

from desktop_app.records import Article


def write_pmids(articles: Iterable[Article], out: TextIO) -> None:
    """Write the PMIDs; articles without one are left out."""
    out.writelines(f"{article.pmid}\n" for article in articles if has_pmid(article))


def has_pmid(article: Article) -> bool:
    """Whether the article is in PubMed."""
    return article.pmid is not None
