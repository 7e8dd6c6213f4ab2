"""Time between requests: never more a second than a service allows, and waits that can be ended."""

import time
from collections.abc import Callable

Poll = Callable[[], None]  # called while waiting; raises Cancelled when the task is to stop

_SLICE = 0.25  # seconds: how long a wait may keep a cancel waiting
_MARGIN = 1.05  # requests that left evenly arrive unevenly


def no_poll() -> None:
    """Nobody asks to stop."""


class Throttle:
    """Lets at most `per_second` requests start a second, evenly spaced."""

    def __init__(
        self,
        per_second: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._interval = _MARGIN / per_second
        self._clock = clock
        self._sleep = sleep
        self._next = clock()

    def wait(self, poll: Poll = no_poll) -> None:
        """Return when the next request may start. Raises what `poll` raises."""
        self.pause(self._next - self._clock(), poll)
        self._next = self._clock() + self._interval

    def pause(self, seconds: float, poll: Poll = no_poll) -> None:
        """Wait `seconds`, asking `poll` before and every quarter of a second."""
        end = self._clock() + seconds
        poll()
        while (left := end - self._clock()) > 0:
            self._sleep(min(left, _SLICE))
            poll()
