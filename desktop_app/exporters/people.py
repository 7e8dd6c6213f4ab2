"""Names of authors as bibliographic formats write them."""

from desktop_app.exporters.plain_text import one_line
from desktop_app.records import Author


def group(author: Author) -> str:
    """The name of a group, "" for a person."""
    return one_line(author.collective)


def family(author: Author) -> str:
    """The last name; of somebody with one name only, that name."""
    return one_line(author.last) or one_line(author.fore)


def given(author: Author) -> str:
    """The first names, else their initials."""
    if not one_line(author.last):
        return ""
    return one_line(author.fore) or one_line(author.initials)


def inverted(author: Author) -> str:
    """A group's name as it is, a person as "Smith, Jane A, Jr"."""
    parts = (family(author), given(author), one_line(author.suffix))
    return group(author) or ", ".join(filter(None, parts))


def short(author: Author) -> str:
    """A group's name as it is, a person as in MEDLINE's AU: "Smith JA Jr"."""
    initials = one_line(author.initials) or "".join(
        part[0] for part in given(author).replace("-", " ").split()
    )
    if not one_line(author.last):
        initials = ""
    parts = (family(author), initials, one_line(author.suffix))
    return group(author) or " ".join(filter(None, parts))
