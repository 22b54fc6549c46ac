"""Deployed functions and their invocations, as the admin path tells of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.console.access import ConsoleError
from local.console.invocations import MAX_KEPT, MAX_LOG_CHARACTERS, read_result, within
from local.emulator.admin.routes import PREFIX, answer_admin
from local.emulator.apig.exchange import PREFIX as API_PREFIX
from local.emulator.transfer import Request

if TYPE_CHECKING:
    from local.emulator.cloud import Cloud

_STATES = {
    "WAIT": "waiting",
    "RUNNING": "running",
    "SUCCESS": "returned",
    "FAIL": "raised",
    "DISCARD": "discarded",
}


def deployed_functions(cloud: Cloud) -> list[dict[str, object]]:
    """Show what is deployed, and how its API is called: nothing where the cloud runs none."""
    return [
        {
            "name": function["name"],
            "urn": function["function_urn"],
            "api": _api(cloud, function["triggers"]),
        }
        for function in _ask(cloud, "GET", "/functions").get("functions", ())
    ]


def _api(cloud: Cloud, triggers: list[dict[str, Any]]) -> dict[str, object] | None:
    """Return path and headers of the first API that takes a POST; None where there is none.

    One with IAM authentication is none here: the page has no key to sign with.
    """
    for trigger in triggers:
        data = trigger["event_data"]
        if trigger["trigger_type_code"] != "APIG" or data["req_method"] not in {"ANY", "POST"}:
            continue
        openings: dict[str, list[dict[str, str]]] = {
            "NONE": [{}],
            "APP": [{"X-Apig-AppCode": code} for code in sorted(cloud.account.app_codes)],
        }
        for headers in openings.get(data["auth"], []):
            return {"path": f"{API_PREFIX}{data['path']}", "headers": headers}
    return None


def deployed_invocations(cloud: Cloud) -> tuple[list[dict[str, object]], int]:
    """Return the newest invocations of deployed functions in the page's form, and their number."""
    answer = _ask(cloud, "GET", f"/invocations?limit={MAX_KEPT}")
    return [_shown(record) for record in answer.get("invocations", ())], answer.get("total", 0)


def invoke_deployed(cloud: Cloud, function: str, event: str) -> str:
    """Let a deployed function be run by hand, and return the id the page has for it.

    Raises:
        ConsoleError: There is no such function, or it takes no more.
    """
    order = {"function": function, "event": json.loads(event)}
    answer = _ask(cloud, "POST", "/invocations", json.dumps(order).encode())
    if "request_id" not in answer:
        raise ConsoleError(400, str(answer.get("error", "the function cannot be run")))
    return _identifier(answer["request_id"], 1)


def _ask(cloud: Cloud, method: str, path: str, body: bytes = b"") -> dict[str, Any]:
    answer = answer_admin(cloud, Request(method, PREFIX + path, {}, body))
    document: dict[str, Any] = json.loads(answer.body)
    return document


def _identifier(request_id: str, attempt: int) -> str:
    return f"request-{request_id}-{attempt}"


def _shown(record: dict[str, Any]) -> dict[str, object]:
    trigger = record["trigger"]
    by_hand = trigger["type"] == "CONSOLE"
    attempt = f", attempt {record['attempt']}" if record["attempt"] > 1 else ""
    fired_by = "by hand" if by_hand else f"{trigger['type']} {trigger['name']}".strip()
    return {
        "id": _identifier(record["request_id"], record["attempt"]),
        "name": f"{fired_by}{attempt}",
        "is_tick": trigger["type"] == "TIMER",
        "function": record["function_urn"].split(":function:")[-1],
        "state": _STATES.get(record["status"], record["status"].lower()),
        "asked_at": record["accepted_at"],
        "ended_at": record["ended_at"],
        "log": within(MAX_LOG_CHARACTERS, record["log"]),
        "problem": None,
        "request_id": record["request_id"],
        "cold": record["cold"],
        "duration_milliseconds": record["duration_milliseconds"],
        "memory_mb": record["memory_mb"],
        "error": record["error"],
        "result": read_result(record["result"]),
    }
