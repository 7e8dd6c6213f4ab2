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
    graph: float  # the exported graph in fp32, by which encoders are compared


def measure(hidden: int, layers: int, device: torch.device, precision: torch.dtype) -> Speed:
    """Compute on `_LAYERS` layers of width `hidden` and reckon for `layers`."""
    model = nn.TransformerEncoder(_layer(hidden), _LAYERS, enable_nested_tensor=False).to(device)
    for name, weight in model.named_parameters():
        weight.requires_grad_("in_proj" in name)  # where the adapters are
    texts = torch.randn(_TEXTS, _TOKENS, hidden, device=device)

    def read(kind: torch.dtype) -> None:
        with torch.no_grad():
            _pass(model, texts, kind)

    def learn() -> None:
        _pass(model, texts, precision).square().mean().backward()

    share = layers / _LAYERS / (_TEXTS * _TOKENS)
    took = _seconds(lambda: read(precision), device) * share
    if device.type == "cuda":
        graph = took
    elif precision == torch.float32:
        graph = took / _GRAPH
    else:
        graph = _seconds(lambda: read(torch.float32), device) * share / _GRAPH
    return Speed(took, _seconds(learn, device) * share, graph)


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
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        took.append(time.perf_counter() - started)
    return min(took)
