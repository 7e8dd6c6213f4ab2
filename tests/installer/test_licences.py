"""The licences that the bundle ships: every package of the lock, with its text."""

import re

from installer.checkout.commands import LOCKS
from installer.contents import plain_files
from installer.licences import licences


def test_every_package_of_the_program_is_named_with_its_licence() -> None:
    text = licences()
    named = dict(re.findall(r"^=+\n(\S+) [\d.]+[^:\n]*: (.+)\n=+$", text, re.MULTILINE))
    found = {re.sub(r"[-_.]+", "-", name).lower(): licence for name, licence in named.items()}
    pins = re.findall(
        r"^([\w.-]+)==[^\\\n]*?(?:;([^\\\n]*))?\\?$",
        (LOCKS / "app.txt").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    here = {re.sub(r"[-_.]+", "-", name).lower() for name, marker in pins if not marker.strip()}
    assert here - found.keys() == set()
    assert found["numpy"].startswith("BSD-3-Clause")


def test_the_texts_themselves_are_there() -> None:
    text = licences()
    assert "Permission is hereby granted, free of charge" in text  # MIT
    assert "Redistribution and use in source and binary forms" in text  # BSD
    assert "Qt and PySide6 are used under the GNU Lesser General Public License" in text
    shipped = [place.name for _, place in plain_files()]
    assert {"LGPL-3.0.txt", "GPL-3.0.txt"} <= set(shipped)


def test_tools_of_the_build_are_not_shipped() -> None:
    assert not re.search(r"^pip [\d.]+:", licences(), re.MULTILINE)
