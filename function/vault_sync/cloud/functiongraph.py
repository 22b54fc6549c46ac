"""FunctionGraph: have this function invoked again. Imported only when a chain is continued.

Operation: support.huaweicloud.com/api-functiongraph/functiongraph_06_0126.html.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from huaweicloudsdkfunctiongraph.v2 import AsyncInvokeFunctionRequest

from vault_sync.cloud.failures import guarded, unreadable


class FunctionGraphService:
    """FunctionGraph in the function's project."""

    def __init__(self, client: Any, redact: Callable[[str], str]) -> None:
        self._client = client
        self._redact = redact

    def invoke_later(self, function_urn: str, event: dict[str, Any]) -> str:
        """Have the function invoked asynchronously with the event; return the request id.

        Raises:
            CallFailed: FunctionGraph did not accept it, or did not answer.
        """
        request = AsyncInvokeFunctionRequest(function_urn=function_urn, body=event)
        response = guarded(lambda: self._client.async_invoke_function(request), self._redact)
        try:
            body = response.to_json_object()
        except ValueError:
            raise unreadable("FunctionGraph's answer is not JSON") from None
        request_id = body.get("request_id") if isinstance(body, dict) else None
        if not isinstance(request_id, str) or not request_id:
            raise unreadable("FunctionGraph accepted the invocation without a request_id")
        return request_id
