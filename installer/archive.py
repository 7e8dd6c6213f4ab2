"""A tar archive that depends on nothing but what is in it: sorted, one time, no owner's name."""

import gzip
import tarfile
from pathlib import Path


def write_tar(folder: Path, target: Path, top: str, moment: int) -> None:
    """Pack `folder` as `top/…` into the gzipped `target`, every member dated `moment` (seconds)."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        open(target, "wb") as file,
        gzip.GzipFile("", "wb", 6, file, mtime=moment) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive,
    ):
        for path in [folder, *sorted(folder.rglob("*"))]:
            _add(archive, path, f"{top}/{path.relative_to(folder).as_posix()}", moment)


def _add(archive: tarfile.TarFile, path: Path, name: str, moment: int) -> None:
    entry = archive.gettarinfo(str(path), name.removesuffix("/."))
    if entry.islnk():  # two names of one file: the second would depend on which came first
        entry.type, entry.linkname, entry.size = tarfile.REGTYPE, "", path.stat().st_size
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    entry.mtime = moment
    if entry.isreg():
        with open(path, "rb") as content:
            archive.addfile(entry, content)
    else:
        archive.addfile(entry)
