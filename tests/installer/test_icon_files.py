"""The icon in Windows' format: read back by Qt and by the format's own directory."""

import struct
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from installer.icon_files import ico, png


def test_every_picture_is_where_the_directory_says() -> None:
    content = ico()
    _, kind, number = struct.unpack_from("<HHH", content)
    assert (kind, number) == (1, 9)
    end = 6 + 16 * number
    for index in range(number):
        edge, _, _, _, _, bits, size, place = struct.unpack_from(
            "<BBBBHHII", content, 6 + 16 * index
        )
        image = QImage.fromData(content[place : place + size])
        assert image.width() == image.height() == (edge or 256)
        assert image.hasAlphaChannel()
        assert bits == 32
        assert place == end
        end = place + size
    assert end == len(content)


def test_the_corners_are_transparent_and_the_middle_is_ours(tmp_path: Path) -> None:
    svg = tmp_path / "dot.svg"
    svg.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">'
        '<circle cx="4" cy="4" r="2" fill="#0e7490"/></svg>',
        encoding="utf-8",
    )
    image = QImage.fromData(png(svg, 64))
    assert image.pixelColor(0, 0).alpha() == 0
    assert image.pixelColor(32, 32).name() == "#0e7490"


@pytest.mark.qt_log_ignore("Cannot read file")
def test_a_file_that_is_no_drawing_is_told(tmp_path: Path) -> None:
    svg = tmp_path / "dot.svg"
    svg.write_text("no drawing", encoding="utf-8")
    with pytest.raises(SystemExit, match="cannot be drawn"):
        png(svg, 64)


def test_it_is_written_by_command(tmp_path: Path) -> None:
    target = tmp_path / "litmesh.ico"
    command = [sys.executable, "-m", "installer.icon_files", "ico", str(target)]
    subprocess.run(command, check=True)
    written = target.read_bytes()
    assert written[:6] == ico()[:6]  # kind and number of pictures
    subprocess.run(command, check=True)
    assert target.read_bytes() == written
