"""The settings of the network in the window: proxy, certificate, mirrors."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from desktop_app.errors import UserError
from desktop_app.gui.main_window import MainWindow
from desktop_app.network import Network
from desktop_app.settings import keep

if TYPE_CHECKING:
    from desktop_app.gui.dialogs.network_dialog import NetworkDialog


class NetworkSettings(QObject):
    """Opens the dialog and keeps what is entered; it holds from the next connection on."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.dialog: NetworkDialog | None = None
        window.menu.network_wanted.connect(self.ask)

    @Slot()
    def ask(self) -> None:
        """Show the dialog with what is set."""
        if self.dialog is None:
            from desktop_app.gui.dialogs.network_dialog import NetworkDialog

            dialog = self.dialog = NetworkDialog(Network.load(), self._window)
            dialog.save_wanted.connect(self._save)
            dialog.finished.connect(self._forget)
            dialog.open()
        else:
            self.dialog.raise_()

    @Slot(object)
    def _save(self, network: Network) -> None:
        if self.dialog is None:
            return
        try:
            network.check()
        except UserError as error:
            self.dialog.say(str(error))
            return
        keep(
            proxy=network.proxy,
            ca_file=network.ca_file,
            package_mirror=network.package_mirror,
            hub_mirror=network.hub_mirror,
        )
        self.dialog.accept()

    @Slot()
    def _forget(self) -> None:
        self.dialog = None
