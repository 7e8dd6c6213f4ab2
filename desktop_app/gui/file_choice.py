"""Asking for files, folders and libraries, without blocking the window."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop_app.gui.formats import IMPORT_PATTERNS

_FILTER = f"What Litmesh reads ({IMPORT_PATTERNS});;All files (*)"


class FileChoice(QObject):
    """Opens file dialogs; what was chosen comes as a signal."""

    paths_chosen = Signal(list)  # Path: to import
    library_chosen = Signal(object)  # Path

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window

    @Slot()
    def ask_files(self) -> None:
        """Files to import."""
        dialog = self._dialog("Import files", QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(_FILTER)
        dialog.filesSelected.connect(self._take_paths)
        dialog.open()

    @Slot()
    def ask_folder(self) -> None:
        """A folder to import."""
        dialog = self._dialog("Import a folder", QFileDialog.FileMode.Directory)
        dialog.filesSelected.connect(self._take_paths)
        dialog.open()

    @Slot()
    def ask_library(self) -> None:
        """A library to open."""
        dialog = self._dialog("Open a library", QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self._take_library)
        dialog.open()

    @Slot()
    def ask_new_library(self) -> None:
        """A place for a new library."""
        dialog = self._dialog("New library", QFileDialog.FileMode.AnyFile)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setLabelText(QFileDialog.DialogLabel.Accept, "Create")
        dialog.setLabelText(QFileDialog.DialogLabel.FileName, "Folder name:")
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.fileSelected.connect(self._take_library)
        dialog.open()

    def _dialog(self, title: str, mode: QFileDialog.FileMode) -> QFileDialog:
        dialog = QFileDialog(self._window, title)
        dialog.setFileMode(mode)
        return dialog

    @Slot(list)
    def _take_paths(self, names: list[str]) -> None:
        self.paths_chosen.emit([Path(name) for name in names])

    @Slot(str)
    def _take_library(self, name: str) -> None:
        self.library_chosen.emit(Path(name))
