"""Attachments with their full text, files that wait for the user, watched folders, stars,
searches made, links of a citation index, and what failed in an import as it stood in the file."""

import sqlalchemy as sa
from alembic import op

from desktop_app.library import exact_words

revision = "0002"
down_revision = "0001"

FULL_TEXT_INDEX = """
    CREATE VIRTUAL TABLE full_text_fts USING fts5(
      text, content='full_text', content_rowid='id',
      tokenize='porter unicode61 remove_diacritics 2')
"""
# a batch of an import is sorted in memory and written as one piece: a fifth less work
ARTICLE_INDEX_SETTINGS = (
    "INSERT INTO article_fts(article_fts, rank) VALUES ('hashsize', 8388608)",
    "INSERT INTO article_fts(article_fts, rank) VALUES ('pgsz', 16000)",
)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _integer(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), server_default="0", nullable=False)


def _article(table: str) -> tuple[sa.Column[int], sa.Constraint, sa.Constraint]:
    return (
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f(f"fk_{table}_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f(f"pk_{table}")),
    )


def upgrade() -> None:
    """Add tables and columns; nothing that was there changes."""
    _add_to_articles()
    _add_files()
    _add_searches()
    op.add_column("library_state", _integer("exact_upto"))
    op.add_column("import_run", _text("kind"))
    op.add_column("import_problem", _text("record"))
    op.add_column("import_file", _integer("needs_you"))
    op.execute(FULL_TEXT_INDEX)
    op.create_index("ix_article_date", "article", ["year", "month", "day"])
    for statement in exact_words.CREATE:
        op.execute(statement)
    for setting in ARTICLE_INDEX_SETTINGS:
        op.execute(setting)


def _add_to_articles() -> None:
    op.create_index("ix_attachment_article_id", "attachment", ["article_id"])
    op.create_index("ix_attachment_sha256", "attachment", ["sha256"])
    op.create_table(
        "full_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_full_text")),
        sa.UniqueConstraint("sha256", name=op.f("uq_full_text_sha256")),
    )
    op.add_column("attachment", _text("source"))
    op.create_table("star", *_article("star"), sa.Column("starred_at", sa.Text(), nullable=False))


def _add_files() -> None:
    op.create_table(
        "waiting_file",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("name"),
        _text("path"),
        sa.Column("sha256", sa.Text(), nullable=False),
        _integer("size"),
        _text("reason"),
        sa.Column("guess", sa.LargeBinary(), nullable=False),
        sa.Column("page_image", sa.LargeBinary(), nullable=True),
        _text("text"),
        sa.Column("added_at", sa.Text(), nullable=False),
        _text("outcome"),
        sa.Column("decided_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_file")),
        sa.UniqueConstraint("sha256", name=op.f("uq_waiting_file_sha256")),
    )
    op.create_table(
        "watched_folder",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("added_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_watched_folder")),
    )
    op.create_table(
        "watched_file",
        sa.Column("path", sa.Text(), nullable=False),
        _integer("size"),
        _integer("modified_ns"),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_watched_file")),
    )


def _add_searches() -> None:
    op.create_table(
        "search_history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        _integer("hits"),
        sa.Column("searched_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_history")),
    )
    op.create_table(
        "citation_link",
        sa.Column("citing_pmid", sa.Integer(), nullable=False),
        sa.Column("cited_pmid", sa.Integer(), nullable=False),
        _text("source"),
        sa.PrimaryKeyConstraint("citing_pmid", "cited_pmid", name=op.f("pk_citation_link")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_citation_link_cited_pmid", "citation_link", ["cited_pmid"])
