"""Measures how long the event loop was held: the gaps between the beats of a fast timer."""

import time

from PySide6.QtCore import QObject, QTimer, Slot

BEAT = 5  # ms


class Watchdog(QObject):
    """Beats while it runs; whatever holds the event loop makes a beat late."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gaps: list[float] = []
        self._last = 0.0
        self._timer = QTimer(self, interval=BEAT)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        """Begin anew."""
        self._gaps.clear()
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        """Stop, with the pause that may be going on."""
        self._beat()
        self._timer.stop()

    @property
    def gaps(self) -> list[float]:
        """Pauses of the event loop in milliseconds, longest first."""
        return sorted(self._gaps, reverse=True)

    @Slot()
    def _beat(self) -> None:
        now = time.perf_counter()
        pause = (now - self._last) * 1000 - BEAT
        if pause > 1:
            self._gaps.append(pause)
        self._last = now
