"""A model hub on this machine: redirects to where the files lie, and fails when it is told to."""

import hashlib
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from desktop_app.encoders.catalogue import HubSource, PinnedFile

COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPO = "someone/tiny"
FILES = {
    "config.json": b'{"model_type": "bert"}',
    "tokenizer.json": b'{"model": {}}',
    "1_Pooling/config.json": b'{"pooling_mode_cls_token": true}',
    "model.safetensors": bytes(range(256)) * 64,  # 16 KiB
}

Fault = Callable[["Handler", bytes], None]  # answers one request for a file in its own way


def source(files: Mapping[str, bytes] = FILES) -> HubSource:
    """The catalogue's words for these files."""
    return HubSource(
        REPO,
        COMMIT,
        tuple(
            PinnedFile(path, len(content), hashlib.sha256(content).hexdigest())
            for path, content in files.items()
        ),
    )


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: "HubServer"

    def do_GET(self) -> None:
        """Redirect from the repository to the store, answer there as planned or as it should."""
        path = urlsplit(self.path).path  # as a proxy it is asked with the host before
        if path.startswith("/store/"):
            self._from_store(path.removeprefix("/store/"))
            return
        start = f"/{REPO}/resolve/{COMMIT}/"
        name = path.removeprefix(start)
        if not path.startswith(start) or name not in self.server.files:
            self.send_error(404)
            return
        self.server.asked.append((name, self.headers.get("Range", "")))
        where = self.server.redirect_to or "/store/"
        self.redirect(where + name)

    def _from_store(self, name: str) -> None:
        content = self.server.files[name]
        faults = self.server.faults.get(name)
        if faults:
            faults.popleft()(self, content)
        else:
            self.right(content)

    def right(self, content: bytes) -> None:
        """Answer as a store does, with Range and ETag."""
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if asked is None:
            self.answer(content)
        elif int(asked[1]) >= len(content):
            self.send_error(416)
        else:
            first = int(asked[1])
            place = f"bytes {first}-{len(content) - 1}/{len(content)}"
            self.answer(content[first:], 206, {"Content-Range": place})

    def answer(
        self,
        content: bytes,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        kind: str = "application/octet-stream",
        length: int | None = None,
    ) -> None:
        """Send this; `length` is what is said of it, -1 nothing."""
        self.send_response(status)
        said = {"Content-Type": kind, "ETag": '"1"', **(headers or {})}
        if length != -1:
            said["Content-Length"] = str(len(content) if length is None else length)
        for name, value in said.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def redirect(self, where: str) -> None:
        """Send elsewhere."""
        self.send_response(302)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class HubServer(ThreadingHTTPServer):
    """`faults[path]` are used up first; `asked` are the requests: path and Range."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = dict(FILES)
        self.faults: dict[str, deque[Fault]] = {}
        self.asked: list[tuple[str, str]] = []
        self.redirect_to = ""
        self.ended = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def plan(self, name: str, *faults: Fault) -> None:
        """Answer the next requests for a file so."""
        self.faults[name] = deque(faults)

    def handle_error(self, request: object, client_address: object) -> None:
        """The client may go away in the middle."""


@contextmanager
def running_hub() -> Iterator[HubServer]:
    """A hub that answers until the end of the block."""
    server = HubServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


# --- faults --------------------------------------------------------------------------------------


def cut(handler: Handler, content: bytes) -> None:
    """The connection ends in the middle of what was asked for."""
    found = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
    first = int(found[1]) if found else 0
    rest = content[first:]
    place = {"Content-Range": f"bytes {first}-{len(content) - 1}/{len(content)}"} if found else {}
    half = rest[: len(rest) // 2]
    handler.answer(half, 206 if found else 200, place, length=len(rest))


def cut_without_length(handler: Handler, content: bytes) -> None:
    """As `cut`, by a server that never says how long the file is."""
    handler.answer(content[: len(content) // 2], length=-1)


def flipped(handler: Handler, content: bytes) -> None:
    """One bit is another, the size is right."""
    handler.right(content[:-3] + bytes([content[-3] ^ 4]) + content[-2:])


def flipped_then_cut(handler: Handler, content: bytes) -> None:
    """The half that comes is wrong; what follows later will be right."""
    cut(handler, bytes([content[0] ^ 1]) + content[1:])


def web_page(handler: Handler, content: bytes) -> None:
    """A network that wants its users to sign in."""
    handler.answer(b"<!DOCTYPE html><html>Please sign in</html>", kind="text/html; charset=utf-8")


def disguised_page(handler: Handler, content: bytes) -> None:
    """The same, of exactly the file's size, under the file's type."""
    handler.answer(b"\n <html><p>Sign in</p>".ljust(len(content)))


def longer(handler: Handler, content: bytes) -> None:
    """A file with something behind it."""
    handler.answer(content + b"more")


def shorter(handler: Handler, content: bytes) -> None:
    """A whole file, but another one."""
    handler.answer(content[:-5])


def wrong_range(handler: Handler, content: bytes) -> None:
    """Another part than the one that was asked for."""
    place = f"bytes 1-{len(content) - 1}/{len(content)}"
    handler.answer(content[1:], 206, {"Content-Range": place})


def mislabelled_range(handler: Handler, content: bytes) -> None:
    """It says that it is the part that was asked for, and is another."""
    first = int((handler.headers.get("Range") or "bytes=0-")[6:-1])
    place = f"bytes {first}-{len(content) - 1}/{len(content)}"
    handler.answer(content[: len(content) - first], 206, {"Content-Range": place})


def other_total(handler: Handler, content: bytes) -> None:
    """A part of a file of another size."""
    first = int((handler.headers.get("Range") or "bytes=0-")[6:-1])
    place = f"bytes {first}-{len(content)}/{len(content) + 1}"
    handler.answer(content[first:], 206, {"Content-Range": place})


def whole_again(handler: Handler, content: bytes) -> None:
    """The server does not know about parts."""
    handler.answer(content)


def packed(handler: Handler, content: bytes) -> None:
    """A proxy that packs what it passes on."""
    handler.answer(content, headers={"Content-Encoding": "gzip"})


def drip(handler: Handler, content: bytes) -> None:
    """A byte now and then: never long enough nothing for a time-out of the socket."""
    handler.answer(b"", length=len(content))
    for number in range(len(content)):
        if handler.server.ended.wait(0.03):
            return
        handler.wfile.write(content[number : number + 1])


def hang(handler: Handler, content: bytes) -> None:
    """Nothing at all."""
    handler.server.ended.wait(30)


def status(code: int) -> Fault:
    """An error of the server's."""
    return lambda handler, content: handler.send_error(code)


def elsewhere(where: str) -> Fault:
    """A redirection."""
    return lambda handler, content: handler.redirect(where)
