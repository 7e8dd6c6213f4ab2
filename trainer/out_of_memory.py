"""What an exception must say to mean that memory ended, on any device."""

import gc

import torch

_WORDS = (
    "out of memory",  # CUDA, Metal
    "can't allocate memory",
    "not enough memory",
    "status_alloc_failed",  # cuBLAS and cuDNN, for the space they work in
    "invalid buffer size",  # Metal, for one tensor that is too large
    "failed to allocate",
)


class OutOfMemory(Exception):
    """Not even a single text fits into memory."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an exception says that memory ended."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(word in str(error).lower() for word in _WORDS)


def free_what_is_kept() -> None:
    """Give back what a failed pass left; outside its `except`, which still holds the tensors."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    elif torch.backends.mps.is_available():
        torch.mps.empty_cache()
