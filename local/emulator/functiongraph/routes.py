"""How FunctionGraph is reached.

Actions: FunctionGraph's API reference, "Permissions and supported actions"; the names of the
actions on triggers and aliases are not confirmed there.
"""

from __future__ import annotations

from collections.abc import Callable

from local.emulator import operations
from local.emulator.functiongraph import (
    invocation_responses,
    responses,
    trigger_responses,
    versions,
)
from local.emulator.functiongraph.errors import denial, render_error
from local.emulator.functiongraph.models import FunctionGraphBackend
from local.emulator.service import Call, Result, Route, Service

_SHOW = "function:getFunctionConfig"
_CONFIGURE = "function:updateFunctionConfig"
_TRIGGER_LIST = "trigger:list"
_TRIGGER_DELETE = "trigger:delete"


def _route(operation: str, action: str, respond: Callable[[Call], Result]) -> Route:
    return operations.route("FunctionGraph", operation, f"functiongraph:{action}", respond)


FUNCTIONGRAPH = Service(
    name="FunctionGraph",
    host="functiongraph",
    routes=(
        _route("CreateFunction", "function:createFunction", responses.create_function),
        _route("ListFunctions", "function:list", responses.list_functions),
        _route("DeleteFunction", "function:deleteFunction", responses.delete_function),
        _route("ShowFunctionConfig", _SHOW, responses.show_function_config),
        _route("UpdateFunctionConfig", _CONFIGURE, responses.update_function_config),
        _route("ShowFunctionCode", "function:getFunctionCode", responses.show_function_code),
        _route("UpdateFunctionCode", "function:updateFunctionCode", responses.update_function_code),
        _route("CreateFunctionVersion", "function:createFunctionVersion", versions.publish_version),
        _route("ListFunctionVersions", "function:listFunctionVersion", versions.list_versions),
        _route("ListVersionAliases", "function:listAlias", versions.list_aliases),
        Route(
            "ListUserTrustAgency",  # newer than the SDK
            "GET",
            "/v2/{project_id}/fgs/service-trusted-agencies",
            "functiongraph:agency:list",
            versions.list_trusted_agencies,
        ),
        _route("UpdateFunctionMaxInstanceConfig", _CONFIGURE, responses.update_max_instances),
        _route("InvokeFunction", "function:invoke", invocation_responses.invoke_function),
        _route(
            "AsyncInvokeFunction",
            "function:invokeAsync",
            invocation_responses.async_invoke_function,
        ),
        _route("ShowFunctionAsyncInvokeConfig", _SHOW, responses.show_async_policy),
        _route("ListFunctionAsyncInvokeConfig", _SHOW, responses.list_async_policies),
        _route("UpdateFunctionAsyncInvokeConfig", _CONFIGURE, responses.update_async_policy),
        _route("DeleteFunctionAsyncInvokeConfig", _CONFIGURE, responses.delete_async_policy),
        _route("CreateFunctionTrigger", "trigger:create", trigger_responses.create_trigger),
        _route("ListFunctionTriggers", _TRIGGER_LIST, trigger_responses.list_triggers),
        _route(
            "BatchDeleteFunctionTriggers", _TRIGGER_DELETE, trigger_responses.delete_all_triggers
        ),
        _route("ShowFunctionTrigger", _TRIGGER_LIST, trigger_responses.show_trigger),
        _route("UpdateTrigger", "trigger:update", trigger_responses.update_trigger),
        _route("DeleteFunctionTrigger", _TRIGGER_DELETE, trigger_responses.delete_trigger),
    ),
    new_backend=FunctionGraphBackend,
    render_error=render_error,
    denial=denial,
)
