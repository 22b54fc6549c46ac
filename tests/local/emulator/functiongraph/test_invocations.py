from __future__ import annotations

import base64
import json
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
from huaweicloudsdkfunctiongraph import v2 as sdk

from local.emulator.functiongraph.engine import interpreters
from local.emulator.sample import PROJECT_ID, REGION
from tests.local.emulator.functiongraph.conftest import zipped

if TYPE_CHECKING:
    from tests.local.emulator.functiongraph.conftest import Account

ECHO = """
    import os
    COUNT = 0
    def handler(event, context):
        global COUNT
        COUNT += 1
        print("event", event)
        if event.get("fail"):
            raise ValueError(event["fail"])
        return {"count": COUNT, "process": os.getpid()}
"""


def test_a_synchronous_invocation_answers_as_documented(account: Account) -> None:
    """Result, log, status and request id in a v1 body; summary and error code in the headers."""
    urn = account.deploy(ECHO)
    answer = account.invoke(urn, {"a": "b"})
    assert (answer.status, json.loads(answer.result)["count"]) == (200, 1)
    assert answer.request_id == answer.x_cff_request_id
    first, printed, last = answer.log.splitlines()
    assert f"Start invoke request '{answer.request_id}', version: latest" in first
    assert printed == "event {'a': 'b'}"
    assert f"Finish invoke request '{answer.request_id}', duration: " in last
    (entry,) = account.cloud.journal.calls("InvokeFunction")
    assert (entry.status, entry.applied) == (200, True)


def test_a_text_body_is_the_result_itself(account: Account) -> None:
    """Without v1 the body is what the function returned; the log comes in a header, in base64."""
    urn = account.deploy("def handler(event, context):\n    print('x' * 3000)\n    return 'plain'")
    seen: list[Any] = []
    account.client._http_client._session.hooks["response"].append(  # the SDK keeps no headers
        lambda answer, **_: seen.append(answer)
    )
    account.invoke(urn, {}, x_cff_request_version="v0")
    (answer,) = seen
    assert answer.text == "plain"
    assert len(base64.b64decode(answer.headers["X-Cff-Function-Log"])) == 2000
    summary = json.loads(answer.headers["X-Cff-Invoke-Summary"])
    assert summary["memorySize"] == 128
    assert summary["billingDuration"] >= summary["duration"]
    assert (answer.headers["X-Func-Err-Code"], answer.headers["X-Is-Func-Err"]) == ("0", "false")


def test_a_failed_function_is_an_answer_with_status_200(account: Account) -> None:
    """An exception becomes errorMessage, errorType and stackTrace, marked as the function's."""
    answer = account.invoke(account.deploy(ECHO), {"fail": "no luck"})
    error = json.loads(answer.result)
    assert answer.status == 500
    assert error["errorMessage"] == "function invocation exception, error: no luck"
    assert error["errorType"] == "ValueError"
    assert "index.py" in error["stackTrace"][0]


def test_an_instance_is_warm_for_a_minute_and_then_ended(account: Account) -> None:
    """The same process handles the next event; after a minute of the cloud's time another one."""
    urn = account.deploy(ECHO)
    first, second = account.result(urn, {}), account.result(urn, {})
    assert (second["process"], second["count"]) == (first["process"], 2)
    account.go_on(59)
    assert account.result(urn, {})["count"] == 3
    account.go_on(61)
    assert account.result(urn, {})["process"] != first["process"]
    assert [record.cold for record in account.engine.records] == [True, False, False, True]


