"""Steps that are done once for their inputs, and folders that come whole or not at all."""

import hashlib
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from installer.checkout.commands import DEV, LOGS, say


def step(
    name: str, title: str, inputs: Sequence[object], product: Path, make: Callable[[], None]
) -> None:
    """Make `product` unless it was made from these inputs before (paths count by their content)."""
    parts = [item.read_bytes() if isinstance(item, Path) else str(item).encode() for item in inputs]
    digest = hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()
    stamp = DEV / "stamps" / name
    if product.exists() and stamp.exists() and stamp.read_text() == digest:
        return
    say(f"  {title} …")
    started = time.monotonic()
    (LOGS / f"{name}.log").unlink(missing_ok=True)
    make()
    if not product.exists():
        sys.exit(f"Failed: {name} was to make {product}. The output: {LOGS / name}.log")
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest)
    say(f"  {title}: {time.monotonic() - started:.0f} s")


@contextmanager
def whole(folder: Path) -> Iterator[Path]:
    """Yield a fresh folder beside `folder` that takes its place when the block succeeds."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as scratch:
        made = Path(scratch) / folder.name
        made.mkdir()
        yield made
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)
