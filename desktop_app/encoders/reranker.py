"""The second stage's model: compares a query and an article word by word.

A late-interaction model (ColBERT; Khattab and Zaharia 2020) gives every token a vector in its
context; every word of the query looks for the token of the article that is nearest to it, and the
score is the mean of these cosines. A reranker's folder is verified like an encoder's:
`manifest.json` with hashes, a self-contained graph, scores of three check pairs. The graph's output
is `tokens` (batch, tokens, width).
"""

import json
import string
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from desktop_app import paths
from desktop_app.encoders.model_folder import FileRecord, file_records, read_file
from desktop_app.encoders.onnx_session import Opened, open_graph, runtime, usable_cpus
from desktop_app.errors import UserError
from desktop_app.progress import Report, silent

FloatArray = npt.NDArray[np.float32]

OUTPUT = "tokens"
MOST_QUERY_TOKENS = 64  # the model was trained with 32
_SCHEMA = 2
_OF_QUERY, _OF_TEXT = "[unused0]", "[unused1]"  # the token that says which of both a text is
_MARKS = ("[CLS]", _OF_QUERY, _OF_TEXT, "[SEP]")
_SPECIAL = 3  # [CLS], the token above, [SEP]
_LARGEST_MANIFEST = 1 << 20  # bytes
_MOST_WORKERS = 8
_POLL_SECONDS = 0.1  # how often a cancel is looked for
_REINSTALL = "Remove the reranker's folder and install it again."


@dataclass(frozen=True, slots=True)
class CheckScores:
    """A query, texts, and what the graph made of each pair where it was converted."""

    query: str
    texts: tuple[str, ...]
    scores: tuple[float, ...]
    tolerance: float


@dataclass(frozen=True, slots=True)
class RerankerManifest:
    """The reranker as its manifest describes it."""

    name: str
    max_tokens: int
    model: str  # name of the graph's file
    files: dict[str, FileRecord]
    check: CheckScores

    @property
    def id(self) -> str:
        """`<name>-<first 12 hexadecimal digits of the graph's SHA-256>`."""
        return f"{self.name}-{self.files[self.model].sha256[:12]}"


class Reranker:
    """One loaded late-interaction model; `score` may be called from several threads at once.

    Every text runs alone: an int8 graph scales its activations by the whole batch, so only then is
    a text's score its own, whatever stands beside it.
    """

    def __init__(self, manifest: RerankerManifest, tokenizer: Tokenizer, opened: Opened) -> None:
        self.id = manifest.id
        self.name = manifest.name
        self._tokenizer = tokenizer
        self._session = opened.session
        self._inputs = opened.inputs
        self._most_tokens = manifest.max_tokens
        self._silent = {tokenizer.token_to_id(mark) for mark in string.punctuation}
        self._marks = {token: self._number(token) for token in _MARKS}

    def score(self, query: str, texts: Sequence[str], report: Report = silent) -> FloatArray:
        """How well each text answers the query: (len(texts),) float32, mean cosines.

        What is beyond the model's tokens is cut. `report` is called with texts done and texts in
        all; when it raises (`Cancelled`), what runs is stopped.
        """
        scores = np.zeros(len(texts), np.float32)
        options = runtime().RunOptions()
        asked = self._ids(query, _OF_QUERY, MOST_QUERY_TOKENS)
        words = self._vectors(asked, options)
        if len(words) > _SPECIAL:
            words = words[_SPECIAL - 1 : -1]
        cut = [self._ids(text, _OF_TEXT, self._most_tokens) for text in texts]
        longest_first = sorted(range(len(cut)), key=lambda place: -len(cut[place]))
        report(0, len(texts))
        with ThreadPoolExecutor(_workers(), thread_name_prefix="reranker") as pool:
            try:
                running = [
                    (place, pool.submit(self._score, words, cut[place], options))
                    for place in longest_first
                ]
                for done, (place, future) in enumerate(running):
                    _await(future, done, len(texts), report)
                    scores[place] = future.result()
                    report(done + 1, len(texts))
            except BaseException:
                options.terminate = True
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return scores

    def _score(self, words: FloatArray, ids: Sequence[int], options: Any) -> float:
        """The mean, over the query's words, of the cosine to the nearest token of a text."""
        telling = np.array([token not in self._silent for token in ids])
        cosines = words @ self._vectors(ids, options)[telling].T
        return float(cosines.max(axis=1).mean())

    def _ids(self, text: str, marker: str, most: int) -> list[int]:
        inner = self._tokenizer.encode(_clean(text), add_special_tokens=False).ids
        inner = inner[: most - _SPECIAL]
        return [self._marks["[CLS]"], self._marks[marker], *inner, self._marks["[SEP]"]]

    def _number(self, token: str) -> int:
        number = self._tokenizer.token_to_id(token)
        if number is None:
            raise UserError(f"The reranker {self.name} has no token {token}.", _REINSTALL)
        return number

    def _vectors(self, ids: Sequence[int], options: Any) -> FloatArray:
        """The vectors of all tokens, (len(ids), width), of length 1."""
        given = {
            "input_ids": np.array([ids], np.int64),
            "attention_mask": np.ones((1, len(ids)), np.int64),
            "token_type_ids": np.zeros((1, len(ids)), np.int64),
        }
        feeds = {name: given[name] for name in self._inputs}
        tokens = self._session.run([OUTPUT], feeds, options)[0][0]
        lengths = np.linalg.norm(tokens, axis=1, keepdims=True)
        if not np.all(np.isfinite(lengths)) or not lengths.all():
            raise UserError(f"The reranker {self.name} gave unusable numbers.", _REINSTALL)
        return np.asarray(tokens / lengths, np.float32)


