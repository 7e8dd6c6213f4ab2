"""What a Linux desktop must be told of the program: menu entry, file types, icons, man page."""

import gzip
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from installer.checkout.commands import ROOT
from installer.contents import version
from installer.freeze import epoch

FILES = Path(__file__).resolve().parent / "files"
ICON = ROOT / "resources" / "icons" / "litmesh.svg"
SIZES = (16, 22, 24, 32, 48, 64, 96, 128, 256, 512)
# Pictures of docs/images; AppStream wants them on a web server.
PICTURES = (
    ("main-light.png", "A question, its hits with reasons, and their MeSH tree"),
    ("filters-dark.png", "Facets narrow the hits; every number counts distinct articles"),
    ("import-report.png", "What an import added, merged, updated and refused, and why"),
)


def write_share(share: Path, build_python: Path) -> None:
    """Fill a folder that is like `/usr/share`. Existing files in it are replaced."""
    places = {
        "litmesh.desktop": "applications",
        "org.litmesh.Litmesh.metainfo.xml": "metainfo",
        "litmesh-mime.xml": "mime/packages",
    }
    for name, folder in places.items():
        target = share / folder / name.replace("litmesh-mime", "litmesh")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(rendered(name), encoding="utf-8")
    manual = share / "man" / "man1" / "litmesh.1.gz"
    manual.parent.mkdir(parents=True, exist_ok=True)
    manual.write_bytes(gzip.compress(rendered("litmesh.1").encode(), 9, mtime=0))
    icons = share / "icons" / "hicolor"
    drawing = icons / "scalable" / "apps" / "litmesh.svg"
    drawing.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ICON, drawing)
    code = "import sys, pathlib; from installer.linux.desktop import draw_icons as draw; "
    code += "draw(pathlib.Path(sys.argv[1]))"
    variables = {"PATH": "/usr/bin:/bin", "QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8"}
    command = [str(build_python), "-c", code, str(icons)]
    subprocess.run(command, cwd=ROOT, check=True, env=variables | {"PYTHONPATH": str(ROOT)})


def draw_icons(icons: Path) -> None:
    """Draw the one SVG in every size that a theme asks for. Needs PySide6."""
    from installer.icon_files import png

    for size in SIZES:
        target = icons / f"{size}x{size}" / "apps" / "litmesh.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(png(ICON, size))


def rendered(name: str) -> str:
    """A file of `files/` with version, date and the like filled in."""
    day = datetime.fromtimestamp(epoch(), UTC).date().isoformat()
    text = (FILES / name).read_text(encoding="utf-8")
    values = {"@VERSION@": version(), "@DATE@": day, "@PROGRAM@": "litmesh"}
    values["@SCREENSHOTS@"] = screenshots(os.environ.get("LITMESH_SCREENSHOTS", ""))
    for mark, value in values.items():
        text = text.replace(mark, value)
    return text


def screenshots(address: str) -> str:
    """The metainfo's pictures below a web address; none where no address is known."""
    if not address:
        return ""
    lines = ["<screenshots>"]
    for number, (name, caption) in enumerate(PICTURES):
        kind = ' type="default"' if number == 0 else ""
        lines.append(f"    <screenshot{kind}>")
        lines.append(f"      <caption>{caption}</caption>")
        lines.append(f"      <image>{address.rstrip('/')}/{name}</image>")
        lines.append("    </screenshot>")
    return "\n".join([*lines, "  </screenshots>"])
