from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.desk import Desk, desk


@pytest.fixture(name="desk")
def _desk() -> Iterator[Desk]:
    """The function on a desk, with the sample account."""
    with desk() as one:
        yield one
