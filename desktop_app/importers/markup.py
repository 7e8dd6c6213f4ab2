"""Texts in which a program left HTML or JATS mark-up: titles with <i>, abstracts with <h4>."""

import html
import re
from collections.abc import Iterator

from desktop_app.importers.decoded_text import clean
from desktop_app.records import Section

# Only tags that such texts have, so that "p<0.05 and n>3" stays.
_TAG = re.compile(
    r"</?(?:[a-z]+:)?(?:i|b|u|em|strong|sub|sup|sc|scp|p|br|span|div|ul|ol|li|h[1-6]|title|sec|italic|bold|"
    r"underline|a|jats|math|mi|mo|mn|mrow|msub|msup|mtext|nocase)(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"</?(?:[a-z]+:)?(?:p|br|div|li|ul|ol|h[1-6]|title|sec)\b", re.IGNORECASE)
_HEADED = re.compile(
    r"<(?:[a-z]+:)?(h[1-6]|title)(?:\s[^<>]*)?>([^<>]{1,100})</(?:[a-z]+:)?\1>", re.IGNORECASE
)


def without_markup(text: str) -> str:
    """The text without tags, entities resolved. Paragraphs become spaces, <i> nothing."""
    if "<" in text:
        text = _TAG.sub(lambda tag: " " if _BREAK.match(tag[0]) else "", text)
    return clean(html.unescape(text) if "&" in text else text)


def sections_of(text: str) -> Iterator[Section]:
    """The parts of an abstract, labelled by its headings (`<h4>Methods</h4>`)."""
    before, *parts = _HEADED.split(text)
    if found := without_markup(before):
        yield Section(found)
    for label, body in zip(parts[1::3], parts[2::3], strict=False):
        if found := without_markup(body):
            yield Section(found, without_markup(label).rstrip(":"))
