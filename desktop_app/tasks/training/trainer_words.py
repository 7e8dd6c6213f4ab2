"""What the trainer's processes mean in plain words: how one ended, and what to do about it."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from desktop_app.tasks.training.run import Stage
from trainer.protocol import LAST, Event, Failed

LOG = "trainer.log"  # in the run's folder: what the processes said besides the protocol
TITLES = {
    Stage.BASE: "Preparing the encoder",
    Stage.MINE: "Looking for hard negatives",
    Stage.TRAIN: "Training",
    Stage.EVALUATE: "Comparing the old encoder with the new one",
    Stage.EXPORT: "Making the new encoder usable",
    Stage.DONE: "Done",
}
# The words in English, the numbers as a system of any language tells them.
_FULL = re.compile(
    r"No space left|Disk quota exceeded|not enough space on the disk"
    r"|\b(?:os error (?:28|112)|WinError 112|Errno 28)\b"
)
_FULL_REMEDY = "Free some space, then resume: the last checkpoint is kept."
_KILLED_REMEDY = (
    "Perhaps the memory was not enough and the system ended it: close other programs, or choose "
    "fewer tokens of a text, then resume."
)
_SHOWN = 400  # characters of a program's own words


def ending(stage: Stage, last: Event | None, status: int, complaint: str) -> Event | None:
    """How a process ended: `Finished` or `Stopped` as it said, `Failed`, or None for done.

    A training that ends without a final event has failed, whatever its exit status says; the
    other stages speak by their exit status. `complaint` is the end of what it wrote to stderr.
    """
    if stage is Stage.TRAIN and isinstance(last, LAST):
        return _explained(last) if isinstance(last, Failed) else last
    if stage is not Stage.TRAIN and status == 0:
        return None
    reason = complaint.strip().rpartition("\n")[2][-_SHOWN:]
    cause = reason or f"it ended with status {status} and without a word"
    remedy = "" if reason else _KILLED_REMEDY
    return _explained(Failed(f"{TITLES[stage]} failed: {cause}.".replace("..", "."), remedy))


def full_disk(reason: str) -> bool:
    """Whether a reason is that the disk is full."""
    return _FULL.search(reason) is not None


def _explained(failed: Failed) -> Failed:
    if full_disk(failed.reason):
        return Failed(f"The disk is full. {failed.reason}", _FULL_REMEDY)
    return Failed(failed.reason, failed.remedy or f"The whole report is in {LOG} of the run.")


def verdict_words(evaluation: Mapping[str, Any] | None) -> str:
    """The verdict of a comparison in a sentence; "" without one."""
    return "" if not evaluation else str(evaluation["verdict"]["words"])


def size_of(path: Path) -> int:
    """Bytes of a log, 0 when there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def end_of(path: Path, after: int = 0, size: int = 4000) -> str:
    """The last characters of a log that come after its first bytes, "" when there are none."""
    try:
        with open(path, "rb") as file:
            file.seek(max(after, path.stat().st_size - size))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""
