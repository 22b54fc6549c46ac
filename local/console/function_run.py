"""Runs the repository's function with an event of the page, as `local invoke --cloud` would."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from local.emulator.functiongraph.runtime.instance import Instance
from local.invoke.destination import of_cloud
from local.invoke.function import FUNCTION, configured

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from local.console.invocations import Order
    from local.emulator.cloud import Cloud
    from local.emulator.functiongraph.runtime.results import Ended


class FunctionRun:
    """Runs the function in a directory against a cloud of this process.

    Each invocation starts a fresh instance, so that a change of the code counts at once.

    url: where the cloud is served.
    """

    def __init__(self, cloud: Cloud, url: Callable[[], str], code: Path = FUNCTION) -> None:
        self._cloud = cloud
        self._url = url
        self._code = code

    def __call__(self, order: Order, log: Callable[[str], None]) -> Ended:
        """Invoke, with temporary credentials that end with the invocation.

        Raises:
            UsageError: There is no function.
        """
        where = of_cloud(self._cloud, self._url())
        settings = {**where.settings, **order.settings}
        try:
            with (
                configured(self._code, settings, where.project_id) as configuration,
                Instance(configuration, log) as instance,
            ):
                return instance.invoke(order.event, where.credentials)
        finally:
            with contextlib.suppress(KeyError):  # a reset has ended them already
                self._cloud.revoke(where.credentials.access_key)
