"""The cache of index files: whatever was damaged is not used."""

import json
import random
from pathlib import Path

import numpy as np
import pytest

from desktop_app.search import cache

ARRAY = np.arange(3_000, dtype=np.float32).reshape(100, 30)


def _save(folder: Path, number: float = 0) -> None:
    cache.save(folder, {"a": cache.array_writer(ARRAY + np.float32(number))}, {"of": "x"})


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    _save(tmp_path)
    found = cache.verified(tmp_path)
    assert found is not None
    files, facts = found
    np.testing.assert_array_equal(cache.load_array(files["a"]), ARRAY)
    assert facts == {"of": "x"}


def test_saving_again_replaces_and_leaves_no_old_file(tmp_path: Path) -> None:
    _save(tmp_path)
    _save(tmp_path, 1)
    found = cache.verified(tmp_path)
    assert found is not None
    np.testing.assert_array_equal(cache.load_array(found[0]["a"]), ARRAY + 1)
    assert len(list(tmp_path.iterdir())) == 2


def test_no_cache_is_none(tmp_path: Path) -> None:
    assert cache.verified(tmp_path / "nowhere") is None


def test_damaged_caches_are_never_used(tmp_path: Path) -> None:
    """Each of 200 damages, in the data or in the manifest, is noticed or harmless."""
    _save(tmp_path)
    originals = {path: path.read_bytes() for path in tmp_path.iterdir()}
    whole = cache.verified(tmp_path)
    chance = random.Random(7)
    for _ in range(200):
        path = chance.choice(sorted(originals))
        content = bytearray(originals[path])
        at = chance.randrange(len(content))
        if chance.random() < 0.3:
            content = content[:at]
        else:
            content[at] ^= 1 << chance.randrange(8)
        path.write_bytes(content)
        found = cache.verified(tmp_path)
        if found is not None:  # a space that became another space
            assert found == whole
            np.testing.assert_array_equal(cache.load_array(found[0]["a"]), ARRAY)
        path.write_bytes(originals[path])


@pytest.mark.parametrize(
    "manifest", ["[]", "{}", '{"format": 1}', '{"format": 1, "files": [], "facts": {}}', "null"]
)
def test_a_manifest_of_another_shape_is_not_used(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "manifest.json").write_text(manifest)
    assert cache.verified(tmp_path) is None


def test_a_manifest_cannot_point_out_of_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    _save(folder)
    outside = tmp_path / "outside"
    manifest = json.loads((folder / "manifest.json").read_text())
    inside = folder / manifest["files"]["a"]["file"]
    outside.write_bytes(inside.read_bytes())
    inside.unlink()
    manifest["files"]["a"]["file"] = "../outside"
    del manifest["seal"]
    manifest["seal"] = cache._seal(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert cache.verified(folder) is None


def test_a_write_that_fails_leaves_the_old_cache(tmp_path: Path) -> None:
    _save(tmp_path)

    def full_disk(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space"):
        cache.save(tmp_path, {"a": full_disk}, {})
    found = cache.verified(tmp_path)
    assert found is not None
    np.testing.assert_array_equal(cache.load_array(found[0]["a"]), ARRAY)
    assert len(list(tmp_path.iterdir())) == 2
