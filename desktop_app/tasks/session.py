"""One opened library with all that works on it: what the window and the command line hold."""

from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from desktop_app.encoders.installed import EncoderInfo, default_encoder
from desktop_app.encoders.onnx_encoder import OnnxEncoder, load_encoder
from desktop_app.encoders.reranker import Reranker, find_reranker, load_reranker
from desktop_app.encoders.trainable import title
from desktop_app.errors import UserError
from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary, load_vocabulary
from desktop_app.search.engine import SearchEngine
from desktop_app.tasks.library_encoder import encoder_of


class Session:
    """A library, the MeSH vocabulary, the search engine over both, and later an encoder."""

    def __init__(self, library: Library, vocabulary: Vocabulary) -> None:
        self.library = library
        self.vocabulary = vocabulary
        self.engine = SearchEngine(library, vocabulary)
        self.encoder: OnnxEncoder | None = None
        self.encoder_title = ""  # as people call it: with the day, when it was trained

    def load_encoder(self, wanted: str = "") -> None:
        """Load an encoder (by name or id; else the library's own) and search by meaning with it.

        Slow, 0.3 to 1 s: call it on a worker. Without any encoder installed nothing changes.
        Raises UserError when a wanted encoder is missing or an installed one is damaged.
        """
        info = find_encoder(wanted) if wanted else encoder_of(self.library.folder)
        if info is not None:
            self.encoder = load_encoder(info.folder)
            self.encoder_title = title(info)
            self.engine.use_encoder(self.encoder)

    def load_reranker(self) -> bool:
        """Load the second stage's model, for `engine.refine`; False when none is installed.

        Slow, about a second: call it on a worker. Raises UserError when it is damaged.
        """
        folder = find_reranker()
        if folder is not None:
            self.engine.use_reranker(load_reranker(folder))
        return folder is not None

    def close(self) -> None:
        """Save the caches and close the library."""
        with suppress(OSError):  # a cache: it is made anew from the library when it is missing
            self.engine.save()
        self.library.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_session(folder: Path, read_only: bool = False) -> Session:
    """Open the library in `folder` (made if missing) for searching.

    Raises UserError: open elsewhere, made by a newer Litmesh, damaged, not there (read only).
    """
    library = Library.open(folder, read_only)
    try:
        return Session(library, load_vocabulary())
    except BaseException:
        library.close()
        raise


def find_encoder(wanted: str = "") -> EncoderInfo | None:
    """The installed encoder of a name or id; without one named, the default or None."""
    info = default_encoder(wanted)
    if info is None and wanted:
        raise UserError(
            f"The encoder {wanted} is not installed.",
            "“litmesh encoders list” shows those that are.",
        )
    return info


def second_stage() -> Reranker:
    """The installed reranker, loaded. Raises UserError when there is none or it is damaged."""
    folder = find_reranker()
    if folder is None:
        raise UserError("No second-stage model is installed.", "Install Litmesh again.")
    return load_reranker(folder)
