"""One line beneath the search box: how the query was understood."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from desktop_app.gui.text import plain_tip
from desktop_app.gui.widgets.chip import Chip
from desktop_app.gui.widgets.flow_layout import FlowLayout
from desktop_app.search.request import Concept, Interpretation

_MOST = 6  # concept chips
_TEACH = "Meaning and words are searched together; put exact phrases in “quotation marks”."


class InterpretationStrip(QWidget):
    """Chips for recognised MeSH concepts, then ignored words and notes."""

    concept_chosen = Signal(str, str)  # UI, name

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("How the search was understood")
        self._flow = FlowLayout(self, gap=6)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._shown: tuple[Interpretation, bool] | None = None
        self.show_interpretation(Interpretation(), asked=False)

    def show_interpretation(self, understood: Interpretation, asked: bool) -> None:
        """Show how a query was read; without a query (`asked` false) teach what can be typed."""
        if self._shown == (understood, asked):
            return
        self._shown = (understood, asked)
        self._flow.clear()
        if not asked and not understood.notes:
            self._say(_TEACH)
        for concept in _distinct(understood.concepts)[:_MOST]:
            self._offer(concept)
        if asked and not understood.concepts and understood.words:
            self._say("Looking for: " + ", ".join(understood.words[:12]))
        if understood.ignored:
            self._say("Ignored: " + ", ".join(understood.ignored[:12]))
        for note in understood.notes:
            self._say(note)
        self.updateGeometry()

    def chips(self) -> list[Chip]:
        """The concept chips shown, in order."""
        items = (self._flow.itemAt(n) for n in range(self._flow.count()))
        return [w for item in items if item and isinstance(w := item.widget(), Chip)]

    def _offer(self, concept: Concept) -> None:
        tip = f"“{concept.phrase}” is the MeSH heading {concept.name}: show only its articles"
        chip = Chip(concept.name, "concept", tip, parent=self)
        chip.clicked.connect(partial(self.concept_chosen.emit, concept.ui, concept.name))
        self._flow.addWidget(chip)
        chip.show()

    def _say(self, text: str) -> None:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setText(text)
        label.setToolTip(plain_tip(text))
        label.setProperty("role", "small")
        label.setMinimumHeight(24)
        self._flow.addWidget(label)
        label.show()


def _distinct(concepts: tuple[Concept, ...]) -> list[Concept]:
    return list({concept.ui or concept.name: concept for concept in concepts}.values())
