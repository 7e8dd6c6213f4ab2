"""The questions that an encoder is asked, made of one side of a training set.

known-item   a part of a held-out article finds the article. Its words are taken out of the article
             first, as a title beside its own abstract is found by any encoder:
               title       the title finds the abstract, without the title
               conclusion  the abstract's last sentence finds title and abstract without it
citations    the title of a held-out article finds what it cites (grade 2) and what at least two of
             those cite (grade 1); the article itself is left out of the ranking. The question is
             about an article that training never saw; what its references cite it may have seen
judged       the user's own searches find what they judged relevant
mesh         the title finds articles with like MeSH headings; circular, as the losses saw MeSH

The haystack is the whole library, title and abstract as the program encodes them.
"""

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from trainer.config import LabelConfig
from trainer.labels import label_articles
from trainer.training_set import Article, Part, TrainingSet

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9(])")
_SHORTEST = 5  # words of a query
_MESH_GRADES = (0.3, 0.5, 0.7)  # SimL from which on an article has grade 1, 2, 3

TITLE, CONCLUSION, CITATIONS = "known-item: title", "known-item: conclusion", "citations"
JUDGED, MESH = "judged searches", "MeSH"
INDEPENDENT = (TITLE, CONCLUSION, CITATIONS, JUDGED)


@dataclass(frozen=True, slots=True)
class Query:
    """One question: its text, the grades of its answers, and what its ranking leaves out."""

    id: str
    text: str
    relevant: Mapping[int, int]
    cluster: str  # queries of one article are not independent: they are drawn together
    excluded: frozenset[int] = frozenset()
    article: int | None = None  # that the question was made from


@dataclass(frozen=True, slots=True)
class QuerySet:
    """The questions of one signal. `replaced`: text of haystack articles that differs in it."""

    name: str
    queries: tuple[Query, ...]
    circular: bool = False
    replaced: Mapping[int, str] = field(default_factory=dict)


def document_text(article: Article) -> str:
    """What the program encodes of an article."""
    return f"{article.title} {article.abstract}".strip()


def query_sets(
    training_set: TrainingSet, part: Part, most: int = 1000, seed: int = 0
) -> list[QuerySet]:
    """Every signal's questions from one side of the split, at most `most` a signal."""
    chosen = _sample(training_set.part(part), most, seed)
    sets = [
        titles(chosen),
        conclusions(chosen),
        citations(training_set, chosen),
        judged(training_set, most),
    ]
    return [one for one in sets if one.queries]


def titles(articles: Iterable[Article]) -> QuerySet:
    """Known-item by title."""
    asked = [a for a in articles if len(a.title.split()) >= _SHORTEST and a.abstract]
    queries = [_known_item(article, "title", article.title) for article in asked]
    return QuerySet(TITLE, tuple(queries), replaced={a.id: a.abstract for a in asked})


def conclusions(articles: Iterable[Article]) -> QuerySet:
    """Known-item by the abstract's last sentence; abstracts of at least three sentences."""
    queries, replaced = [], {}
    for article in articles:
        sentences = _SENTENCE.split(article.abstract.strip())
        if len(sentences) >= 3 and len(sentences[-1].split()) >= _SHORTEST:
            queries.append(_known_item(article, "conclusion", sentences[-1]))
            replaced[article.id] = f"{article.title} {' '.join(sentences[:-1])}".strip()
    return QuerySet(CONCLUSION, tuple(queries), replaced=replaced)


def citations(training_set: TrainingSet, articles: Iterable[Article]) -> QuerySet:
    """Held-out citations, graded; articles without a title or without a cited article ask not."""
    cites: dict[int, list[int]] = {}
    for citing, cited in training_set.citations:
        cites.setdefault(citing, []).append(cited)
    queries = []
    for article in articles:
        direct = set(cites.get(article.id, [])) - {article.id}
        if direct and len(article.title.split()) >= _SHORTEST:
            relevant = _graded(article.id, direct, cites)
            queries.append(_leaving_out_itself(f"citations-{article.id}", article, relevant))
    return QuerySet(CITATIONS, tuple(queries))


def judged(training_set: TrainingSet, most: int) -> QuerySet:
    """The searches that the user judged and found something by."""
    queries = [
        Query(f"judged-{number}", query.text, query.relevant, f"judged-{number}")
        for number, query in enumerate(training_set.queries[:most])
        if any(grade > 0 for grade in query.relevant.values())
    ]
    return QuerySet(JUDGED, tuple(queries))


def mesh(
    training_set: TrainingSet, part: Part, most: int, seed: int, searched: Sequence[int]
) -> QuerySet:
    """Titles and, of `searched`, the articles of like headings.

    Grade 1 from SimL .3 on, 2 from .5, 3 from .7.
    """
    articles = list(training_set.articles.values())
    labels = label_articles(articles, LabelConfig())
    rows = {article.id: row for row, article in enumerate(articles)}
    columns = [rows[number] for number in searched]
    queries = []
    for article in _sample(training_set.part(part), most, seed):
        if len(article.title.split()) < _SHORTEST or not labels.labelled[rows[article.id]]:
            continue
        similar = labels.similarity([rows[article.id]], columns)[0]
        grades = np.digitize(similar, _MESH_GRADES)
        relevant = {
            searched[place]: int(grades[place]) for place in np.flatnonzero(grades).tolist()
        }
        relevant.pop(article.id, None)
        if relevant:
            queries.append(_leaving_out_itself(f"mesh-{article.id}", article, relevant))
    return QuerySet(MESH, tuple(queries), circular=True)


def _leaving_out_itself(name: str, article: Article, relevant: Mapping[int, int]) -> Query:
    own = frozenset({article.id})
    return Query(name, article.title, relevant, f"article-{article.id}", own, article.id)


def _graded(own: int, direct: Iterable[int], cites: Mapping[int, Sequence[int]]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for cited in direct:
        for second in set(cites.get(cited, ())):
            counts[second] = counts.get(second, 0) + 1
    near = {second: 1 for second, count in counts.items() if count >= 2 and second != own}
    return near | dict.fromkeys(direct, 2)


def _known_item(article: Article, kind: str, text: str) -> Query:
    return Query(
        f"{kind}-{article.id}", text, {article.id: 1}, f"article-{article.id}", article=article.id
    )


def _sample(articles: list[Article], most: int, seed: int) -> list[Article]:
    if len(articles) <= most:
        return articles
    return sorted(random.Random(seed).sample(articles, most), key=lambda article: article.id)
