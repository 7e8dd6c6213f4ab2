"""What stands beside an article: its other versions, the sources it was merged from."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from desktop_app.gui.jobs import Jobs
from desktop_app.gui.messages import Messages
from desktop_app.gui.workspace import Workspace

if TYPE_CHECKING:  # brings SQLAlchemy
    from desktop_app.library.attachments import AttachedFile
    from desktop_app.library.library import Library


@dataclass(frozen=True, slots=True)
class OtherVersion:
    """The preprint of an article, or the article of a preprint."""

    article_id: int
    title: str
    is_preprint: bool


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One of several sources of an article."""

    source_id: int
    origin: str
    title: str


@dataclass(frozen=True, slots=True)
class RecordLinks:
    """Everything beside one article; no sources while there is just one."""

    article_id: int
    versions: tuple[OtherVersion, ...] = ()
    sources: tuple[SourceLine, ...] = ()
    files: "tuple[AttachedFile, ...]" = ()


class RecordLinker(QObject):
    """Reads the links of the article that is shown, and separates a source when asked to."""

    read = Signal(object)  # RecordLinks

    def __init__(
        self, workspace: Workspace, jobs: Jobs, messages: Messages, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._jobs = jobs
        self._messages = messages

    @Slot(int)
    def read_links(self, article_id: int) -> None:
        """Read what belongs to an article; answered with `read`."""
        session = self._workspace.session
        if session is not None:
            work = partial(read_links, session.library, article_id)
            self._jobs.quick("links", work, self.read.emit)

    @Slot(int, int)
    def separate(self, article_id: int, source_id: int) -> None:
        """Take a source out of an article again."""
        session = self._workspace.session
        if session is not None:
            work = partial(session.library.duplicates.split, article_id, source_id)
            then = partial(self._tell_separated, article_id)
            self._jobs.write(work, then, self._messages.show_error)

    def _tell_separated(self, article_id: int, _: int) -> None:
        self._messages.tell("The source is an article of its own again.")
        self._workspace.refresh()
        self.read_links(article_id)


def read_links(library: "Library", article_id: int) -> RecordLinks:
    """The links of an article; for workers."""
    from desktop_app.library.pairs import linked_to
    from desktop_app.library.same_record import Sameness, signature

    with library.reading() as connection:
        linked = set(linked_to(connection, article_id, Sameness.VERSION))
    live = (
        linked and {i for pair in library.duplicates.pairs(Sameness.VERSION) for i in pair} & linked
    )
    versions = library.articles(sorted(live))
    return RecordLinks(
        article_id,
        tuple(OtherVersion(i, a.title, signature(a).preprint) for i, a in versions.items()),
        tuple(
            SourceLine(s.id, s.origin, s.record.title)
            for s in library.duplicates.sources(article_id)
        ),
        tuple(library.attachments.of(article_id)),
    )
