"""The bytes of a text file as characters, whatever encoding wrote them, without unwanted ones."""

import codecs
import re
import unicodedata
from collections.abc import Iterable, Iterator

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# What no bibliographic text means: control characters (all but tab and line ends), the byte order
# mark inside a text, halves of surrogate pairs and code points that are no characters.
_UNWANTED = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ud800-\udfff\ufffe\uffff]")
_ANOTHER_LINE_END = re.compile("\r\n?")


def decoded(chunks: Iterable[bytes]) -> Iterator[str]:
    r"""The text of a stream, piece by piece: UTF-8 or UTF-16, and cp1252 where it is not UTF-8.

    Control characters are left out and every line ends with "\n". Each byte that UTF-8 forbids is
    read as cp1252, so a file in which both were pasted together comes out right, too.
    """
    decoder: codecs.IncrementalDecoder | None = None
    head = b""
    carried = ""  # "\r" at the end of a piece: the "\n" may be the first character of the next
    for chunk in chunks:
        if decoder is None:
            head += chunk
            if len(head) < 4:
                continue
            decoder, head = _decoder(head)
            text = decoder.decode(head)
        else:
            text = carried + decoder.decode(chunk)
        carried = "\r" if text.endswith("\r") else ""
        yield _tidied(text.removesuffix("\r"))
    if decoder is None:
        decoder, head = _decoder(head)
        carried = decoder.decode(head)
    yield _tidied(carried + decoder.decode(b"", final=True))


def clean(text: str) -> str:
    """One line of text: NFC, white space squeezed, no control characters."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split()) if "  " in text else text.strip()
    text = _UNWANTED.sub("", unicodedata.normalize("NFC", text))
    return " ".join(text.split())


def _decoder(head: bytes) -> tuple[codecs.IncrementalDecoder, bytes]:
    """A decoder by the byte order mark, or by zeros where UTF-16 has them; the rest of `head`."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return _new(encoding), head.removeprefix(mark)
    if len(head) >= 4 and head[0] and head[2] and not head[1] and not head[3]:
        return _new("utf-16-le"), head
    if len(head) >= 4 and head[1] and head[3] and not head[0] and not head[2]:
        return _new("utf-16-be"), head
    return _new("utf-8"), head


def _new(encoding: str) -> codecs.IncrementalDecoder:
    errors = "litmesh-cp1252" if encoding == "utf-8" else "replace"
    return codecs.getincrementaldecoder(encoding)(errors=errors)


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """An error handler for codecs: the bytes that are no UTF-8, by the most common alternative."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    text = "".join(bytes([byte]).decode("cp1252", errors="ignore") for byte in bad)
    return text, error.end


codecs.register_error("litmesh-cp1252", _as_cp1252)


def _tidied(text: str) -> str:
    return _UNWANTED.sub("", _ANOTHER_LINE_END.sub("\n", text))
