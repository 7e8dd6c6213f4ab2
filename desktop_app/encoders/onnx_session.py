"""Opens an ONNX graph in ONNX Runtime: no telemetry, no spinning threads, no silent fallback."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from desktop_app.errors import UserError

CPU = "CPUExecutionProvider"
PROVIDERS = {
    "cpu": CPU,
    "cuda": "CUDAExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "directml": "DmlExecutionProvider",
}
OUTPUT = "sentence_embedding"
_INPUTS = {"input_ids", "attention_mask", "token_type_ids"}


class Session(Protocol):
    """The part of `onnxruntime.InferenceSession` that we use (the package has no types)."""

    def run(
        self, outputs: Sequence[str], feeds: Mapping[str, Any], options: Any
    ) -> Sequence[Any]: ...
    def get_inputs(self) -> Sequence[Any]: ...
    def get_outputs(self) -> Sequence[Any]: ...
    def get_providers(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Opened:
    """A session and what it really runs on."""

    session: Session
    inputs: frozenset[str]
    provider: str  # read from the session, e.g. CPUExecutionProvider
    note: str  # why the wished provider is not in use; empty when it is


def runtime() -> Any:
    """The onnxruntime module, imported with its telemetry switched off.

    From 1.29 on it sends telemetry and writes a device id into the user's cache on every system
    unless this variable is set before the first import.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    onnxruntime.set_default_logger_severity(3)
    return onnxruntime


def open_graph(content: bytes, name: str, device: str = "cpu", output: str = OUTPUT) -> Opened:
    """Open a verified graph on `device` (a key of `PROVIDERS`), or on the CPU with a note why.

    The graph comes as bytes, never as a path: what was hashed is what is opened.
    Raises UserError when the graph cannot be opened or has other inputs or another `output`.
    """
    ort = runtime()
    wished = PROVIDERS[device]
    note = ""
    if wished not in ort.get_available_providers():
        note = f"{wished} is not part of this installation; running on the CPU."
        wished = CPU
    try:
        session = _session(ort, content, wished)
    except Exception as error:  # onnxruntime's own classes share no other base
        raise UserError(
            f"The encoder {name} cannot be opened: {first_line(error)}",
            "Install the encoder again, or update the program.",
        ) from error
    provider = session.get_providers()[0]
    if provider != wished:
        note = f"{wished} did not start; running on {provider}."
    return Opened(session, _checked_inputs(session, name, output), provider, note)


def _session(ort: Any, content: bytes, provider: str) -> Session:
    options = ort.SessionOptions()
    # One thread a session and several callers: 27 % faster on two cores than two threads inside
    # the session, and exact to the bit (docs/decisions/encoders.md).
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    providers = [provider] if provider == CPU else [provider, CPU]
    session: Session = ort.InferenceSession(content, options, providers=providers)
    return session


def _checked_inputs(session: Session, name: str, output: str) -> frozenset[str]:
    inputs = frozenset(item.name for item in session.get_inputs())
    outputs = [item.name for item in session.get_outputs()]
    if not {"input_ids", "attention_mask"} <= inputs <= _INPUTS or outputs != [output]:
        raise UserError(
            f"The model {name} is not of the expected form "
            f"(inputs {', '.join(sorted(inputs))}; outputs {', '.join(outputs)}).",
            "Convert the model again with this version's converter.",
        )
    return inputs


def first_line(error: Exception) -> str:
    """The first line of what an error says, at most 300 characters."""
    return str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__


def usable_cpus() -> int:
    """Processors this process may run on."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
