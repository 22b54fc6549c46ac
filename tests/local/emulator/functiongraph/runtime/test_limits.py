from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import pytest

from local.emulator.functiongraph.runtime.configuration import FunctionConfiguration
from local.emulator.functiongraph.runtime.instance import InstanceGoneError
from tests.local.emulator.functiongraph.runtime.conftest import FUNCTIONS, MakeInstance

needs_proc = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux tells a process's memory"
)


def test_the_timeout_stops_the_function(start: MakeInstance) -> None:
    """A handler that sleeps on is stopped at its timeout, and its instance with it."""
    instance = start("sleeps", timeout_seconds=0.5)
    began = time.monotonic()
    ended = instance.invoke("{}")
    assert time.monotonic() - began < 5
    assert ended.error is not None
    assert ended.error.type == "Timeout"
    assert "longer than 0.5 s" in ended.error.message
    assert 500 <= ended.duration_milliseconds < 2000
    assert "falling asleep" in ended.log
    with pytest.raises(InstanceGoneError):
        instance.invoke("{}")


@needs_proc
def test_what_the_function_started_is_stopped_with_it(start: MakeInstance) -> None:
    """A child process does not outlive the instance."""
    ended = start("spawns", timeout_seconds=0.5).invoke("{}")
    (child,) = [int(line.split()[1]) for line in ended.log if line.startswith("child ")]
    for _ in range(100_000):
        if not _runs(child):
            break
        os.sched_yield()
    assert not _runs(child)


def _runs(process_id: int) -> bool:
    try:
        status = Path(f"/proc/{process_id}/stat").read_text(encoding="ascii")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] not in {"Z", "X"}


@needs_proc
@pytest.mark.parametrize("stay", [True, False])
def test_too_much_memory_stops_the_function(start: MakeInstance, stay: bool) -> None:
    """A handler above its memory is stopped, also where it gave the memory back at once."""
    event = json.dumps({"megabytes": 200, "stay": stay})
    instance = start("eats_memory", memory_mb=128)
    ended = instance.invoke(event)
    assert ended.error is not None
    assert ended.error.type == "MemoryLimitExceeded"
    assert ended.error.message.startswith("runtime memory limit exceeded: ")
    assert not instance.is_usable


@needs_proc
def test_memory_used_is_that_of_each_event(start: MakeInstance) -> None:
    """The peak of one event is not told of the next one."""
    instance = start("eats_memory", memory_mb=512)
    large = instance.invoke('{"megabytes": 200}')
    small = instance.invoke('{"megabytes": 1}')
    assert large.memory_mb is not None
    assert small.memory_mb is not None
    assert large.memory_mb > 200
    assert small.memory_mb < 100


def test_an_initializer_that_raises_fails_the_event(start: MakeInstance) -> None:
    """The event is not handled, and the instance is thrown away."""
    instance = start("fails_to_initialize", initializer="index.initializer")
    ended = instance.invoke("{}")
    assert ended.error is not None
    assert ended.error.message == "function initialization exception, error: no such agency"
    assert ended.error.type == "ValueError"
    assert not instance.is_usable


def test_the_initializer_has_a_timeout_of_its_own(start: MakeInstance) -> None:
    """It is stopped after its own seconds, however long an event may take."""
    instance = start(
        "never_initializes", initializer="index.initializer", initializer_timeout_seconds=0.4
    )
    ended = instance.invoke("{}")
    assert ended.error is not None
    assert ended.error.type == "Timeout"
    assert "0.4 s" in ended.error.message


def test_an_environment_that_functiongraph_refuses_is_refused() -> None:
    """Names and values together may have 4096 characters."""
    FunctionConfiguration(FUNCTIONS, user_data={"NAME": "x" * 4092})
    with pytest.raises(ValueError, match=r"4097 characters.*4096"):
        FunctionConfiguration(FUNCTIONS, user_data={"NAME": "x" * 4093})
