from __future__ import annotations

import json
import re
from typing import Any

import pytest

from local.emulator.functiongraph.runtime.instance import InstanceGoneError
from local.emulator.functiongraph.runtime.instance_process.frames import Credentials
from local.emulator.functiongraph.runtime.results import Ended
from tests.local.emulator.functiongraph.runtime.conftest import FUNCTIONS, MakeInstance


def _document(ended: Ended) -> dict[str, Any]:
    assert ended.error is None
    assert ended.body is not None
    document = json.loads(ended.body)
    assert isinstance(document, dict)
    return document


def test_a_warm_instance_keeps_its_process_and_takes_new_credentials(start: MakeInstance) -> None:
    """One process, initialised once, handles each event with that event's credentials and id."""
    instance = start("counts", initializer="index.initializer")
    first = instance.invoke("{}", Credentials("AK1", "SK1"), "request-1")
    second = instance.invoke("{}", Credentials("AK2", "SK2"), "request-2")
    one, two = _document(first), _document(second)
    assert (first.cold, second.cold) == (True, False)
    assert one["pid"] == two["pid"]
    assert (one["initializer"], two["initializer"]) == (1, 1)
    assert (one["handler"], two["handler"]) == (1, 2)
    assert (one["keys"], two["keys"]) == (["AK1", "SK1"], ["AK2", "SK2"])
    assert (one["request"], two["request"]) == ("request-1", "request-2")


def test_a_failed_event_leaves_the_instance_warm(start: MakeInstance) -> None:
    """An exception ends the event only."""
    instance = start("raises")
    assert instance.invoke("{}").cold
    assert not instance.invoke("{}").cold


def test_a_closed_instance_takes_no_event(start: MakeInstance) -> None:
    """Closing is for good, and may be done twice."""
    instance = start("returns_event")
    instance.invoke("{}")
    instance.close()
    instance.close()
    with pytest.raises(InstanceGoneError):
        instance.invoke("{}")


def test_start_and_finish_lines_are_functiongraphs(start: MakeInstance) -> None:
    """An invocation's log begins and ends with the platform's documented lines."""
    ended = start("returns_event", memory_mb=256).invoke("{}", request_id="abc")
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ Start invoke request 'abc', version: latest",
        ended.log[0],
    )
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ Finish invoke request 'abc', duration: \d+\.\d{3}ms, "
        r"billing duration: \d+ms, memory used: \d+\.\d{3}MB, billing memory: 256MB",
        ended.log[-1],
    )
    assert ended.duration_milliseconds > 0


def test_all_output_is_collected_between_them(start: MakeInstance) -> None:
    """Standard output, standard error, the logger and children end up in the log, in order."""
    lines: list[str] = []
    ended = start("prints", lines.append).invoke("{}", request_id="abc")
    assert tuple(lines) == ended.log
    printed, error, logged, child, last = ended.log[1:-1]
    assert (printed, error) == ("to standard output", "to standard error")
    assert re.fullmatch(r"\S+Z abc WARN through the logger", logged)
    assert (child, last) == ("from a child", "no newline at the end")


def test_the_next_event_has_a_log_of_its_own(start: MakeInstance) -> None:
    """What one event printed is not in the log of the next."""
    instance = start("prints")
    first = instance.invoke("{}", request_id="one")
    second = instance.invoke("{}", request_id="two")
    assert len(first.log) == len(second.log)
    assert not any("one" in line for line in second.log if "invoke request" in line)


def test_surroundings_are_those_documented(
    start: MakeInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Preset variables, odd arguments, another thread; nothing of the caller's environment."""
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", "the caller's own")
    seen = _document(
        start("shows_surroundings", project_id="p1", user_data={"REGION": "cn-north-4"}).invoke(
            "{}"
        )
    )
    environ = seen["environ"]
    assert environ["RUNTIME_CODE_ROOT"] == str(FUNCTIONS / "shows_surroundings") == seen["cwd"]
    assert environ["RUNTIME_USERDATA"] == '{"REGION": "cn-north-4"}'
    assert environ["RUNTIME_MAX_RESP_BODY_SIZE"] == "6291456"
    assert environ["RUNTIME_PROJECT_ID"] == "p1"
    assert "REGION" not in environ
    assert "HUAWEICLOUD_SDK_SK" not in environ
    assert "the caller's own" not in json.dumps(seen)
    assert seen["argv"][0].startswith("/home/snuser/runtime/python3.")
    assert seen["argv"][1:] == ["127.0.0.1:31536", environ["RUNTIME_CODE_ROOT"]]
    assert seen["main_thread"] is False


def test_context_has_the_documented_getters_and_no_others(start: MakeInstance) -> None:
    """Each getter has its documented type; those that are unusable fail; the time runs down."""
    seen = _document(
        start(
            "shows_surroundings",
            timeout_seconds=9.0,
            memory_mb=256,
            project_id="p1",
            user_data={"REGION": "cn-north-4"},
        ).invoke("{}", Credentials("AK", "SK", "token"), "abc")
    )
    remaining = seen["getters"].pop("getRemainingTimeInMilliSeconds")
    assert seen["getters"] == {
        "getAccessKey": "NotImplementedError",
        "getSecretKey": "NotImplementedError",
        "getSecurityAccessKey": "AK",
        "getSecuritySecretKey": "SK",
        "getSecurityToken": "token",
        "getToken": "",
        "getRequestID": "abc",
        "getFunctionName": "vault-sync",
        "getVersion": "latest",
        "getAlias": "",
        "getPackage": "default",
        "getProjectID": "p1",
        "getRunningTimeInSeconds": 9,
        "getMemorySize": 256,
        "getCPUNumber": 400,
    }
    assert seen["user_data"] == ["cn-north-4", None, "default"]
    assert seen["logger"] == ["debug", "error", "info", "warn"]
    first, second = seen["remaining"]
    assert 9000 >= first > second >= remaining > 0
    assert first - second >= 20


def test_no_credential_shows_in_a_representation() -> None:
    """Credentials can be printed without being told."""
    assert "secret" not in repr(Credentials("secret", "secret", "secret"))
