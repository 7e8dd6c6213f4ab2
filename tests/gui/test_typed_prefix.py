"""What is offered for the text at the cursor."""

import pytest

from desktop_app.gui.typed_prefix import offer
from desktop_app.search.suggestions import Suggestion, SuggestionKind


def suggest(typed: str, _most: int) -> list[Suggestion]:
    return [Suggestion(SuggestionKind.HEADING, f"{typed} heading", 1)]


@pytest.mark.parametrize(
    "text", ['"myocardial infarction"[mh', "asthma[", "asthma[mh] AND lung [Mesh:no ex", "[tia"]
)
def test_nothing_is_offered_for_a_tag(text: str) -> None:
    assert offer(suggest, text, len(text)) is None


@pytest.mark.parametrize(
    ("text", "typed"),
    [("asthma[mh] AND lung", "lung"), ("lung", "lung"), ("asthma[mh\nlung", "lung")],
)
def test_a_name_is_offered_after_a_tag(text: str, typed: str) -> None:
    found = offer(suggest, text, len(text))
    assert found is not None
    assert text[found.start : found.stop] == typed


def test_what_stands_behind_the_cursor_does_not_count() -> None:
    text = "asthma [mh"
    assert offer(suggest, text, len("asthma")) is not None
