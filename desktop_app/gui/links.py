"""Opening web addresses: only plain http and https ones, and the user sees where they lead."""

from urllib.parse import urlsplit

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices


def web_host(address: str) -> str:
    """The host of an address that may be opened, "" for every other.

    Only `http://host…` and `https://host…` pass: no user names, no control or non-ASCII characters
    (they disguise hosts), no backslashes, no blanks.
    """
    if not address.isascii() or any(ord(c) <= 32 or c in '\\"<>`\x7f' for c in address):
        return ""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or "@" in parts.netloc:
        return ""
    return host if "." in host.strip(".") and not host.startswith("xn--") else ""


class LinkOpener(QObject):
    """Hands addresses that may be opened to the system's browser."""

    opened = Signal(str)  # host
    refused = Signal(str)  # the address as it was

    def open(self, address: str) -> bool:
        """Open an address; False when it is not one that may be opened."""
        host = web_host(address)
        if not host:
            self.refused.emit(address)
            return False
        self.launch(QUrl(address, QUrl.ParsingMode.StrictMode))
        self.opened.emit(host)
        return True

    def launch(self, url: QUrl) -> None:
        """The last step, apart so that a test can stand in for the system."""
        QDesktopServices.openUrl(url)
