"""A request as text and back, and what is said of texts that are none."""

import json

import pytest

from desktop_app.errors import UserError
from desktop_app.search.query.chips import Adjustment, Change
from desktop_app.search.request import Filters, Mode, Reading, SearchRequest
from desktop_app.search.request_json import request_from_json, request_to_json

FULL = SearchRequest(
    text="heart attack",
    mode=Mode.SEMANTIC,
    filters=Filters(("C14",), ("D008297",), (2001, 2010), ("BMJ",), ("Review",), True, ("eng",)),
    everything=True,
    reading=Reading.RANKED,
    adjustments=(
        Adjustment("mesh@0-12", Change.OFF),
        Adjustment("words@0-5", Change.REPLACED, "a"),
    ),
    floor=0.5,
    mesh_weight=0.0,
    within=SearchRequest("β-blockers", filters=Filters(collections=(3,))),
    similar_to=7,
)


@pytest.mark.parametrize("request_", [SearchRequest(), FULL], ids=["empty", "full"])
def test_a_request_comes_back_as_it_was(request_: SearchRequest) -> None:
    text = request_to_json(request_)
    assert "\n" not in text
    assert request_from_json(text) == request_


def test_what_has_its_default_is_left_out() -> None:
    assert json.loads(request_to_json(SearchRequest("x"))) == {"version": 1, "text": "x"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "damaged"),
        ("[]", "no object"),
        ('{"text": 3}', "its text is no text"),
        ('{"mode": "telepathy"}', "telepathy"),
        ('{"reading": 1}', "damaged"),
        ('{"filters": ["C14"]}', "damaged"),
        ('{"filters": {"include": "C14"}}', "its include cannot be 'C14'"),
        ('{"filters": {"years": [2001]}}', "damaged"),
        ('{"filters": {"years": 2001}}', "its years cannot be 2001"),
        ('{"adjustments": [{"key": "x"}]}', "damaged|change"),
        ('{"adjustments": 3}', "damaged"),
        ('{"within": "x"}', "damaged"),
        ("[" * 100_000, "damaged"),
        ('{"version": 2}', "newer Litmesh"),
        ('{"colour": 1}', "newer Litmesh: its search have “colour”"),
        ('{"filters": {"smell": []}}', "newer Litmesh: its filters have “smell”"),
        ('{"within": {"version": 9}}', "newer Litmesh"),
    ],
)
def test_what_is_no_request_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        request_from_json(text)
