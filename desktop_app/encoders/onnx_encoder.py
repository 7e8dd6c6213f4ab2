"""Text to vectors with an installed encoder."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from desktop_app.encoders.model_folder import Manifest, read_file, read_manifest
from desktop_app.encoders.onnx_session import (
    CPU,
    OUTPUT,
    Opened,
    first_line,
    open_graph,
    runtime,
    usable_cpus,
)
from desktop_app.errors import UserError
from desktop_app.progress import Report, silent

FloatArray = npt.NDArray[np.float32]

_GPU_BATCH = 32
_MOST_WORKERS = 8
_POLL_SECONDS = 0.1  # how often a cancel is looked for while a long text is encoded


class OnnxEncoder:
    """One loaded encoder; its methods may be called from several threads at once.

    `id` names the model file by hash: vectors of one index all come from one id.
    `provider` is the execution provider in use as the session reports it; `provider_note` says
    why a wished one is not, else it is empty.

    On the CPU every text runs alone: that is the fastest way there, and the vector of an int8
    graph then depends on nothing but the text (its activations are scaled by the whole batch).
    """

    def __init__(
        self,
        manifest: Manifest,
        precision: str,
        tokenizer: Tokenizer,
        opened: Opened,
        workers: int = 0,
    ) -> None:
        self.id = manifest.encoder_id(precision)
        self.name = manifest.name
        self.dimension = manifest.dimension
        self.max_tokens = manifest.max_tokens
        self.similarity_floor = manifest.similarity_floor
        self.provider = opened.provider
        self.provider_note = opened.note
        self._prefix = manifest.query_prefix
        self._tokenizer = tokenizer
        self._session = opened.session
        self._inputs = opened.inputs
        on_cpu = opened.provider == CPU
        int8 = (precision or manifest.precision) == "int8"
        self.batch = 1 if on_cpu or int8 else _GPU_BATCH  # texts that run together
        self._workers = workers or (_cpu_workers() if on_cpu else 1)

    def encode_query(self, text: str) -> FloatArray:
        """The vector of a query, (dimension,) float32, length 1; the model's prefix comes first."""
        vector: FloatArray = self._encode([self._prefix + text])[0]
        return vector

    def encode_documents(self, texts: Sequence[str], report: Report = silent) -> FloatArray:
        """The vectors of documents, (n, dimension) float32, rows of length 1, n may be 0.

        `report` is called with texts done and texts in all; when it raises (`Cancelled`), texts
        still running are stopped inside the graph and nothing is returned. Texts beyond
        `max_tokens` are cut. An empty text gets the (valid, meaningless) vector of no words.
        """
        vectors = np.empty((len(texts), self.dimension), np.float32)
        options = runtime().RunOptions()
        running: deque[tuple[list[int], Future[FloatArray]]] = deque()
        done = 0
        report(done, len(texts))
        with ThreadPoolExecutor(self._workers, thread_name_prefix="encoder") as pool:
            try:
                for rows in self._batches(texts):
                    chosen = [texts[row] for row in rows]
                    running.append((rows, pool.submit(self._encode, chosen, options)))
                    if len(running) > 2 * self._workers:
                        done = self._take(running, vectors, done, report)
                while running:
                    done = self._take(running, vectors, done, report)
            except BaseException:
                options.terminate = True
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return vectors

    def _batches(self, texts: Sequence[str]) -> Iterator[list[int]]:
        """Row numbers of texts that run together: of like length, so that little is padding."""
        rows = list(range(len(texts)))
        if self.batch > 1:
            rows.sort(key=lambda row: len(texts[row]))
        for start in range(0, len(rows), self.batch):
            yield rows[start : start + self.batch]

    def _take(
        self,
        running: deque[tuple[list[int], Future[FloatArray]]],
        vectors: FloatArray,
        done: int,
        report: Report,
    ) -> int:
        """Wait for the oldest batch, store its rows and report; return the texts done."""
        rows, future = running.popleft()
        while not wait([future], timeout=_POLL_SECONDS).done:
            report(done, len(vectors))
        vectors[rows] = future.result()
        report(done + len(rows), len(vectors))
        return done + len(rows)

    def _encode(self, texts: Sequence[str], options: Any = None) -> FloatArray:
        """One run of the graph: (len(texts), dimension)."""
        feeds = self._feeds(texts)
        result: FloatArray = self._session.run([OUTPUT], feeds, options)[0]
        if result.shape != (len(texts), self.dimension) or not _unit_rows(result):
            raise UserError(
                f"The encoder {self.name} gave unusable numbers on {self.provider}.",
                "Verify the encoder, or run it on the CPU.",
            )
        return result

    def _feeds(self, texts: Sequence[str]) -> dict[str, npt.NDArray[np.int64]]:
        # a lone surrogate cannot be written in UTF-8, and so not be tokenised
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch(clean)]
        shape = (len(ids), max(len(row) for row in ids))
        feeds = {name: np.zeros(shape, np.int64) for name in self._inputs}
        for number, row in enumerate(ids):
            feeds["input_ids"][number, : len(row)] = row
            feeds["attention_mask"][number, : len(row)] = 1
        return feeds


