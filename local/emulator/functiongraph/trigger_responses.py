"""FunctionGraph's operations on triggers and dependencies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from local.emulator.functiongraph import errors, parameters, render
from local.emulator.functiongraph.models import (
    CAN_BE_DISABLED,
    NEEDS_VPC,
    STARTS_DISABLED,
    DependencyVersion,
    Function,
    Trigger,
)
from local.emulator.functiongraph.triggers import check_event_data
from local.emulator.service import Call, Result, ServiceError

if TYPE_CHECKING:
    from local.emulator.functiongraph.models import FunctionGraphBackend


def _backend(call: Call) -> FunctionGraphBackend:
    return cast("FunctionGraphBackend", call.backend)


def _function(call: Call) -> Function:
    return _backend(call).find(call.parameters["function_urn"])


def _trigger(call: Call) -> Trigger:
    found = call.parameters
    return _backend(call).find_trigger(
        found["function_urn"], found["trigger_type_code"], found["trigger_id"]
    )


def create_trigger(call: Call) -> Result:
    """Create a trigger. A Kafka trigger begins DISABLED whatever was asked for."""
    function, document = _function(call), parameters.body(call)
    type_code = str(document.get("trigger_type_code"))
    data = document.get("event_data")
    if not isinstance(data, dict):
        raise errors.invalid("event_data is required.")
    check_event_data(type_code, data)
    if type_code in NEEDS_VPC and not function.settings["func_vpc"]:
        raise ServiceError(errors.PRECONDITION)
    status = _status(document, type_code, "ACTIVE")
    names = {t.event_data.get("name") for t in function.triggers.values()} - {None}
    if data.get("name") in names:
        raise ServiceError(errors.ALREADY_EXISTS)
    trigger = Trigger(
        id=_backend(call).new_id(),
        type_code=type_code,
        status="DISABLED" if type_code in STARTS_DISABLED else status,
        event_data=dict(data),
        created_at=call.now,
        updated_at=call.now,
    )
    function.triggers[trigger.id] = trigger
    return Result(render.trigger_document(trigger), 201)


def _status(document: dict[str, Any], type_code: str, default: str) -> str:
    status = document.get("trigger_status") or default
    if status not in ("ACTIVE", "DISABLED"):
        raise errors.invalid("trigger_status is ACTIVE or DISABLED.")
    if status == "DISABLED" and type_code not in CAN_BE_DISABLED:
        raise errors.invalid(f"A {type_code} trigger cannot be disabled.")
    return str(status)


def list_triggers(call: Call) -> Result:
    """List a function's triggers; the answer is a JSON array."""
    return Result([render.trigger_document(t) for t in _function(call).triggers.values()])


def show_trigger(call: Call) -> Result:
    """Show a trigger."""
    return Result(render.trigger_document(_trigger(call)))


def update_trigger(call: Call) -> Result:
    """Enable or disable a trigger, or change event data that may be changed."""
    trigger, document = _trigger(call), parameters.body(call)
    status = _status(document, trigger.type_code, trigger.status)
    data = document.get("event_data")
    if isinstance(data, dict):
        changed = {**trigger.event_data, **data}
        check_event_data(trigger.type_code, changed)
        trigger.event_data = changed
    trigger.status = status
    trigger.updated_at = call.now
    return Result(render.trigger_document(trigger))


def delete_trigger(call: Call) -> Result:
    """Delete a trigger."""
    del _function(call).triggers[_trigger(call).id]
    return Result(None, 204)


def delete_all_triggers(call: Call) -> Result:
    """Delete every trigger of a function."""
    _function(call).triggers.clear()
    return Result(None, 204)


def create_dependency_version(call: Call) -> Result:
    """Upload a version of a private dependency; the same name gets the next number."""
    backend, document = _backend(call), parameters.body(call)
    digest, data = parameters.read_dependency(document)
    name, runtime = str(document["name"]), str(document["runtime"])
    former = [d for d in backend.dependencies.values() if (d.name, d.runtime) == (name, runtime)]
    version = DependencyVersion(
        id=backend.new_id(),
        dep_id=former[0].dep_id if former else backend.new_id(),
        version=max((d.version for d in former), default=0) + 1,
        name=name,
        runtime=runtime,
        description=str(document.get("description") or ""),
        digest=digest,
        size=len(data),
        file_name=f"{name}.zip",
        created_at=call.now,
        data=data,
    )
    backend.dependencies[version.id] = version
    return Result(render.dependency_document(version, backend.project_id))


def list_dependencies(call: Call) -> Result:
    """List the private dependencies, each in its newest version."""
    backend = _backend(call)
    newest = {d.dep_id: d for d in backend.dependencies.values()}
    found = [
        render.dependency_document(dependency, backend.project_id)
        for dependency in newest.values()
        if (call.first("name") or "") in dependency.name
    ]
    return Result({"dependencies": found, "next_marker": len(found), "count": len(found)})


def _dependency(call: Call) -> DependencyVersion:
    wanted = (call.parameters["depend_id"], call.parameters["version"])
    for dependency in _backend(call).dependencies.values():
        if (dependency.dep_id, str(dependency.version)) == wanted:
            return dependency
    raise ServiceError(errors.NO_SUCH_RESOURCE)


def show_dependency_version(call: Call) -> Result:
    """Show one version of a dependency."""
    return Result(render.dependency_document(_dependency(call), _backend(call).project_id))


def delete_dependency_version(call: Call) -> Result:
    """Delete one version of a dependency."""
    del _backend(call).dependencies[_dependency(call).id]
    return Result(None, 204)
