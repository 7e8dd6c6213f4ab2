"""The estimate before a training: it grows with what there is to do, phase by phase."""

import pytest

from desktop_app.tasks.training.durations import Work, config_of, memory_of, seconds_of

SPEED = {"read": 1e-3, "learn": 2e-3, "judge": 5e-4, "graph": 5e-4, "start": 1.0}
SMALL = Work(800, 200.0)


@pytest.mark.parametrize("recipe", ["combined", "biohicl", "bica"])
def test_more_articles_and_slower_machines_take_longer(recipe: str) -> None:
    least = seconds_of(recipe, SMALL, SPEED)
    assert seconds_of(recipe, Work(1600, 200.0), SPEED) > least
    assert seconds_of(recipe, Work(800, 240.0), SPEED) > least
    for name, value in SPEED.items():
        assert seconds_of(recipe, SMALL, SPEED | {name: 10 * value}) > least


def test_the_phases_of_queries_add_up() -> None:
    """800 articles: 600 are trained on; each phase alone, by hand."""
    nothing = dict.fromkeys(SPEED, 0.0)
    config = config_of("combined")
    learn = seconds_of("combined", SMALL, nothing | {"learn": 1.0})
    queries, anchored = config.batch.size * 30, config.loss.anchored_documents * 200
    assert learn == pytest.approx(100 * (queries + anchored))
    read = seconds_of("combined", SMALL, nothing | {"read": 1.0})
    validation = (400 + 2 * 100) * 200 + 3 * 100 * 30
    assert read == pytest.approx(600 * 200 + 100 * queries + 2 * validation)
    judge = seconds_of("combined", SMALL, nothing | {"judge": 1.0})
    assert judge == pytest.approx(2 * ((800 + 2 * 120) * 200 + 3 * 120 * 30))
    graph = seconds_of("combined", SMALL, nothing | {"graph": 1.0})
    assert graph == pytest.approx(1.6 * (800 * 200 + 120 * 30))
    assert seconds_of("combined", SMALL, nothing | {"start": 1.0}) == 26


def test_hard_negatives_are_what_takes_long() -> None:
    assert seconds_of("bica", SMALL, SPEED) > 2 * seconds_of("combined", SMALL, SPEED)


def test_memory_is_that_of_a_step_unless_it_is_too_much() -> None:
    token, weights = 1000, 10**6
    least = memory_of("combined", SMALL, weights, token, 10**12) - 3 * weights
    hard = memory_of("bica", SMALL, weights, token, 10**12) - 3 * weights
    texts = config_of("bica").batch
    assert hard - least > 1000 * (texts.size * texts.hard_negatives * 200)
    # with little free memory one group of texts is held at a time
    little = memory_of("bica", SMALL, weights, token, 10**6) - 3 * weights
    assert hard - little == 1000 * (
        texts.size * 30 + texts.size * (1 + texts.hard_negatives) * 200 - texts.micro * 256
    )
