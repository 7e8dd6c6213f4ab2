"""Colours that can be read, light and dark, and fonts that are not tiny."""

import math
from dataclasses import fields

import pytest
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_app import paths
from desktop_app.gui import icons
from desktop_app.gui.theme import DARK, LIGHT, Colours, Theme, colours_of, readable_font


def contrast(first: str, second: str) -> float:
    """WCAG 2.2, relative luminance: 1 to 21."""
    bright, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(name: str) -> float:
    made = QColor(name)
    red, green, blue = map(linear, (made.redF(), made.greenF(), made.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else math.pow((value + 0.055) / 1.055, 2.4)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_reaches_the_contrast_of_wcag_aa(colours: Colours) -> None:
    pairs = [(text, ground) for text in ("text", "muted", "link") for ground in
             ("window", "surface", "raised", "hover", "tint", "bar")]  # fmt: skip
    pairs += [("text", "tint_hover"), ("text", "mark"), ("on_accent", "accent")]
    pairs += [("on_accent", "accent_hover"), ("muted", "well"), ("danger", "window")]
    pairs += [("text", "danger_tint"), ("danger", "danger_tint"), ("text", "warn_tint")]
    pairs += [("text", "info_tint"), ("good", "surface"), ("warn", "surface")]
    weak = {
        f"{text} on {ground}": round(ratio, 2)
        for text, ground in pairs
        if (ratio := contrast(getattr(colours, text), getattr(colours, ground))) < 4.5
    }
    assert weak == {}
    assert contrast(colours.accent, colours.surface) >= 3  # graphics


def test_every_colour_of_the_sheet_is_known_and_the_sheet_is_understood(
    qtbot: QtBot, qapp: QApplication, theme: Theme
) -> None:
    for choice in ("dark", "light"):
        theme.choose(choice)
        assert "@" not in qapp.styleSheet()
        label = QLabel("x")
        qtbot.addWidget(label)
        expected = DARK if choice == "dark" else LIGHT
        assert colours_of(label.palette()) == expected
        assert theme.dark == (choice == "dark")
    for field in fields(Colours):
        assert QColor(getattr(LIGHT, field.name)).isValid()
        assert QColor(getattr(DARK, field.name)).isValid()


def test_small_system_fonts_are_enlarged_and_large_ones_kept(qapp: QApplication) -> None:
    small, large = QFont("DejaVu Sans"), QFont("DejaVu Sans")
    small.setPointSizeF(8)
    large.setPointSizeF(18)
    assert readable_font(small).pointSizeF() == 10.5
    assert readable_font(large).pointSizeF() == 18


def test_text_size_follows_the_choice(qapp: QApplication, theme: Theme) -> None:
    before = qapp.font().pointSizeF()
    theme.scale(1.5)
    assert qapp.font().pointSizeF() == pytest.approx(1.5 * before)
    theme.scale(1.0)


@pytest.mark.parametrize(
    "name", sorted(path.stem for path in (paths.resources_dir() / "icons").glob("*.svg"))
)
def test_every_icon_draws_something(qapp: QApplication, name: str) -> None:
    picture = icons.pixmap(name, "#ff0000", 24).toImage()
    painted = sum(picture.pixelColor(x, y).alpha() > 60 for x in range(24) for y in range(24))
    assert painted > 8


ROLES = ["", "primary", "link", "flat", "status", "fold", "tall", "chip", "warning"]


@pytest.mark.parametrize("choice", ["light", "dark"])
@pytest.mark.parametrize("role", ROLES)
def test_a_disabled_button_looks_disabled(
    qtbot: QtBot, theme: Theme, choice: str, role: str
) -> None:
    theme.choose(choice)
    try:
        colours = DARK if choice == "dark" else LIGHT
        button = QPushButton("Merge")
        button.setProperty("role", role)
        qtbot.addWidget(button)
        button.show()
        enabled = button.grab().toImage()
        button.setEnabled(False)
        disabled = button.grab().toImage()
        assert button.palette().buttonText().color() == QColor(colours.disabled)
        assert disabled != enabled
        accent = QColor(colours.accent)
        places = [(x, y) for x in range(disabled.width()) for y in range(disabled.height())]
        assert not any(disabled.pixelColor(x, y) == accent for x, y in places)
    finally:
        theme.choose("light")


@pytest.mark.parametrize("choice", ["light", "dark"])
@pytest.mark.parametrize("kind", [QComboBox, QSpinBox, QDoubleSpinBox])
def test_fields_with_arrows_look_like_line_edits(
    qtbot: QtBot, theme: Theme, choice: str, kind: type[QWidget]
) -> None:
    theme.choose(choice)
    try:
        colours = DARK if choice == "dark" else LIGHT
        line, field = QLineEdit(), kind()
        if isinstance(field, QComboBox):
            field.addItems(["first", "second"])
        for widget in (line, field):
            qtbot.addWidget(widget)
            widget.resize(160, 32)
            widget.show()
            picture = widget.grab().toImage()
            assert picture.pixelColor(80, 0) == QColor(colours.field)  # the frame
            assert picture.pixelColor(80, 3) == QColor(colours.surface)
            assert picture.pixelColor(0, 0) != QColor(colours.field)  # its round corner
        right = [(x, y) for x in range(134, 156) for y in range(4, 28)]
        strokes = [p for p in right if picture.pixelColor(*p) != QColor(colours.surface)]
        assert strokes  # the arrow is found and drawn
    finally:
        theme.choose("light")
