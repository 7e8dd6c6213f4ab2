"""The second stage on the engine, with the real late-interaction model."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from desktop_app.encoders.onnx_encoder import OnnxEncoder
from desktop_app.encoders.reranker import Reranker, load_reranker
from desktop_app.errors import Cancelled
from desktop_app.library.library import Library
from desktop_app.mesh.vocabulary import Vocabulary
from desktop_app.progress import Report, silent
from desktop_app.records import Article, Section
from desktop_app.search.engine import SearchEngine
from desktop_app.search.request import FloatArray, Mode, SearchRequest
from desktop_app.search.second_stage import COMPARED, DEPTH
from desktop_app.tasks.index_library import index_library

QUESTION = "which drug lowers blood glucose?"
ANSWER = Article(
    title="Metformin in adults",
    pmid=1,
    sections=(Section("Metformin lowers fasting glucose in type 2 diabetes."),),
)
OTHERS = [
    Article(
        title=f"Blood glucose meters compared, part {number}",
        pmid=number,
        sections=(Section("Which meter is the best was asked; no drug was given."),),
    )
    for number in range(2, 2 + DEPTH + 6)
]


@pytest.fixture(scope="module")
def reranker(reranker_folder: Path) -> Reranker:
    return load_reranker(reranker_folder)


@pytest.fixture(scope="module")
def engine(
    tmp_path_factory: pytest.TempPathFactory,
    encoder: OnnxEncoder,
    vocabulary: Vocabulary,
    reranker: Reranker,
) -> Iterator[SearchEngine]:
    with Library.open(tmp_path_factory.mktemp("refine")) as library:
        library.write([*OTHERS, ANSWER])
        index_library(library, encoder)
        engine = SearchEngine(library, vocabulary)
        engine.use_encoder(encoder)
        engine.use_reranker(reranker)
        yield engine


def test_the_same_hits_come_in_a_better_order(engine: SearchEngine) -> None:
    first = engine.search(SearchRequest(QUESTION, everything=True))
    result = engine.refine(first)
    assert result.refined
    assert not first.refined
    assert sorted(result.ids.tolist()) == sorted(first.ids.tolist())
    answer = len(OTHERS) + 1
    assert result.ids.tolist().index(answer) <= first.ids.tolist().index(answer)
    assert result.ids[0] == answer
    assert any("read again" in note for note in result.interpretation.notes)


def test_scores_and_similarities_move_with_their_hits(engine: SearchEngine) -> None:
    first = engine.search(SearchRequest(QUESTION, everything=True))
    result = engine.refine(first)
    assert np.all(np.diff(result.scores) <= 1e-6)
    before = dict(zip(first.ids.tolist(), first.similarities.tolist(), strict=True))
    after = dict(zip(result.ids.tolist(), result.similarities.tolist(), strict=True))
    assert before == after


@pytest.mark.parametrize("mode", list(Mode))
def test_it_is_repeatable_in_every_mode(engine: SearchEngine, mode: Mode) -> None:
    request = SearchRequest(QUESTION, mode, everything=True)
    first, second = (engine.refine(engine.search(request)) for _ in range(2))
    assert first.ids.tolist() == second.ids.tolist()
    assert first.scores.tolist() == second.scores.tolist()


def test_refining_twice_changes_nothing_more(engine: SearchEngine) -> None:
    once = engine.refine(engine.search(SearchRequest(QUESTION, everything=True)))
    assert once.refined
    assert engine.refine(once) is once


def test_a_cancel_is_passed_on_and_leaves_the_first_result(engine: SearchEngine) -> None:
    first = engine.search(SearchRequest(QUESTION, everything=True))

    def cancel(done: int, total: int) -> None:
        assert total <= DEPTH
        raise Cancelled

    with pytest.raises(Cancelled):
        engine.refine(first, cancel)
    assert not first.refined


def test_browsing_has_no_query_to_read(engine: SearchEngine) -> None:
    result = engine.refine(engine.search(SearchRequest()))
    assert not result.refined
    assert result.interpretation.notes[-1] == "Not read again: no query to read."


def test_without_a_model_the_result_says_so(library: Library, vocabulary: Vocabulary) -> None:
    library.write([ANSWER])
    engine = SearchEngine(library, vocabulary)
    result = engine.refine(engine.search(SearchRequest("metformin")))
    assert not result.refined
    assert "no second-stage model" in result.interpretation.notes[-1]


def test_without_an_encoder_the_words_hits_are_read_again(
    library: Library, vocabulary: Vocabulary, reranker: Reranker
) -> None:
    unlike = [Article(title=f"Street noise {number}", pmid=900 + number) for number in range(4)]
    library.write([*OTHERS[:2], *unlike, ANSWER])
    engine = SearchEngine(library, vocabulary)
    engine.use_reranker(reranker)
    request = SearchRequest("which drug lowers glucose", Mode.KEYWORD, everything=True)
    result = engine.refine(engine.search(request))
    assert result.refined
    assert result.ids[0] == 7


class _Undecided:
    """A model that finds all texts alike, so that only the feedback orders them."""

    name = "undecided"

    def score(self, query: str, texts: Sequence[str], report: Report = silent) -> FloatArray:
        return np.zeros(len(texts), np.float32)


def test_a_hit_too_far_down_to_be_read_rises_by_the_words_it_shares_with_those_that_lead(
    library: Library, vocabulary: Vocabulary
) -> None:
    """Without an encoder: the words alone are compared, as far as the best two hundred."""
    shared = Section("Metformin lowers fasting glucose; lactate, biguanide and vitamin B12 too.")
    leading = [Article("Insulin insulin insulin", pmid=n, sections=(shared,)) for n in range(1, 6)]
    filler = "The weather of a harbour town was described on page"
    between = [
        Article("Insulin pump", pmid=n, sections=(Section(f"{filler} {n}."),))
        for n in range(100, COMPARED)
    ]
    late = Article(
        "Insulin pump", pmid=50, sections=(Section(f"{shared.text} {filler} 9 {filler}."),)
    )
    unlike = [Article(f"Street noise {n}", pmid=n) for n in range(1000, 1300)]
    library.write([*leading, *between, late, *unlike])
    engine = SearchEngine(library, vocabulary)
    engine.use_reranker(_Undecided())
    first = engine.search(SearchRequest("insulin", Mode.KEYWORD, everything=True))
    result = engine.refine(first)
    wanted = len(leading) + len(between) + 1
    assert first.ids.tolist().index(wanted) > DEPTH
    assert result.ids.tolist().index(wanted) < 10
    assert np.all(np.diff(result.scores) <= 1e-6)


def test_nearness_to_those_that_lead_counts_and_a_hit_without_a_vector_stays(
    library: Library, vocabulary: Vocabulary, encoder: OnnxEncoder
) -> None:
    library.write([*OTHERS[:9], ANSWER])
    index_library(library, encoder)
    late = Article(title="Glucose, not embedded yet", pmid=800)
    library.write([late])
    engine = SearchEngine(library, vocabulary)
    engine.use_encoder(encoder)
    engine.use_reranker(_Undecided())
    first = engine.search(SearchRequest(QUESTION, everything=True))
    result = engine.refine(first)
    assert sorted(result.ids.tolist()) == sorted(first.ids.tolist())
    assert np.isfinite(result.scores).all()
    assert result.ids.tolist() != first.ids.tolist()
