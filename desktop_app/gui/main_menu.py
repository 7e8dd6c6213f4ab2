"""The menus: every command of the window with its key, as signals."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from desktop_app.search.request import Mode

_THEMES = (("system", "Like the system"), ("light", "Light"), ("dark", "Dark"))
_MODES = (
    (Mode.HYBRID, "By meaning and words", "Ctrl+1"),
    (Mode.SEMANTIC, "By meaning", "Ctrl+2"),
    (Mode.KEYWORD, "By words", "Ctrl+3"),
)


class MainMenu(QObject):
    """Fills the menu bar of a window."""

    import_files_wanted = Signal()
    import_folder_wanted = Signal()
    open_library_wanted = Signal()
    new_library_wanted = Signal()
    report_wanted = Signal()
    export_wanted = Signal()
    network_wanted = Signal()
    duplicates_wanted = Signal()
    completion_wanted = Signal()
    improve_wanted = Signal()
    encoders_wanted = Signal()
    watched_wanted = Signal()
    history_wanted = Signal()
    needs_you_wanted = Signal()
    backups_wanted = Signal()
    quit_wanted = Signal()
    search_focus_wanted = Signal()
    back_wanted = Signal()
    forward_wanted = Signal()
    clear_filters_wanted = Signal()
    searches_wanted = Signal()
    save_search_wanted = Signal()
    similar_wanted = Signal()
    inside_wanted = Signal()
    refinement_wanted = Signal()
    star_wanted = Signal()
    note_wanted = Signal()
    why_wanted = Signal()
    record_wanted = Signal()
    rerun_wanted = Signal()
    pane_wanted = Signal(int)  # 1 = next, -1 = previous
    mode_wanted = Signal(object)  # Mode
    theme_wanted = Signal(str)
    scale_wanted = Signal(int)  # 1 larger, -1 smaller, 0 as the system says
    keys_wanted = Signal()
    encoder_wanted = Signal()
    newer_version_wanted = Signal()
    about_wanted = Signal()

    def __init__(self, window: QMainWindow, theme: str) -> None:
        super().__init__(window)
        bar = window.menuBar()
        self._fill_file(bar.addMenu("&File"))
        self._fill_library(bar.addMenu("&Library"))
        self._fill_search(bar.addMenu("&Search"))
        self._fill_view(bar.addMenu("&View"), theme)
        self._fill_help(bar.addMenu("&Help"))

    def allow_history(self, back: bool, forward: bool) -> None:
        """Say whether there are earlier and later searches."""
        self._back.setEnabled(back)
        self._forward.setEnabled(forward)

    def allow_report(self) -> None:
        """There is an import report to show."""
        self._report.setEnabled(True)

    def count_duplicates(self, doubtful: int) -> None:
        """How many pairs of articles wait for a decision."""
        self.duplicates.setText("&Duplicates…" + (f" ({doubtful:,})" if doubtful else ""))

    def count_needs_you(self, files: int) -> None:
        """How many files wait for the user to say which article they are."""
        self.needs_you.setText("&Needs you…" + (f" ({files:,})" if files else ""))

    def _fill_file(self, menu: QMenu) -> None:
        _add(menu, "&Import files…", self.import_files_wanted.emit, "Ctrl+O")
        _add(menu, "Import &folder…", self.import_folder_wanted.emit, "Ctrl+Shift+O")
        self._report = _add(menu, "Last import &report", self.report_wanted.emit)
        self._report.setEnabled(False)
        menu.addSeparator()
        _add(menu, "&Export…", self.export_wanted.emit, "Ctrl+E")
        menu.addSeparator()
        _add(menu, "&Network…", self.network_wanted.emit)
        menu.addSeparator()
        _add(menu, "&Quit", self.quit_wanted.emit, "Ctrl+Q")

    def _fill_library(self, menu: QMenu) -> None:
        _add(menu, "&Open library…", self.open_library_wanted.emit)
        _add(menu, "&New library…", self.new_library_wanted.emit)
        menu.addSeparator()
        self.duplicates = _add(menu, "", self.duplicates_wanted.emit, "Ctrl+D")
        self.count_duplicates(0)
        _add(menu, "&Complete from PubMed…", self.completion_wanted.emit)
        menu.addSeparator()
        _add(menu, "I&mprove search on my library…", self.improve_wanted.emit, "Ctrl+T")
        _add(menu, "&Encoders…", self.encoders_wanted.emit)
        menu.addSeparator()
        _add(menu, "&Watched folders…", self.watched_wanted.emit)
        _add(menu, "&Import history…", self.history_wanted.emit)
        self.needs_you = _add(menu, "", self.needs_you_wanted.emit, "Ctrl+U")
        self.count_needs_you(0)
        menu.addSeparator()
        _add(menu, "&Backups…", self.backups_wanted.emit)

    def _fill_search(self, menu: QMenu) -> None:
        _add(menu, "Go to &search box", self.search_focus_wanted.emit, "Ctrl+F", "Ctrl+K")
        self._back = _add(menu, "&Back", self.back_wanted.emit, "Alt+Left")
        self._forward = _add(menu, "&Forward", self.forward_wanted.emit, "Alt+Right")
        self.allow_history(False, False)
        menu.addSeparator()
        for mode, text, key in _MODES:
            _add(menu, text, partial(self.mode_wanted.emit, mode), key)
        _add(menu, "&Read the best 30 again", self.refinement_wanted.emit, "Ctrl+R")
        menu.addSeparator()
        _add(menu, "Similar &articles", self.similar_wanted.emit, "Ctrl+Return")
        _add(menu, "Search &inside these results", self.inside_wanted.emit, "Ctrl+I")
        _add(menu, "&Why is this a result?", self.why_wanted.emit, "Ctrl+Y")
        _add(menu, "S&tar", self.star_wanted.emit)
        _add(menu, "&Note on the article", self.note_wanted.emit, "Ctrl+M")
        menu.addSeparator()
        _add(menu, "&History and saved searches…", self.searches_wanted.emit, "Ctrl+H")
        _add(menu, "Sa&ve search…", self.save_search_wanted.emit, "Ctrl+S")
        _add(menu, "Save search recor&d…", self.record_wanted.emit)
        _add(menu, "Re-ru&n record…", self.rerun_wanted.emit)
        menu.addSeparator()
        _add(menu, "&Clear all filters", self.clear_filters_wanted.emit, "Ctrl+Shift+X")

    def _fill_view(self, menu: QMenu, theme: str) -> None:
        group = QActionGroup(menu)
        for name, text in _THEMES:
            action = _add(menu, text, partial(self.theme_wanted.emit, name))
            action.setCheckable(True)
            action.setChecked(name == theme)
            group.addAction(action)
        menu.addSeparator()
        _add(menu, "&Larger text", partial(self.scale_wanted.emit, 1), "Ctrl++", "Ctrl+=")
        _add(menu, "&Smaller text", partial(self.scale_wanted.emit, -1), "Ctrl+-")
        _add(menu, "&Normal text", partial(self.scale_wanted.emit, 0), "Ctrl+0")
        menu.addSeparator()
        _add(menu, "Next &pane", partial(self.pane_wanted.emit, 1), "F6")
        _add(menu, "Pre&vious pane", partial(self.pane_wanted.emit, -1), "Shift+F6")

    def _fill_help(self, menu: QMenu) -> None:
        _add(menu, "&Keyboard shortcuts", self.keys_wanted.emit, "F1")
        _add(menu, "&Encoder in use", self.encoder_wanted.emit)
        _add(menu, "&Newer version…", self.newer_version_wanted.emit)
        _add(menu, "&About Litmesh", self.about_wanted.emit)


def _add(menu: QMenu, text: str, wanted: Callable[[], object], *keys: str) -> QAction:
    action = QAction(text, menu)
    action.setShortcuts([QKeySequence(key) for key in keys])
    action.triggered.connect(_without_argument(wanted))
    menu.addAction(action)
    return action


def _without_argument(wanted: Callable[[], object]) -> Callable[[], None]:
    """`triggered` carries a checked flag that nobody wants."""

    def call() -> None:
        wanted()

    return call
