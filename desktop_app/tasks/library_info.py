"""What a library holds and how well it is indexed, in numbers."""

from dataclasses import asdict

from desktop_app.library.library import Library

Info = dict[str, str | int | float | dict[str, int] | None]


def library_info(library: Library) -> Info:
    """Where the library is, how large, and the counts of `library.numbers.Numbers`."""
    size = sum(path.stat().st_size for path in library.folder.rglob("*") if path.is_file())
    return {
        "folder": str(library.folder),
        "uuid": library.uuid(),
        "revision": library.revision(),
        "megabytes": round(size / 1e6, 2),
        **asdict(library.numbers()),
    }
