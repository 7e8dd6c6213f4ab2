"""One file over the network to a `.part` on the disk, going on where the last attempt ended.

By the user's proxy and certificate, else the system's. What came is not trusted: the caller
compares hashes.
"""

import errno
import os
import re
import ssl
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPMessage, HTTPResponse
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

import desktop_app
from desktop_app.errors import UserError
from desktop_app.network import Network

Tell = Callable[[int], None]  # bytes of the file that are here; may raise Cancelled

BY_HAND = "Download the model with your browser and install its folder or zip instead."
SLOWEST = 1024  # bytes a second, over one time-out: less is a connection that died unnoticed
_PIECE = 256 * 1024
_PAGE = re.compile(rb"\s*<(?:!doctype|html|head|\?xml)", re.IGNORECASE)
_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15}|\*)")
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class TransferError(UserError):
    """A file that did not come.

    `passing`: another attempt may fare better. `restart`: what came so far is of no use.
    """

    def __init__(
        self, message: str, hint: str = BY_HAND, *, passing: bool = False, restart: bool = False
    ) -> None:
        super().__init__(message, hint)
        self.passing = passing
        self.restart = restart


class Transfer:
    """Copies files of one host."""

    def __init__(self, address: str, timeout: float) -> None:
        """`address` begins every file's; `timeout`: seconds without a byte, or with too few."""
        if urlsplit(address).scheme not in ("http", "https"):
            raise UserError(f"{address[:200]} is no web address.", "It must begin with https://.")
        self.host = urlsplit(address).netloc
        self._timeout = timeout
        handlers = Network.load().handlers()
        self._opener = urllib.request.build_opener(*handlers, Redirects(address))

    def run(self, address: str, part: Path, size: int, tell: Tell) -> None:
        """Bring `part` to `size` bytes. Raises TransferError, UserError for a full disk."""
        start = part.stat().st_size if part.exists() else 0
        if start == size:
            return
        start = 0 if start > size else start
        headers = {
            "User-Agent": f"litmesh/{desktop_app.__version__}",
            "Accept-Encoding": "identity",
            **({"Range": f"bytes={start}-"} if start else {}),
        }
        request = urllib.request.Request(address, headers=headers)
        try:
            with self._opener.open(request, timeout=self._timeout) as response:
                start = self._first_byte(response, start, size)
                self._copy(response, part, start, size, tell)
        except HTTPError as error:
            raise self._status_error(error) from error
        except (OSError, HTTPException) as error:
            raise self._connection_error(error) from error

    def size(self, address: str) -> int:
        """Bytes of a file, asked of its host. Raises TransferError."""
        agent = {"User-Agent": f"litmesh/{desktop_app.__version__}"}
        request = urllib.request.Request(address, headers=agent, method="HEAD")
        try:
            with self._opener.open(request, timeout=self._timeout) as response:
                return int(response.headers["Content-Length"])
        except HTTPError as error:
            raise self._status_error(error) from error
        except (OSError, HTTPException) as error:
            raise self._connection_error(error) from error
        except (TypeError, ValueError) as error:
            raise TransferError(f"{self.host} does not say how long a file is.") from error

    def _first_byte(self, response: HTTPResponse, start: int, size: int) -> int:
        """Where the answer begins in the file. Raises TransferError for one that does not fit."""
        headers = response.headers
        if headers.get_content_type() in ("text/html", "application/xhtml+xml"):
            raise self._page_error()
        if headers.get("Content-Encoding", "identity") != "identity":
            raise TransferError(f"{self.host} sent the file in a packed form.")
        if response.status == 206:
            said = _RANGE.fullmatch(headers.get("Content-Range", ""))
            if said is None or int(said[1]) != start or said[3] not in ("*", str(size)):
                raise TransferError(
                    f"{self.host} sent another part of the file than it was asked for.",
                    passing=True,
                    restart=True,
                )
            return start
        length = headers.get("Content-Length", "")
        if length.isdigit() and int(length) != size:
            raise TransferError(
                f"{self.host} sent a file of {int(length):,} bytes that must have {size:,}."
            )
        return 0

    def _copy(self, response: HTTPResponse, part: Path, start: int, size: int, tell: Tell) -> None:
        done, since, before = start, time.monotonic(), start
        with _opened(part, start) as file:
            while done < size:
                piece = response.read1(min(_PIECE, size - done))
                if not piece:
                    raise self._cut_error()
                if done == 0 and _PAGE.match(piece):
                    raise self._page_error()
                _write(file, piece, part)
                done += len(piece)
                tell(done)
                now = time.monotonic()
                if now - since >= self._timeout:
                    if done - before < SLOWEST * (now - since):
                        raise self._slow_error()
                    since, before = now, done
            _flush(file, part)

    def _status_error(self, error: HTTPError) -> TransferError:
        with error:
            said = f"{self.host} answered with the error {error.code} {error.reason}"
        if error.code in (401, 403):
            return TransferError(f"{said}: the model is not open to everybody.")
        if error.code == 404:
            return TransferError(f"{said}: the file, or its pinned version, is not there any more.")
        if error.code == 407:
            return TransferError(f"{said}: your proxy wants a password.")
        if error.code == 416:
            return TransferError(f"{said}.", passing=True, restart=True)
        return TransferError(f"{said}.", passing=error.code in _AGAIN)

    def _connection_error(self, error: OSError | HTTPException) -> TransferError:
        cause = error.reason if isinstance(error, URLError) else error
        if isinstance(cause, ssl.SSLCertVerificationError):
            return TransferError(
                f"The connection to {self.host} is not secure: {cause.verify_message}.",
                "If your network inspects connections, its certificate must be installed here.",
            )
        return TransferError(
            f"{self.host} could not be reached: {str(cause) or type(cause).__name__}.",
            "Check the network connection and its proxy, then try again: what came is kept.",
            passing=True,
        )

    def _page_error(self) -> TransferError:
        return TransferError(
            f"Instead of the file a web page came from {self.host}: your network wants you to "
            "sign in, or forbids the download.",
            f"Sign in with your browser and try again. {BY_HAND}",
            restart=True,
        )

    def _cut_error(self) -> TransferError:
        return TransferError(
            f"The connection to {self.host} ended before the file did.",
            "Try again: what came is kept.",
            passing=True,
        )

    def _slow_error(self) -> TransferError:
        return TransferError(
            f"{self.host} sends less than {SLOWEST:,} bytes a second.",
            "Try again later: what came is kept.",
            passing=True,
        )


