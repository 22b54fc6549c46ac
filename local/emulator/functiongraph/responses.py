"""FunctionGraph's operations on functions: from a call to an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from local.emulator.functiongraph import errors, parameters, render, versions
from local.emulator.functiongraph.models import LATEST, Function
from local.emulator.service import Call, Result, ServiceError

if TYPE_CHECKING:
    from local.emulator.functiongraph.models import FunctionGraphBackend

MAX_ITEMS = 400


def _backend(call: Call) -> FunctionGraphBackend:
    return cast("FunctionGraphBackend", call.backend)


def _function(call: Call) -> Function:
    return _backend(call).find(call.parameters["function_urn"])


def create_function(call: Call) -> Result:
    """Create a function.

    API: support.huaweicloud.com/api-functiongraph/functiongraph_06_0109.html
    """
    backend, document = _backend(call), parameters.body(call)
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
        depend_version_list=list(document.get("depend_version_list") or []),
    )
    backend.functions[urn] = function
    return Result(render.function_config(function, backend))


def list_functions(call: Call) -> Result:
    """List functions, oldest first; ``marker`` counts, ``maxitems`` is 400 at most."""
    backend = _backend(call)
    marker, limit = _count(call, "marker", 0), _count(call, "maxitems", MAX_ITEMS)
    named = [
        function
        for function in backend.functions.values()
        if (call.first("func_name") or "") in function.name
        and call.first("package_name") in (None, "", function.package)
    ]
    page = named[marker : marker + limit]
    return Result(
        {
            "functions": [render.function_config(function, backend) for function in page],
            "next_marker": marker + len(page),
            "count": len(named),
        }
    )


def _count(call: Call, name: str, default: int) -> int:
    text = call.first(name)
    if text is None:
        return default
    if not text.isdecimal() or int(text) > MAX_ITEMS * 1000:
        raise errors.invalid(f"{name}.")
    return int(text)


def show_function_config(call: Call) -> Result:
    """Show a function's configuration."""
    return Result(render.function_config(_function(call), _backend(call)))


def show_function_code(call: Call) -> Result:
    """Show what is known of a function's code."""
    return versions.show_code(*_backend(call).find_version(call.parameters["function_urn"]))


def update_function_code(call: Call) -> Result:
    """Replace a function's code. The same code again is refused with FSS.0409."""
    function, document = _function(call), parameters.body(call)
    code = parameters.read_code(document)
    dependencies = document.get("depend_version_list")
    same_dependencies = dependencies in (None, function.depend_version_list)
    if code.digest == function.code.digest and same_dependencies:
        raise ServiceError(errors.ALREADY_EXISTS)
    function.code = code
    function.change(call.now)
    if dependencies is not None:
        function.depend_version_list = list(dependencies)
    return Result(render.code_document(function))


def update_function_config(call: Call) -> Result:
    """Replace a function's configuration: what is not sent goes back to its default."""
    function, document = _function(call), parameters.body(call)
    settings = parameters.read_settings(document)
    if document["func_name"] != function.name:
        raise ServiceError(errors.INVALID_NAME)
    if settings["runtime"] != function.settings["runtime"]:
        raise ServiceError(errors.INVALID_RUNTIME)
    function.settings = settings
    function.change(call.now)
    return Result(render.function_config(function, _backend(call)))


def update_max_instances(call: Call) -> Result:
    """Set how many instances a function may have: -1 for no limit, 0 to switch it off."""
    function, document = _function(call), parameters.body(call)
    number = document.get("max_instance_num")
    if not isinstance(number, int) or not -1 <= number <= 1000:  # noqa: PLR2004 - the API's limits
        raise errors.invalid("max_instance_num is -1 to 1000.")
    function.max_instances = number
    return Result(render.function_config(function, _backend(call)))


def delete_function(call: Call) -> Result:
    """Delete a function with its triggers and policy, or one of its versions.

    The URN must not carry ``:latest``.
    """
    urn = call.parameters["function_urn"]
    if urn.endswith(f":{LATEST}"):
        raise errors.invalid("The version latest cannot be deleted; leave it out of the URN.")
    function, version = _backend(call).find_version(urn)
    if version is not None:
        del function.versions[version.name]
    else:
        del _backend(call).functions[function.urn]
    return Result(None, 204)


def show_async_policy(call: Call) -> Result:
    """Show a function's async policy; 404 where it has none."""
    function = _function(call)
    if function.async_policy is None:
        raise ServiceError(errors.NO_SUCH_RESOURCE)
    return Result(render.async_document(function))


def list_async_policies(call: Call) -> Result:
    """List the async policies of a function's versions: one or none."""
    function = _function(call)
    found = [] if function.async_policy is None else [render.async_document(function)]
    return Result({"async_invoke_configs": found, "count": len(found), "page_info": {}})


def update_async_policy(call: Call) -> Result:
    """Set a function's async policy."""
    function = _function(call)
    policy = parameters.read_async_policy(parameters.body(call))
    if function.async_policy is None:
        function.async_created_at = call.now
    function.async_policy = policy
    function.async_updated_at = call.now
    return Result(render.async_document(function))


def delete_async_policy(call: Call) -> Result:
    """Delete a function's async policy."""
    function = _function(call)
    if function.async_policy is None:
        raise ServiceError(errors.NO_SUCH_RESOURCE)
    function.async_policy = None
    return Result(None, 204)
