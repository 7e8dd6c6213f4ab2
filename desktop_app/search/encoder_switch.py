"""Which encoder the queries and the articles are compared by, and changing it without a gap."""

from collections.abc import Sequence
from typing import Protocol

from desktop_app.errors import UserError
from desktop_app.library.library import Library
from desktop_app.search.request import FloatArray
from desktop_app.search.vector_index import Coverage, VectorIndex, remove_index


class QueryEncoder(Protocol):
    """What the engine needs of an encoder."""

    @property
    def id(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def similarity_floor(self) -> float | None: ...
    def encode_query(self, text: str) -> FloatArray: ...
    def encode_documents(self, texts: Sequence[str]) -> FloatArray: ...


class EncoderSwitch:
    """The encoder in use with its vectors, and those of the one that is to be used next."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.encoder: QueryEncoder | None = None
        self.vectors: VectorIndex | None = None
        self._prepared: VectorIndex | None = None

    def prepare(self, encoder: QueryEncoder) -> Coverage:
        """Open or bring up to date the vectors of another encoder; how many articles have one."""
        prepared = self._prepared
        if prepared is None or prepared.encoder_id != encoder.id:
            prepared = self._prepared = self._opened(encoder)
        prepared.sync()
        waiting = len(self._library.vectors.missing(encoder.id))
        return Coverage(encoder.id, len(prepared), len(prepared) + waiting)

    def vectors_for(self, encoder: QueryEncoder) -> VectorIndex:
        """The vectors that `change` needs: those that were prepared, else opened now (slow)."""
        prepared = self._prepared
        if prepared is not None and prepared.encoder_id == encoder.id:
            return prepared
        return self._opened(encoder)

    def change(self, encoder: QueryEncoder, vectors: VectorIndex) -> None:
        """Use an encoder with its vectors; no search may be running."""
        self.encoder, self.vectors, self._prepared = encoder, vectors, None

    def drop(self, encoder_id: str) -> None:
        """Forget the vectors and the index of an encoder that is not in use (else UserError)."""
        if self.encoder is not None and self.encoder.id == encoder_id:
            raise UserError("These vectors are in use.", "Change to another encoder first.")
        if self._prepared is not None and self._prepared.encoder_id == encoder_id:
            self._prepared = None
        self._library.vectors.drop(encoder_id)
        remove_index(self._library, encoder_id)

    def _opened(self, encoder: QueryEncoder) -> VectorIndex:
        vectors = VectorIndex(self._library, encoder.id, encoder.dimension)
        vectors.load()
        return vectors
