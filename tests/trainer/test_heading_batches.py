"""A step of heading queries: SimL as the articles' own, candidates bounded, texts in order."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is in the trainer's environment only")
from scipy.sparse import csr_array

from tests.trainer.tiny_base import run_config
from trainer.config import LabelConfig
from trainer.heading_batches import HeadingBatches, chosen
from trainer.labels import label_articles, vectors_of
from trainer.model import load_encoder
from trainer.training_set import read_training_set


def test_similarity_of_an_articles_headings_is_that_of_the_article(tmp_path: Path) -> None:
    run_config(tmp_path)
    articles = read_training_set(tmp_path / "set").part("train")
    config = LabelConfig()
    labels = label_articles(articles, config)
    vectors = vectors_of([article.headings for article in articles[:5]], labels, config)
    found = labels.similarity_of(vectors).toarray()
    np.testing.assert_allclose(found, labels.similarity(range(5), range(len(articles))), atol=1e-6)
    one = vectors_of([articles[0].headings[:1]], labels, config)
    assert labels.similarity_of(one).toarray().max() == pytest.approx(1)


def test_a_step_holds_its_queries_then_its_anchored_articles(tmp_path: Path) -> None:
    config = run_config(tmp_path, batch={"anchors": "headings"}, loss={"anchored_documents": 3})
    encoder = load_encoder(Path(config.base), config.model)
    training_set = read_training_set(tmp_path / "set")
    articles = training_set.part("train")
    tokens = encoder.tokenize([article.abstract for article in articles])
    labels = label_articles(articles, config.labels)
    terms = training_set.entry_terms
    batches = HeadingBatches(config, encoder, articles, tokens, labels, terms)
    batch = batches.batch(4)
    assert (len(batch.tokens), batch.queries, batch.sim_l.shape) == (11, 8, (8, len(articles)))
    assert batch.sim_l.amax(dim=1).tolist() == pytest.approx([1.0] * 8, abs=0.2)
    for row, own in zip(batch.anchored, batch.tokens[8:], strict=True):
        np.testing.assert_array_equal(own, tokens[row])
    again = HeadingBatches(config, encoder, articles, tokens, labels, terms).batch(4)
    assert again.sim_l.equal(batch.sim_l)
    assert set(batches.batch(5).anchored) != set(batch.anchored)


def test_many_documents_are_sampled_with_the_best_of_every_query() -> None:
    chance = np.random.default_rng(1)
    dense = np.where(chance.uniform(size=(4, 1000)) < 0.3, chance.uniform(size=(4, 1000)), 0)
    similar = csr_array(dense)
    columns = chosen(similar, 80, np.random.default_rng(2))
    assert len(columns) == len(set(columns.tolist())) == 80
    for row in dense:
        assert set(np.argsort(-row)[:10]) <= set(columns.tolist())
    assert (dense[:, columns].max(axis=0) == 0).any()  # and some that no heading favours
    np.testing.assert_array_equal(columns, chosen(similar, 80, np.random.default_rng(2)))
    assert chosen(similar, 1000, chance).tolist() == list(range(1000))
    assert len(chosen(similar, 2, chance)) == 4  # fewer than queries: each has its best
