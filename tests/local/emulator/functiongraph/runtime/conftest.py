from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from local.emulator.functiongraph.runtime.configuration import FunctionConfiguration
from local.emulator.functiongraph.runtime.instance import Instance

FUNCTIONS = Path(__file__).parent / "functions"

MakeInstance = Callable[..., Instance]


@pytest.fixture
def start() -> Iterator[MakeInstance]:
    """Make an instance of a function in functions/; it is closed after the test."""
    with ExitStack() as closing:

        def make(
            function: str, log: Callable[[str], None] | None = None, **traits: Any
        ) -> Instance:
            traits = {"timeout_seconds": 10.0, "memory_mb": 128, **traits}
            configuration = FunctionConfiguration(FUNCTIONS / function, **traits)
            return closing.enter_context(Instance(configuration, log))

        yield make
