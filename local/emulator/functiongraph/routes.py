"""How FunctionGraph is reached.

Which action each operation needs: FunctionGraph's API reference, "Permissions and supported
actions"; the names of the trigger and dependency actions are not confirmed there.
"""

from __future__ import annotations

from local.emulator.functiongraph import (
    invocation_responses,
    responses,
    trigger_responses,
    versions,
)
from local.emulator.functiongraph.errors import denial, render_error
from local.emulator.functiongraph.models import FunctionGraphBackend
from local.emulator.service import Route, Service

_FGS = "/v2/{project_id}/fgs"
_FUNCTION = _FGS + "/functions/{function_urn}"
_TRIGGERS = _FGS + "/triggers/{function_urn}"
_TRIGGER = _TRIGGERS + "/{trigger_type_code}/{trigger_id}"
_DEPENDENCY = _FGS + "/dependencies/{depend_id}/version/{version}"

_SHOW = "functiongraph:function:getFunctionConfig"
_CONFIGURE = "functiongraph:function:updateFunctionConfig"
_TRIGGER_LIST = "functiongraph:trigger:list"
_TRIGGER_DELETE = "functiongraph:trigger:delete"

FUNCTIONGRAPH = Service(
    name="FunctionGraph",
    host="functiongraph",
    routes=(
        Route(
            "CreateFunction",
            "POST",
            _FGS + "/functions",
            "functiongraph:function:createFunction",
            responses.create_function,
        ),
        Route(
            "ListFunctions",
            "GET",
            _FGS + "/functions",
            "functiongraph:function:list",
            responses.list_functions,
        ),
        Route(
            "DeleteFunction",
            "DELETE",
            _FUNCTION,
            "functiongraph:function:deleteFunction",
            responses.delete_function,
        ),
        Route(
            "ShowFunctionConfig",
            "GET",
            _FUNCTION + "/config",
            _SHOW,
            responses.show_function_config,
        ),
        Route(
            "UpdateFunctionConfig",
            "PUT",
            _FUNCTION + "/config",
            _CONFIGURE,
            responses.update_function_config,
        ),
        Route(
            "ShowFunctionCode",
            "GET",
            _FUNCTION + "/code",
            "functiongraph:function:getFunctionCode",
            responses.show_function_code,
        ),
        Route(
            "UpdateFunctionCode",
            "PUT",
            _FUNCTION + "/code",
            "functiongraph:function:updateFunctionCode",
            responses.update_function_code,
        ),
        Route(
            "CreateFunctionVersion",
            "POST",
            _FUNCTION + "/versions",
            "functiongraph:function:createFunctionVersion",
            versions.publish_version,
        ),
        Route(
            "ListFunctionVersions",
            "GET",
            _FUNCTION + "/versions",
            "functiongraph:function:listFunctionVersion",
            versions.list_versions,
        ),
        Route(
            "ListUserTrustAgency",
            "GET",
            _FGS + "/service-trusted-agencies",
            "functiongraph:agency:list",
            versions.list_trusted_agencies,
        ),
        Route(
            "UpdateFunctionMaxInstanceConfig",
            "PUT",
            _FUNCTION + "/config-max-instance",
            _CONFIGURE,
            responses.update_max_instances,
        ),
        Route(
            "InvokeFunction",
            "POST",
            _FUNCTION + "/invocations",
            "functiongraph:function:invoke",
            invocation_responses.invoke_function,
        ),
        Route(
            "AsyncInvokeFunction",
            "POST",
            _FUNCTION + "/invocations-async",
            "functiongraph:function:invokeAsync",
            invocation_responses.async_invoke_function,
        ),
        Route(
            "ShowFunctionAsyncInvokeConfig",
            "GET",
            _FUNCTION + "/async-invoke-config",
            _SHOW,
            responses.show_async_policy,
        ),
        Route(
            "ListFunctionAsyncInvokeConfig",
            "GET",
            _FUNCTION + "/async-invoke-configs",
            _SHOW,
            responses.list_async_policies,
        ),
        Route(
            "UpdateFunctionAsyncInvokeConfig",
            "PUT",
            _FUNCTION + "/async-invoke-config",
            _CONFIGURE,
            responses.update_async_policy,
        ),
        Route(
            "DeleteFunctionAsyncInvokeConfig",
            "DELETE",
            _FUNCTION + "/async-invoke-config",
            _CONFIGURE,
            responses.delete_async_policy,
        ),
        Route(
            "CreateFunctionTrigger",
            "POST",
            _TRIGGERS,
            "functiongraph:trigger:create",
            trigger_responses.create_trigger,
        ),
        Route(
            "ListFunctionTriggers",
            "GET",
            _TRIGGERS,
            _TRIGGER_LIST,
            trigger_responses.list_triggers,
        ),
        Route(
            "BatchDeleteFunctionTriggers",
            "DELETE",
            _TRIGGERS,
            _TRIGGER_DELETE,
            trigger_responses.delete_all_triggers,
        ),
        Route(
            "ShowFunctionTrigger",
            "GET",
            _TRIGGER,
            _TRIGGER_LIST,
            trigger_responses.show_trigger,
        ),
        Route(
            "UpdateTrigger",
            "PUT",
            _TRIGGER,
            "functiongraph:trigger:update",
            trigger_responses.update_trigger,
        ),
        Route(
            "DeleteFunctionTrigger",
            "DELETE",
            _TRIGGER,
            _TRIGGER_DELETE,
            trigger_responses.delete_trigger,
        ),
        Route(
            "CreateDependencyVersion",
            "POST",
            _FGS + "/dependencies/version",
            "functiongraph:dependency:create",
            trigger_responses.create_dependency_version,
        ),
        Route(
            "ListDependencies",
            "GET",
            _FGS + "/dependencies",
            "functiongraph:dependency:list",
            trigger_responses.list_dependencies,
        ),
        Route(
            "ShowDependencyVersion",
            "GET",
            _DEPENDENCY,
            "functiongraph:dependency:list",
            trigger_responses.show_dependency_version,
        ),
        Route(
            "DeleteDependencyVersion",
            "DELETE",
            _DEPENDENCY,
            "functiongraph:dependency:delete",
            trigger_responses.delete_dependency_version,
        ),
    ),
    new_backend=FunctionGraphBackend,
    render_error=render_error,
    denial=denial,
)
