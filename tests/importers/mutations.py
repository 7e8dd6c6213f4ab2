"""Files damaged as transfers, editors and programs damage them; deterministic."""

import random
from collections.abc import Callable, Iterator

Damage = Callable[[bytes, random.Random], bytes]


def mutations(content: bytes, count: int, seed: int) -> Iterator[bytes]:
    """`count` variants of `content`, each with one to four faults."""
    chance = random.Random(seed)
    for _ in range(count):
        damaged = content
        for _ in range(chance.randint(1, 4)):
            damaged = chance.choice(_FAULTS)(damaged, chance)
        yield damaged


def _slice(content: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(content) + 1)
    return start, min(len(content), start + chance.choice((1, 2, 5, 20, 100, 1000)))


def _changed_byte(content: bytes, chance: random.Random) -> bytes:
    start, _ = _slice(content, chance)
    return content[:start] + bytes([chance.randrange(256)]) + content[start + 1 :]


def _lost(content: bytes, chance: random.Random) -> bytes:
    start, end = _slice(content, chance)
    return content[:start] + content[end:]


def _twice(content: bytes, chance: random.Random) -> bytes:
    start, end = _slice(content, chance)
    return content[:end] + content[start:end] * chance.choice((1, 1, 1, 50)) + content[end:]


def _moved(content: bytes, chance: random.Random) -> bytes:
    start, end = _slice(content, chance)
    piece, rest = content[start:end], content[:start] + content[end:]
    place = chance.randrange(len(rest) + 1)
    return rest[:place] + piece + rest[place:]


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: _slice(content, chance)[0]]


def _noise(content: bytes, chance: random.Random) -> bytes:
    start, _ = _slice(content, chance)
    return content[:start] + chance.randbytes(chance.choice((1, 4, 64, 512))) + content[start:]


def _token(content: bytes, chance: random.Random) -> bytes:
    start, _ = _slice(content, chance)
    return content[:start] + chance.choice(_TOKENS) + content[start:]


def _no_line_ends(content: bytes, chance: random.Random) -> bytes:
    start, end = _slice(content, chance)
    return content[:start] + content[start:end].replace(b"\n", b"") + content[end:]


def _other_line_ends(content: bytes, chance: random.Random) -> bytes:
    return content.replace(b"\n", chance.choice((b"\r\n", b"\r", b"\n\n", b"\r\r\n")))


_TOKENS = (
    *(
        b"\0",
        b"\0" * 40,
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xc3",
        b"\xe2\x80\xae",
        b"\x1b[2J",
        b"\x1a",
    ),
    *(
        b"TY  - JOUR\n",
        b"ER  - \n",
        b"PMID- 1\n",
        b"PT J\n",
        b"%0 Book\n",
        b"AU  -",
        b"MH  - /*/\n",
    ),
    *(b"\n\n", b" " * 300, b"{" * 30, b"}", b'"', b"[" * 30, b"<![CDATA[", b"]]>", b"&#0;", b"&x;"),
    *(b"1e999", b"-1", b"99999999999999999999", "٣".encode(), "²".encode(), b"\\u0000", b"\\ud800"),
    *(b"@article{", b"@string{a=a}", b"\\" * 9, b",,,,", b"/" * 40, b"null", b"<a>" * 40),
)
_FAULTS: tuple[Damage, ...] = (
    *(_changed_byte, _lost, _twice, _moved, _cut, _noise, _token, _no_line_ends, _other_line_ends),
)
