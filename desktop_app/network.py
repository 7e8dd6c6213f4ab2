"""How other machines are reached: the user's proxy, certificate and mirrors, where they are set.

What is left empty is as the environment and the system say.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from desktop_app.errors import UserError
from desktop_app.settings import Settings

if TYPE_CHECKING:  # slow to import, and only for who uses the network
    import ssl
    from urllib.request import BaseHandler

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_HINT = "It is set in File > Network."


@dataclass(frozen=True, slots=True)
class Network:
    """The settings of the network; "" is the system's own way."""

    proxy: str = ""  # URL, for http and https alike
    ca_file: str = ""  # PEM file with the certificate of a network that inspects connections
    package_mirror: str = ""  # URL of a package index in place of the public one
    hub_mirror: str = ""  # URL of a model hub in place of the public one

    @classmethod
    def load(cls) -> Self:
        """As the settings say."""
        kept = Settings.load()
        return cls(kept.proxy, kept.ca_file, kept.package_mirror, kept.hub_mirror)

    def check(self) -> None:
        """Raise UserError for a value that cannot be."""
        for name, value in (
            ("The proxy", self.proxy),
            ("The package mirror", self.package_mirror),
            ("The mirror of the model hub", self.hub_mirror),
        ):
            if value and not _is_address(value):
                raise UserError(
                    f"{name} {value[:200]!r} is no address.",
                    "It must begin with http:// or https://.",
                )
        if self.ca_file:
            self._context()

    def handlers(self) -> "tuple[BaseHandler, ...]":
        """For `urllib.request.build_opener`. Raises UserError: the certificate cannot be read."""
        import urllib.request

        secure = urllib.request.HTTPSHandler(context=self._context())
        if not self.proxy:
            return (secure,)  # ProxyHandler, in every opener, reads the environment and the system
        return (secure, urllib.request.ProxyHandler({"http": self.proxy, "https": self.proxy}))

    def environment(self) -> dict[str, str]:
        """Variables for a program that is started, to be laid over those it inherits."""
        said: dict[str, str] = {}
        if self.proxy:
            said |= {form: self.proxy for name in _PROXIES for form in (name, name.lower())}
        if self.ca_file:
            said["SSL_CERT_FILE"] = self.ca_file
        return said

    def _context(self) -> "ssl.SSLContext":
        import ssl

        context = ssl.create_default_context()
        if self.ca_file:
            try:
                context.load_verify_locations(self.ca_file)
            except OSError as error:  # ssl.SSLError is one
                unread = isinstance(error, ssl.SSLError)
                reason = "it holds no certificate in PEM form" if unread else error.strerror
                raise UserError(f"{self.ca_file} cannot be used: {reason}.", _HINT) from error
        return context


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
