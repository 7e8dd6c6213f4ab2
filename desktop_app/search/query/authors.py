"""Authors as they are typed: "smith ja", "Smith, Jane", "van der berg*"."""

from desktop_app.library.exact_words import Code, author_code, letters
from desktop_app.search.query.fields import Field

_KINDS = {
    Field.AUTHOR: Code.AUTHOR,
    Field.FIRST_AUTHOR: Code.FIRST_AUTHOR,
    Field.LAST_AUTHOR: Code.LAST_AUTHOR,
}
_MOST_INITIALS = 3


def author_lookup(text: str, field: Field, quoted: bool) -> tuple[list[str], bool]:
    """The codes to look for, and whether articles may have codes that only begin so.

    As in PubMed "smith j" finds Smith JA too and the quoted one does not; a last name alone finds
    everyone of that name; an asterisk cuts the name itself.
    """
    kind = _KINDS[field]
    name = text.strip().rstrip(".")
    if name.endswith("*"):
        last, _, initials = _parts(name.rstrip("*"))
        whole = author_code(kind, last, initials) if initials else kind + letters(last)
        return [whole], True
    last, fore, initials = _parts(name)
    if fore:
        return [author_code(kind, last, fore=fore)], not quoted
    if initials:
        return [author_code(kind, last, initials)], not quoted
    return [author_code(kind, last)], True


def _parts(name: str) -> tuple[str, str, str]:
    """Last name, fore names, initials; of the latter two at most one."""
    if "," in name:
        last, _, rest = (part.strip() for part in name.partition(","))
        short = len(letters(rest)) <= _MOST_INITIALS and letters(rest) != "0"
        return (last, "", rest) if short or not rest else (last, rest, "")
    words = name.split()
    if len(words) > 1 and len(letters(words[-1])) <= _MOST_INITIALS:
        return " ".join(words[:-1]), "", words[-1]
    return name, "", ""
