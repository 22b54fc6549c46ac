"""FunctionGraph's operations on triggers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.emulator.functiongraph import errors, parameters, render
from local.emulator.functiongraph.models import Trigger, backend_of, latest_of
from local.emulator.functiongraph.triggers import TYPES, check_event_data
from local.emulator.service import Call, Refusal, Result, ServiceError

if TYPE_CHECKING:
    from local.emulator.functiongraph.models import Function


def _trigger(call: Call, gone: Refusal = errors.NO_SUCH_FUNCTION) -> tuple[Function, Trigger]:
    """Return a trigger and its function. `gone`: how it is refused that there is no function."""
    try:
        function = latest_of(call)
    except ServiceError as error:
        if error.refusal is errors.NO_SUCH_FUNCTION:
            raise ServiceError(gone) from error
        raise
    trigger = function.triggers.get(call.parameters["trigger_id"])
    if trigger is None or trigger.type_code != call.parameters["trigger_type_code"]:
        raise ServiceError(errors.NO_SUCH_RESOURCE)
    return function, trigger


def create_trigger(call: Call) -> Result:
    """Create a trigger. That of a queue's topics begins DISABLED whatever was asked for."""
    function, document = latest_of(call), parameters.body(call)
    type_code = str(document.get("trigger_type_code"))
    data = document.get("event_data")
    if not isinstance(data, dict):
        raise errors.invalid("event_data is required.")
    check_event_data(type_code, data)
    kind = TYPES[type_code]
    if kind.needs_vpc and not function.settings["func_vpc"]:
        raise ServiceError(errors.PRECONDITION)
    status = _status(document, type_code, "ACTIVE")
    names = {t.event_data.get("name") for t in function.triggers.values()} - {None}
    if data.get("name") in names:
        raise ServiceError(errors.ALREADY_EXISTS)
    trigger = Trigger(
        id=backend_of(call).new_id(),
        type_code=type_code,
        status="DISABLED" if kind.starts_disabled else status,
        event_data=_filled_in(call, type_code, data),
        created_at=call.now,
        updated_at=call.now,
    )
    function.triggers[trigger.id] = trigger
    return Result(render.trigger_document(trigger), 201)


def _filled_in(call: Call, type_code: str, data: dict[str, Any]) -> dict[str, Any]:
    """Return event data with what the service adds: an API's id, and where it is called."""
    if type_code != "APIG":
        return dict(data)
    filled = {"api_id": backend_of(call).new_id(), **data}
    engine = backend_of(call).cloud.engine
    return (
        filled if engine is None else {**filled, "invoke_url": f"{engine.url}/_apig{data['path']}"}
    )


def _status(document: dict[str, Any], type_code: str, default: str) -> str:
    status = document.get("trigger_status") or default
    if status not in ("ACTIVE", "DISABLED"):
        raise errors.invalid("trigger_status is ACTIVE or DISABLED.")
    if status == "DISABLED" and not TYPES[type_code].can_be_disabled:
        raise errors.invalid(f"A {type_code} trigger cannot be disabled.")
    return str(status)


def list_triggers(call: Call) -> Result:
    """List a function's triggers; the answer is a JSON array."""
    return Result([render.trigger_document(t) for t in latest_of(call).triggers.values()])


def show_trigger(call: Call) -> Result:
    """Show a trigger. Of a function that is gone: 500 FSS.0500."""
    return Result(render.trigger_document(_trigger(call, errors.TRIGGER_WITHOUT_FUNCTION)[1]))


def update_trigger(call: Call) -> Result:
    """Enable or disable a trigger, or change event data that may be changed."""
    (_, trigger), document = _trigger(call), parameters.body(call)
    status = _status(document, trigger.type_code, trigger.status)
    data = document.get("event_data")
    if isinstance(data, dict):
        changed = {**trigger.event_data, **data}
        check_event_data(trigger.type_code, changed)
        trigger.event_data = _filled_in(call, trigger.type_code, changed)
    trigger.status = status
    trigger.updated_at = call.now
    return Result(render.trigger_document(trigger))


def delete_trigger(call: Call) -> Result:
    """Delete a trigger. Of a function that is gone: 401 FSS.0401."""
    function, trigger = _trigger(call, errors.FUNCTION_GONE)
    del function.triggers[trigger.id]
    return Result(None, 204)


def delete_all_triggers(call: Call) -> Result:
    """Delete every trigger of a function."""
    latest_of(call).triggers.clear()
    return Result(None, 204)
