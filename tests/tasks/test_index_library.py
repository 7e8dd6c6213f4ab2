"""Indexing with the real default encoder: exactly what is missing, and resumable."""

from pathlib import Path

import pytest

from desktop_app.encoders.onnx_encoder import OnnxEncoder, load_encoder
from desktop_app.errors import Cancelled
from desktop_app.library.library import Library
from desktop_app.tasks.import_files import import_files
from desktop_app.tasks.index_library import IndexReport, index_library
from tests.tasks.conftest import WriteXml


@pytest.fixture(scope="module")
def encoder(default_encoder_folder: Path) -> OnnxEncoder:
    return load_encoder(default_encoder_folder)


def test_seven_more_articles_are_exactly_seven_embeddings(
    library: Library, write_xml: WriteXml, encoder: OnnxEncoder
) -> None:
    import_files(library, [write_xml("a.xml", 5)])
    assert index_library(library, encoder) == IndexReport(5, 0, 0, False)
    import_files(library, [write_xml("b.xml", 7, first=100)])
    assert index_library(library, encoder) == IndexReport(7, 5, 0, False)
    assert index_library(library, encoder) == IndexReport(0, 12, 0, False)


def test_cancel_keeps_finished_batches_and_the_next_run_goes_on(
    library: Library, write_xml: WriteXml, encoder: OnnxEncoder
) -> None:
    import_files(library, [write_xml("a.xml", 70)])

    def stop_late(done: int, total: int) -> None:
        assert total == 70
        if done >= 40:
            raise Cancelled

    report = index_library(library, encoder, stop_late)
    assert report == IndexReport(32, 0, 0, True)
    assert index_library(library, encoder) == IndexReport(38, 32, 0, False)
