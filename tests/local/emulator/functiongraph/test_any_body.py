"""Whatever a request holds, FunctionGraph answers it or refuses it in its own words."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.emulator.functiongraph.routes import FUNCTIONGRAPH
from local.emulator.sample import PROJECT_ID, REGION, sample_cloud
from local.emulator.service import Call, ServiceError
from tests.local.emulator.signing import function_body

if TYPE_CHECKING:
    from local.emulator import Cloud

URN = f"urn:fss:{REGION}:{PROJECT_ID}:function:default:f"


BODY: dict[str, Any] = {
    **json.loads(function_body()),
    "user_data": '{"a": "b"}',
    "encrypted_user_data": '{"c": "d"}',
    "description": "",
    "initializer_handler": "index.initializer",
    "initializer_timeout": 3,
    "log_config": {"group_id": "g"},
    "func_vpc": {"vpc_id": "v", "subnet_id": "s"},
    "trigger_type_code": "TIMER",
    "trigger_status": "ACTIVE",
    "event_data": {"name": "t", "schedule_type": "Rate", "schedule": "3m"},
    "max_instance_num": 4,
    "max_async_retry_attempts": 1,
    "destination_config": {"on_success": {"destination": "SMN", "param": "{}"}},
    "version": "v1",
}
"""A body that every operation takes."""

ODD = st.recursive(
    st.sampled_from(
        [
            *(None, True, 0, -1, 10**30, 1e308, float("nan"), "", "x", "9" * 5000, "\ud800"),
            *(
                "TIMER",
                "KAFKA",
                "ROCKETMQ",
                "SMN",
                "DIS",
                "Cron",
                "obs",
                "inline",
                "[]",
                "{}",
                "3m",
            ),
            *("CRON_TZ=../etc 0 0 0 * * *", "@every 1h", "0 0 30 2 * *", "Node.js20.15"),
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["file", "on_success", "param", "a"]), inner, max_size=2)
    ),
    max_leaves=4,
)


def changed(body: dict[str, Any], draw: Any) -> dict[str, Any]:
    """A body in which up to three fields, at the top or one below, are something odd."""
    made = {k: dict(v) if isinstance(v, dict) else v for k, v in body.items()}
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(sorted(made)))
        if isinstance(made[name], dict) and made[name] and draw(st.booleans()):
            made[name][draw(st.sampled_from(sorted(made[name])))] = draw(ODD)
        else:
            made[name] = draw(ODD)
    return made


def respond(cloud: Cloud, operation: str, body: bytes, query: dict[str, list[str]]) -> None:
    """Carry an operation out; its answer has to be JSON."""
    (route,) = (each for each in FUNCTIONGRAPH.routes if each.operation == operation)
    triggers = [t.id for f in cloud.functiongraph().functions.values() for t in f.triggers.values()]
    parameters = {
        "project_id": PROJECT_ID,
        "function_urn": URN,
        "trigger_type_code": "TIMER",
        "trigger_id": (triggers or ["none"])[0],
    }
    call = Call(parameters, query, body, "r", cloud.clock.now(), REGION, PROJECT_ID)
    call.account, call.backend = cloud.account, cloud.functiongraph()
    json.dumps(route.respond(call).body)


@pytest.mark.parametrize("operation", [route.operation for route in FUNCTIONGRAPH.routes])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_operation_takes_or_refuses_whatever_it_is_sent(
    operation: str, data: st.DataObject
) -> None:
    """No other exception, now or when what was taken is shown."""
    cloud = sample_cloud()
    for name in ("CreateFunction", "CreateFunctionTrigger"):
        respond(cloud, name, json.dumps(BODY).encode(), {})
    body = changed(BODY, data.draw)
    body["func_name"] = data.draw(st.sampled_from(["f", "g"]))
    number = st.sampled_from(["0", "1", "400", "-1", "²", "٣", "9" * 5000, "x", ""])
    query = data.draw(st.dictionaries(st.sampled_from(["marker", "maxitems", "limit"]), number))
    with contextlib.suppress(ServiceError):
        respond(cloud, operation, json.dumps(body).encode(), {k: [v] for k, v in query.items()})
    for shown in ("ListFunctions", "ListFunctionVersions", "ListFunctionTriggers"):
        if cloud.functiongraph().functions.get(URN):
            respond(cloud, shown, b"", {})
