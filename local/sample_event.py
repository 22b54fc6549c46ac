"""`python -m local event`: a sample of events/ with one's own vaults in it, dated now.

The envelopes are those of events/, so that each is what FunctionGraph delivers.
"""

from __future__ import annotations

import base64
import json
import sys
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from local.invoke.function import ROOT
from local.invoke.usage import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EVENTS = ROOT / "events"

_TIMES = frozenset({"event_time", "time", "timestamp", "requested_at"})
"""The fields of all envelopes that hold a time."""

_JAVASCRIPT_TIME = "%a %b %d %Y %H:%M:%S GMT%z (CST)"
"""How an SMN trigger writes the time of its delivery."""


def run(trigger: str, vault_ids: Sequence[str]) -> int:
    """Write the event to standard output; return the exit status."""
    try:
        event = sample_event(trigger, vault_ids, datetime.now(timezone.utc))
    except UsageError as error:
        sys.stderr.write(f"Error: {error}\n")
        return 2
    sys.stdout.write(json.dumps(event, indent=2) + "\n")
    return 0


def sample_event(trigger: str, vault_ids: Sequence[str], moment: datetime) -> Any:
    """Return what a trigger delivers that asks for some vaults.

    Args:
        trigger: One of `triggers()`.
        vault_ids: One or more. Queues carry one message for each.
        moment: The event's time.

    Raises:
        UsageError: There is no sample of this trigger.
    """
    if trigger not in triggers():
        raise UsageError(f"there is no trigger {trigger!r}; there are {', '.join(triggers())}")
    if trigger == "direct":
        return _request(vault_ids)
    text = (EVENTS / f"{trigger}.json").read_text(encoding="utf-8")
    event = dated(json.loads(text), moment)
    _FILL[trigger](event, vault_ids)
    return event


def triggers() -> list[str]:
    """Return the triggers that events/ has a sample of, and `direct`, a request of no trigger."""
    return [*(name for name in _FILL if (EVENTS / f"{name}.json").is_file()), "direct"]


def dated(event: Any, moment: datetime) -> Any:
    """Return an event with another time, in each of its time fields and in the form it has there.

    What is inside a message stays as it is.
    """
    if isinstance(event, list):
        return [dated(each, moment) for each in event]
    if not isinstance(event, dict):
        return event
    return {
        name: _like(value, moment)
        if name in _TIMES and isinstance(value, int | str)
        else dated(value, moment)
        for name, value in event.items()
    }


def _like(value: int | str, moment: datetime) -> int | str:
    """Write a moment, in whole seconds, as another one is written."""
    if isinstance(value, int):
        return int(moment.timestamp())
    try:
        former = datetime.strptime(value, _JAVASCRIPT_TIME)  # noqa: DTZ007 - %z is in the form
        return moment.astimezone(former.tzinfo).strftime(_JAVASCRIPT_TIME)
    except ValueError:
        former = datetime.fromisoformat(value.replace("Z", "+00:00"))
    text = moment.astimezone(former.tzinfo).isoformat(timespec="seconds")
    return text.replace("+00:00", "Z") if value.endswith("Z") else text


def _request(vault_ids: Sequence[str]) -> dict[str, Any]:
    if len(vault_ids) == 1:
        return {"vault_id": vault_ids[0]}
    return {"vault_ids": list(vault_ids)}


def _fill_timer(event: Any, vault_ids: Sequence[str]) -> None:
    event["user_event"] = json.dumps(_request(vault_ids))


def _fill_queue(event: Any, vault_ids: Sequence[str]) -> None:
    event["records"][0]["messages"] = [json.dumps(_request([one])) for one in vault_ids]


def _fill_smn(event: Any, vault_ids: Sequence[str]) -> None:
    event["record"][0]["smn"]["message"] = json.dumps(_request(vault_ids))


def _fill_eventgrid(event: Any, vault_ids: Sequence[str]) -> None:
    event["data"] = _request(vault_ids)


def _fill_apig(event: Any, vault_ids: Sequence[str]) -> None:
    text = json.dumps(_request(vault_ids))
    encoded = event.get("isBase64Encoded")
    event["body"] = base64.b64encode(text.encode()).decode() if encoded else text


_FILL: dict[str, Callable[[Any, Sequence[str]], None]] = {
    "timer": _fill_timer,
    "kafka": _fill_queue,
    "rabbitmq": _fill_queue,
    "rocketmq": _fill_queue,
    "smn": _fill_smn,
    "eventgrid": _fill_eventgrid,
    "apig": _fill_apig,
}
