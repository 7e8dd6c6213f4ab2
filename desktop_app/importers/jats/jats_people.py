"""The authors of a JATS article with what `xref` and `aff` say of where they work."""

import re
from collections.abc import Iterator

from lxml.etree import _Element as Element

from desktop_app.importers import identifiers
from desktop_app.importers.person_names import initials_of
from desktop_app.importers.pubmed.pubmed_fields import text_of
from desktop_app.records import Author

_LABELS = frozenset({"label", "institution-id", "email", "uri", "ext-link"})
_LEADING_MARK = re.compile(r"^(?:\d{1,3}|[a-z]|[*†‡§¶#]+)(?=[A-Z])")


def authors_of(meta: Element) -> tuple[Author, ...]:
    """Every `contrib` that is an author; members of a group are the group's, not listed."""
    places = {
        element.get("id", ""): _place(element)
        for element in (
            *meta.iterfind("aff"),
            *meta.iterfind("contrib-group/aff"),
            *meta.iterfind("aff-alternatives/aff"),
        )
    }
    authors = []
    for group in meta.iterfind("contrib-group"):
        common = [_place(e) for e in group.iterfind("aff") if not e.get("id")]
        for contributor in group.iterfind("contrib"):
            kind = contributor.get("contrib-type") or group.get("content-type") or "author"
            if kind.rstrip("s") in ("author", "collab") and (
                found := _author(contributor, places, common)
            ):
                authors.append(found)
    return tuple(authors)


def _author(contributor: Element, places: dict[str, str], common: list[str]) -> Author | None:
    name = contributor.find("name")
    if name is None:
        name = contributor.find("name-alternatives/name")
    last = _text(name, "surname")
    fore, suffix = _text(name, "given-names"), _text(name, "suffix")
    collective = "" if last or fore else _collective(contributor)
    if not (last or fore or collective):
        return None
    own = tuple(dict.fromkeys(filter(None, (*_affiliations(contributor, places), *common))))
    return Author(last, fore, initials_of(fore), suffix, collective, _orcid(contributor), own)


def _collective(contributor: Element) -> str:
    """The name of a group: `collab` without the members listed in it, or an unstructured name."""
    for tag in (
        "collab",
        "collab-alternatives/collab",
        "string-name",
        "name-alternatives/string-name",
    ):
        element = contributor.find(tag)
        if element is not None:
            parts = [element.text or ""]
            for child in element:
                if child.tag not in ("contrib-group", "xref", "contrib"):
                    parts.append(text_of(child))
                parts.append(child.tail or "")
            return " ".join(" ".join(parts).split()).strip(" ,;")
    return ""


def _affiliations(contributor: Element, places: dict[str, str]) -> Iterator[str]:
    for reference in contributor.iterfind("xref[@ref-type='aff']"):
        for target in reference.get("rid", "").split():
            yield places.get(target, "")
    for element in contributor.iterfind("aff"):
        yield _place(element)


def _place(element: Element) -> str:
    """The text of an `aff` without its label and without its identifiers."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == "sup" and not parts[0].strip() and len(parts) == 1:
            parts.append(child.tail or "")  # a label in old files
            continue
        if child.tag == "institution-wrap":
            parts += [text_of(e) for e in child if e.tag not in _LABELS]
        elif child.tag not in _LABELS:
            parts.append(text_of(child))
        parts.append(child.tail or "")
    text = " ".join("".join(_spaced(parts)).split()).strip(" ,;")
    return _LEADING_MARK.sub("", text).strip()


def _spaced(parts: list[str]) -> Iterator[str]:
    """A comma between two elements that stand side by side with nothing between them."""
    before = ""
    for part in parts:
        if part.strip():
            if (
                before
                and not before[-1:].isspace()
                and part[:1].isalnum()
                and before[-1:].isalnum()
            ):
                yield ", "
            yield part
            before = part


def _orcid(contributor: Element) -> str:
    for tag, attribute in (
        ("contrib-id", "contrib-id-type"),
        ("ext-link", "ext-link-type"),
        ("uri", "content-type"),
    ):
        for element in contributor.iterfind(tag):
            text = text_of(element) or element.get("{http://www.w3.org/1999/xlink}href", "")
            is_orcid = element.get(attribute) == "orcid" or "orcid.org" in text
            if is_orcid and (found := identifiers.orcid(text.rpartition("/")[2])):
                return found
    return ""


def _text(element: Element | None, tag: str) -> str:
    child = None if element is None else element.find(tag)
    return "" if child is None else text_of(child)
