"""The bottom line: what is in the library, which task runs, which encoder is used."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from desktop_app.gui.icons import set_icon
from desktop_app.gui.jobs import JobProgress
from desktop_app.gui.text import amount, duration


class JobBar(QFrame):
    """`cancel_pressed` asks to stop the task, `encoder_pressed` for details of the encoder."""

    cancel_pressed = Signal()
    encoder_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("jobBar")
        self.library = _label(self)
        self._job = _label(self)
        self._job.setAccessibleName("Running task")
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(140)
        self._bar.setAccessibleName("Progress")
        self.cancel = QPushButton(self)
        self.cancel.setToolTip("Stop after the present batch; what is done is kept")
        self.cancel.setAccessibleName("Cancel the running task")
        self.cancel.setText("Cancel")
        self.cancel.setProperty("role", "status")
        self.cancel.clicked.connect(self.cancel_pressed)
        self.encoder = QPushButton(self)
        self.encoder.setProperty("role", "status")
        self.encoder.setIconSize(QSize(14, 14))
        self.encoder.setToolTip("What turns text into meaning; press for details")
        set_icon(self.encoder, "chip", self.palette())
        self.encoder.clicked.connect(self.encoder_pressed)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 3, 10, 3)
        row.setSpacing(10)
        row.addWidget(self.library)
        row.addStretch(1)
        for part in (self._job, self._bar, self.cancel, self.encoder):
            row.addWidget(part)
        self.setFixedHeight(max(32, self.encoder.sizeHint().height() + 8))
        self.show_encoder("")
        self.show_rest()

    def show_library(self, text: str) -> None:
        """Show what the library holds."""
        self.library.setText(text)

    def show_encoder(self, text: str) -> None:
        """Show the encoder in use, "" while none is known yet."""
        self.encoder.setText(text.replace("&", "&&"))
        self.encoder.setAccessibleName(f"Encoder: {text}")
        self.encoder.setVisible(bool(text))

    @Slot(object)
    def show_progress(self, progress: JobProgress) -> None:
        """Show how far the running task is."""
        self._job.setText(progress_words(progress))
        self._bar.setRange(0, 1000 if progress.total else 0)
        if progress.total:
            self._bar.setValue(min(1000, round(1000 * progress.done / progress.total)))
        self.cancel.setEnabled(not progress.cancelling)
        for part in (self._job, self._bar, self.cancel):
            part.show()

    @Slot()
    def show_rest(self) -> None:
        """No task runs."""
        for part in (self._job, self._bar, self.cancel):
            part.hide()

    @property
    def job_text(self) -> str:
        """What is said of the running task, "" when none is shown."""
        return "" if self._job.isHidden() else self._job.text()


def progress_words(progress: JobProgress) -> str:
    """`Indexing · 120 of 214 articles · 38 articles/s · 3 s left`."""
    parts = [progress.title]
    if progress.cancelling:
        return f"{progress.title} · stopping…"
    if progress.total and progress.unit == "bytes":
        parts.append(
            f"{100 * progress.done // progress.total} % of {amount(progress.total, 'bytes')}"
        )
    elif progress.total:
        parts.append(f"{progress.done:,} of {amount(progress.total, progress.unit)}")
    if progress.done and progress.rate >= 1:
        unit = "" if progress.unit == "bytes" else progress.unit
        parts.append(
            f"{amount(progress.rate, progress.unit) if not unit else f'{progress.rate:,.0f}'}/s"
        )
    if progress.seconds_left is not None:
        parts.append(f"{duration(progress.seconds_left)} left")
    if progress.waiting:
        parts.append(f"{progress.waiting} waiting")
    return " · ".join(parts)


def _label(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", "small")
    return label
