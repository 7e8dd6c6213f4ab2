"""Where the window stood last time: the one thing kept with QSettings."""

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QMainWindow, QSplitter

from desktop_app import paths


def restore_place(window: QMainWindow, splitter: QSplitter) -> None:
    """Put window and splitter where they were; the first time at a good size."""
    window.resize(1440, 900)
    settings = _settings()
    for name, restore in (
        ("geometry", window.restoreGeometry),
        ("splitter", splitter.restoreState),
    ):
        value = settings.value(name)
        if isinstance(value, QByteArray):
            restore(value)


def save_place(window: QMainWindow, splitter: QSplitter) -> None:
    """Remember where window and splitter are."""
    settings = _settings()
    settings.setValue("geometry", window.saveGeometry())
    settings.setValue("splitter", splitter.saveState())
    settings.sync()


def _settings() -> QSettings:
    return QSettings(str(paths.config_dir() / "window.ini"), QSettings.Format.IniFormat)
