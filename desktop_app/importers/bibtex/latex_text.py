"""LaTeX as reference managers write it into BibTeX files, as plain text.

Accents, symbols and math are pylatexenc's (MIT, the decoder that bibtexparser itself builds on).
Ours is only what exports get wrong and LaTeX would misread: a bare "%" would swallow the rest.
Braces, "~", "--" and quotes mean something as source alone: what a command stands for is final.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

_BRACES = str.maketrans("", "", "{}")
_BARE_PERCENT = re.compile(r"(?<!\\)%")
_MATH = re.compile(r"(?<!\\)\$([^$]{0,500}?)(?<!\\)\$")
_IS_MATH = re.compile(r"[\\^_<>={}+]|^\s*[A-Za-z]\s*$")
_DOLLAR = re.compile(r"(?<!\\)\$")
_TOKEN = re.compile(r"\\.|[{}]|\s+")
_OPEN_ACCENT = re.compile(r"\\(?:[cvHurkbdt]|['`^\"~=.])$")  # \c c, Erd\H os
_PLAIN, _PRIVATE = "$\\{}~", "\ue000\ue001\ue002\ue003\ue004"
_HELD = str.maketrans(_PLAIN, _PRIVATE)  # signs of decoded math, and a dollar that is money
_RELEASED = str.maketrans(_PRIVATE, _PLAIN)


def latex_text(text: str) -> str:
    """The characters that LaTeX source stands for, without braces and commands."""
    if "\\" not in text and "$" not in text:
        return _typography(text)
    text = _DOLLAR.sub("$".translate(_HELD), _MATH.sub(_math, text))
    words = _words(_BARE_PERCENT.sub(r"\\%", text))
    decoded = "".join(_decoded(word) if "\\" in word else _typography(word) for word in words)
    return decoded.translate(_RELEASED)


def verbatim(text: str) -> str:
    r"""An address, path or identifier: only braces and the escapes \_ \% \& \# \{ are undone."""
    return re.sub(r"\\([_%&#{}~$])", r"\1", text).strip("{} \n\t")


def _words(text: str) -> Iterator[str]:
    """The text cut at white space outside of braces, with an accent left by its letter.

    pylatexenc goes character by character: words without commands are kept from it.
    """
    depth, start = 0, 0
    for token in _TOKEN.finditer(text):
        if token[0] == "{":
            depth += 1
        elif token[0] == "}":
            depth -= 1
        elif depth > 0 or not token[0].isspace():
            continue
        elif not _OPEN_ACCENT.search(text, start, token.start()):
            yield text[start : token.start()]
            yield token[0]
            start = token.end()
    yield text[start:]


def _typography(text: str) -> str:
    """Source without commands; as pylatexenc has it, braces keep two hyphens apart."""
    text = text.replace("~", " ").replace("---", "—").replace("--", "–")
    return text.replace("``", "“").replace("''", "”").translate(_BRACES)


def _math(found: re.Match[str]) -> str:
    inner = found[1]
    if not _IS_MATH.search(inner):
        return f"${inner}$".replace("$", "$".translate(_HELD))
    return inner if "\\" not in inner else _decoded(f"${inner}$").translate(_HELD)


@lru_cache(maxsize=4096)  # names come again and again
def _decoded(text: str) -> str:
    try:
        return str(_decoder().latex_to_text(text))
    except (ValueError, IndexError, AttributeError, TypeError, RecursionError):
        # pylatexenc gave up on it: better with marks than lost
        return text.replace("\\", "").translate(_BRACES)


@lru_cache(maxsize=1)
def _decoder() -> Any:
    from pylatexenc.latex2text import (
        LatexNodes2Text,
        MacroTextSpec,
        get_default_latex_context_db,
    )

    known = get_default_latex_context_db()
    ours = [
        MacroTextSpec("textless", "<"),
        MacroTextSpec("textgreater", ">"),
        MacroTextSpec("textbraceleft", "{"),
        MacroTextSpec("textbraceright", "}"),
        MacroTextSpec("textasciicircum", "^"),
        MacroTextSpec("url", "%s"),
        MacroTextSpec("href", "%(2)s"),
    ]
    known.add_context_category("bibliography", prepend=True, macros=ours)
    return LatexNodes2Text(known, math_mode="text", strict_latex_spaces=True, keep_comments=True)
