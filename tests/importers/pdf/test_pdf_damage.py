"""200 damaged PDFs: every one gets a state and a reason, and the reader goes on."""

import random
from pathlib import Path

from desktop_app.importers.pdf.reader import PdfReader
from desktop_app.importers.pdf.reading import Confidence, State
from tests.importers.pdf.small_pdf import Printed, body, small_pdf, with_picture, xmp_packet

TITLE = "Early exercise after heart surgery in older adults"
MUTANTS = 200


def test_200_mutants(tmp_path: Path) -> None:
    seeds = _seeds()
    path = tmp_path / "mutant.pdf"
    states = []
    with PdfReader() as reader:
        for number in range(MUTANTS):
            path.write_bytes(_mutant(seeds[number % len(seeds)], random.Random(number)))
            reading = reader.read(path)
            assert reading.reason
            assert reading.remedy or reading.state is State.READ
            states.append(reading.state)
        path.write_bytes(seeds[0])
        assert reader.read(path).confidence is Confidence.SURE
    assert len(states) == MUTANTS
    assert {State.READ, State.DAMAGED} <= set(states)


def _seeds() -> list[bytes]:
    first = [Printed("doi:10.1234/abc.5", 8, bottom=760), Printed(TITLE, 18), *body()]
    return [
        small_pdf([first, body()], {"Title": TITLE}, xmp_packet(TITLE, "10.1234/abc.5")),
        small_pdf([first] * 5),
        with_picture(40),
    ]


def _mutant(seed: bytes, dice: random.Random) -> bytes:
    content = bytearray(seed)
    for _ in range(dice.choice((1, 3, 20))):
        start = dice.randrange(len(content))
        stop = min(len(content), start + dice.choice((1, 4, 60, 400)))
        kind = dice.randrange(6)
        if kind == 0:
            content[start:stop] = dice.randbytes(stop - start)
        elif kind == 1:
            del content[start:stop]
        elif kind == 2:
            content[start:start] = content[start:stop] * dice.choice((1, 2, 50))
        elif kind == 3:
            content[start:] = b""
        elif kind == 4:
            number = dice.choice((b"0", b"-1", b"2147483647", b"99999999999999999999", b"3 0 R"))
            content[start:stop] = number
        else:
            digits = [n for n, byte in enumerate(content) if 48 <= byte <= 57] or [0]
            content[dice.choice(digits) :][:1] = b"9"
            content[dice.choice(digits)] = dice.choice(b"0123456789")
        content = content or bytearray(b"%")
    return bytes(content)
