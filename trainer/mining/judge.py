"""A cross-encoder that scores how well a text answers a query, from a folder on this machine.

It is one of `reranker_folder`: `model.onnx` or `model.int8.onnx` (inputs input_ids,
attention_mask, perhaps token_type_ids; one logit a pair) and `tokenizer.json`.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from trainer.conversion.model_folder import ConversionError
from trainer.conversion.onnx_run import open_graph, open_tokenizer, run_graph
from trainer.conversion.source_folder import read_small_file
from trainer.encoding import FloatArray

_MAX_TOKENS = 512


class CrossEncoder:
    """Scores pairs; higher means a better answer."""

    def __init__(self, folder: Path) -> None:
        """Raises ConversionError when the folder does not hold such a model."""
        names = ("model.onnx", "model.int8.onnx")
        path = next((folder / n for n in names if (folder / n).is_file()), folder / names[0])
        try:
            self._session = open_graph(path.read_bytes())
            content = read_small_file(folder / "tokenizer.json")
            self._tokenizer = open_tokenizer(content, _MAX_TOKENS)
        except ConversionError:
            raise
        except Exception as error:  # onnxruntime and tokenizers raise classes of their own
            raise ConversionError(f"{folder}: no cross-encoder ({error}).") from error

    def __call__(self, query: str, texts: Sequence[str]) -> FloatArray:
        """The scores of texts for one query, (len(texts),) float32."""
        scores = []
        for text in texts:
            encoding = self._tokenizer.encode(query, text)
            scores.append(np.ravel(run_graph(self._session, encoding.ids, encoding.type_ids))[0])
        return np.array(scores, np.float32)
