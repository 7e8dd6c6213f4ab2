"""Encodes texts with a model folder: what evaluation, mining and export see of an encoder.

The folder is one of sentence-transformers (`result/` of a run, a base). On a GPU PyTorch runs it,
else ONNX Runtime, which is twice as fast on a CPU and equal to 1e-5.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from trainer.config import Device
from trainer.conversion.onnx_run import open_graph, open_tokenizer, run_graph
from trainer.conversion.source_folder import Source, read_source

FloatArray = npt.NDArray[np.float32]
Report = Callable[[int, int], None]

_GPU_BATCH = 64
_MOST_WORKERS = 8


def silent(done: int, total: int) -> None:
    """Report to nobody."""


class TextEncoder(Protocol):
    """Anything that turns texts into unit vectors."""

    chunk: int  # texts that are best given at once; between two reports

    def encode(self, texts: list[str], is_query: bool) -> FloatArray:
        """(len(texts), dimension) float32, rows of length 1; queries get the model's prefix."""
        ...


def encode_all(
    encoder: TextEncoder, texts: Sequence[str], is_query: bool, report: Report = silent
) -> FloatArray:
    """The vectors of many texts, with a report between chunks, which may raise to stop."""
    if not texts:
        return np.zeros((0, 0), np.float32)
    blocks = []
    for start in range(0, len(texts), encoder.chunk):
        report(start, len(texts))
        blocks.append(encoder.encode(list(texts[start : start + encoder.chunk]), is_query))
    report(len(texts), len(texts))
    return np.concatenate(blocks)


class GraphEncoder:
    """An encoder over one ONNX graph on the CPU; every text runs alone, as in the program."""

    chunk = 64

    def __init__(self, graph: bytes, tokenizer: Tokenizer, query_prefix: str) -> None:
        self._session = open_graph(graph)
        self._tokenizer = tokenizer
        self._prefix = query_prefix
        self._workers = min(os.cpu_count() or 1, _MOST_WORKERS)

    def encode(self, texts: list[str], is_query: bool) -> FloatArray:
        """As `TextEncoder.encode`."""
        prefix = self._prefix if is_query else ""
        with ThreadPoolExecutor(self._workers) as pool:
            rows = pool.map(lambda text: self._one(prefix + text), texts)
            return np.stack(list(rows))

    def _one(self, text: str) -> FloatArray:
        return run_graph(self._session, self._tokenizer.encode(_clean(text)).ids)


class TorchEncoder:
    """An encoder in PyTorch on a device: texts of like length run together."""

    chunk = 16 * _GPU_BATCH  # so that there are some of like length

    def __init__(self, source: Source, device: str) -> None:
        from trainer.conversion.sentence_model import SentenceModel, fuse_attention

        self._model = SentenceModel(source).to(device)
        if device == "cuda":
            fuse_attention(self._model.transformer)
        self._tokenizer = open_tokenizer(source.tokenizer, source.max_tokens)
        self._tokenizer.enable_padding()
        self._prefix = source.query_prefix
        self._device = device
        self._most = _GPU_BATCH

    def encode(self, texts: list[str], is_query: bool) -> FloatArray:
        """As `TextEncoder.encode`."""
        prefix = self._prefix if is_query else ""
        clean = [_clean(prefix + text) for text in texts]
        vectors = np.zeros((len(texts), self._model.dimension), np.float32)
        for rows in _batches(clean):
            vectors[rows] = self._in_parts([clean[row] for row in rows])
        return vectors

    def _in_parts(self, texts: list[str]) -> FloatArray:
        """All at once, or in halves when memory ends. Raises OutOfMemory."""
        from trainer.out_of_memory import OutOfMemory, free_what_is_kept, is_out_of_memory

        half = len(texts) // 2
        if len(texts) <= self._most:
            try:
                return self._run(texts)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                if not half:
                    reason = "The GPU's memory does not hold one text: choose the processor."
                    raise OutOfMemory(reason) from error
            self._most = half  # what did not fit once is not tried again
            free_what_is_kept()
        return np.concatenate([self._in_parts(texts[:half]), self._in_parts(texts[half:])])

    def _run(self, texts: list[str]) -> FloatArray:
        import torch

        encodings = self._tokenizer.encode_batch(texts)
        ids = torch.tensor([item.ids for item in encodings], device=self._device)
        mask = torch.tensor([item.attention_mask for item in encodings], device=self._device)
        types = (torch.zeros_like(ids),) if self._model.has_token_types else ()
        with torch.inference_mode():
            vectors: FloatArray = self._model(ids, mask, *types).float().cpu().numpy()
        return vectors


def open_encoder(
    folder: Path, name: str = "", pooling: str = "", device: Device = "auto"
) -> TextEncoder:
    """The encoder in a model folder, in fp32. Raises ConversionError.

    On CUDA unless another device is asked for; what is not CUDA is the processor.
    """
    import torch

    from trainer.conversion.sentence_model import SentenceModel

    source = read_source(folder, name, pooling)
    if device in ("auto", "cuda") and torch.cuda.is_available():
        return TorchEncoder(source, "cuda")
    graph = SentenceModel(source).to_onnx()
    tokenizer = open_tokenizer(source.tokenizer, source.max_tokens)
    return GraphEncoder(graph, tokenizer, source.query_prefix)


def _batches(texts: Sequence[str]) -> Iterator[list[int]]:
    rows = sorted(range(len(texts)), key=lambda row: len(texts[row]))
    for start in range(0, len(rows), _GPU_BATCH):
        yield rows[start : start + _GPU_BATCH]


def _clean(text: str) -> str:
    """Text that UTF-8 can hold; a lone surrogate cannot be tokenised."""
    return text.encode("utf-8", "replace").decode("utf-8")
