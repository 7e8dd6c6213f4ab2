"""The card that installs the training runtime: what, where, how large, why; then how far it is."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QMenu,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.widgets.parts import button, label
from desktop_app.tasks.training.environment.installed import Installed
from desktop_app.tasks.training.environment.machine import Backend
from desktop_app.tasks.training.environment.plan import NAMES, Plan, builds, offered

_ABOUT = (
    "Litmesh can teach its encoder the language of your library. For that it needs PyTorch, which "
    "is installed once into your own data folder, apart from Litmesh, and can be removed again. "
    "Nothing of your library is sent; the package index sees your network address and which "
    "packages are fetched."
)
_SYSTEMS = {"Linux": "Linux", "Windows": "Windows", "Darwin": "macOS"}


class RuntimePage(QWidget):
    """Emits what is wanted; the setters show what is there."""

    install_wanted = Signal(object)  # Backend
    backend_chosen = Signal(object)  # Backend
    folder_wanted = Signal()
    save_wanted = Signal(str, object)  # system, Backend
    network_wanted = Signal()
    remove_wanted = Signal()
    cancel_wanted = Signal()
    back_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = label("Install the training runtime", "big", self)
        self.state = label("Looking at this computer…", "section", self)
        self.backend = QComboBox(self)
        self.reason = label("", "muted", self)
        self.download, self.disk = label("", "", self), label("", "", self)
        self.place = label("", "", self)
        self.install = button("&Install", self, "primary")
        self.folder = button("Install from a &folder…", self)
        self.save = button("&Save files for another computer…", self)
        self.network = button("&Network…", self, "flat")
        self.remove = button("&Remove", self)
        self.back = button("&Back", self)
        self.bar = QProgressBar(self)
        self.progress = label("", "", self)
        self.cancel = button("&Cancel", self)
        self._names: list[QWidget] = []  # of the rows: hidden while there is nothing to show
        self._busy = False
        self._able = False
        self._plan: Plan | None = None
        self._installed: Installed | None = None
        self._build()
        self._connect()
        self._follow()

    def _build(self) -> None:
        self.backend.setAccessibleName("What PyTorch computes on")
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("How much is installed")
        self._fill_menu()
        card = QFrame(self)
        card.setObjectName("tile")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(18, 14, 18, 16)
        inner.setSpacing(12)
        inner.addWidget(self.state)
        inner.addLayout(self._grid())
        inner.addLayout(_row(self.install, self.folder, self.save, self.remove))
        inner.addWidget(self.bar)
        busy = QHBoxLayout()
        busy.addWidget(self.progress, 1)
        busy.addWidget(self.cancel)
        inner.addLayout(busy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for part in (self.heading, label(_ABOUT, "muted", self), card):
            column.addWidget(part)
        column.addLayout(_row(self.back, self.network))
        column.addStretch(1)

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(8)
        rows = (
            ("Computes on", self.backend),
            ("", self.reason),
            ("Download", self.download),
            ("Disk", self.disk),
            ("Folder", self.place),
        )
        for row, (name, part) in enumerate(rows):
            said = label(name, "muted", self)
            self._names += [said, part]
            grid.addWidget(said, row, 0)
            grid.addWidget(part, row, 1)
        return grid

    def _fill_menu(self) -> None:
        menu = QMenu(self.save)
        for system, backend in builds():
            action = menu.addAction(f"For {_SYSTEMS[system]}, {NAMES[backend]}…")
            action.triggered.connect(partial(self._save, system, backend))
        self.save.setMenu(menu)

    def _connect(self) -> None:
        self.install.clicked.connect(self._install)
        self.backend.activated.connect(self._choose)
        self.folder.clicked.connect(self.folder_wanted)
        self.network.clicked.connect(self.network_wanted)
        self.remove.clicked.connect(self.remove_wanted)
        self.cancel.clicked.connect(self.cancel_wanted)
        self.back.clicked.connect(self.back_wanted)

    def show_plan(self, plan: Plan, installed: Installed | None, used: Path | None) -> None:
        """What would be installed, what is, and the Python that trainings use now."""
        self._plan, self._installed, self._able = plan, installed, True
        self.backend.clear()
        for backend in offered(plan.system):
            words = NAMES[backend]
            self.backend.addItem(words[:1].upper() + words[1:], backend)
        self.backend.setCurrentIndex(self.backend.findData(plan.backend))
        self.reason.setText(plan.reason)
        self.download.setText(f"about {_size(plan.sizes.download)}")
        self.disk.setText(f"{_size(plan.sizes.needed)} are needed · {_size(plan.free)} are free")
        self.place.setText(str(plan.home))
        self.state.setText(_state(plan, installed, used))
        self.heading.setText("Training runtime" if used else "Install the training runtime")
        self.install.setText("&Repair" if installed else "&Install")
        self._follow()

    def show_unable(self, words: str, used: Path | None) -> None:
        """Nothing can be installed from here, and why."""
        self._plan, self._installed, self._able = None, None, False
        self.state.setText(f"PyTorch of {used} is used. {words}" if used else words)
        self._follow()

    def show_busy(self, words: str, done: int = 0, total: int = 0, may_stop: bool = True) -> None:
        """What is being done, and how far it is; a total of 0 is not known."""
        self._busy = True
        self.progress.setText(words)
        self.bar.setRange(0, 1000 if total else 0)
        self.bar.setValue(1000 * done // total if total else 0)
        self.cancel.setEnabled(may_stop)
        self._follow()

    def show_rest(self) -> None:
        """Nothing is being done any more."""
        self._busy = False
        self._follow()

    def _follow(self) -> None:
        for part in self._names:
            part.setVisible(self._plan is not None)
        for part in (self.install, self.folder, self.save, self.remove, self.backend, self.back):
            part.setEnabled(not self._busy)
        for part in (self.install, self.folder, self.save):
            part.setVisible(self._able and not self._busy)
        self.remove.setVisible(self._installed is not None and not self._busy)
        for part in (self.bar, self.progress, self.cancel):
            part.setVisible(self._busy)

    @Slot()
    def _install(self) -> None:
        self.install_wanted.emit(Backend(self.backend.currentData()))  # Qt keeps its text

    @Slot()
    def _choose(self) -> None:
        self.backend_chosen.emit(Backend(self.backend.currentData()))

    def _save(self, system: str, backend: Backend) -> None:
        self.save_wanted.emit(system, backend)


def _state(plan: Plan, installed: Installed | None, used: Path | None) -> str:
    if installed is None:
        return (
            f"PyTorch of {used} is used." if used else "The training runtime is not installed yet."
        )
    device = "the processor" if installed.device == "cpu" else "the GPU"
    about = f"{_size(installed.bytes)}; it computes on {device}"
    words = f"PyTorch {installed.torch} is installed, {about}."
    if installed.digest != plan.digest and installed.backend == plan.backend:
        words += " This version of Litmesh has newer packages: Repair brings them."
    return words


def _size(size: int) -> str:
    """A size that is only known about."""
    return f"{size / 1e9:.1f} GB".replace(".0", "") if size >= 1e9 else f"{size / 1e6:.0f} MB"


def _row(*parts: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for part in parts:
        row.addWidget(part)
    row.addStretch(1)
    return row
