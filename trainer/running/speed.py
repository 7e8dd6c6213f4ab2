"""How fast this machine reads and learns, from two seconds of computing on layers of a shape.

A transformer's time is its layers' time, and each layer's is that of any other of its shape, so
random numbers tell it before the real weights are at hand.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

_LAYERS = 2  # that are computed in place of all
_TEXTS, _TOKENS = 8, 160
_REPEATS = 4
_GRAPH = 2.0  # ONNX Runtime in fp32 against PyTorch in fp32 on a processor: bench encoding_trainer


@dataclass(frozen=True, slots=True)
class Speed:
    """Seconds a token of a whole transformer, with all threads that a run would use."""

    read: float  # forward, in the precision of a run
    learn: float  # forward and backward through adapters
    judge: float  # what encoders are compared by: fp32 on CUDA, else the exported graph
    graph: float  # the exported graph in fp32, which always runs on the processor


def measure(hidden: int, layers: int, device: torch.device, precision: torch.dtype) -> Speed:
    """Compute on `_LAYERS` layers of width `hidden` and reckon for `layers`."""
    layered = nn.TransformerEncoder(_layer(hidden), _LAYERS, enable_nested_tensor=False)
    for name, weight in layered.named_parameters():
        weight.requires_grad_("in_proj" in name)  # where the adapters are
    share = layers / _LAYERS / (_TEXTS * _TOKENS)
    processor, whole = torch.device("cpu"), torch.float32

    def read(where: torch.device, kind: torch.dtype) -> float:
        return share * _reading(layered.to(where), where, kind)

    took = read(device, precision)
    learn = share * _learning(layered.to(device), device, precision)
    judge = read(device, whole) if device.type == "cuda" else 0.0
    same = (device, precision) == (processor, whole)
    graph = (took if same else read(processor, whole)) / _GRAPH
    return Speed(took, learn, judge or graph, graph)


def _reading(model: nn.Module, device: torch.device, kind: torch.dtype) -> float:
    texts = _random_texts(model, device)

    def work() -> None:
        with torch.no_grad():
            _pass(model, texts, kind)

    return _seconds(work, device)


def _learning(model: nn.Module, device: torch.device, kind: torch.dtype) -> float:
    texts = _random_texts(model, device)
    return _seconds(lambda: _pass(model, texts, kind).square().mean().backward(), device)


def _random_texts(model: nn.Module, device: torch.device) -> Tensor:
    hidden = next(model.parameters()).shape[-1]
    return torch.randn(_TEXTS, _TOKENS, hidden, device=device)


def _layer(hidden: int) -> nn.TransformerEncoderLayer:
    heads = max(1, hidden // 32)
    return nn.TransformerEncoderLayer(
        hidden, heads, 4 * hidden, dropout=0.0, activation="gelu", batch_first=True
    )


def _pass(model: nn.Module, texts: Tensor, precision: torch.dtype) -> Tensor:
    low = precision != torch.float32
    with torch.autocast(texts.device.type, dtype=torch.bfloat16, enabled=low):
        found: Tensor = model(texts)
    return found


def _seconds(work: Callable[[], None], device: torch.device) -> float:
    """The quickest of some repeats: what disturbs for a moment is not the machine's speed."""
    took = []
    for _ in range(_REPEATS):
        started = time.perf_counter()
        work()
        _wait(device)
        took.append(time.perf_counter() - started)
    return min(took)


def _wait(device: torch.device) -> None:
    """Until the device has computed what it was given."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()
