"""A picture of the window without anybody there: it waits until all is shown, prints and saves."""

import sys
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from desktop_app.gui.flow import Flow
from desktop_app.search.request import SearchResult

_PATIENCE = 300_000  # ms: a slow machine indexes a few hundred articles in this time
_LOOK = 50  # ms


class Screenshot(QObject):
    """Ends the application with 0 when the picture is saved, with 1 when anything failed."""

    def __init__(self, flow: Flow, query: str, target: Path) -> None:
        super().__init__(flow)
        self._flow = flow
        self._query = query
        self._target = target
        self._typed = False
        self._answer: SearchResult | None = None
        self._looks = QTimer(self, interval=_LOOK)
        self._looks.timeout.connect(self._look)
        flow.answered.connect(self._note_answer)
        flow.messages.shown.connect(self._fail)
        flow.workspace.refused.connect(self._refuse)
        self._looks.start()
        QTimer.singleShot(_PATIENCE, self._give_up)

    @Slot(object)
    def _note_answer(self, result: SearchResult) -> None:
        self._answer = result

    @Slot()
    def _look(self) -> None:
        flow = self._flow
        ready = flow.workspace.indexed and not flow.jobs.busy and not flow.searcher.busy
        if not ready or self._answer is None:
            return
        window = self._flow.window
        if not self._typed:
            self._typed = True
            self._answer = None
            window.header.box.set_text(self._query)
            window.header.box.submitted.emit()
            if not self._query:
                self._flow.query.restart()
            return
        self._looks.stop()
        QTimer.singleShot(4 * _LOOK, self._take)

    @Slot()
    def _take(self) -> None:
        window = self._flow.window
        assert self._answer is not None
        print(self._hits(self._answer), flush=True)
        self._target.parent.mkdir(parents=True, exist_ok=True)
        saved = window.grab().save(str(self._target), "PNG")
        if not saved:
            print(f"litmesh: {self._target} cannot be written.", file=sys.stderr)
        self._end(0 if saved else 1)

    def _hits(self, result: SearchResult) -> str:
        session = self._flow.workspace.session
        lines = [self._flow.window.results.heading.text()]
        rows = session.engine.rows(result, 0, 10) if session else []
        for number, row in enumerate(rows, 1):
            source = ", ".join(str(part) for part in (row.journal, row.year) if part)
            lines.append(f"{number:>3}. {row.title} ({source}) PMID {row.pmid}")
            lines.append(f"     {row.why}")
        return "\n".join(lines)

    @Slot(object)
    def _fail(self, error: Exception) -> None:
        print(f"litmesh: {error}", file=sys.stderr)
        self._end(1)

    @Slot(object, object)
    def _refuse(self, folder: Path, error: Exception) -> None:
        self._fail(error)

    @Slot()
    def _give_up(self) -> None:
        print("litmesh: the window did not become ready in time.", file=sys.stderr)
        self._end(1)

    def _end(self, status: int) -> None:
        self._looks.stop()
        self._flow.window.close()
        QApplication.exit(status)
