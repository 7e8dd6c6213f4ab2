"""Which Debian packages the bundle needs: those whose libraries it uses and does not contain."""

from pathlib import Path

from installer.elf import elf_files, needed

# A library that is not here and not in the bundle stops the build: nothing is guessed.
PACKAGES = {
    "ld-linux-x86-64.so.2": "libc6 (>= 2.36)",  # that of Debian 12, where releases are built
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libc.so.6": "libc6 (>= 2.36)",
    "libdl.so.2": "libc6 (>= 2.36)",
    "libm.so.6": "libc6 (>= 2.36)",
    "libpthread.so.0": "libc6 (>= 2.36)",
    "libresolv.so.2": "libc6 (>= 2.36)",
    "librt.so.1": "libc6 (>= 2.36)",
    "libutil.so.1": "libc6 (>= 2.36)",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb.so.1": "libxcb1",
}
# Data that our libraries read: how fonts are found, a font, the layouts of keyboards.
DATA = (
    "fontconfig-config",
    "fonts-dejavu-core | fonts-noto-core | fonts-liberation",
    "xkb-data",
)


def depends(bundle: Path) -> list[str]:
    """The field Depends, sorted. Raises SystemExit for a library of which no package is known."""
    files = list(elf_files(bundle))
    asked = {name for names in needed(files).values() for name in names}
    missing = asked - {path.name for path in files}
    if unknown := sorted(missing - set(PACKAGES)):
        raise SystemExit(f"no package is named for {', '.join(unknown)} (installer/linux)")
    return sorted({PACKAGES[name] for name in missing} | set(DATA))