def load_encoder(
    folder: Path, *, precision: str = "", device: str = "cpu", workers: int = 0
) -> OnnxEncoder:
    """Verify and open the encoder in `folder`.

    `precision` is "int8" or "fp32" (default: the manifest's), `device` "cpu", "cuda", "coreml" or
    "directml"; when a device does not work the CPU is used and `provider_note` says so.
    Raises UserError when a hash, the graph or the check vectors are wrong.
    """
    manifest = read_manifest(folder)
    name = manifest.model_file(precision)
    content = read_file(folder, manifest, name)
    tokenizer = _tokenizer(read_file(folder, manifest, "tokenizer.json"), manifest)

    def opened(on: str) -> OnnxEncoder:
        graph = open_graph(content, manifest.name, on)
        return OnnxEncoder(manifest, precision, tokenizer, graph, workers)

    encoder = opened(device)
    if encoder.provider != CPU:
        try:
            _verify_vectors(encoder, manifest, name)
            return encoder
        except Exception as error:  # noqa: BLE001  a driver may fail in any way at its first run
            note = f"{encoder.provider} failed its first run ({error}); running on the CPU."
            encoder = opened("cpu")
            encoder.provider_note = note
    _verify_vectors(encoder, manifest, name)
    return encoder


def _verify_vectors(encoder: OnnxEncoder, manifest: Manifest, name: str) -> None:
    expected = manifest.check_vectors[name]
    wanted = np.asarray(expected.vectors, np.float32)
    try:
        found = encoder.encode_documents(expected.sentences)
    except UserError:
        raise
    except Exception as error:  # onnxruntime's own classes share no other base
        raise UserError(
            f"The encoder {manifest.name} ({name}) cannot be run: {first_line(error)}",
            "Install the encoder again, or update the program.",
        ) from error
    cosines = np.sum(found * wanted, axis=1)
    if not float(cosines.min()) >= 1 - expected.tolerance:
        raise UserError(
            f"The encoder {manifest.name} ({name}) does not give its check vectors on this machine "
            f"(cosine {cosines.min():.4f}, at least {1 - expected.tolerance:.4f} expected).",
            "Install the encoder again, or use its fp32 model.",
        )


def _tokenizer(content: bytes, manifest: Manifest) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_str(content.decode("utf-8"))
    except Exception as error:  # the package raises Exception itself
        raise UserError(
            f"The encoder {manifest.name}: tokenizer.json cannot be used ({error}).",
            "Install the encoder again.",
        ) from error
    # files often carry another limit, and padding of every text to it
    tokenizer.enable_truncation(manifest.max_tokens)
    tokenizer.no_padding()
    return tokenizer


def _unit_rows(vectors: FloatArray) -> bool:
    """True when every row is finite and of length 1 (NaN compares false)."""
    return bool(np.all(np.abs(np.linalg.norm(vectors, axis=1) - 1) < 1e-3))


def _cpu_workers() -> int:
    """All of two processors; of more, one is left to the window."""
    cpus = usable_cpus()
    return cpus if cpus <= 2 else min(cpus - 1, _MOST_WORKERS)
