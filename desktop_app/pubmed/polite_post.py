"""One question to a web service: by the system's proxy and trust store, repeated with patience."""

import ssl
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse
from socket import gaierror
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit

import desktop_app
from desktop_app.errors import UserError
from desktop_app.network import Network
from desktop_app.pubmed.throttle import Poll, Throttle

IsWhole = Callable[[bytes], bool]  # whether all of an answer came; may raise ServiceError

LONGEST_WAIT = 120.0  # seconds, whatever Retry-After asks for
LARGEST = 256 * 1024 * 1024  # bytes of an answer; 200 records have 2 to 10 MB
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
_PIECE = 64 * 1024


class ServiceError(UserError):
    """The service gave no usable answer, tried again where that makes sense.

    `everywhere`: the next request would fare no better. `said`: the beginning of its own words.
    """

    def __init__(self, message: str, hint: str, everywhere: bool, said: str = "") -> None:
        super().__init__(message, hint)
        self.everywhere = everywhere
        self.said = said


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; not `whole` when every connection was cut before the end."""

    content: bytes
    whole: bool


class _TryAgain(Exception):
    """A fault that may pass: `after` is how many seconds the service asks to wait."""

    def __init__(self, error: ServiceError, after: float = 0.0) -> None:
        super().__init__(str(error))
        self.error = error
        self.after = after


class PolitePost:
    """Sends forms to addresses of one service, by POST where it can: long lists fit into it."""

    def __init__(self, service: str, throttle: Throttle, timeout: float, tries: int) -> None:
        """`service`: its name in messages; `timeout`: seconds without a byte; `tries` >= 1."""
        self._service = service
        self._throttle = throttle
        self._timeout = timeout
        self._tries = tries
        self._opener = urllib.request.build_opener(*Network.load().handlers())

    def send(self, address: str, form: Mapping[str, str], is_whole: IsWhole, poll: Poll) -> Answer:
        """The answer to a form, or the longest part of it that came in several attempts.

        `is_whole` judges the content and may raise ServiceError. Raises ServiceError, UserError
        for an address that is not http(s), and what `poll` raises.
        """
        return self._ask(_request(address, urlencode(form).encode("ascii")), is_whole, poll)

    def get(self, address: str, form: Mapping[str, str], is_whole: IsWhole, poll: Poll) -> Answer:
        """As `send`, for services that take a form only as a part of the address."""
        query = urlencode(form, safe=",")
        return self._ask(_request(f"{address}?{query}", None), is_whole, poll)

    def _ask(self, request: urllib.request.Request, is_whole: IsWhole, poll: Poll) -> Answer:
        longest = b""
        for attempt in range(1, self._tries + 1):
            self._throttle.wait(poll)
            try:
                content = self._once(request, poll)
                if is_whole(content):
                    return Answer(content, whole=True)
                longest = max(longest, content, key=len)
                again = _TryAgain(self._cut())
            except _TryAgain as fault:
                again = fault
            if attempt < self._tries:
                backoff = float(2 ** (attempt - 1))
                self._throttle.pause(min(max(backoff, again.after), LONGEST_WAIT), poll)
        if longest:
            return Answer(longest, whole=False)
        raise again.error

    def _once(self, request: urllib.request.Request, poll: Poll) -> bytes:
        try:
            with self._opener.open(request, timeout=self._timeout) as response:
                return self._content(response, poll)
        except HTTPError as error:
            raise self._status_fault(error) from error
        except (OSError, HTTPException) as error:
            raise self._connection_fault(error) from error

    def _content(self, response: HTTPResponse, poll: Poll) -> bytes:
        """All that comes; a cut connection ends it early."""
        content = bytearray()
        try:
            while piece := response.read1(_PIECE):
                content += piece
                if len(content) > LARGEST:
                    raise ServiceError(
                        f"{self._service} sent an endless answer.", "Try again later.", True
                    )
                poll()
        except (OSError, HTTPException):
            pass  # what came is judged by whether it is whole
        return bytes(content)

    def _status_fault(self, error: HTTPError) -> Exception:
        with error:
            said = _beginning(error)
        if "api key invalid" in said.lower():  # what it says repeats the key
            return ServiceError(
                f"{self._service} does not know the API key.", "Correct it, or leave it out.", True
            )
        message = f"{self._service} answered with the error {error.code} {error.reason}."
        if error.code in _AGAIN:
            fault = ServiceError(message, "Try again later.", error.code == 429, said)
            return _TryAgain(fault, _seconds(error.headers.get("Retry-After", "")))
        refused = error.code in (401, 403, 407)
        hint = "Ask who looks after your network whether it may be used." if refused else ""
        return ServiceError(message, hint, refused, said)

    def _connection_fault(self, error: OSError | HTTPException) -> Exception:
        cause = error.reason if isinstance(error, URLError) else error
        if isinstance(cause, ssl.SSLCertVerificationError):
            return ServiceError(
                f"The connection to {self._service} is not secure: {cause.verify_message}.",
                "If your network inspects connections, its certificate must be installed here.",
                True,
            )
        fault = ServiceError(
            f"{self._service} could not be reached: {str(cause) or type(cause).__name__}.",
            "Check the network connection and its proxy, then try again.",
            True,
        )
        return fault if isinstance(cause, gaierror) else _TryAgain(fault)

    def _cut(self) -> ServiceError:
        return ServiceError(
            f"The answer of {self._service} ended before its time.", "Try again later.", False
        )


def _request(address: str, content: bytes | None) -> urllib.request.Request:
    if urlsplit(address).scheme not in ("http", "https"):
        raise UserError(f"{address[:200]} is no web address.", "It must begin with https://.")
    agent = {"User-Agent": f"litmesh/{desktop_app.__version__}"}
    return urllib.request.Request(address, content, agent)


def _beginning(error: HTTPError) -> str:
    try:
        return error.read(2000).decode("utf-8", errors="replace")
    except (OSError, HTTPException):
        return ""


def _seconds(retry_after: str) -> float:
    """Retry-After is a number of seconds or a date (RFC 9110, 10.2.3); 0 when it is neither."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after)
    try:
        date = parsedate_to_datetime(retry_after)
    except ValueError:
        return 0.0
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - datetime.now(UTC)).total_seconds())
