from __future__ import annotations

from tests.local.emulator.functiongraph.runtime.conftest import (
    start,  # noqa: F401 - a fixture for the tests here
)
