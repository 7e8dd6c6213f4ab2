"""Deciding on a pair and taking it back, as the duplicates window asks a library to."""

from pathlib import Path

from sqlalchemy import select

from desktop_app.gui.duplicate_pairs import merge_pair, read_pair, take_back
from desktop_app.library import schema
from desktop_app.library.library import Library
from desktop_app.records import Article


def test_undo_gives_notes_and_pairs_back(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library") as library:
        library.write([Article("First", 1), Article("Third", 3)], "PubMed XML")
        library.write([Article("Second")], "RIS")
        first, third, second = library.ids()
        library.duplicates.decide(first, second, "doubtful")
        library.duplicates.decide(second, third, "doubtful")
        with library.writing() as connection:
            for article_id in (first, second):
                connection.execute(
                    schema.note.insert().values(
                        article_id=article_id, text=f"of {article_id}", changed_at="2024"
                    )
                )
        pair = read_pair(library, (first, second))
        decision = merge_pair(library, pair)
        assert library.duplicates.pairs("doubtful") == [(first, third)]  # inherited
        assert decision.merger is not None
        assert decision.merger.new_pairs == (third,)
        low, high = take_back(library, decision)
        assert low == pair.left
        assert library.duplicates.pairs("doubtful") == [(low, high), (third, high)]
        with library.reading() as connection:
            query = select(schema.note.c.article_id, schema.note.c.text)
            notes = {text: article_id for article_id, text in connection.execute(query)}
        assert notes == {f"of {pair.left}": low, f"of {pair.right}": high}
