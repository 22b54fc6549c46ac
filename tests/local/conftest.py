from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.emulator import Cloud
from local.emulator.pytest_fixture import huaweicloud  # noqa: F401 - a fixture for the tests here
from local.emulator.sample import populate
from tests.local.emulator.reaching import TRANSPORTS, Reach, StillClock, reached

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def cloud(clock: StillClock) -> Cloud:
    """The sample account on a clock that stands still."""
    return Cloud(populate=populate, clock=clock)


@pytest.fixture(params=TRANSPORTS)
def reach(cloud: Cloud, request: pytest.FixtureRequest) -> Iterator[Reach]:
    """The cloud, once in process and once over HTTP."""
    with reached(cloud, request.param) as way:
        yield way


@pytest.fixture
def inside(cloud: Cloud) -> Iterator[Reach]:
    """The cloud in process, for laws that the way in has no part in."""
    with reached(cloud, "in process") as way:
        yield way
