"""How many requests a second, on a clock that needs no time."""

import pytest

from desktop_app.errors import Cancelled
from desktop_app.pubmed.throttle import Throttle
from tests.pubmed.eutils_server import FakeTime


@pytest.mark.parametrize("rate", [3, 10])
def test_never_more_than_allowed_in_any_second(rate: int, time: FakeTime) -> None:
    throttle = Throttle(rate, time.clock, time.sleep)
    starts = []
    for number in range(60):
        throttle.wait()
        starts.append(time.now)
        time.now += 0.3 * (number % 3)  # requests of different lengths
    for start in starts:
        assert sum(start <= other < start + 1 for other in starts) <= rate
    assert starts[-1] - starts[0] > 59 / rate


def test_the_first_request_and_slow_ones_do_not_wait(time: FakeTime) -> None:
    throttle = Throttle(3, time.clock, time.sleep)
    for _ in range(5):
        throttle.wait()
        time.now += 2
    assert time.slept == []


def test_a_long_pause_can_be_cancelled(time: FakeTime) -> None:
    def cancel() -> None:
        if time.now >= 1010:
            raise Cancelled

    with pytest.raises(Cancelled):
        Throttle(3, time.clock, time.sleep).pause(100, cancel)
    assert time.now < 1011
