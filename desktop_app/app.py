"""The window program: it builds every long-lived object once and opens the window.

Nothing heavy is imported here: library, index and encoder come on a worker after the first paint.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from desktop_app.gui.file_open_events import FileOpenEvents
from desktop_app.gui.flow import Flow
from desktop_app.gui.jobs import Jobs
from desktop_app.gui.main_window import MainWindow
from desktop_app.gui.models.result_model import ResultModel
from desktop_app.gui.screenshot import Screenshot
from desktop_app.gui.second_start import Call, SecondStart, handed_over
from desktop_app.gui.theme import Theme
from desktop_app.gui.window_commands import WindowCommands
from desktop_app.search.request import Mode
from desktop_app.settings import Settings


def run(
    library: Path,
    query: str = "",
    screenshot: Path | None = None,
    files: Sequence[Path] = (),
    any_library: bool = False,
) -> int:
    """Open the window on a library; returns the exit status when it is closed.

    `query` is searched for at once, `files` are imported at once. A window that is open takes
    both over when it shows this library, or with `any_library` whatever it shows. With
    `screenshot` nobody is asked anything: the window is shown 1440 x 900, searched, saved as PNG,
    and the hits printed.
    """
    app = application()
    call = Call(tuple(files), query, None if any_library else library)
    if screenshot is None and handed_over(call):
        return 0
    settings = Settings() if screenshot else Settings.load()
    theme = Theme(app, "light" if screenshot else settings.theme, settings.font_scale)
    flow = build(theme, settings, dialogs=screenshot is None)
    later = SecondStart(flow)
    if sys.platform == "darwin":
        FileOpenEvents(flow, app)
    previous, sys.excepthook = sys.excepthook, _shown_by(flow)
    try:
        if screenshot is not None:
            Screenshot(flow, query, screenshot)
            flow.window.resize(1440, 900)
        else:
            later.listen()
        if query and screenshot is None:
            flow.query.submit_text(query)
        flow.window.show()
        QTimer.singleShot(0, flow, lambda: flow.open_library(library, files))
        return app.exec()
    finally:
        sys.excepthook = previous
        later.close()
        flow.workspace.close()
        flow.window.deleteLater()
        app.processEvents()


def application() -> QApplication:
    """The one QApplication, made when there is none."""
    app = QApplication.instance()
    if isinstance(app, QApplication):
        return app
    app = QApplication(["litmesh"])
    app.setApplicationName("litmesh")
    app.setApplicationDisplayName("Litmesh")
    app.setDesktopFileName("litmesh")
    return app


def build(theme: Theme, settings: Settings, dialogs: bool = True) -> Flow:
    """The window with everything behind it, no library open yet."""
    jobs = Jobs()
    model = ResultModel(jobs)
    window = MainWindow(model, theme.choice)
    flow = Flow(window, model, jobs, Mode(settings.mode), dialogs)
    jobs.setParent(flow)
    model.setParent(flow)
    WindowCommands(flow, theme, settings)
    return flow


_Hook = Callable[[type[BaseException], BaseException, TracebackType | None], Any]


def _shown_by(flow: Flow) -> _Hook:
    def show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        flow.messages.show_error(error)

    return show
