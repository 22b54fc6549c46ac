"""The local cloud as a pytest fixture: `from local.emulator.pytest_fixture import huaweicloud`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.emulator.transport.in_process import mock_huaweicloud

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.emulator.cloud import Cloud


@pytest.fixture
def huaweicloud() -> Iterator[Cloud]:
    """A local cloud with the sample account, which answers all requests of this process."""
    with mock_huaweicloud() as cloud:
        yield cloud
