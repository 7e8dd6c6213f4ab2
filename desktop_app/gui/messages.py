"""Tells the user of errors: what one can put right in the message bar, a bug in a dialog."""

import logging
import traceback
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop_app.errors import Cancelled, UserError
from desktop_app.gui.dialogs.crash_dialog import CrashDialog
from desktop_app.gui.widgets.message_bar import MessageBar

_log = logging.getLogger(__name__)


class Messages(QObject):
    """The only place that opens message windows; none of them blocks."""

    shown = Signal(object)  # Exception

    def __init__(self, bar: MessageBar, window: QWidget, dialogs: bool = True) -> None:
        super().__init__(window)
        self._bar = bar
        self._window = window
        self._dialogs = dialogs
        self._crash: CrashDialog | None = None
        self._press: Callable[[], object] | None = None
        bar.action_pressed.connect(self._do)

    @Slot(object)
    def show_error(self, error: BaseException) -> None:
        """Show an error: a `UserError` with its hint, any other as a report to copy.

        `Cancelled` is none: whoever cancelled knows.
        """
        if isinstance(error, Cancelled):
            return
        if isinstance(error, UserError):
            self._bar.show_message(f"{error.message} {error.hint}".strip(), "error")
        else:
            report = "".join(traceback.format_exception(error))
            _log.error("unexpected error\n%s", report)
            if self._dialogs:
                self._open_crash(report)
        self.shown.emit(error)

    def tell(self, text: str, kind: str = "info") -> None:
        """Show a line in the message bar; `kind` is info, warning or error."""
        self._bar.show_message(text, kind)

    def offer(self, text: str, action: str, press: Callable[[], object]) -> None:
        """Show a line with a button that calls `press`."""
        self._press = press
        self._bar.show_message(text, "info", action)

    @Slot()
    def _do(self) -> None:
        self._bar.hide()
        press, self._press = self._press, None
        if press is not None:
            press()

    def _open_crash(self, report: str) -> None:
        if self._crash is None:  # one dialog: errors seldom come alone
            self._crash = CrashDialog(self._window)
        self._crash.add_report(report)
        self._crash.open()
