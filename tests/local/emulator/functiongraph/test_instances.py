"""Which instance handles which event when many come at once."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, cast

import pytest

from local.emulator.functiongraph.engine import instances as engine_instances
from local.emulator.functiongraph.engine.instances import Instances, Slot

if TYPE_CHECKING:
    from collections.abc import Callable


class Function:
    max_instances = -1
    revision = 1


class Instance:
    is_usable = True

    def stop(self) -> None:
        self.is_usable = False

    close = stop


class Desk:
    """Instances of which one may be started at a time, and the events that wait for theirs."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.instances = Instances(self.lock, lambda _: None)
        self.function: Any = Function()
        self.starting = ExitStack()
        self.got: dict[str, Slot | None] = {}

    def take(self) -> Slot:
        with self.lock:
            slot = self.instances.take(self.function)
            assert slot is not None
            return slot

    def start_first(self) -> Slot:
        """Let the first event begin to start its instance."""
        slot = self.instances.ready(self.take(), self.starting)
        assert slot is not None
        return slot

    def wait(self, name: str) -> threading.Thread:
        """Let another event wait; return when it does."""
        slot = self.take()

        def ready() -> None:
            with ExitStack() as starting:
                self.got[name] = self.instances.ready(slot, starting)

        thread = threading.Thread(target=ready, daemon=True)
        thread.start()
        self.until(lambda: slot in self.instances._waiting)
        return thread

    def give_back(self, slot: Slot) -> None:
        with self.lock:
            self.instances.give_back(slot, 0.0)

    @staticmethod
    def until(holds: Callable[[], bool]) -> None:
        for _ in range(1000):
            if holds():
                return
            threading.Event().wait(0.01)
        pytest.fail("not after 10 s")


@pytest.fixture(name="desk")
def _desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(engine_instances, "STARTS_AT_ONCE", 1)
    return Desk()


def test_who_waits_for_a_start_gets_the_instance_that_is_warm_first(desk: Desk) -> None:
    """In the order in which they came; a newcomer stands behind them."""
    first = desk.start_first()
    second, third = desk.wait("second"), desk.wait("third")
    first.instance = cast("Any", Instance())
    with desk.lock:
        desk.instances.give_back(first, 0.0)
        assert desk.take() is not first
    second.join(10)
    assert desk.got == {"second": first}
    desk.give_back(first)
    third.join(10)
    assert desk.got["third"] is first


def test_the_next_one_starts_when_the_start_before_it_is_over(desk: Desk) -> None:
    """Whether it succeeded or not."""
    first = desk.start_first()
    second = desk.wait("second")
    assert desk.got == {}
    desk.starting.close()
    second.join(10)
    assert desk.got["second"] not in (None, first)


def test_who_waits_when_everything_is_ended_gets_nothing(desk: Desk) -> None:
    """Instead of starting what belongs to a cloud that is no more."""
    desk.start_first()
    second = desk.wait("second")
    with desk.lock:
        desk.instances.end_all()
    second.join(10)
    assert desk.got == {"second": None}
