"""The abstracts of a JATS article: the proper one by its sections, the others by their kind."""

from collections.abc import Iterator

from lxml.etree import _Element as Element

from desktop_app.importers.pubmed.pubmed_fields import text_of
from desktop_app.records import Section

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_OTHER_ABSTRACTS = frozenset(
    "graphical toc teaser summary short editor executive-summary web-summary key-points "
    "plain-language-summary author-summary highlights video".split()
)


def abstracts_of(meta: Element) -> tuple[tuple[Section, ...], tuple[Section, ...]]:
    """The abstract proper, and the others (summaries, translations) with their kind as label."""
    main: list[Section] = []
    others: list[Section] = []
    elements = list(meta.iterfind("abstract"))
    proper = [e for e in elements if not e.get("abstract-type")]
    candidates = proper or [e for e in elements if e.get("abstract-type") not in _OTHER_ABSTRACTS]
    for element in elements:
        kind = element.get("abstract-type", "")
        if element in candidates[:1]:
            main = list(_sections(element))
        else:
            others += _sections(element, kind or "abstract")
    for element in meta.iterfind("trans-abstract"):
        others += _sections(element, element.get(_LANGUAGE, "") or "translated")
    return tuple(main), tuple(others)


def _sections(abstract: Element, origin: str = "") -> Iterator[Section]:
    """A structured abstract by its `sec`, another one as one section (paragraphs joined)."""
    plain: list[str] = []
    label = origin
    for child in abstract:
        if child.tag == "sec":
            if plain:
                yield Section(" ".join(plain), label)
                plain = []
            title = _text(child.find("title")).rstrip(":")
            text = " ".join(filter(None, (_text(e) for e in child if e.tag != "title")))
            if text:
                yield Section(text, ": ".join(filter(None, (origin, title))))
        elif child.tag == "title":
            title = _text(child)
            label = ": ".join(filter(None, (origin, title if title.lower() != "abstract" else "")))
        elif text := _text(child):
            plain.append(text)
    if plain:
        yield Section(" ".join(plain), label)


def _text(element: Element | None) -> str:
    return "" if element is None else text_of(element)
