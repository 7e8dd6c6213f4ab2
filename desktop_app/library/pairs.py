"""Pairs of articles that need a word: doubtful ones, a preprint and its article, distinct ones."""

from datetime import UTC, datetime

from sqlalchemy import Connection, or_, select

from desktop_app.library import schema
from desktop_app.library.known_records import Match
from desktop_app.library.same_record import Sameness

DISTINCT = "distinct"  # the user said so: never to be asked again


def note(connection: Connection, article_id: int, match: Match, now: str) -> None:
    """Enter what a new article is to those that were there."""
    for verdict, others in (
        (Sameness.DOUBTFUL, match.doubtful),
        (Sameness.VERSION, match.versions),
    ):
        for other in others:
            decide(connection, article_id, other, verdict, now)


def decide(connection: Connection, first: int, second: int, verdict: str, now: str = "") -> None:
    """Enter or change what two articles are to each other."""
    forget(connection, first, second)
    low, high = sorted((first, second))
    connection.execute(
        schema.article_pair.insert().values(
            first_id=low,
            second_id=high,
            verdict=str(verdict),
            decided_at=now or datetime.now(UTC).isoformat(timespec="seconds"),
        )
    )


def forget(connection: Connection, first: int, second: int) -> None:
    """Let two articles be nothing to each other."""
    low, high = sorted((first, second))
    p = schema.article_pair.c
    connection.execute(schema.article_pair.delete().where(p.first_id == low, p.second_id == high))


def pairs_of(connection: Connection, verdict: str) -> list[tuple[int, int]]:
    """The pairs of live articles with a verdict, in the order of their ids."""
    p, a = schema.article_pair.c, schema.article
    first, second = a.alias(), a.alias()
    query = (
        select(p.first_id, p.second_id)
        .join(first, first.c.id == p.first_id)
        .join(second, second.c.id == p.second_id)
        .where(p.verdict == verdict, first.c.deleted_at.is_(None), second.c.deleted_at.is_(None))
        .order_by(p.first_id, p.second_id)
    )
    return [(int(row[0]), int(row[1])) for row in connection.execute(query)]


def partners(connection: Connection, article_id: int) -> list[tuple[int, str]]:
    """The articles that stand in a pair with one, each with the verdict."""
    p = schema.article_pair.c
    query = select(p.first_id, p.second_id, p.verdict).where(
        or_(p.first_id == article_id, p.second_id == article_id)
    )
    return [
        (int(second if first == article_id else first), str(verdict))
        for first, second, verdict in connection.execute(query)
    ]


def linked_to(connection: Connection, article_id: int, verdict: str) -> list[int]:
    """The articles that stand in a pair of a verdict with one."""
    return [other for other, said in partners(connection, article_id) if said == verdict]


def inherit(connection: Connection, old: int, new: int) -> None:
    """Let an article stand in the pairs of another, which is no more, but in none with itself."""
    for partner, verdict in partners(connection, old):
        forget(connection, old, partner)
        if partner != new:
            decide(connection, new, partner, verdict)
