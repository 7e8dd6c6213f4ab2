"""Fetches a model's files from its repository: one pinned commit, every file by its SHA-256.

Nothing here runs unless the user asked for it and was told what is sent where. A file takes its
name only when size and hash are those of the catalogue; until then it is a `.part`, which the
next attempt goes on with.
"""

import shutil
import time
from pathlib import Path

from desktop_app import files
from desktop_app.encoders.catalogue import HubSource, PinnedFile
from desktop_app.encoders.hub_transfer import BY_HAND, Transfer, TransferError
from desktop_app.errors import UserError
from desktop_app.network import Network
from desktop_app.progress import Report, silent

ADDRESS = "https://huggingface.co"
_SPARE = 64 << 20  # bytes that stay free on the disk
_TICK = 0.05  # s between two looks for a cancel


class Hub:
    """The model hub, or another host that serves the same paths: what it sends is checked."""

    def __init__(
        self,
        address: str = "",
        timeout: float = 20.0,
        tries: int = 5,
        pause: float = 1.0,
    ) -> None:
        """`address`: the mirror of the settings or the public hub, unless one is named.

        `timeout` and `pause` in seconds; the pause doubles from attempt to attempt.
        """
        self.address = (address or hub_address()).rstrip("/")
        self._transfer = Transfer(self.address, timeout)
        self._tries = tries
        self._pause = pause

    def fetch(self, source: HubSource, folder: Path, report: Report = silent) -> None:
        """Bring all files of the source to `folder`; those that are there are not fetched again.

        `report` counts bytes. Raises UserError: not pinned, no space, no connection, a wrong file.
        """
        if not source.pinned:
            raise not_pinned(source.repo)
        folder.mkdir(parents=True, exist_ok=True)
        _check_space(source, folder)
        behind = 0
        for file in source.files:
            self._fetch(source, file, folder, _Shifted(report, behind, source.size))
            behind += file.bytes

    def _fetch(self, source: HubSource, file: PinnedFile, folder: Path, report: "_Shifted") -> None:
        target = folder / file.path
        report(0)
        if _is(target, file):
            return
        target.parent.mkdir(exist_ok=True)
        part = target.with_name(f"{target.name}.part")
        place = f"{self.address}/{source.repo}/resolve/{source.commit}/{file.path}"
        mismatches = 0
        for attempt in range(self._tries):
            try:
                self._transfer.run(place, part, file.bytes, report)
                if _is(part, file):
                    files.move(part, target)
                    return
                mismatches += 1
                raise _wrong(file, again=mismatches == 1)
            except TransferError as error:
                if error.restart:
                    part.unlink(missing_ok=True)
                if not error.passing or attempt + 1 == self._tries:
                    raise
            self._wait(self._pause * 2**attempt, report)

    def _wait(self, seconds: float, report: "_Shifted") -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            report.again()
            time.sleep(min(_TICK, seconds))


class _Shifted:
    """A report of one file as a part of all."""

    def __init__(self, report: Report, behind: int, total: int) -> None:
        self._report = report
        self._behind = behind
        self._total = total
        self._done = 0

    def __call__(self, done: int) -> None:
        self._done = done
        self.again()

    def again(self) -> None:
        """Report the same figures: it may have been cancelled."""
        self._report(self._behind + self._done, self._total)


def hub_address() -> str:
    """The mirror that the settings name, else the public hub."""
    return Network.load().hub_mirror or ADDRESS


def what_is_sent(source: HubSource, address: str = "") -> str:
    """What the user is told before a download."""
    return (
        f"Litmesh will fetch {megabytes(source.size)} from {address or hub_address()}: the files "
        f"of {source.repo} as they were when they were checked. That service and those it sends "
        "Litmesh on to see your network address, the name of this program and which model it is. "
        "Nothing of your library is sent."
    )


def megabytes(size: int) -> str:
    """A size as people say it."""
    return f"{max(1, round(size / 1e6)):,} MB" if size < 1e9 else f"{size / 1e9:.1f} GB"


def not_pinned(repo: str) -> UserError:
    """What is said of a repository whose files the catalogue cannot vouch for."""
    return UserError(
        f"{repo} is not pinned yet: this version of Litmesh does not know the SHA-256 of its "
        "files, so a download could not be checked.",
        f"Download {ADDRESS}/{repo} with your browser (config.json, tokenizer.json, "
        "model.safetensors and, where present, modules.json, sentence_bert_config.json and the "
        "folder 1_Pooling) and install that folder.",
    )


def _check_space(source: HubSource, folder: Path) -> None:
    here = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    needed, free = max(0, source.size - here) + _SPARE, shutil.disk_usage(folder).free
    if free < needed:
        raise UserError(
            f"{folder}: {free >> 20:,} MiB are free, the download needs {needed >> 20:,} MiB.",
            "Free some space first.",
        )


def _is(path: Path, file: PinnedFile) -> bool:
    if not path.is_file() or path.stat().st_size != file.bytes:
        return False
    return files.sha256(path) == file.sha256


def _wrong(file: PinnedFile, again: bool) -> TransferError:
    return TransferError(
        f"{file.path} is not the file that was pinned: its SHA-256 differs. It was not kept.",
        f"Try again later, or over another network. {BY_HAND}",
        passing=again,
        restart=True,
    )
