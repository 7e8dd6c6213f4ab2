"""Authors as they are typed: "smith ja", "Smith, Jane", "van der berg*"."""

from dataclasses import dataclass

from desktop_app.library.exact_words import Code, author_key, letters
from desktop_app.library.lookups import IdArray, Lookups
from desktop_app.search.query.fields import Field

_MOST_INITIALS = 3


@dataclass(frozen=True, slots=True)
class AuthorTerm:
    """An author to look for: the key of `author_key`, or what it begins with."""

    key: str
    begin: bool
    last: str = ""  # with fore names, which have no code: everyone of this last name is looked at

    def found_in(self, last: str, fore: str, initials: str) -> bool:
        """Whether an author of a record is meant."""
        own = author_key(last, fore=fore or " ") if self.last else author_key(last, initials or " ")
        return own.startswith(self.key) if self.begin else own == self.key


def author_term(text: str, quoted: bool) -> AuthorTerm:
    """Understand an author's name.

    As in PubMed "smith j" finds Smith JA too and the quoted one does not; a last name alone finds
    everyone of that name; an asterisk cuts the name itself.
    """
    name = text.strip().rstrip(".")
    if name.endswith("*"):
        last, _, initials = _parts(name.rstrip("*"))
        return AuthorTerm(author_key(last, initials) if initials else letters(last), True)
    last, fore, initials = _parts(name)
    if fore:
        return AuthorTerm(author_key(last, fore=fore), not quoted, last)
    return AuthorTerm(author_key(last, initials), not (initials and quoted))


def author_ids(term: AuthorTerm, field: Field, look: Lookups) -> IdArray:
    """The articles of an author; of a first or last one when the field says so."""
    if term.last:
        found = look.codes([Code.AUTHOR + author_key(term.last)], begin=True)
    else:
        found = look.codes([Code.AUTHOR + term.key], begin=term.begin)
    if field is Field.AUTHOR and not term.last:
        return found
    return look.by_authors(found, term.found_in, _PLACES[field])


_PLACES = {Field.AUTHOR: None, Field.FIRST_AUTHOR: 0, Field.LAST_AUTHOR: -1}


def _parts(name: str) -> tuple[str, str, str]:
    """Last name, fore names, initials; of the latter two at most one."""
    if "," in name:
        last, _, rest = (part.strip() for part in name.partition(","))
        named = rest[:1].isupper() and rest[1:].islower()  # "Ann" is a name, "AN" is not
        short = len(letters(rest)) <= _MOST_INITIALS and letters(rest) != "0" and not named
        return (last, "", rest) if short or not rest else (last, rest, "")
    words = name.split()
    if len(words) > 1 and len(letters(words[-1])) <= _MOST_INITIALS:
        return " ".join(words[:-1]), "", words[-1]
    return name, "", ""
