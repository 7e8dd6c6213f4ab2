"""Text as PDFium gives it, made fit to read, to compare and to store."""

import re
import unicodedata

_LIGATURES = {
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
}
_CONTROLS = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160), 0xAD, 0xFFFE, 0xFFFF))
_BROKEN_WORD = re.compile("[\x02\ufffe]\\s*\n\\s*")  # PDFium marks a hyphen that ends a line
_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANKS = re.compile(r"[ \t\u00a0\u2000-\u200b\u202f\u3000]+")
_OPENING = "([{<"
_PAIRS = {")": "(", "]": "[", "}": "{", ">": "<"}


def clean(text: str) -> str:
    """NFC with \\n, ligatures spelled out, words joined that a line end broke, no controls."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    text = _SURROGATE.sub("\ufffd", _BROKEN_WORD.sub("", text))
    text = unicodedata.normalize("NFC", text.translate(_CONTROLS).translate(_LIGATURES))
    return "\n".join(_BLANKS.sub(" ", line).strip() for line in text.split("\n"))


def one_line(text: str) -> str:
    """Cleaned text without line ends; every hyphen that must not break is a plain one."""
    return " ".join(clean(text).replace("\u2011", "-").replace("\u2010", "-").split())


def squeezed(text: str) -> str:
    """Letters and digits alone, folded: equal for two spacings of the same words."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isalnum())


def without_tail(text: str) -> str:
    """An address or identifier without the punctuation and the open brackets of its sentence."""
    while text:
        last = text[-1]
        unpaired = last in _PAIRS and text.count(last) > text.count(_PAIRS[last])
        if last not in ".,;:'\"*†‡’”»…" + _OPENING and not unpaired:
            break
        text = text[:-1]
    return text
