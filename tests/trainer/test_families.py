"""What the program takes for convertible is what the converter converts."""

from pathlib import Path

import pytest

from desktop_app.encoders import model_source
from trainer.conversion import source_folder
from trainer.conversion.model_folder import ConversionError


def test_the_program_and_the_trainer_name_the_same_architectures() -> None:
    assert model_source.FAMILIES == source_folder.FAMILIES


def test_they_refuse_the_same_kinds_of_weights() -> None:
    assert model_source._PICKLES == source_folder._PICKLES


def test_the_words_by_which_the_program_knows_an_unknown_pooling() -> None:
    """desktop_app.tasks.convert_model looks for them to name the remedy in the user's terms."""
    with pytest.raises(ConversionError, match="does not say how it pools"):
        source_folder._unknown_pooling(Path("model"))
