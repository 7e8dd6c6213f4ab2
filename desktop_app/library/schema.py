"""The tables of a library, as SQLAlchemy sees them.

What a source said of an article lies in `article` and the tables keyed by (article_id, position);
what the user said of it (tags, notes, collections, judgements) lies apart, so that importing a
newer version of a record replaces the former and never touches the latter.
"""

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_VERSION = 2  # PRAGMA user_version; the number of Alembic revisions

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _integer(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


def _part(name: str, *columns: Column[str] | Column[int] | Column[int | None]) -> Table:
    """A table of repeated parts of an article, in the order of the source."""
    return Table(
        name,
        metadata,
        Column("article_id", Integer, ForeignKey("article.id", ondelete="CASCADE"), nullable=False),
        Column("position", Integer, nullable=False),
        *columns,
        PrimaryKeyConstraint("article_id", "position"),
        sqlite_with_rowid=False,
    )


state = Table(
    "library_state",
    metadata,
    Column("id", Integer, primary_key=True),  # always 1
    Column("uuid", Text, nullable=False),
    Column("revision", Integer, nullable=False),  # grows with every change of an article
    Column("created_at", Text, nullable=False),
    _integer("exact_upto"),  # the last article id that the index of exact words has seen
)

journal = Table(
    "journal",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("title"),
    _text("abbreviation"),
    _text("issn"),
    _text("nlm_id"),
    _text("country"),
    UniqueConstraint("nlm_id", "title", "abbreviation", "issn", "country"),
)

article = Table(
    "article",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("pmid", Integer, unique=True),
    _text("pmcid"),
    _text("doi"),
    _text("title"),
    _text("vernacular_title"),
    _text("abstract"),
    _text("abstract_copyright"),
    Column("year", Integer),
    _integer("month"),
    _integer("day"),
    _text("date_text"),
    _text("volume"),
    _text("issue"),
    _text("pages"),
    _text("languages"),  # codes joined by a space
    _text("status"),
    _text("kind"),
    _text("origin"),  # the format of its best source: PubMed XML, NBIB, RIS …
    Column("journal_id", Integer, ForeignKey("journal.id")),
    _text("revised"),  # the source's own date of revision, 2024-03-12
    Column("content_hash", LargeBinary, index=True),  # tells records without PMID and DOI apart
    Column("text_hash", LargeBinary, nullable=False),  # of what an encoder reads
    Column("revision", Integer, nullable=False, index=True),  # library revision of last change
    Column("added_at", Text, nullable=False),
    Column("deleted_at", Text),  # set when withdrawn by the source or deleted by the user
    Index("ix_article_doi", "doi"),
    Index("ix_article_pmcid", "pmcid"),
    Index("ix_article_date", "year", "month", "day"),
    sqlite_autoincrement=True,  # an id is never used twice: caches are keyed by it
)

section = _part(  # the abstract's labelled parts as character ranges of article.abstract
    "section", _text("label"), _text("category"), _integer("start"), _integer("stop")
)
other_abstract = _part("other_abstract", _text("label"), _text("category"), _text("text"))
author = _part(
    "author",
    _text("last"),
    _text("fore"),
    _text("initials"),
    _text("suffix"),
    _text("collective"),
    _text("orcid"),
    _text("affiliations"),  # joined by a line feed
)
heading = _part("heading", _text("ui"), _text("name"), _integer("major"), _text("source"))
qualifier = _part(  # position: order over the whole article; heading: position of its heading
    "qualifier", _integer("heading"), _text("ui"), _text("name"), _integer("major")
)
keyword = _part("keyword", _text("text"), _integer("major"), _text("owner"))
substance = _part("substance", _text("ui"), _text("name"), _text("registry_number"), _text("kind"))
publication_type = _part("publication_type", _text("name"), _text("ui"))
reference = _part(
    "reference",
    _text("text"),
    Column("pmid", Integer),
    _text("doi"),
    _text("pmcid"),
)
Index("ix_reference_pmid", reference.c.pmid, sqlite_where=reference.c.pmid.is_not(None))
relation = _part("relation", _text("kind"), _text("text"), Column("pmid", Integer), _text("note"))
identifier = _part("identifier", _text("kind"), _text("value"))
milestone = _part(
    "milestone", _text("kind"), _integer("year"), _integer("month"), _integer("day"), _text("text")
)

field = _part("field", _text("name"), _text("value"))

PARTS = (
    section,
    other_abstract,
    author,
    heading,
    qualifier,
    keyword,
    substance,
    publication_type,
    reference,
    relation,
    identifier,
    milestone,
    field,
)


def _article_key(primary: bool = False) -> Column[int]:
    return Column(
        "article_id",
        Integer,
        ForeignKey("article.id", ondelete="CASCADE"),
        nullable=False,
        primary_key=primary,
    )


# --- which records are one article -------------------------------------------------------------

source_record = Table(  # what each source said of an article that has more than one
    "source_record",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("article_id", Integer, ForeignKey("article.id"), nullable=False, index=True),
    Column("origin", Text, nullable=False),
    Column("record", LargeBinary, nullable=False),  # zlib of JSON
    Column("added_at", Text, nullable=False),
)
match_key = Table(  # candidates for being the same publication share one
    "match_key",
    metadata,
    Column("key", Text, primary_key=True),
    Column("article_id", Integer, ForeignKey("article.id", ondelete="CASCADE"), primary_key=True),
    sqlite_with_rowid=False,
)
Index("ix_match_key_article_id", match_key.c.article_id)
article_pair = Table(  # doubtful, version (preprint and article), distinct (decided by the user)
    "article_pair",
    metadata,
    Column("first_id", Integer, ForeignKey("article.id", ondelete="CASCADE"), primary_key=True),
    Column("second_id", Integer, ForeignKey("article.id", ondelete="CASCADE"), primary_key=True),
    Column("verdict", Text, nullable=False),
    Column("decided_at", Text, nullable=False),
    sqlite_with_rowid=False,
)

# --- what the user added -------------------------------------------------------------------------

attachment = Table(
    "attachment",
    metadata,
    Column("id", Integer, primary_key=True),
    _article_key(),
    _text("path"),  # relative to the library's attachments folder, or absolute when linked
    _text("sha256"),
    _text("media_type"),
    _integer("size"),  # bytes
    _text("source"),  # digest of the record it came with, for undoing a merge; "": the article's
    Column("added_at", Text, nullable=False),
)
Index("ix_attachment_article_id", attachment.c.article_id)
Index("ix_attachment_sha256", attachment.c.sha256)
full_text = Table(  # of a file, whichever articles it is attached to; `full_text_fts` indexes it
    "full_text",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", Text, nullable=False, unique=True),
    Column("text", Text, nullable=False),
)
star = Table(
    "star", metadata, _article_key(primary=True), Column("starred_at", Text, nullable=False)
)
tag = Table(
    "tag",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    _text("colour"),
)
article_tag = Table(
    "article_tag",
    metadata,
    _article_key(primary=True),
    Column("tag_id", Integer, ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True),
    sqlite_with_rowid=False,
)
note = Table(
    "note",
    metadata,
    Column("id", Integer, primary_key=True),
    _article_key(),
    _text("text"),
    Column("changed_at", Text, nullable=False),
)
collection = Table(
    "collection",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("parent_id", Integer, ForeignKey("collection.id", ondelete="CASCADE")),
    Column("name", Text, nullable=False),
)
collection_article = Table(
    "collection_article",
    metadata,
    Column(
        "collection_id", Integer, ForeignKey("collection.id", ondelete="CASCADE"), primary_key=True
    ),
    _article_key(primary=True),
    sqlite_with_rowid=False,
)
judgement = Table(  # "this article is relevant to that search", the user's own qrels
    "judgement",
    metadata,
    Column("query", Text, primary_key=True),
    _article_key(primary=True),
    Column("grade", Float, nullable=False),
    Column("judged_at", Text, nullable=False),
)
saved_search = Table(
    "saved_search",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("request", Text, nullable=False),  # JSON
    Column("seen_revision", Integer, nullable=False),
    Column("saved_at", Text, nullable=False),
)
search_history = Table(
    "search_history",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("request", Text, nullable=False),  # JSON
    _integer("hits"),
    Column("searched_at", Text, nullable=False),
)
waiting_file = Table(  # Needs you: files of which it is not certain which article they are
    "waiting_file",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("name"),  # as the report calls the file, a place in an archive included
    _text("path"),  # of the kept copy, relative to the library's attachments folder
    Column("sha256", Text, nullable=False, unique=True),
    _integer("size"),  # bytes
    _text("reason"),
    Column("guess", LargeBinary, nullable=False),  # zlib of JSON: fields with confidence and place
    Column("page_image", LargeBinary),  # PNG of the first page
    _text("text"),  # full text, when there is some
    Column("added_at", Text, nullable=False),
    _text("outcome"),  # "" waits, accepted, attached, dismissed
    Column("decided_at", Text),
)
watched_folder = Table(
    "watched_folder",
    metadata,
    Column("path", Text, primary_key=True),
    Column("added_at", Text, nullable=False),
)
watched_file = Table(  # what was seen in watched folders, so that only the new is imported
    "watched_file",
    metadata,
    Column("path", Text, primary_key=True),
    _integer("size"),
    _integer("modified_ns"),
)
citation_link = Table(  # of a citation index (NIH OCC), beside the articles' own references
    "citation_link",
    metadata,
    Column("citing_pmid", Integer, primary_key=True, autoincrement=False),
    Column("cited_pmid", Integer, primary_key=True, autoincrement=False),
    _text("source"),
    sqlite_with_rowid=False,
)
Index("ix_citation_link_cited_pmid", citation_link.c.cited_pmid)

# --- what the program keeps -----------------------------------------------------------------------

encoder = Table(
    "encoder",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("encoder_id", Text, nullable=False, unique=True),  # name and hash of the model file
    Column("dimension", Integer, nullable=False),
)
embedding = Table(
    "embedding",
    metadata,
    Column("id", Integer, primary_key=True),  # grows: "what is new since" is a range
    _article_key(),
    Column("encoder_id", Integer, ForeignKey("encoder.id", ondelete="CASCADE"), nullable=False),
    Column("text_hash", LargeBinary, nullable=False),  # of the text that was embedded
    Column("vector", LargeBinary, nullable=False),  # float16, little endian
    UniqueConstraint("article_id", "encoder_id"),
    sqlite_autoincrement=True,
)

import_run = Table(
    "import_run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("started_at", Text, nullable=False),
    Column("finished_at", Text),  # empty: the program ended before the import did
    _integer("cancelled"),
    _text("kind"),  # "" import, watched, completion
)
import_file = Table(
    "import_file",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", Integer, ForeignKey("import_run.id", ondelete="CASCADE"), nullable=False),
    _text("path"),
    _text("format"),
    _integer("added"),
    _integer("updated"),
    _integer("merged"),
    _integer("unchanged"),
    _integer("deleted"),
    _integer("needs_you"),
)
import_problem = Table(
    "import_problem",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("file_id", Integer, ForeignKey("import_file.id", ondelete="CASCADE"), nullable=False),
    _text("place"),
    _text("reason"),
    _text("remedy"),
    _text("record"),  # the record that failed, as it stands in the file
)