def test_an_instance_handles_one_event_at_a_time(account: Account) -> None:
    """Two events at once are handled by two processes."""
    urn = account.deploy(
        """
        import os, time
        def handler(event, context):
            time.sleep(0.3)
            return os.getpid()
        """
    )
    processes: set[int] = set()
    threads = [
        threading.Thread(target=lambda: processes.add(account.result(urn, {}))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(processes) == 2


def test_new_code_ends_the_old_instances(account: Account) -> None:
    """After an update of the code no event is handled by the former one."""
    urn = account.deploy("def handler(event, context):\n    return 'old'")
    assert account.invoke(urn, {}).result == "old"
    new = zipped({"index.py": "def handler(event, context):\n    return 'new'"})
    body = {"code_type": "zip", "code_filename": "f.zip", "func_code": {"file": new}}
    account.client.update_function_code(sdk.UpdateFunctionCodeRequest(function_urn=urn, body=body))
    assert account.invoke(urn, {}).result == "new"


def test_a_function_ends_at_its_timeout(account: Account) -> None:
    """What runs longer than the configured seconds is stopped."""
    urn = account.deploy("import time\ndef handler(event, context):\n    time.sleep(30)")
    (function,) = account.engine.functions().values()
    function.settings["timeout"] = 0.2  # the API takes no less than 3
    assert json.loads(account.invoke(urn, {}).result)["errorType"] == "Timeout"


def test_no_free_instance_is_fss_0429(account: Account) -> None:
    """A function with no instances allowed is throttled; an asynchronous request waits."""
    urn = account.deploy(ECHO)
    body = {"max_instance_num": 0}
    request = sdk.UpdateFunctionMaxInstanceConfigRequest(function_urn=urn, body=body)
    account.client.update_function_max_instance_config(request)
    with pytest.raises(ServiceResponseException) as caught:
        account.invoke(urn, {})
    assert (caught.value.status_code, caught.value.error_code) == (429, "FSS.0429")
    account.submit(urn, {})
    assert account.go_on(5) == []
    request.body = {"max_instance_num": 1}
    account.client.update_function_max_instance_config(request)
    assert [record.status for record in account.go_on(5)] == ["SUCCESS"]


def test_a_function_has_the_keys_of_its_agency_and_no_more(account: Account) -> None:
    """Its temporary keys are valid here, the same for ten minutes, and bound by the policies."""
    statement = {"Effect": "Allow", "Action": ["cbr:vaults:list"]}
    account.cloud.add_agency("narrow", {"Version": "1.1", "Statement": [statement]})
    urn = account.deploy(
        "def handler(event, context):\n    return context.getSecurityAccessKey()", xrole="narrow"
    )
    first = account.invoke(urn, {}).result
    credential = account.cloud.account.credentials[first]
    assert credential.may("cbr:vaults:list")
    assert not credential.may("cbr:vaults:sync")
    account.go_on(599)
    assert account.invoke(urn, {}).result == first
    account.go_on(2)
    assert account.invoke(urn, {}).result != first
    account.go_on(24 * 3600)
    account.invoke(urn, {})
    assert first not in account.cloud.account.credentials


def test_a_function_whose_agency_does_not_exist_has_no_keys(account: Account) -> None:
    """The getters give empty texts, as for a function without an agency."""
    urn = account.deploy(
        "def handler(event, context):\n    return [context.getSecurityAccessKey()]", xrole="gone"
    )
    assert account.result(urn, {}) == [""]


def test_the_sdks_host_names_lead_to_the_local_cloud(account: Account) -> None:
    """A function without endpoint settings reaches the cloud it runs in."""
    urn = account.deploy("import os\ndef handler(event, context):\n    return dict(os.environ)")
    environment = account.result(urn, {})
    region = REGION.upper().replace("-", "_")
    assert environment[f"HUAWEICLOUD_SDK_REGION_CBR_{region}"] == account.served.url
    assert environment["RUNTIME_PROJECT_ID"] == PROJECT_ID


def test_the_code_is_read_only_and_alone(account: Account) -> None:
    """A function sees its package and the standard library; its folder is for reading."""
    urn = account.deploy(
        """
        import os, stat
        def handler(event, context):
            folder = os.environ["RUNTIME_CODE_ROOT"]
            try:
                import pydantic
            except ImportError:
                return [stat.S_IMODE(os.stat(folder).st_mode), os.listdir(folder)]
        """
    )
    assert account.result(urn, {}) == [0o555, ["index.py"]]


def test_a_published_version_runs_as_it_was(account: Account) -> None:
    """By its URN its own code runs, also after the function has changed; deleted, it is gone."""
    urn = account.deploy("def handler(event, context):\n    return context.getVersion() + ' one'")
    base = urn.removesuffix(":latest")
    request = sdk.CreateFunctionVersionRequest(function_urn=urn, body={"version": "v1"})
    account.client.create_function_version(request)
    changed = {"index.py": "def handler(event, context):\n    return context.getVersion() + ' two'"}
    body = {"code_type": "zip", "code_filename": "f.zip", "func_code": {"file": zipped(changed)}}
    account.client.update_function_code(sdk.UpdateFunctionCodeRequest(urn, body=body))
    assert account.invoke(f"{base}:v1", {}).result == "v1 one"
    assert account.invoke(base, {}).result == "latest two"
    account.submit(f"{base}:v1", {})
    (record,) = account.attend()
    assert (record.function_urn, record.result) == (f"{base}:v1", "v1 one")
    account.client.delete_function(sdk.DeleteFunctionRequest(function_urn=f"{base}:v1"))
    with pytest.raises(ServiceResponseException) as gone:
        account.invoke(f"{base}:v1", {})
    assert gone.value.error_code == "FSS.1052"


def test_a_function_with_dependencies_says_that_they_are_not_there(account: Account) -> None:
    """Their ids are kept, as the deploy command compares them; the function cannot run."""
    urn = account.deploy(ECHO, depend_version_list=["some-id"])
    error = json.loads(account.invoke(urn, {}).result)
    assert error == {
        "errorMessage": "dependencies are not emulated: put them into the zip",
        "errorType": "CodeError",
        "stackTrace": [],
    }


def test_another_python_is_used_and_said_so(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an interpreter of the runtime's version the running one is used, and the log says."""
    monkeypatch.setattr(interpreters, "candidates", lambda _: ())
    interpreters.interpreter_for.cache_clear()
    try:
        urn = account.deploy("import sys\ndef handler(event, context):\n    return sys.version")
        answer = account.invoke(urn, {})
    finally:
        interpreters.interpreter_for.cache_clear()
    assert json.loads(f'"{answer.result}"').startswith(sys.version.split()[0])
    assert "no interpreter for Python3.12 was found" in answer.log


def test_the_functions_clock_is_the_clouds(account: Account) -> None:
    """`time.time()` in an instance is the cloud's time, however far that was moved on."""
    urn = account.deploy("import time\ndef handler(event, context):\n    return time.time()")
    account.go_on(7 * 24 * 3600)
    assert abs(account.result(urn, {}) - account.clock.now()) < 2


def test_a_body_that_is_no_json_is_refused(account: Account) -> None:
    """FunctionGraph takes JSON events only; an asynchronous one has 256 KB at most."""
    urn = account.deploy(ECHO)
    with pytest.raises(ServiceResponseException) as caught:
        account.invoke(urn, "{")
    assert caught.value.error_code == "FSS.0406"
    with pytest.raises(ServiceResponseException) as caught:
        account.submit(urn, {"text": "x" * 256 * 1024})
    assert (caught.value.status_code, caught.value.error_code) == (413, "FSS.1201")
