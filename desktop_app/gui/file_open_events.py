"""Files opened by double click on macOS: Finder sends them as events, not as arguments."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Slot
from PySide6.QtGui import QFileOpenEvent

from desktop_app.gui.flow import Flow


class FileOpenEvents(QObject):
    """Imports them. Ten chosen files are ten events and one import."""

    def __init__(self, flow: Flow, application: QCoreApplication) -> None:
        super().__init__(flow)
        self._flow = flow
        self._paths: list[Path] = []
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take file events, leave every other alone."""
        if not isinstance(event, QFileOpenEvent) or not event.file():
            return False
        if not self._paths:
            QTimer.singleShot(0, self, self._import)
        self._paths.append(Path(event.file()))
        return True

    @Slot()
    def _import(self) -> None:
        paths, self._paths = self._paths, []
        self._flow.import_paths(paths)
