"""The two lanes: newest wins, one after another, cancel, errors, an end that leaves no thread."""

import threading
from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from desktop_app.errors import Cancelled, UserError
from desktop_app.gui.jobs import JobProgress, Jobs
from desktop_app.progress import Report


@pytest.fixture
def jobs(qapp: object) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    assert made.close()


class Gate:
    """Work that waits until the test lets it go on, and reports meanwhile."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.open = threading.Event()

    def work(self, report: Report) -> str:
        self.entered.set()
        done = 0
        while not self.open.wait(0.01):
            done += 1
            report(done, 0)
        report(10, 10)
        return "through"


def test_answers_come_on_the_window_thread_from_another_one(qtbot: QtBot, jobs: Jobs) -> None:
    answers: list[tuple[str, bool]] = []
    here = QThread.currentThread()

    def take(name: str) -> None:
        answers.append((name, QThread.currentThread() is here))

    jobs.quick("name", lambda: threading.current_thread().name, take)
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == [("litmesh-quick", True)]


def test_what_is_written_is_never_replaced_and_outlives_the_end(qapp: object) -> None:
    jobs, entered, gate, done = Jobs(), threading.Event(), threading.Event(), list[str]()

    def slow() -> None:
        entered.set()
        gate.wait()

    jobs.quick("slow", slow, lambda _: None)
    assert entered.wait(5)
    for number in range(3):
        jobs.write(partial(done.append, f"note {number}"), lambda _: None)
    jobs.quick("search", partial(done.append, "a search nobody waits for"), lambda _: None)
    threading.Timer(0.1, gate.set).start()
    assert jobs.close()
    assert done == ["note 0", "note 1", "note 2"]


def test_only_the_newest_of_a_channel_is_answered(qtbot: QtBot, jobs: Jobs) -> None:
    gate, ran, answers = threading.Event(), list[int](), list[int]()

    def work(number: int) -> int:
        gate.wait()
        ran.append(number)
        return number

    for number in range(5):
        jobs.quick("search", partial(work, number), answers.append)
    jobs.quick("article", lambda: 99, answers.append)
    gate.set()
    qtbot.waitUntil(lambda: 99 in answers)
    assert answers == [4, 99]
    assert set(ran) <= {0, 4}  # the first may have begun; those between never do


def test_a_forgotten_channel_is_not_answered(qtbot: QtBot, jobs: Jobs) -> None:
    gate, answers = threading.Event(), list[int]()
    jobs.quick("search", lambda: (gate.wait() and 1) or 0, answers.append)
    jobs.forget("search")
    gate.set()
    jobs.quick("other", lambda: 2, answers.append)
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == [2]


def test_long_tasks_run_one_after_another(qtbot: QtBot, jobs: Jobs) -> None:
    first, second, order = Gate(), Gate(), list[str]()
    jobs.long("first", "", first.work, lambda _: order.append("first"))
    jobs.long("second", "", second.work, lambda _: order.append("second"))
    second.open.set()
    assert first.entered.wait(5)
    assert not second.entered.is_set()
    first.open.set()
    with qtbot.waitSignal(jobs.rested):
        pass
    assert order == ["first", "second"]
    assert not jobs.busy


def test_progress_is_shown_only_after_half_a_second(qtbot: QtBot, jobs: Jobs) -> None:
    gate, seen = Gate(), list[JobProgress]()
    jobs.progressed.connect(seen.append)
    jobs.long("Indexing", "articles", gate.work, lambda _: None)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0].seconds >= 0.5
    assert (seen[0].title, seen[0].unit) == ("Indexing", "articles")
    gate.open.set()
    with qtbot.waitSignal(jobs.rested):
        pass


def test_cancel_stops_the_running_task_and_the_next_one_begins(qtbot: QtBot, jobs: Jobs) -> None:
    first, errors, answers = Gate(), list[Exception](), list[int]()
    jobs.failed.connect(errors.append)
    jobs.long("first", "", first.work, lambda _: answers.append(1))
    jobs.long("second", "", lambda report: 2, answers.append)
    assert first.entered.wait(5)
    jobs.cancel()
    with qtbot.waitSignal(jobs.rested):
        pass
    assert answers == [2]
    assert errors == []  # who cancels need not be told


def test_errors_reach_whom_they_concern(qtbot: QtBot, jobs: Jobs) -> None:
    mine: list[Exception] = []
    others: list[Exception] = []
    jobs.failed.connect(others.append)

    def fail() -> None:
        raise UserError("No room.", "Free some.")

    jobs.quick("a", fail, lambda _: None, mine.append)
    jobs.quick("b", fail, lambda _: None)
    qtbot.waitUntil(lambda: bool(mine and others))
    assert isinstance(mine[0], UserError)
    assert isinstance(others[0], UserError)


def test_closing_stops_a_running_task_and_answers_nobody(qtbot: QtBot) -> None:
    jobs, gate, answers = Jobs(), Gate(), list[object]()
    jobs.long("endless", "", gate.work, answers.append, answers.append)
    jobs.long("never", "", gate.work, answers.append, answers.append)
    assert gate.entered.wait(5)
    assert jobs.close()
    qtbot.wait(20)
    assert answers == []
    jobs.quick("late", lambda: 1, answers.append)
    assert answers == []


def test_a_task_that_does_not_stop_is_left_alone_after_its_time(qtbot: QtBot) -> None:
    jobs, begun, gate = Jobs(), threading.Event(), threading.Event()
    jobs.quick("deaf", lambda: begun.set() or gate.wait(), lambda _: None)  # type: ignore[func-returns-value]
    assert begun.wait(5)
    assert not jobs.close(patience=0.05)
    jobs.deleteLater()
    qtbot.wait(20)
    gate.set()  # it ends now, and rings at a door that nobody opens any more
    lanes = [t for t in threading.enumerate() if t.name == "litmesh-quick"]
    for lane in lanes:
        lane.join(5)
    assert not any(lane.is_alive() for lane in lanes)


def test_rate_and_remaining_time() -> None:
    half = JobProgress("Indexing", "articles", 50, 100, 5.0, 0, False)
    assert half.rate == 10
    assert half.seconds_left == 5
    assert JobProgress("Opening", "", 0, 0, 5.0, 0, False).seconds_left is None


def test_cancelled_is_what_a_report_raises() -> None:
    jobs = Jobs()
    raised: list[str] = []
    entered = threading.Event()

    def work(report: Report) -> None:
        entered.set()
        try:
            while True:
                report(0, 0)
        except Cancelled:
            raised.append("Cancelled")
            raise

    jobs.long("loop", "", work, lambda _: None)
    assert entered.wait(5)
    assert jobs.close()
    assert raised == ["Cancelled"]