def load_reranker(folder: Path) -> Reranker:
    """Verify and open the reranker in `folder`; UserError names what is wrong with it."""
    manifest = read_reranker_manifest(folder)
    tokenizer = _tokenizer(folder, manifest)
    graph = open_graph(read_file(folder, manifest, manifest.model), manifest.name, output=OUTPUT)
    reranker = Reranker(manifest, tokenizer, graph)
    found = reranker.score(manifest.check.query, manifest.check.texts)
    difference = float(np.abs(found - np.asarray(manifest.check.scores, np.float32)).max())
    if not difference <= manifest.check.tolerance:
        raise UserError(
            f"The reranker {manifest.name} does not give its check scores on this machine "
            f"(off by {difference:.3f}).",
            _REINSTALL,
        )
    return reranker


def find_reranker(roots: Sequence[Path] | None = None) -> Path | None:
    """The folder of the first reranker installed below `roots`; None without any."""
    for root in paths.reranker_roots() if roots is None else roots:
        if root.is_dir():
            for folder in sorted(root.iterdir()):
                if not folder.name.startswith(".") and (folder / "manifest.json").exists():
                    return folder
    return None


def read_reranker_manifest(folder: Path) -> RerankerManifest:
    """Read `manifest.json` and check its form; no other file is opened. Raises UserError."""
    path = folder / "manifest.json"
    try:
        if path.is_symlink() or path.stat().st_size > _LARGEST_MANIFEST:
            raise ValueError("a link or too large")
        content = json.loads(path.read_text("utf-8"))
        if content["kind"] != "reranker" or content["schema"] != _SCHEMA:
            raise ValueError("not a reranker of this version of the program")
        if content["scoring"] != "late-interaction":
            raise ValueError("not a late-interaction model")
        return _manifest(content)
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}).", _REINSTALL) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserError(f"{path}: not a valid manifest ({error}).", _REINSTALL) from error


def _manifest(content: dict[str, Any]) -> RerankerManifest:
    check = content["check_scores"]
    scores = tuple(float(score) for score in check["scores"])
    texts = tuple(str(text) for text in check["texts"])
    tolerance, max_tokens = float(check["tolerance"]), int(content["max_tokens"])
    if not texts or len(texts) != len(scores) or not 0 < tolerance <= 1:
        raise ValueError("check_scores must hold a score for each text")
    if not 16 <= max_tokens <= 32_768:
        raise ValueError("max_tokens is out of range")
    files = file_records(content["files"])
    if content["model"] not in files:
        raise ValueError("it does not list its model")
    return RerankerManifest(
        str(content["name"]),
        max_tokens,
        content["model"],
        files,
        CheckScores(str(check["query"]), texts, scores, tolerance),
    )


def _tokenizer(folder: Path, manifest: RerankerManifest) -> Tokenizer:
    content = read_file(folder, manifest, "tokenizer.json")
    try:
        tokenizer = Tokenizer.from_str(content.decode("utf-8"))
    except Exception as error:  # the package raises Exception itself
        raise UserError(
            f"The reranker {manifest.name}: tokenizer.json cannot be used ({error}).", _REINSTALL
        ) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _await(future: Future[float], done: int, total: int, report: Report) -> None:
    """Wait for a score, asking now and then whether the user still wants it."""
    while not wait([future], timeout=_POLL_SECONDS).done:
        report(done, total)


def _clean(text: str) -> str:
    """Without lone surrogates, which cannot be written in UTF-8, and so not be tokenised."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _workers() -> int:
    """All of two processors; of more, one is left to the window."""
    cpus = usable_cpus()
    return cpus if cpus <= 2 else min(cpus - 1, _MOST_WORKERS)
