"""How the disk image looks: dmgbuild runs this file with `defines` and reads its variables."""

import os.path

application = defines["app"]  # type: ignore[name-defined]  # noqa: F821 - dmgbuild's
_name = os.path.basename(application)

format = "ULMO"  # lzma; macOS 10.15 and newer
filesystem = "APFS"
files = [application]
symlinks = {"Applications": "/Applications"}
icon = defines["icon"]  # type: ignore[name-defined]  # noqa: F821
icon_locations = {_name: (150, 160), "Applications": (450, 160)}
window_rect = ((200, 200), (600, 360))
icon_size = 112
text_size = 13
