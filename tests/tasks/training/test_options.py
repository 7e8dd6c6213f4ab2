"""The options of the expert drawer: every one says what a recipe uses when it is left alone."""

import pytest

from desktop_app.errors import UserError
from desktop_app.tasks.training.durations import config_of
from desktop_app.tasks.training.options import option_value, shown_options


def test_the_learning_rate_is_that_of_each_recipe() -> None:
    options = {option.name: option for option in shown_options()}
    said = options["schedule.learning_rate"].recipes
    for recipe in ("combined", "biohicl", "bica"):
        assert f"{recipe} {config_of(recipe).schedule.learning_rate:g}" in said
    assert options["batch.size"].recipes == ""
    assert options["batch.size"].default == config_of("bica").batch.size


def test_values_are_read_or_refused() -> None:
    assert option_value("schedule.learning_rate", "3e-4") == 3e-4
    assert option_value("guard.best", "false") is False
    assert option_value("model.lora_targets", "query,key") == ["query", "key"]
    with pytest.raises(UserError, match="no int"):
        option_value("batch.size", "many")
    with pytest.raises(UserError, match="no option"):
        option_value("batch.width", "3")
