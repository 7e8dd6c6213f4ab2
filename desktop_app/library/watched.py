"""Watched folders: which they are, and what was seen in them."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, func, select

from desktop_app.errors import UserError
from desktop_app.files import shown
from desktop_app.library import schema

Opened = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True, slots=True)
class WatchedFolder:
    """A folder whose new files are imported."""

    path: Path
    added_at: str  # ISO 8601, UTC
    files: int  # how many files were seen in it


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file as it was when it was looked at: a change of either makes it new again."""

    path: Path
    size: int  # bytes
    modified_ns: int


class Watched:
    """The watched folders of a library."""

    def __init__(self, reading: Opened, writing: Opened) -> None:
        self._reading = reading
        self._writing = writing

    def folders(self) -> list[WatchedFolder]:
        """The folders by name, those that are missing at present included."""
        table, seen = schema.watched_folder.c, schema.watched_file.c
        with self._reading() as connection:
            rows = connection.execute(select(table.path, table.added_at).order_by(table.path)).all()
            found = []
            for path, added_at in rows:
                inside = _inside(Path(path))
                query = select(func.count()).where(func.substr(seen.path, 1, len(inside)) == inside)
                count = int(connection.execute(query).scalar_one())
                found.append(WatchedFolder(Path(path), added_at, count))
        return found

    def add(self, folder: Path) -> None:
        """Watch a folder. Raises UserError when there is none, or it is watched with another."""
        folder = folder.resolve()
        if not folder.is_dir():
            raise UserError(f"There is no folder {shown(folder)}.", "Choose one that exists.")
        if shown(folder) != str(folder):
            raise UserError(
                f"The name of {shown(folder)} is not in UTF-8, so it cannot be watched.",
                "Rename the folder.",
            )
        for known in self.folders():
            if folder == known.path or folder.is_relative_to(known.path):
                raise UserError(
                    f"{folder} is watched already.", f"{known.path} and all in it are watched."
                )
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._writing() as connection:
            table = schema.watched_folder
            connection.execute(table.insert().values(path=str(folder), added_at=now))
            for known in connection.execute(select(table.c.path)).scalars().all():
                if Path(known) != folder and Path(known).is_relative_to(folder):
                    connection.execute(table.delete().where(table.c.path == known))

    def remove(self, folder: Path) -> None:
        """Watch a folder no longer; what was imported from it stays."""
        inside = _inside(folder)
        table, seen = schema.watched_folder, schema.watched_file
        with self._writing() as connection:
            connection.execute(table.delete().where(table.c.path == str(folder)))
            connection.execute(
                seen.delete().where(func.substr(seen.c.path, 1, len(inside)) == inside)
            )

    def seen(self, folder: Path) -> dict[str, tuple[int, int]]:
        """Size and time of change of what was seen in a folder and below, by path (`shown`)."""
        c, inside = schema.watched_file.c, _inside(folder)
        query = select(c.path, c.size, c.modified_ns).where(
            func.substr(c.path, 1, len(inside)) == inside
        )
        with self._reading() as connection:
            rows = connection.execute(query).all()
        return {path: (size, modified_ns) for path, size, modified_ns in rows}

    def remember(self, files: Iterable[SeenFile]) -> None:
        """Enter files as they were when they were imported or found to be none of ours."""
        table = schema.watched_file
        rows = [
            {"path": shown(file.path), "size": file.size, "modified_ns": file.modified_ns}
            for file in files
        ]
        if rows:
            with self._writing() as connection:
                connection.execute(table.insert().prefix_with("OR REPLACE"), rows)


def _inside(folder: Path) -> str:
    """What the paths of all files in a folder begin with."""
    return str(folder / "x")[:-1]
