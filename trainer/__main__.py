"""The trainer's command line; stdout carries the protocol and nothing else.

    python -m trainer train config.json
    python -m trainer mine | evaluate | export …    (options: each with --help)

Exit status 0 finished or stopped as asked, 1 failed, 2 wrong usage.
"""

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from trainer.awake import keep_awake
from trainer.config import ConfigError, read_config
from trainer.protocol import Event, Failed, to_json

Say = Callable[[Event], None]

_NAN_REMEDY = (
    "Lower schedule.learning_rate or set schedule.precision to fp32. The last good checkpoint "
    "is kept."
)
_OTHERS = {"mine": "mining.mine", "evaluate": "evaluate", "export": "export"}  # command -> module
_MEMORY_REMEDY = "Lower model.max_tokens, use LoRA, or choose a smaller base."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the last line on stdout is `finished`, `stopped` or `failed`."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    keep_awake()
    if words and words[0] in _OTHERS:
        status: int = import_module(f"trainer.{_OTHERS[words[0]]}").main(words[1:])
        return status
    parser = argparse.ArgumentParser(prog="python -m trainer", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    training = commands.add_parser("train", help="train, or go on with a training")
    training.add_argument("config", type=Path, help="JSON as trainer/config.py describes it")
    options = parser.parse_args(words)
    say = _protocol()
    try:
        return _train(options.config, say)
    except (ConfigError, OSError) as error:
        say(Failed(str(error)))
    except Exception as error:  # noqa: BLE001 - whoever reads the protocol must hear of it
        traceback.print_exc()
        reason, remedy = _told(error)
        say(Failed(reason, remedy))
    return 1


def _train(path: Path, say: Say) -> int:
    config = read_config(path)
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
        os.environ[name] = "1"
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch; the window works beside it
    from trainer.running.stopping import StopFlag, listen
    from trainer.train import train

    stop = StopFlag()
    listen(stop)
    train(config, say, stop)
    return 0


def _told(error: Exception) -> tuple[str, str]:
    """What an exception means to the user, and what to do."""
    from trainer.conversion.model_folder import ConversionError
    from trainer.out_of_memory import OutOfMemory
    from trainer.running.checkpoints import CheckpointError
    from trainer.running.loop import NonFinite
    from trainer.training_set import TrainingSetError

    if isinstance(error, NonFinite):
        return f"Training was stopped: {error}.", _NAN_REMEDY
    if isinstance(error, OutOfMemory):
        return "Not even one text fits into memory.", _MEMORY_REMEDY
    if isinstance(error, TrainingSetError):
        return str(error), "Export the training set again."
    if isinstance(error, ConversionError):
        return str(error), "Choose another base."
    if isinstance(error, CheckpointError):
        return str(error), "Choose another run folder."
    return f"{type(error).__name__}: {error}", "This is a fault of the trainer; see its log."


def _protocol() -> Say:
    """Writes events to what stdout is now; whatever else is printed goes to stderr."""
    handle = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    out = os.fdopen(handle, "w", encoding="utf-8", newline="\n")

    def say(event: Event) -> None:
        try:
            out.write(to_json(event) + "\n")
            out.flush()
        except OSError:  # the window is gone, on Windows as EINVAL; the run folder has it all
            pass

    return say


if __name__ == "__main__":
    sys.exit(main())
