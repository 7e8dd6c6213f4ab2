"""The people of an NBIB record: their tags mean something only in their order."""

import re
from dataclasses import dataclass, replace

from desktop_app.importers import identifiers
from desktop_app.importers.person_names import initials_of
from desktop_app.records import Author, Field

PEOPLE_TAGS = (*("FAU", "AU", "CN", "AD", "AUID", "FED", "ED", "FIR", "IR", "IRAD", "FPS", "PS"),)
_SUFFIX = re.compile(r" (Jr|Sr|2nd|3rd|[4-9]th|II|III|IV)\.?$")
_OTHERS = {"ED": "editor", "IR": "investigator", "PS": "subject-name"}  # full name: F + tag


@dataclass(frozen=True, slots=True)
class People:
    """The authors, and everyone else as fields."""

    authors: tuple[Author, ...]
    fields: tuple[Field, ...]


class _Gathered:
    """The people read so far."""

    def __init__(self) -> None:
        self.authors: list[Author] = []
        self.others: dict[str, list[str]] = {}
        self.fields: list[Field] = []
        self.early: list[str] = []  # affiliations before the first author: files before 2014
        self.places: dict[int, dict[str, None]] = {}  # affiliations by the place of their author
        self._full = ""  # the name of the full form that the short form follows

    def take(self, tag: str, text: str) -> None:
        if tag == "FAU":
            self._author(_full(text), text)
        elif tag == "AU":
            self._short(text)
        elif tag == "CN":
            self.authors.append(Author(collective=text))
        elif tag in ("AD", "AUID"):
            self._about(tag, text)
        elif tag == "IRAD":
            self.fields.append(Field("investigator-affiliation", text))
        else:
            self._other(tag, text)

    def _author(self, author: Author, name: str) -> None:
        last = self.authors[-1] if self.authors else None
        if last is not None and last.initials and not last.fore and last.last == author.last:
            self.authors[-1] = replace(  # the short form stood first
                author, initials=last.initials, orcid=last.orcid
            )
        else:
            self.authors.append(author)
        self._full = name

    def _short(self, text: str) -> None:
        """AU "King ML Jr": initials and suffix for the FAU before, or an author of its own."""
        suffix = _SUFFIX.search(text)
        last, _, initials = text.removesuffix(suffix[0] if suffix else "").rpartition(" ")
        author = self.authors[-1] if self.authors else None
        if not self._full or author is None or not (last or initials):
            short = last and initials.isupper()
            self.authors.append(
                Author(last, "", initials, suffix[1] if suffix else "")
                if short
                else Author(text, suffix="")
            )
            return
        if author.collective:
            return
        fore = author.fore
        if suffix and f" {fore}".endswith(f" {suffix[1]}"):
            fore = fore.removesuffix(suffix[1]).rstrip(" ,")
        self.authors[-1] = replace(
            author,
            fore=fore,
            initials=initials if last else author.initials,
            suffix=suffix[1] if suffix else "",
        )
        self._full = ""

    def _about(self, tag: str, text: str) -> None:
        orcid = identifiers.orcid(text.partition(":")[2] or text) if tag == "AUID" else ""
        if self.others.get("ED") and not self.authors:
            self.fields.append(Field("editor-affiliation" if tag == "AD" else "editor-id", text))
        elif tag == "AUID" and not (orcid and self.authors):
            self.fields.append(Field("author-id", text))
        elif not self.authors:
            self.early.append(text)
        elif orcid:
            self.authors[-1] = replace(self.authors[-1], orcid=orcid)
        else:
            self.places.setdefault(len(self.authors) - 1, {})[text] = None

    def _other(self, tag: str, text: str) -> None:
        """Editors, investigators, subjects: by their full name where there is one."""
        names = self.others.setdefault(tag.removeprefix("F"), [])
        surname = text.partition(",")[0] if tag.startswith("F") else text.rpartition(" ")[0]
        twin = names and names[-1] != text and _surname(names[-1]) == surname
        if not twin:
            names.append(text)
        elif tag.startswith("F"):
            names[-1] = text

    def people(self) -> People:
        if self.early and self.authors and 0 not in self.places:
            self.places[0] = dict.fromkeys(self.early)
            self.early = []
        for place, texts in self.places.items():
            self.authors[place] = replace(self.authors[place], affiliations=tuple(texts))
        fields = [*self.fields, *(Field("affiliation", text) for text in self.early)]
        for tag, name in _OTHERS.items():
            fields += [Field(name, text) for text in self.others.get(tag, ())]
        return People(tuple(self.authors), tuple(fields))


def people_of(pairs: list[tuple[str, str]]) -> People:
    """Authors and others of the people's tags in their order."""
    gathered = _Gathered()
    for tag, text in pairs:
        gathered.take(tag, text)
    return gathered.people()


def _full(text: str) -> Author:
    last, comma, fore = (part.strip() for part in text.partition(","))
    return Author(last, fore, initials_of(fore)) if comma else Author(last)


def _surname(name: str) -> str:
    return name.partition(",")[0] if "," in name else name.rpartition(" ")[0]
