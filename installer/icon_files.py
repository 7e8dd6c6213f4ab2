"""The program's icon in the formats of Windows and macOS, drawn from the one SVG.

`python -m installer.icon_files ico|icns FILE` with a Python that has PySide6.
"""

import importlib.util
import os
import struct
import subprocess
import sys
from pathlib import Path

from installer.checkout.commands import ROOT

SVG = ROOT / "resources" / "icons" / "litmesh.svg"
_ICO_SIDES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
# The types whose content is a PNG file, with their sides in pixels.
_ICNS_TYPES = ((b"ic11", 32), (b"ic12", 64), (b"ic07", 128), (b"ic08", 256), (b"ic09", 512))
_ICNS_LARGEST = (b"ic10", 1024)


def draw(kind: str, target: Path) -> None:
    """Write the icon, `ico` or `icns`; with the building environment where PySide6 is not here."""
    if importlib.util.find_spec("PySide6") is not None:
        target.write_bytes({"ico": ico, "icns": icns}[kind]())
        return
    from installer.environment import build_python

    command = [str(build_python()), "-m", "installer.icon_files", kind, str(target)]
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    subprocess.run(command, cwd=ROOT, env=variables, check=True)


def ico(svg: Path = SVG) -> bytes:
    """An .ico file whose pictures are PNG files, as Windows reads them since Vista."""
    pictures = [(side, png(svg, side)) for side in _ICO_SIDES]
    directory = struct.pack("<HHH", 0, 1, len(pictures))
    place = len(directory) + 16 * len(pictures)
    for side, picture in pictures:
        edge = side % 256  # 0 says 256
        directory += struct.pack("<BBBBHHII", edge, edge, 0, 0, 1, 32, len(picture), place)
        place += len(picture)
    return directory + b"".join(picture for _, picture in pictures)


def icns(svg: Path = SVG) -> bytes:
    """An .icns file of macOS."""
    parts = b""
    for kind, side in (*_ICNS_TYPES, _ICNS_LARGEST):
        picture = png(svg, side)
        parts += kind + struct.pack(">I", 8 + len(picture)) + picture
    return b"icns" + struct.pack(">I", 8 + len(parts)) + parts


def png(svg: Path, side: int) -> bytes:
    """The picture as a PNG file, `side` pixels wide and high, transparent around it."""
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
    from PySide6.QtGui import QImage, QImageWriter, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(side, side, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(str(svg))
    if not renderer.isValid():
        sys.exit(f"{svg} cannot be drawn.")
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    return bytes(buffer.data().data())


if __name__ == "__main__":
    draw(sys.argv[1], Path(sys.argv[2]))
