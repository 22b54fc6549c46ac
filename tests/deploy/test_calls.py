"""Calls are repeated as a person would repeat them, and told in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.emulator import AnswerLost, Error, Throttle
from tests.deploy.conftest import Commands
from tests.deploy.test_apply import functiongraph

if TYPE_CHECKING:
    from local.emulator import Cloud


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were made, in seconds; none is waited for."""
    made: list[float] = []
    monkeypatch.setattr("deploy.apply.calls.time.sleep", made.append)
    return made


def test_a_throttled_call_is_repeated_and_told(
    cloud: Cloud, commands: Commands, pauses: list[float]
) -> None:
    """Two refusals: two pauses, each longer; the notice says what and how long."""
    cloud.faults.add(Throttle(), operation="ShowFunctionConfig", times=2)
    ran = commands.run("plan")
    assert ran.status == 2
    assert "FunctionGraph did not look up the function; trying again in" in ran.output
    first, second = pauses
    assert 1 <= first <= 1.5
    assert 2 <= second <= 3


def test_what_stays_throttled_is_one_sentence(
    cloud: Cloud, commands: Commands, pauses: list[float]
) -> None:
    """After five tries it is told once, without the words of a library."""
    cloud.faults.add(Throttle(), operation="ShowFunctionConfig")
    ran = commands.run("plan")
    assert ran.status == 1
    assert len(pauses) == 4
    assert ran.output.splitlines()[-1].startswith("could not look up the function: 429")
    assert "HTTPConnectionPool" not in ran.output
    assert "429 429" not in ran.output


@pytest.mark.parametrize("effect", [Error(503, "FSS.0503", "busy"), AnswerLost()])
def test_what_may_be_repeated_is(
    cloud: Cloud, commands: Commands, pauses: list[float], effect: Error | AnswerLost
) -> None:
    """A failure of the service or a lost answer: the same PUT or DELETE again does no harm."""
    for operation in ("UpdateFunctionAsyncInvokeConfig", "ListFunctionTriggers"):
        cloud.faults.add(effect, operation=operation, times=1)
    assert commands.run("apply").status == 0
    assert len(pauses) == 2


def test_a_creation_whose_answer_was_lost_is_not_repeated(
    cloud: Cloud, commands: Commands, pauses: list[float]
) -> None:
    """It may have been made: apply ends, and the next one finds out."""
    cloud.faults.add(AnswerLost(), operation="CreateFunction", times=1)
    ran = commands.run("apply")
    assert ran.status == 1
    assert "then run the command again" in ran.output
    assert pauses == []
    assert commands.run("apply").status == 0
    assert len(functiongraph(cloud).functions) == 1


@pytest.mark.parametrize(
    "endpoint",
    ["https://", "https://cloud.example/v2", "cloud.example/v2", "https://a.example/?x=1"],
)
def test_an_endpoint_is_a_scheme_and_a_host(
    cloud: Cloud, commands: Commands, endpoint: str
) -> None:
    """What would be dropped from it silently is refused, and nobody is called."""
    ran = commands.run("plan", "--endpoint", endpoint)
    assert ran.status == 1
    assert f"--endpoint {endpoint}: only scheme, host and port can be given" in " ".join(
        ran.output.split()
    )
    assert len(cloud.journal) == 0
