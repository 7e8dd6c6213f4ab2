"""What a training set reads: narrow, in chunks, without what is withdrawn or only suggested."""

from dataclasses import replace

import pytest

from desktop_app.library import training_rows
from desktop_app.library.library import Library
from desktop_app.library.training_rows import TrainingRows
from desktop_app.records import Article, Deletion, Heading, Qualifier, Reference, Section
from tests.library.examples import BARE, FULL, PLAIN, numbered


def test_an_article_as_training_reads_it(library: Library) -> None:
    library.write([FULL])
    with library.reading() as connection:
        [[row]] = list(TrainingRows(connection).articles())
    assert (row.title, row.year, row.language) == (FULL.title, 2021, "eng")
    assert row.abstract == "We asked why. Mice were fed. Glucose rose (p<0.05)."
    insulin, mice, unlisted = row.headings
    assert (insulin.ui, insulin.major, insulin.qualifiers) == ("D007333", True, ("genetics",))
    assert (mice.ui, mice.major, mice.qualifiers) == ("D051379", False, ())
    assert (unlisted.ui, unlisted.qualifiers) == ("", ("x", "y"))


def test_a_major_qualifier_makes_its_heading_major(library: Library) -> None:
    heading = Heading("D051379", "Mice", False, (Qualifier("Q1", "genetics", True),))
    library.write([replace(PLAIN, headings=(heading,))])
    with library.reading() as connection:
        [[row]] = list(TrainingRows(connection).articles())
    assert row.headings[0].major


def test_suggested_headings_and_withdrawn_articles_are_left_out(library: Library) -> None:
    suggested = Heading("D051379", "Mice", source="suggested")
    library.write([replace(PLAIN, headings=(suggested,)), FULL, Article(title="")])
    library.write([Deletion(101)])
    with library.reading() as connection:
        rows = TrainingRows(connection)
        [[row]] = list(rows.articles())
        assert rows.count_with_text() == 1
        assert [title for _, title in rows.titles()] == [PLAIN.title]
    assert row.headings == ()


def test_every_article_comes_once_across_chunks(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.write(numbered(25))
    monkeypatch.setattr(training_rows, "_CHUNK", 7)
    with library.reading() as connection:
        chunks = list(TrainingRows(connection).articles())
    assert [len(chunk) for chunk in chunks] == [7, 7, 7, 4]
    assert [row.id for chunk in chunks for row in chunk] == library.ids()
    assert all(len(row.headings) == 1 for chunk in chunks for row in chunk)


def test_edges_from_references_by_pmid_and_doi_and_from_links(library: Library) -> None:
    cited = Article(title="Cited", pmid=1, doi="10.1/abc", sections=(Section("Text."),))
    by_both = Article(title="A", pmid=2, references=(Reference(pmid=1), Reference(doi="10.1/ABC")))
    by_doi = Article(title="B", pmid=3, references=(Reference(doi="10.1/abc"), Reference(pmid=9)))
    itself = Article(title="C", pmid=4, references=(Reference(pmid=4),))
    library.write([cited, by_both, by_doi, itself])
    with library.writing() as connection:
        rows = [(4, 1, "x"), (1, 2, "x"), (4, 77, "x"), (4, 4, "x")]
        connection.exec_driver_sql("INSERT INTO citation_link VALUES (?, ?, ?)", rows)
    one, two, three, four = library.ids()
    with library.reading() as connection:
        found = list(TrainingRows(connection).edges())
    assert found == [(one, two), (two, one), (three, one), (four, one)]


def test_judgements_come_query_by_query(library: Library) -> None:
    library.write([FULL, PLAIN, BARE])
    one, two, three = library.ids()
    with library.writing() as connection:
        rows = [("sleep", two, 2.0, ""), ("gout", one, 0.0, ""), ("sleep", three, 1.0, "")]
        connection.exec_driver_sql("INSERT INTO judgement VALUES (?, ?, ?, ?)", rows)
    library.write([Deletion(101)])
    with library.reading() as connection:
        found = list(TrainingRows(connection).judgements())
    assert found == [("sleep", two, 2.0), ("sleep", three, 1.0)]
