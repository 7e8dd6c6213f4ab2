"""How far a phase is, over several calls that each count their own."""

from tests.trainer.small_training_set import WordEncoder
from trainer.advance import Advance
from trainer.encoding import encode_all
from trainer.protocol import Advanced, Event


def test_calls_are_added_up_to_the_whole() -> None:
    events: list[Event] = []
    report = Advance("evaluate", 150, events.append)
    encode_all(WordEncoder(), [f"word{number}" for number in range(100)], False, report)
    encode_all(WordEncoder(), [f"word{number}" for number in range(50)], True, report)
    said = [event.done for event in events if isinstance(event, Advanced)]
    assert said == [0, 64, 100, 150]
    assert all(isinstance(e, Advanced) and (e.phase, e.total) == ("evaluate", 150) for e in events)


def test_a_long_phase_is_told_in_few_lines() -> None:
    events: list[Event] = []
    report = Advance("documents", 100_000, events.append)
    for done in range(0, 100_000, 10):
        report(done, 100_001)
    assert 150 < len(events) <= 201
