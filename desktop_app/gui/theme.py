"""The look of the window: colours, fonts, style sheet; light or dark, or as the system is."""

import functools
from dataclasses import asdict, dataclass

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from desktop_app import paths

_SMALLEST = 10.5  # pt: smaller base fonts are what users complain of


@dataclass(frozen=True, slots=True)
class Colours:
    """Named colours; text on its background reaches a contrast of at least 4.5 : 1."""

    window: str  # behind everything
    surface: str  # lists, text
    raised: str  # menus, tool tips
    well: str  # sunken: tracks, segmented control
    border: str
    field: str  # border of what can be typed in or pressed
    text: str
    muted: str
    disabled: str
    accent: str
    accent_hover: str
    on_accent: str
    link: str
    hover: str
    tint: str  # selection, chips
    tint_hover: str
    bar: str  # behind facet rows
    mark: str  # matched words
    danger: str
    danger_tint: str
    warn: str
    warn_tint: str
    info_tint: str
    good: str
    scroll: str
    scroll_hover: str


LIGHT = Colours(
    window="#f4f6f8", surface="#ffffff", raised="#ffffff", well="#e6eaee", border="#dfe4e9",
    field="#c3ccd5", text="#17202a", muted="#566370", disabled="#98a3ad", accent="#0e7490",
    accent_hover="#0b617a", on_accent="#ffffff", link="#0b6a85", hover="#e9eef2", tint="#dff0f5",
    tint_hover="#cde7ef", bar="#e3edf1", mark="#ffedb0", danger="#b42318", danger_tint="#fdeceb",
    warn="#93580a", warn_tint="#fdf3dd", info_tint="#e8f3f7", good="#1a7348", scroll="#c9d1d9",
    scroll_hover="#a9b4bf",
)  # fmt: skip
DARK = Colours(
    window="#14181d", surface="#1a1f26", raised="#222831", well="#0f1317", border="#2b323b",
    field="#414b57", text="#e4e8ed", muted="#9ba7b4", disabled="#65707c", accent="#4db3cd",
    accent_hover="#6cc4da", on_accent="#06222b", link="#68c5dc", hover="#242b34", tint="#1d3a45",
    tint_hover="#254a57", bar="#202d35", mark="#5a4a12", danger="#ff8a80", danger_tint="#3d2122",
    warn="#f0b95b", warn_tint="#3a2e17", info_tint="#1a2f38", good="#63c793", scroll="#39424d",
    scroll_hover="#4d5865",
)  # fmt: skip


class Theme(QObject):
    """Dresses the application; `changed` is emitted after a new dress is on."""

    changed = Signal()

    def __init__(self, app: QApplication, choice: str = "system", scale: float = 1.0) -> None:
        super().__init__(app)
        self._app = app
        self._choice = choice
        app.setStyle("Fusion")
        self._base = readable_font(app.font())
        self._scale = scale
        self._tell_system()
        app.styleHints().colorSchemeChanged.connect(self._follow)
        self._dress()

    @property
    def choice(self) -> str:
        """What the user asked for: system, light or dark."""
        return self._choice

    @property
    def dark(self) -> bool:
        """True when the dark colours are on."""
        if self._choice == "system":
            return self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return self._choice == "dark"

    def choose(self, choice: str) -> None:
        """Switch to `system`, `light` or `dark`."""
        self._choice = choice
        self._tell_system()
        self._dress()

    def scale(self, factor: float) -> None:
        """Make every text larger or smaller than the system font."""
        self._scale = factor
        self._dress()

    @Slot()
    def _follow(self) -> None:
        if self._choice == "system":
            self._dress()

    def _tell_system(self) -> None:
        """Title bars and file dialogs are the system's: they should go with the choice."""
        hints = self._app.styleHints()
        if self._choice == "system":
            hints.unsetColorScheme()
        else:
            hints.setColorScheme(
                Qt.ColorScheme.Dark if self._choice == "dark" else Qt.ColorScheme.Light
            )

    def _dress(self) -> None:
        colours = DARK if self.dark else LIGHT
        font = QFont(self._base)
        font.setPointSizeF(self._base.pointSizeF() * self._scale)
        self._app.setFont(font)
        self._app.setPalette(_palette(colours))
        self._app.setStyleSheet(self._sheet(colours, font.pointSizeF()))
        self.changed.emit()

    def _sheet(self, colours: Colours, size: float) -> str:
        kind = "dark" if colours is DARK else "light"
        names = asdict(colours) | {
            "small": f"{size * 0.9:.2f}pt",
            "search": f"{size * 1.1:.2f}pt",
            "title": f"{size * 1.3:.2f}pt",
            "big": f"{size * 1.55:.2f}pt",
        }
        for name in ("tick", "arrow_down", "arrow_up"):
            picture = f"{name.replace('_', '-')}-{kind}.svg"
            names[name] = (paths.resources_dir() / "icons" / picture).as_posix()
        sheet = (paths.resources_dir() / "style" / "app.qss").read_text(encoding="utf-8")
        for name in sorted(names, key=len, reverse=True):
            sheet = sheet.replace(f"@{name}", names[name])
        return sheet


def colours_of(palette: QPalette) -> Colours:
    """The named colours that go with a widget's palette."""
    # Not by the background: a style sheet may have made that one transparent.
    return DARK if palette.windowText().color().lightness() > 128 else LIGHT


@functools.lru_cache(maxsize=64)
def colour(name: str) -> QColor:
    """A colour value for painting, made once."""
    return QColor(name)


def readable_font(font: QFont) -> QFont:
    """The system font, or a better one where the system has only its last resort, never tiny."""
    chosen = QFont(font)
    if QFontDatabase.families() and font.family() in ("Sans Serif", "Sans", "DejaVu Sans", ""):
        known = set(QFontDatabase.families())
        for family in ("Inter", "Noto Sans", "Open Sans", "Cantarell", "Ubuntu", "DejaVu Sans"):
            if family in known:
                chosen.setFamily(family)
                break
    chosen.setPointSizeF(max(_SMALLEST, font.pointSizeF()))
    return chosen


def sized(font: QFont, factor: float, bold: bool = False) -> QFont:
    """A copy of a font, larger or smaller."""
    copy = QFont(font)
    copy.setPointSizeF(font.pointSizeF() * factor)
    if bold:
        copy.setWeight(QFont.Weight.DemiBold)
    return copy


@functools.lru_cache(maxsize=8)
def title_weight(family: str) -> QFont.Weight:
    """Semi-bold where the family has it; its full bold would be too loud for a whole list."""
    styles = " ".join(QFontDatabase.styles(family)).casefold()
    has = any(name in styles for name in ("semibold", "semi bold", "demi"))
    return QFont.Weight.DemiBold if has else QFont.Weight.Normal


def _palette(colours: Colours) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for roles, name in (
        ((role.Window,), colours.window),
        ((role.Base,), colours.surface),
        ((role.AlternateBase, role.Midlight), colours.hover),
        ((role.Button,), colours.surface),
        ((role.ToolTipBase, role.Light), colours.raised),
        ((role.Mid,), colours.border),
        ((role.Dark, role.Shadow), colours.field),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText), colours.text),
        ((role.PlaceholderText,), colours.muted),
        ((role.Highlight, role.Accent), colours.accent),
        ((role.HighlightedText, role.BrightText), colours.on_accent),
        ((role.Link, role.LinkVisited), colours.link),
    ):
        for each in roles:
            palette.setColor(each, QColor(name))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(colours.disabled))
    return palette
