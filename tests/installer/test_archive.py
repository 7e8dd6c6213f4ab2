"""The archive depends on its content alone."""

import os
import tarfile
from pathlib import Path

from installer.archive import write_tar

MOMENT = 1_700_000_000


def a_folder(root: Path, names: tuple[str, ...]) -> Path:
    """A folder with a program, a text and a link, made in the order of `names`."""
    root.mkdir()
    for name in names:
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(name, encoding="ascii")
    (root / "inner" / "run").chmod(0o755)
    (root / "link").symlink_to("inner/run")
    return root


def test_order_of_making_and_clock_do_not_matter(tmp_path: Path) -> None:
    one = a_folder(tmp_path / "one", ("inner/run", "a", "b"))
    other = a_folder(tmp_path / "other", ("b", "a", "inner/run"))
    os.utime(other / "a", (1, 1))
    for folder in (one, other):
        write_tar(folder, tmp_path / f"{folder.name}.tar.gz", "litmesh-1", MOMENT)
    assert (tmp_path / "one.tar.gz").read_bytes() == (tmp_path / "other.tar.gz").read_bytes()


def test_members_have_no_owner_and_keep_mode_and_link(tmp_path: Path) -> None:
    write_tar(a_folder(tmp_path / "f", ("inner/run", "a")), tmp_path / "t.tar.gz", "top", MOMENT)
    with tarfile.open(tmp_path / "t.tar.gz") as archive:
        members = {member.name: member for member in archive}
    assert list(members) == ["top", "top/a", "top/inner", "top/inner/run", "top/link"]
    assert {(m.uid, m.gid, m.uname, m.mtime) for m in members.values()} == {(0, 0, "root", MOMENT)}
    assert members["top/inner/run"].mode & 0o111
    assert members["top/link"].linkname == "inner/run"


def test_a_second_name_of_a_file_is_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "f"
    folder.mkdir()
    (folder / "a").write_text("text", encoding="ascii")
    os.link(folder / "a", folder / "b")
    write_tar(folder, tmp_path / "t.tar.gz", "top", MOMENT)
    with tarfile.open(tmp_path / "t.tar.gz") as archive:
        content = archive.extractfile("top/b")
        assert content is not None
        assert content.read() == b"text"