class Redirects(urllib.request.HTTPRedirectHandler):
    """Follows to https, or within the host that was asked; never to plain http elsewhere."""

    max_redirections = 5

    def __init__(self, address: str, hint: str = BY_HAND) -> None:
        """`hint` is what to do when it leads elsewhere."""
        self._own = urlsplit(address)[:2]
        self._hint = hint

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        target = urlsplit(newurl)
        if target.scheme != "https" and target[:2] != self._own:
            fp.close()
            raise TransferError(
                f"{self._own[1]} leads to {target.scheme}://{target.netloc[:100]}, "
                "which is not a secure address.",
                self._hint,
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


@contextmanager
def _opened(part: Path, start: int) -> Iterator[IO[bytes]]:
    """The file to go on writing at `start`; not buffered, so that a full disk is told at once."""
    try:
        part.touch()
        os.truncate(part, start)
    except OSError as error:
        raise _disk_error(error, part) from error
    with open(part, "r+b", buffering=0) as file:
        file.seek(start)
        yield file


def _write(file: IO[bytes], piece: bytes, part: Path) -> None:
    left = memoryview(piece)
    try:
        while left:
            left = left[file.write(left) :]
    except OSError as error:
        raise _disk_error(error, part) from error


def _flush(file: IO[bytes], part: Path) -> None:
    try:
        os.fsync(file.fileno())
    except OSError as error:
        raise _disk_error(error, part) from error


def _disk_error(error: OSError, part: Path) -> UserError:
    hint = "Free some space and try again: what came is kept." if error.errno in _FULL else ""
    return UserError(f"{part} could not be written: {error.strerror or error}.", hint)
