"""FunctionGraph's operations on functions: from a call to an answer."""

from __future__ import annotations

from local.emulator.functiongraph import errors, parameters, render
from local.emulator.functiongraph.models import (
    LATEST,
    Function,
    backend_of,
    function_of,
    latest_of,
)
from local.emulator.service import Call, Result, ServiceError


def create_function(call: Call) -> Result:
    """Create a function.

    API: support.huaweicloud.com/api-functiongraph/functiongraph_06_0109.html
    """
    backend, document = backend_of(call), parameters.body(call)
    settings = parameters.read_settings(document)
    package = document.get("package")
    if not package or not isinstance(package, str):
        raise ServiceError(errors.INVALID_PACKAGE)
    code = parameters.read_code(document)
    urn = backend.urn_of(package, document["func_name"])
    if urn in backend.functions:
        raise ServiceError(errors.ALREADY_EXISTS)
    function = Function(
        urn=urn,
        name=document["func_name"],
        package=package,
        created_at=call.now,
        updated_at=call.now,
        code=code,
        settings=settings,
        depend_version_list=parameters.dependencies(document),
        id=backend.new_id(),
    )
    backend.functions[urn] = function
    return Result(render.function_config(function, backend))


def list_functions(call: Call) -> Result:
    """List functions, oldest first."""
    backend = backend_of(call)
    named = [
        function
        for function in backend.functions.values()
        if (call.first("func_name") or "") in function.name
        and call.first("package_name") in (None, "", function.package)
    ]
    page, rest = parameters.page(call, named)
    shown = [{**render.function_config(one, backend), "func_urn": one.urn} for one in page]
    return Result({"functions": shown, **rest})


def show_function_config(call: Call) -> Result:
    """Show a function's configuration."""
    return Result(render.function_config(function_of(call), backend_of(call)))


def show_function_code(call: Call) -> Result:
    """Show a function's code: its bytes where it is inline, or of a published version.

    Whether the real service gives the bytes of a zip or a link to them is not documented.
    """
    function = function_of(call)
    shown = render.code_document(function)
    if function.version != LATEST:
        shown["func_code"] = render.bytes_of(function.code)
    return Result(shown)


def update_function_code(call: Call) -> Result:
    """Replace a function's code. The same code again is refused with FSS.0409."""
    function, document = latest_of(call), parameters.body(call)
    code = parameters.read_code(document)
    dependencies = function.depend_version_list
    if document.get("depend_version_list") is not None:
        dependencies = parameters.dependencies(document)
    if (code.digest, dependencies) == (function.code.digest, function.depend_version_list):
        raise ServiceError(errors.ALREADY_EXISTS)
    function.code, function.depend_version_list = code, dependencies
    function.change(call.now)
    return Result(render.code_document(function))


def update_function_config(call: Call) -> Result:
    """Replace a function's configuration: what is not sent goes back to its default."""
    function, document = latest_of(call), parameters.body(call)
    settings = parameters.read_settings(document)
    if document["func_name"] != function.name:
        raise ServiceError(errors.INVALID_NAME)
    if settings["runtime"] != function.settings["runtime"]:
        raise ServiceError(errors.INVALID_RUNTIME)
    function.settings = settings
    function.change(call.now)
    return Result(render.function_config(function, backend_of(call)))


def update_max_instances(call: Call) -> Result:
    """Set how many instances a function may have: -1 for no limit, 0 to switch it off."""
    function, document = latest_of(call), parameters.body(call)
    number = document.get("max_instance_num")
    if not isinstance(number, int) or not -1 <= number <= 1000:  # noqa: PLR2004 - the API's limits
        raise errors.invalid("max_instance_num is -1 to 1000.")
    function.max_instances = number
    shown = render.function_config(function, backend_of(call))
    return Result({**shown, "func_urn": function.urn})


def delete_function(call: Call) -> Result:
    """Delete a function with its triggers and policy, or one of its versions.

    The URN must not carry ``:latest``.
    """
    urn = call.parameters["function_urn"]
    if urn.endswith(f":{LATEST}"):
        raise errors.invalid("The version latest cannot be deleted; leave it out of the URN.")
    function, functions = function_of(call), backend_of(call).functions
    if function.version == LATEST:
        del functions[function.urn]
    else:
        del functions[function.urn].versions[function.version]
    return Result(None, 204)


def show_async_policy(call: Call) -> Result:
    """Show a function's async policy; 404 where it has none."""
    function = function_of(call)
    if function.async_policy is None:
        raise ServiceError(errors.NO_SUCH_RESOURCE)
    return Result(render.async_document(function))


def list_async_policies(call: Call) -> Result:
    """List the async policies of a function's versions: one or none."""
    function = function_of(call)
    found = [] if function.async_policy is None else [render.async_document(function)]
    return Result({"async_invoke_configs": found, "count": len(found), "page_info": {}})


def update_async_policy(call: Call) -> Result:
    """Set a function's async policy."""
    function = function_of(call)
    policy = parameters.read_async_policy(parameters.body(call))
    if function.async_policy is None:
        function.async_created_at = call.now
    function.async_policy = policy
    function.async_updated_at = call.now
    return Result(render.async_document(function))


def delete_async_policy(call: Call) -> Result:
    """Delete a function's async policy."""
    function = function_of(call)
    if function.async_policy is None:
        raise ServiceError(errors.NO_SUCH_RESOURCE)
    function.async_policy = None
    return Result(None, 204)
