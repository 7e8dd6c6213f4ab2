"""A service on this machine that publishes releases over https, with a certificate of its own."""

import datetime
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


class ReleaseServer(ThreadingHTTPServer):
    """Answers every request with `content`, or with a redirect."""

    daemon_threads = True

    def __init__(self, secure: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.content = b""
        self.redirect_to = ""
        self.status = 200
        self.requests: list[dict[str, str]] = []  # the headers of each
        scheme = "https" if secure else "http"
        self.address = f"{scheme}://127.0.0.1:{self.server_port}/release.json"
        if secure:
            self.socket = secure.wrap_socket(self.socket, server_side=True)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that breaks off, because it trusts no such certificate, is no fault here."""


class _Handler(BaseHTTPRequestHandler):
    server: ReleaseServer

    def do_GET(self) -> None:
        self.server.requests.append(dict(self.headers))
        self.send_response(302 if self.server.redirect_to else self.server.status)
        if self.server.redirect_to:
            self.send_header("Location", self.server.redirect_to)
        self.send_header("Content-Length", str(len(self.server.content)))
        self.end_headers()
        self.wfile.write(self.server.content)

    def log_message(self, format: str, *words: object) -> None:
        """Say nothing."""


@contextmanager
def publishing(certificate: Path | None) -> Iterator[ReleaseServer]:
    """A running service: https with a certificate that is written to the path, else http."""
    context = None
    if certificate is not None:
        certificate.write_bytes(_certificate(certificate.stem))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    server = ReleaseServer(context)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _certificate(name: str) -> bytes:
    """Key and certificate for 127.0.0.1 in one PEM file, valid for an hour."""
    key = ec.generate_private_key(ec.SECP256R1())
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(own)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + certificate.public_bytes(Encoding.PEM)
