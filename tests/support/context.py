"""FunctionGraph's context as the function sees it, on any clock."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping

_numbers = itertools.count(1)


class Context:
    """The documented getters that the function uses.

    Source: support.huaweicloud.com/devg-functiongraph/functiongraph_02_0502.html.
    """

    def __init__(  # noqa: PLR0913 - the facts of an invocation
        self,
        settings: Mapping[str, str],
        *,
        access_key: str,
        secret_key: str,
        security_token: str | None = None,
        timeout: float = 60.0,
        now: Callable[[], float] = lambda: 0.0,
        request_id: str | None = None,
    ) -> None:
        self.settings = dict(settings)
        self.request_id = request_id or f"request-{next(_numbers)}"
        self._access_key = access_key
        self._secret_key = secret_key
        self._security_token = security_token
        self._now = now
        self.ends_at = now() + timeout

    def getRequestID(self) -> str:  # noqa: N802 - FunctionGraph's name
        return self.request_id

    def getRemainingTimeInMilliSeconds(self) -> int:  # noqa: N802 - FunctionGraph's name
        return int((self.ends_at - self._now()) * 1000)

    def getSecurityAccessKey(self) -> str:  # noqa: N802 - FunctionGraph's name
        return self._access_key

    def getSecuritySecretKey(self) -> str:  # noqa: N802 - FunctionGraph's name
        return self._secret_key

    def getSecurityToken(self) -> str:  # noqa: N802 - FunctionGraph's name
        return self._security_token or ""

    def getUserData(self, key: str, default: str | None = None) -> str | None:  # noqa: N802 - FunctionGraph's name
        return self.settings.get(key, default)
