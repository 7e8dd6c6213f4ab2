"""The vectors of the articles by encoder, as a library keeps them (the tables: `vectors`)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from desktop_app.library import vectors
from desktop_app.library.vectors import ArticleText, FloatArray

if TYPE_CHECKING:
    from desktop_app.library.library import Library


class ArticleVectors:
    """The vectors of one library, exposed as `Library.vectors`."""

    def __init__(self, library: "Library") -> None:
        self._library = library

    def missing(self, encoder_id: str) -> list[int]:
        """The articles whose vector by this encoder is missing or outdated, ascending."""
        with self._library.reading() as connection:
            encoder = vectors.encoder_row(connection, encoder_id)
            return vectors.ids_to_embed(connection, encoder)

    def texts(self, ids: Sequence[int]) -> list[ArticleText]:
        """What an encoder reads of articles."""
        with self._library.reading() as connection:
            return vectors.texts(connection, ids)

    def store(self, encoder_id: str, articles: Sequence[ArticleText], matrix: FloatArray) -> None:
        """Keep vectors, (n, dimension) float32, parallel to `articles`, as one transaction."""
        with self._library.writing() as connection:
            encoder = vectors.add_encoder(connection, encoder_id, matrix.shape[1])
            vectors.store_vectors(connection, encoder, articles, matrix)

    def count(self, encoder_id: str) -> int:
        """How many articles have a valid vector by this encoder."""
        with self._library.reading() as connection:
            encoder = vectors.encoder_row(connection, encoder_id)
            return 0 if encoder is None else vectors.count_vectors(connection, encoder)

    def encoders(self) -> list[tuple[str, int]]:
        """The (id, dimension) of every encoder that has vectors here, the first used first."""
        with self._library.reading() as connection:
            return vectors.encoders(connection)

    def drop(self, encoder_id: str) -> None:
        """Forget all vectors by an encoder; its index files are left to the search."""
        with self._library.writing() as connection:
            encoder = vectors.encoder_row(connection, encoder_id)
            if encoder is not None:
                vectors.drop_encoder(connection, encoder)
