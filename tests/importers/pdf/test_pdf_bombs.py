"""Small files that unfold to gigabytes: the worker's memory ends before the machine's does."""

import sys
import zlib
from pathlib import Path

import pytest

from desktop_app.importers.pdf.reader import PdfReader
from desktop_app.importers.pdf.reading import State
from tests.importers.pdf.small_pdf import body, small_pdf, with_contents, with_nested_forms

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the memory")
MEGABYTE = 1_000_000


def deflated(megabytes: int) -> bytes:
    packer = zlib.compressobj(1)
    piece = b"\0" * MEGABYTE
    return b"".join([*(packer.compress(piece) for _ in range(megabytes)), packer.flush()])


@pytest.mark.parametrize("kind", ["deflate", "deflate twice", "forms"])
def test_a_bomb_costs_one_file(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "bomb.pdf"
    if kind == "forms":
        path.write_bytes(with_nested_forms(depth=10, width=10))
    else:
        zeros = deflated(1_200)
        twice = kind == "deflate twice"
        filters = b"/FlateDecode/FlateDecode" if twice else b"/FlateDecode"
        path.write_bytes(with_contents(zlib.compress(zeros, 9) if twice else zeros, filters))
    assert path.stat().st_size < 8 * MEGABYTE
    good = tmp_path / "good.pdf"
    good.write_bytes(small_pdf([body()]))
    with PdfReader() as reader:
        reading = reader.read(path)
        assert reading.state is State.TOO_BIG
        assert "1 GB" in reading.reason
        assert reading.remedy
        assert reader.read(good).state is State.READ
