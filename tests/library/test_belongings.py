"""What the user hung on an article follows it through a merge and back."""

from collections.abc import Sequence

from sqlalchemy import select

from desktop_app.library import schema
from desktop_app.library.library import Library
from desktop_app.records import Article

NOW = "2024-01-01T00:00:00+00:00"


def give(library: Library, article_id: int, tags: Sequence[int], note: str) -> None:
    with library.writing() as connection:
        for tag in tags:
            connection.execute(
                schema.article_tag.insert().values(article_id=article_id, tag_id=tag)
            )
        connection.execute(
            schema.note.insert().values(article_id=article_id, text=note, changed_at=NOW)
        )


def tags_and_notes(library: Library, article_id: int) -> tuple[list[int], list[str]]:
    t, n = schema.article_tag.c, schema.note.c
    with library.reading() as connection:
        tags = connection.execute(select(t.tag_id).where(t.article_id == article_id)).scalars()
        notes = connection.execute(select(n.text).where(n.article_id == article_id)).scalars()
        return sorted(tags), sorted(notes)


def two_articles(library: Library) -> None:
    library.write([Article("First", 1)], "PubMed XML")
    library.write([Article("Second")], "RIS")
    with library.writing() as connection:
        for number in (1, 2, 3):
            connection.execute(schema.tag.insert().values(id=number, name=f"tag {number}"))
        connection.execute(schema.star.insert().values(article_id=2, starred_at=NOW))
    give(library, 1, [1, 2], "of the first")
    give(library, 2, [2, 3], "of the second")


def test_merge_and_undo(library: Library) -> None:
    two_articles(library)
    merger = library.duplicates.merge(1, 2)
    assert tags_and_notes(library, 1) == ([1, 2, 3], ["of the first", "of the second"])
    assert tags_and_notes(library, 2) == ([], [])
    give(library, 1, [], "written since")
    back = library.duplicates.undo(merger)
    assert tags_and_notes(library, 1) == ([1, 2], ["of the first", "written since"])
    assert tags_and_notes(library, back) == ([2, 3], ["of the second"])
    with library.reading() as connection:
        assert connection.execute(select(schema.star.c.article_id)).scalars().all() == [back]


def test_what_was_taken_away_since_does_not_come_back(library: Library) -> None:
    two_articles(library)
    merger = library.duplicates.merge(1, 2)
    with library.writing() as connection:
        connection.execute(schema.article_tag.delete().where(schema.article_tag.c.tag_id == 3))
    back = library.duplicates.undo(merger)
    assert tags_and_notes(library, back) == ([2], ["of the second"])
