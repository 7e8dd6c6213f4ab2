"""Makes a model folder of a base and an adapter that a run wrote (`adapter.py`).

    python -m trainer.merge_adapter BASE ADAPTER DESTINATION

ADAPTER is the folder with adapter.safetensors and adapter.json. The adapter of another base is
refused: added to weights that it was not learnt on, it would only spoil them.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from trainer.adapter import read_adapter
from trainer.conversion.model_folder import ConversionError
from trainer.conversion.sentence_model import SentenceModel
from trainer.conversion.source_folder import read_source
from trainer.model import weights_hash
from trainer.running.merged_folder import write_weights


def merge_adapter(base: Path, adapter: Path, destination: Path) -> None:
    """Write the folder whole or not at all. Raises ConversionError, OSError."""
    if destination.exists():
        raise ConversionError(f"{destination} exists already.")
    learnt = read_adapter(adapter)
    source = read_source(base, learnt.base, learnt.pooling)
    if weights_hash(source) != learnt.base_sha256:
        raise ConversionError(f"{base}: is not the base that the adapter was learnt on.")
    model = SentenceModel(source)
    weights = learnt.added_to(model.transformer.state_dict())
    write_weights(weights, source, model.dimension, destination)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; exit status 0 done, 1 failed."""
    parser = argparse.ArgumentParser(prog="trainer.merge_adapter", description=__doc__)
    parser.add_argument("base", type=Path, help="model folder that the adapter was learnt on")
    parser.add_argument("adapter", type=Path, help="folder with adapter.safetensors")
    parser.add_argument("destination", type=Path, help="model folder to write")
    given = parser.parse_args(arguments)
    try:
        merge_adapter(given.base, given.adapter, given.destination)
    except (ConversionError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
