"""Between the actions and the text of an article: its files, other versions and sources."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.icons import set_icon
from desktop_app.gui.record_links import OtherVersion, RecordLinks, SourceLine
from desktop_app.gui.text import count, plain_tip

if TYPE_CHECKING:  # brings SQLAlchemy
    from desktop_app.library.attachments import AttachedFile

_SHOWN = 200  # characters of a title


class RecordStrip(QFrame):
    """Hidden while there is nothing to say."""

    version_pressed = Signal(int)  # article id
    file_pressed = Signal(object)  # AttachedFile
    location_wanted = Signal(object)  # AttachedFile, which is not where it was
    separation_wanted = Signal(int, int)  # article id, source id

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._links: RecordLinks | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(14, 0, 12, 6)
        self._column.setSpacing(2)
        self._lines: list[QWidget] = []
        self.menu: QMenu | None = None
        self.hide()

    @property
    def article_id(self) -> int:
        """The article that the links belong to, 0 when there are none."""
        return self._links.article_id if self._links else 0

    def show_nothing(self) -> None:
        """Forget the links."""
        self._links = None
        for line in self._lines:
            line.hide()
            line.deleteLater()
        self._lines = []
        self.menu = None
        self.hide()

    def show_links(self, links: RecordLinks) -> None:
        """Show files, versions and sources."""
        self.show_nothing()
        self._links = links
        self._lines = [self._file(file) for file in links.files]
        self._lines += [self._version(version) for version in links.versions]
        if links.sources:
            self._lines.append(self._sources(links.sources))
        for line in self._lines:
            self._column.addWidget(line)
            line.show()
        self.setVisible(bool(self._lines))

    @property
    def text(self) -> str:
        """What is said, one line a file and a version and one on the sources."""
        kinds = QPushButton | QLabel
        return "\n".join(
            part.text().replace("&&", "&")
            for line in self._lines
            for part in (line, *line.findChildren(QWidget))
            if isinstance(part, kinds)
        )

    def _file(self, file: "AttachedFile") -> QWidget:
        if not file.is_missing:
            button = QPushButton(f"Open PDF: {file.name[:_SHOWN]}".replace("&", "&&"), self)
            button.setProperty("role", "link")
            button.setIconSize(QSize(14, 14))
            set_icon(button, "file", self.palette(), "link")
            button.setToolTip(plain_tip(str(file.path)))
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.clicked.connect(partial(self.file_pressed.emit, file))
            return button
        line = QWidget(self)
        label = QLabel(f"{file.name[:_SHOWN]} is missing: it was moved or deleted.", line)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("role", "small")
        label.setWordWrap(True)
        label.setToolTip(plain_tip(str(file.path)))
        locate = QPushButton("Locate…", line)
        locate.setProperty("role", "flat")
        locate.setToolTip("Say where the file is; it is copied into the library again")
        locate.clicked.connect(partial(self.location_wanted.emit, file))
        row = QHBoxLayout(line)
        row.setContentsMargins(4, 0, 0, 0)
        row.addWidget(label, 1)
        row.addWidget(locate)
        return line

    def _version(self, version: OtherVersion) -> QPushButton:
        what = "Preprint" if version.is_preprint else "Published as"
        title = " ".join(version.title.split()) or "Untitled"
        button = QPushButton(f"{what}: {title[:_SHOWN]}".replace("&", "&&"), self)
        button.setProperty("role", "link")
        button.setIconSize(QSize(14, 14))
        set_icon(button, "article", self.palette(), "link")
        button.setToolTip(plain_tip(title))
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        button.clicked.connect(partial(self.version_pressed.emit, version.article_id))
        return button

    def _sources(self, sources: tuple[SourceLine, ...]) -> QWidget:
        line = QWidget(self)
        origins = ", ".join(source.origin or "unknown" for source in sources)
        label = QLabel(f"{count(len(sources), 'source')}: {origins}", line)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("role", "small")
        label.setWordWrap(True)
        undo = QPushButton("Undo merge…", line)
        undo.setProperty("role", "flat")
        undo.setToolTip("Make one of the sources an article of its own again")
        self.menu = QMenu(undo)
        for source in sources:
            title = " ".join(source.title.split())[:80].replace("&", "&&")
            action = self.menu.addAction(f"Separate {source.origin or 'source'}: {title}")
            action.triggered.connect(partial(self._separate, source.source_id))
        undo.setMenu(self.menu)
        row = QHBoxLayout(line)
        row.setContentsMargins(4, 0, 0, 0)
        row.addWidget(label, 1)
        row.addWidget(undo)
        return line

    def _separate(self, source_id: int, _: bool = False) -> None:
        if self._links is not None:
            self.separation_wanted.emit(self._links.article_id, source_id)
