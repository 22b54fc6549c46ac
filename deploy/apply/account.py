"""What the commands ask FunctionGraph and SMN for, in one project of one region.

Paths and actions: support.huaweicloud.com/api-functiongraph/functiongraph_06_0100.html and
functiongraph_06_1100.html; those of versions are functiongraph_06_0111.html and _0112.html.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from deploy.apply.calls import NOT_FOUND
from deploy.errors import AccountError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from deploy.apply.calls import Calls

SAME_CODE = "FSS.0409"
_FGS = "/v2/{project_id}/fgs"
_FUNCTION = _FGS + "/functions/"
_TRIGGERS = _FGS + "/triggers/"
PAGE = 100


@dataclass
class Account:
    """One project in one region. ``functiongraph`` and ``smn`` make the calls."""

    region: str
    project_id: str
    functiongraph: Calls = field(repr=False)
    smn: Calls = field(repr=False)

    def urn(self, package: str, name: str) -> str:
        """A function's URN without a version."""
        return f"urn:fss:{self.region}:{self.project_id}:function:{package}:{name}"

    def show_function(self, urn: str) -> dict[str, Any] | None:
        """The function's configuration, or None where there is no such function."""
        found = self._found(
            "look up the function", "function:getFunctionConfig", "GET", _at(urn) + "/config"
        )
        return None if found is None else _object("look up the function", found)

    def create_function(self, body: Mapping[str, Any]) -> None:
        """Create a function with its code."""
        self._call(
            "create the function", "function:createFunction", "POST", _FGS + "/functions", body
        )

    def update_code(self, urn: str, body: Mapping[str, Any]) -> None:
        """Replace the code. That the service has it already is no error."""
        try:
            self._call(
                "send the code", "function:updateFunctionCode", "PUT", _at(urn) + "/code", body
            )
        except AccountError as error:
            if error.code != SAME_CODE:
                raise

    def show_code(self, urn: str, version: str) -> dict[str, Any]:
        """A version's code: ``func_code`` has its bytes in base64 or a link to them."""
        what = f"look up the code of version {version}"
        path = f"{_FUNCTION}{urn}:{version}/code"
        return _object(what, self._call(what, "function:getFunctionCode", "GET", path))

    def update_config(self, urn: str, body: Mapping[str, Any]) -> None:
        """Replace the configuration: what the body leaves out goes back to its default."""
        self._call("change the configuration", _CONFIGURE, "PUT", _at(urn) + "/config", body)

    def update_max_instances(self, urn: str, number: int) -> None:
        """Set how many instances the function may have."""
        body = {"max_instance_num": number}
        path = _at(urn) + "/config-max-instance"
        self._call("change the number of instances", _CONFIGURE, "PUT", path, body)

    def delete_function(self, urn: str) -> None:
        """Delete a function, or with a version in the URN that version."""
        self._found("delete the function", "function:deleteFunction", "DELETE", _FUNCTION + urn)

    def list_versions(self, urn: str) -> list[dict[str, Any]]:
        """The function's published versions, without ``latest``."""
        path, what = _FUNCTION + urn + "/versions", "list the versions"
        found = _object(what, self._call(what, "function:listFunctionVersion", "GET", path))
        return [v for v in found.get("versions") or [] if v.get("version") != "latest"]

    def publish_version(self, urn: str, body: Mapping[str, Any]) -> None:
        """Keep code and configuration as they are now under a version."""
        self._call(
            "publish a version",
            "function:createFunctionVersion",
            "POST",
            _FUNCTION + urn + "/versions",
            body,
        )

    def show_async_policy(self, urn: str) -> dict[str, Any] | None:
        """The asynchronous policy, or None where there is none."""
        what = "look up the asynchronous policy"
        found = self._found(what, "function:getFunctionConfig", "GET", _at(urn) + _POLICY)
        return None if found is None else _object(what, found)

    def update_async_policy(self, urn: str, body: Mapping[str, Any]) -> None:
        """Set the asynchronous policy."""
        self._call("set the asynchronous policy", _CONFIGURE, "PUT", _at(urn) + _POLICY, body)

    def delete_async_policy(self, urn: str) -> None:
        """Delete the asynchronous policy, if there is one."""
        self._found("delete the asynchronous policy", _CONFIGURE, "DELETE", _at(urn) + _POLICY)

    def list_triggers(self, urn: str) -> list[dict[str, Any]]:
        """The function's triggers."""
        what = "list the triggers"
        found = self._call(what, "trigger:list", "GET", f"{_TRIGGERS}{urn}:latest")
        return _objects(what, found)

    def create_trigger(self, urn: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create a trigger."""
        what = "create a trigger"
        found = self._call(what, "trigger:create", "POST", f"{_TRIGGERS}{urn}:latest", body)
        return _object(what, found)

    def update_trigger_status(self, urn: str, type_code: str, identity: str, status: str) -> None:
        """Enable (ACTIVE) or disable (DISABLED) a trigger."""
        path = f"{_TRIGGERS}{urn}:latest/{type_code}/{identity}"
        self._call("switch a trigger", "trigger:update", "PUT", path, {"trigger_status": status})

    def delete_trigger(self, urn: str, type_code: str, identity: str) -> None:
        """Delete a trigger, if it is there."""
        path = f"{_TRIGGERS}{urn}:latest/{type_code}/{identity}"
        self._found("delete a trigger", "trigger:delete", "DELETE", path)

    def invoke(self, urn: str, event: object) -> dict[str, Any]:
        """Run the function and wait for its end, which a gateway cuts off after 90 s.

        Returns ``result`` (text), ``log`` (its end) and ``status`` (200 when it returned).
        Source: support.huaweicloud.com/intl/en-us/api-functiongraph/functiongraph_06_0125.html
        """
        what = "run the function"
        headers = {"X-Cff-Log-Type": "tail", "X-CFF-Request-Version": "v1"}
        path = _at(urn) + "/invocations"
        found = self.functiongraph.call(
            what, "functiongraph:function:invoke", "POST", path, body=event, headers=headers
        )
        return _object(what, found)

    def trusted_agencies(self) -> list[str]:
        """The names of the agencies that trust FunctionGraph.

        Source: support.huaweicloud.com/intl/en-us/api-functiongraph/ListUserTrustAgency.html
        """
        what, path = (
            "list the agencies that trust FunctionGraph",
            _FGS + "/service-trusted-agencies",
        )
        return [str(agency.get("name")) for agency in self._pages(what, path)]

    def has_topic(self, urn: str) -> bool:
        """Whether SMN has the topic."""
        what, path = "list the topics", "/v2/{project_id}/notifications/topics"
        query = {"name": urn.rpartition(":")[2], "limit": str(PAGE), "offset": "0"}
        found = _object(what, self.smn.call(what, "smn:topic:list", "GET", path, query=query))
        return urn in [topic.get("topic_urn") for topic in _objects(what, found.get("topics"))]

    def _pages(self, what: str, path: str) -> Iterator[dict[str, Any]]:
        seen = 0
        while True:
            query = {"marker": str(seen), "limit": str(PAGE)}
            action = "functiongraph:agency:list"
            page = _objects(what, self.functiongraph.call(what, action, "GET", path, query=query))
            yield from page
            seen += len(page)
            if len(page) < PAGE:
                return

    def _call(
        self, what: str, action: str, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> Any:
        return self.functiongraph.call(what, f"functiongraph:{action}", method, path, body=body)

    def _found(self, what: str, action: str, method: str, path: str) -> Any:
        """The answer, or None where the service says that there is no such thing."""
        try:
            return self._call(what, action, method, path)
        except AccountError as error:
            if error.status == NOT_FOUND:
                return None
            raise


_CONFIGURE = "function:updateFunctionConfig"
_POLICY = "/async-invoke-config"


def _at(urn: str) -> str:
    return f"{_FUNCTION}{urn}:latest"


def _object(what: str, found: Any) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise AccountError(f"could not {what}: the answer is no JSON object")
    return found


def _objects(what: str, found: Any) -> list[dict[str, Any]]:
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise AccountError(f"could not {what}: the answer is no list of objects")
    return found
