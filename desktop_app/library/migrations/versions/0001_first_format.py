"""The first format of a library."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

FULLTEXT = (
    """
    CREATE VIEW article_text AS
    SELECT article.id AS id, article.title AS title, article.abstract AS abstract,
      (SELECT group_concat(name, ' ; ') FROM (
         SELECT name FROM heading WHERE article_id = article.id
         UNION ALL SELECT name FROM qualifier WHERE article_id = article.id)) AS headings,
      (SELECT group_concat(text, ' ; ') FROM (
         SELECT text FROM keyword WHERE article_id = article.id
         UNION ALL SELECT name FROM substance WHERE article_id = article.id)) AS keywords,
      (SELECT group_concat(last || ' ' || initials || ' ' || collective, ' ; ')
         FROM author WHERE article_id = article.id AND position < 50) AS authors
    FROM article WHERE deleted_at IS NULL
    """,
    """
    CREATE VIRTUAL TABLE article_fts USING fts5(
      title, abstract, headings, keywords, authors,
      content='article_text', content_rowid='id',
      tokenize='porter unicode61 remove_diacritics 2')
    """,
)


def _names(*columns: str) -> list[sa.Column[str]]:
    return [sa.Column(column, sa.Text(), nullable=False) for column in columns]


def _texts(*columns: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), server_default="", nullable=False) for name in columns]


def _numbers(*columns: str) -> list[sa.Column[int]]:
    return [sa.Column(column, sa.Integer(), nullable=False) for column in columns]


def _counts(*columns: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), server_default="0", nullable=False) for name in columns]


def _part_of(name: str, column: str, table: str) -> sa.ForeignKeyConstraint:
    """A row that goes with the one it points to."""
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(name), ondelete="CASCADE")


def _collection() -> None:
    op.create_table(
        "collection",
        *_numbers("id"),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        *_names("name"),
        _part_of("fk_collection_parent_id", "parent_id", "collection"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection")),
    )


def _encoder() -> None:
    op.create_table(
        "encoder",
        *_numbers("id"),
        *_names("encoder_id"),
        *_numbers("dimension"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_encoder")),
        sa.UniqueConstraint("encoder_id", name=op.f("uq_encoder_encoder_id")),
    )


def _import_run() -> None:
    op.create_table(
        "import_run",
        *_numbers("id"),
        *_names("started_at"),
        sa.Column("finished_at", sa.Text(), nullable=True),
        *_counts("cancelled"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )


def _journal() -> None:
    op.create_table(
        "journal",
        *_numbers("id"),
        *_texts("title", "abbreviation", "issn", "nlm_id", "country"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sa.UniqueConstraint(
            "nlm_id",
            "title",
            "abbreviation",
            "issn",
            "country",
            name=op.f("uq_journal_nlm_id_title_abbreviation_issn_country"),
        ),
    )


def _library_state() -> None:
    op.create_table(
        "library_state",
        *_numbers("id"),
        *_names("uuid"),
        *_numbers("revision"),
        *_names("created_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_state")),
    )


def _saved_search() -> None:
    op.create_table(
        "saved_search",
        *_numbers("id"),
        *_names("name", "request"),
        *_numbers("seen_revision"),
        *_names("saved_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
        sa.UniqueConstraint("name", name=op.f("uq_saved_search_name")),
    )


def _tag() -> None:
    op.create_table(
        "tag",
        *_numbers("id"),
        *_names("name"),
        *_texts("colour"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("name", name=op.f("uq_tag_name")),
    )


def _article() -> None:
    op.create_table(
        "article",
        *_numbers("id"),
        sa.Column("pmid", sa.Integer(), nullable=True),
        *_texts("pmcid", "doi", "title", "vernacular_title", "abstract", "abstract_copyright"),
        sa.Column("year", sa.Integer(), nullable=True),
        *_counts("month", "day"),
        *_texts("date_text", "volume", "issue", "pages", "languages", "status", "kind", "origin"),
        sa.Column("journal_id", sa.Integer(), nullable=True),
        *_texts("revised"),
        sa.Column("content_hash", sa.LargeBinary(), nullable=True),
        sa.Column("text_hash", sa.LargeBinary(), nullable=False),
        *_numbers("revision"),
        *_names("added_at"),
        sa.Column("deleted_at", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["journal_id"], ["journal.id"], name=op.f("fk_article_journal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("pmid", name=op.f("uq_article_pmid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_article_content_hash"), "article", ["content_hash"], unique=False)
    op.create_index("ix_article_doi", "article", ["doi"], unique=False)
    op.create_index("ix_article_pmcid", "article", ["pmcid"], unique=False)
    op.create_index(op.f("ix_article_revision"), "article", ["revision"], unique=False)


def _import_file() -> None:
    op.create_table(
        "import_file",
        *_numbers("id", "run_id"),
        *_texts("path", "format"),
        *_counts("added", "updated", "merged", "unchanged", "deleted"),
        _part_of("fk_import_file_run_id", "run_id", "import_run"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_file")),
    )


def _article_tag() -> None:
    op.create_table(
        "article_tag",
        *_numbers("article_id", "tag_id"),
        _part_of("fk_article_tag_article_id", "article_id", "article"),
        _part_of("fk_article_tag_tag_id", "tag_id", "tag"),
        sa.PrimaryKeyConstraint("article_id", "tag_id", name=op.f("pk_article_tag")),
        sqlite_with_rowid=False,
    )


def _attachment() -> None:
    op.create_table(
        "attachment",
        *_numbers("id", "article_id"),
        *_texts("path", "sha256", "media_type"),
        *_counts("size"),
        *_names("added_at"),
        _part_of("fk_attachment_article_id", "article_id", "article"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )


def _author() -> None:
    op.create_table(
        "author",
        *_numbers("article_id", "position"),
        *_texts("last", "fore", "initials", "suffix", "collective", "orcid", "affiliations"),
        _part_of("fk_author_article_id", "article_id", "article"),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_author")),
        sqlite_with_rowid=False,
    )


def _collection_article() -> None:
    op.create_table(
        "collection_article",
        *_numbers("collection_id", "article_id"),
        _part_of("fk_collection_article_article_id", "article_id", "article"),
        _part_of("fk_collection_article_collection_id", "collection_id", "collection"),
        sa.PrimaryKeyConstraint("collection_id", "article_id", name=op.f("pk_collection_article")),
        sqlite_with_rowid=False,
    )


def _embedding() -> None:
    op.create_table(
        "embedding",
        *_numbers("id", "article_id", "encoder_id"),
        sa.Column("text_hash", sa.LargeBinary(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        _part_of("fk_embedding_article_id", "article_id", "article"),
        _part_of("fk_embedding_encoder_id", "encoder_id", "encoder"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_embedding")),
        sa.UniqueConstraint(
            "article_id", "encoder_id", name=op.f("uq_embedding_article_id_encoder_id")
        ),
        sqlite_autoincrement=True,
    )


def _heading() -> None:
    op.create_table(
        "heading",
        *_numbers("article_id", "position"),
        *_texts("ui", "name"),
        *_counts("major"),
        *_texts("source"),
        _part_of("fk_heading_article_id", "article_id", "article"),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_heading")),
        sqlite_with_rowid=False,
    )


def _field() -> None:
    op.create_table(
        "field",
        *_numbers("article_id", "position"),
        *_texts("name", "value"),
        _part_of("fk_field_article_id", "article_id", "article"),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_field")),
        sqlite_with_rowid=False,
    )


def _identifier() -> None:
    op.create_table(
        "identifier",
        *_numbers("article_id", "position"),
        *_texts("kind", "value"),
        _part_of("fk_identifier_article_id", "article_id", "article"),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_identifier")),
        sqlite_with_rowid=False,
    )


def _import_problem() -> None:
    op.create_table(
        "import_problem",
        *_numbers("id", "file_id"),
        *_texts("place", "reason", "remedy"),
        _part_of("fk_import_problem_file_id", "file_id", "import_file"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_problem")),
    )


def _judgement() -> None:
    op.create_table(
        "judgement",
        *_names("query"),
        *_numbers("article_id"),
        sa.Column("grade", sa.Float(), nullable=False),
        *_names("judged_at"),
        _part_of("fk_judgement_article_id", "article_id", "article"),
        sa.PrimaryKeyConstraint("query", "article_id", name=op.f("pk_judgement")),
    )


def _keyword() -> None:
    op.create_table(
        "keyword",
        *_numbers("article_id", "position"),
        *_texts("text"),
        *_counts("major"),
        *_texts("owner"),
        _part_of("fk_keyword_article_id", "article_id", "article"),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_keyword")),
        sqlite_with_rowid=False,
    )


def _milestone() -> None:
    op.create_table(
        "milestone",
        *_numbers("article_id", "position"),
        *_texts("kind"),
        *_counts("year", "month", "day"),
        *_texts("text"),
        _part_of("fk_milestone_article_id", "article_id", "article"),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_milestone")),
        sqlite_with_rowid=False,
    )


def _note() -> None:
    op.create_table(
        "note",
        *_numbers("id", "article_id"),
        *_texts("text"),
        *_names("changed_at"),
        _part_of("fk_note_article_id", "article_id", "article"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )


def _other_abstract() -> None:
    op.create_table(
        "other_abstract",
        *_numbers("article_id", "position"),
        *_texts("label", "category", "text"),
        _part_of("fk_other_abstract_article_id", "article_id", "article"),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_other_abstract")),
        sqlite_with_rowid=False,
    )


def _publication_type() -> None:
    op.create_table(
        "publication_type",
        *_numbers("article_id", "position"),
        *_texts("name", "ui"),
        _part_of("fk_publication_type_article_id", "article_id", "article"),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_publication_type")),
        sqlite_with_rowid=False,
    )


def _qualifier() -> None:
    op.create_table(
        "qualifier",
        *_numbers("article_id", "position"),
        *_counts("heading"),
        *_texts("ui", "name"),
        *_counts("major"),
        _part_of("fk_qualifier_article_id", "article_id", "article"),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_qualifier")),
        sqlite_with_rowid=False,
    )


def _reference() -> None:
    op.create_table(
        "reference",
        *_numbers("article_id", "position"),
        *_texts("text"),
        sa.Column("pmid", sa.Integer(), nullable=True),
        *_texts("doi", "pmcid"),
        _part_of("fk_reference_article_id", "article_id", "article"),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_reference")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_reference_pmid",
        "reference",
        ["pmid"],
        unique=False,
        sqlite_where=sa.text("pmid IS NOT NULL"),
    )


def _relation() -> None:
    op.create_table(
        "relation",
        *_numbers("article_id", "position"),
        *_texts("kind", "text"),
        sa.Column("pmid", sa.Integer(), nullable=True),
        *_texts("note"),
        _part_of("fk_relation_article_id", "article_id", "article"),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_relation")),
        sqlite_with_rowid=False,
    )


def _section() -> None:
    op.create_table(
        "section",
        *_numbers("article_id", "position"),
        *_texts("label", "category"),
        *_counts("start", "stop"),
        _part_of("fk_section_article_id", "article_id", "article"),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_section")),
        sqlite_with_rowid=False,
    )


def _substance() -> None:
    op.create_table(
        "substance",
        *_numbers("article_id", "position"),
        *_texts("ui", "name", "registry_number", "kind"),
        _part_of("fk_substance_article_id", "article_id", "article"),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_substance")),
        sqlite_with_rowid=False,
    )


def _source_record() -> None:
    op.create_table(
        "source_record",
        *_numbers("id", "article_id"),
        *_names("origin"),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        *_names("added_at"),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_source_record_article_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_record")),
    )
    op.create_index(
        op.f("ix_source_record_article_id"), "source_record", ["article_id"], unique=False
    )


def _match_key() -> None:
    op.create_table(
        "match_key",
        *_names("key"),
        *_numbers("article_id"),
        _part_of("fk_match_key_article_id", "article_id", "article"),
        sa.PrimaryKeyConstraint("key", "article_id", name=op.f("pk_match_key")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_match_key_article_id", "match_key", ["article_id"], unique=False)


def _article_pair() -> None:
    op.create_table(
        "article_pair",
        *_numbers("first_id", "second_id"),
        *_names("verdict", "decided_at"),
        _part_of("fk_article_pair_first_id", "first_id", "article"),
        _part_of("fk_article_pair_second_id", "second_id", "article"),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_article_pair")),
        sqlite_with_rowid=False,
    )


def upgrade() -> None:
    """Make every table, a table before those that point to it."""
    for make in (
        _collection,
        _encoder,
        _import_run,
        _journal,
        _library_state,
        _saved_search,
        _tag,
        _article,
        _import_file,
        _article_tag,
        _attachment,
        _author,
        _collection_article,
        _embedding,
        _heading,
        _field,
        _identifier,
        _import_problem,
        _judgement,
        _keyword,
        _milestone,
        _note,
        _other_abstract,
        _publication_type,
        _qualifier,
        _reference,
        _relation,
        _section,
        _substance,
        _source_record,
        _match_key,
        _article_pair,
    ):
        make()
    for statement in FULLTEXT:
        op.execute(statement)
