"""Is there a newer version of Litmesh? Asked only when the user wants it; nothing is installed.

What comes is believed when its signature fits the key this build was made with, it has not expired,
and it is not older than one seen before: whoever sits in between can hide a new version for a
while, never offer an old or a false one.
"""

import logging
import time
import tomllib
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from desktop_app import files, paths
from desktop_app.encoders.hub_transfer import Redirects
from desktop_app.errors import UserError
from desktop_app.network import Network
from desktop_app.progress import Report, silent
from desktop_app.tasks.release_manifest import LARGEST, Release, decoded_key, read_manifest

_PATIENCE = 30.0  # s for the whole answer
_PIECE = 4096
_DAY = timedelta(days=1)
_log = logging.getLogger(__name__)


class NotReached(UserError):
    """No answer came: no network, or nobody there."""


@dataclass(frozen=True, slots=True)
class ReleaseSource:
    """Whom to ask and whom to believe."""

    address: str  # https
    public_key: bytes  # Ed25519, 32 bytes

    @property
    def host(self) -> str:
        """Who is asked, as people read it."""
        return urlsplit(self.address).netloc


def release_source(path: Path | None = None) -> ReleaseSource | None:
    """Whom this build asks, from `resources/release.toml`; None when it asks nobody."""
    try:
        stored = tomllib.loads((path or _built_with()).read_text(encoding="utf-8"))
        address, key = stored["address"], stored["public_key"]
        if not address and not key:
            return None
        if urlsplit(address).scheme != "https":
            raise ValueError("not https")
        return ReleaseSource(address, decoded_key(key))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        _log.warning("resources/release.toml says nobody to ask: %s", error)
        return None


def ask(
    source: ReleaseSource,
    report: Report = silent,
    now: datetime | None = None,
    timeout: float = 10.0,
) -> Release:
    """Fetch what is published now, verify it and remember it. `timeout`: seconds without a byte.

    Raises NotReached; UserError when what came is not to be believed.
    """
    content = _fetch(source, report, timeout)
    release = read_manifest(content, source.public_key)
    moment = now or datetime.now(UTC)
    if release.expires <= moment:
        raise UserError(
            f"The answer of {source.host} has expired on {release.expires:%d %B %Y}.",
            "Check the date of this computer; else look at Litmesh's page by yourself.",
        )
    seen = newest_known(source)
    if seen is not None and release.issued < seen.issued:
        raise UserError(
            f"{source.host} sent an older answer (of {release.issued:%d %B %Y}) than it did before "
            f"(of {seen.issued:%d %B %Y}).",
            "Somebody may be hiding a newer version. Look at Litmesh's page by yourself.",
        )
    files.write_bytes(_remembered(), content)
    return release


def newest_known(source: ReleaseSource) -> Release | None:
    """What was seen the last time, verified again; None when there is nothing to believe."""
    try:
        return read_manifest(_remembered().read_bytes(), source.public_key)
    except (OSError, UserError):
        return None


def is_due(last: str, now: datetime) -> bool:
    """Whether a day has gone by since `last`, an ISO time; also when that is no time or to come."""
    try:
        passed = now - datetime.fromisoformat(last)
    except (ValueError, TypeError):
        return True
    return not timedelta(0) <= passed < _DAY


def _fetch(source: ReleaseSource, report: Report, timeout: float) -> bytes:
    redirects = Redirects(source.address, hint="Look at Litmesh's page by yourself.")
    opener = urllib.request.build_opener(*Network.load().handlers(), redirects)
    request = urllib.request.Request(
        source.address, headers={"User-Agent": "litmesh", "Accept-Encoding": "identity"}
    )
    report(0, 0)
    try:
        with opener.open(request, timeout=timeout) as response:
            return _read(response, source.host, report)
    except HTTPError as error:  # holds the connection
        with error:
            raise _not_reached(source.host, f"it answered {error.code} {error.reason}") from error
    except URLError as error:
        raise _not_reached(source.host, str(error.reason)) from error
    except (OSError, HTTPException) as error:
        raise _not_reached(source.host, str(error) or type(error).__name__) from error


def _read(response: HTTPResponse, host: str, report: Report) -> bytes:
    content, end = b"", time.monotonic() + _PATIENCE
    while piece := response.read1(_PIECE):
        content += piece
        report(0, 0)  # the moment to cancel
        if len(content) > LARGEST:
            raise UserError(f"{host} sent more than the {LARGEST:,} bytes of a release manifest.")
        if time.monotonic() > end:
            raise _not_reached(host, "it sends too slowly")
    return content


def _not_reached(host: str, reason: str) -> NotReached:
    return NotReached(
        f"{host} could not be asked: {reason}.",
        "Check the network connection; a proxy and a certificate are set in File > Network.",
    )


def _built_with() -> Path:
    return paths.resources_dir() / "release.toml"


def _remembered() -> Path:
    return paths.data_dir() / "newest-release.json"
