"""FunctionGraph: have this function invoked again. Imported only when a chain is continued.

Operation: support.huaweicloud.com/api-functiongraph/functiongraph_06_0126.html.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from huaweicloudsdkfunctiongraph.v2 import AsyncInvokeFunctionRequest

from vault_sync.calls import Calls, Operation, Purpose
from vault_sync.cloud.failures import body_of, unreadable
from vault_sync.project import Project


class FunctionGraph:
    """FunctionGraph in the function's project."""

    def __init__(
        self, client: Any, project: Project, calls: Calls, redact: Callable[[str], str]
    ) -> None:
        self._client = client
        self._project = project
        self._calls = calls
        self._redact = redact

    def invoke_later(self, function_urn: str, event: dict[str, Any]) -> str:
        """Have the function invoked asynchronously with the event; return the request id.

        The call is repeated only where it surely had no effect.

        Raises:
            CallFailed: FunctionGraph did not accept it, or did not answer.
        """
        request = AsyncInvokeFunctionRequest(function_urn=function_urn, body=event)

        def send() -> str:
            body = body_of(lambda: self._client.async_invoke_function(request), self._redact)
            request_id = body.get("request_id")
            if not isinstance(request_id, str) or not request_id:
                raise unreadable("FunctionGraph accepted the invocation without a request_id")
            return request_id

        operation = Operation("AsyncInvokeFunction", self._project)
        return self._calls.repeated(operation, send, Purpose.HAND_OVER)
