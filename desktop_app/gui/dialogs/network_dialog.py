"""The dialog for proxy, certificate and mirrors; all of it may stay empty."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.gui.widgets.parts import label
from desktop_app.network import Network

_ABOUT = (
    "Only what you ask Litmesh to fetch uses the network. What is left empty is as your system "
    "says. These settings are kept on this computer, a password in the proxy's address unencrypted."
)
_WIDTH = 640


class NetworkDialog(QDialog):
    """Emits what was entered; whoever keeps it closes the dialog."""

    save_wanted = Signal(object)  # Network

    def __init__(self, network: Network, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Network")
        self.setMinimumWidth(_WIDTH)
        self.proxy = _field(network.proxy, "http://proxy.example:8080", self)
        self.ca_file = _field(network.ca_file, "certificate file of your network (PEM)", self)
        self.package_mirror = _field(network.package_mirror, "the public package index", self)
        self.hub_mirror = _field(network.hub_mirror, "the public model hub", self)
        self.choose = QPushButton("C&hoose…", self)
        self.trouble = label("", "trouble", self)
        self.trouble.setObjectName("trouble")
        self.trouble.hide()
        buttons = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(buttons.Save | buttons.Cancel, self)
        self._build()
        self.choose.clicked.connect(self._ask_file)
        self.buttons.accepted.connect(self._save)
        self.buttons.rejected.connect(self.reject)

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        rows = (
            ("&Proxy", self.proxy),
            ("Certi&ficate", self.ca_file),
            ("Package &mirror", self.package_mirror),
            ("Model hub m&irror", self.hub_mirror),
        )
        for row, (name, field) in enumerate(rows):
            caption = QLabel(name, self)
            caption.setBuddy(field)
            field.setAccessibleName(name.replace("&", ""))
            grid.addWidget(caption, row, 0)
            grid.addWidget(field, row, 1)
        grid.addWidget(self.choose, 1, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.setSpacing(12)
        column.addWidget(label(_ABOUT, "muted", self))
        column.addLayout(grid)
        column.addWidget(self.trouble)
        column.addWidget(self.buttons)

    def say(self, words: str) -> None:
        """Show what is wrong with an entry."""
        self.trouble.setText(words)
        self.trouble.setVisible(bool(words))

    @Slot()
    def _ask_file(self) -> None:
        dialog = QFileDialog(self, "The certificate file")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter("Certificates (*.pem *.crt *.cer);;All files (*)")
        dialog.fileSelected.connect(self.ca_file.setText)
        dialog.open()

    @Slot()
    def _save(self) -> None:
        fields = (self.proxy, self.ca_file, self.package_mirror, self.hub_mirror)
        self.save_wanted.emit(Network(*(field.text().strip() for field in fields)))


def _field(text: str, empty: str, parent: QWidget) -> QLineEdit:
    field = QLineEdit(text, parent)
    field.setPlaceholderText(empty)
    return field
