"""What a library holds and how well it is indexed, in numbers."""

from dataclasses import dataclass

from desktop_app.library.library import Library


@dataclass(frozen=True, slots=True)
class LibraryInfo:
    """Counts of one library."""

    folder: str
    uuid: str
    revision: int
    articles: int
    with_abstract: int
    with_mesh: int
    with_references: int
    withdrawn: int
    first_year: int | None
    last_year: int | None
    megabytes: float
    embedded: dict[str, int]  # by encoder id


def library_info(library: Library) -> LibraryInfo:
    """Count what is there."""
    numbers = library.numbers()
    size = sum(path.stat().st_size for path in library.folder.rglob("*") if path.is_file())
    return LibraryInfo(
        folder=str(library.folder),
        uuid=library.uuid(),
        revision=library.revision(),
        articles=numbers.articles,
        with_abstract=numbers.with_abstract,
        with_mesh=numbers.with_mesh,
        with_references=numbers.with_references,
        withdrawn=numbers.withdrawn,
        first_year=numbers.first_year,
        last_year=numbers.last_year,
        megabytes=round(size / 1e6, 2),
        embedded=numbers.embedded,
    )
