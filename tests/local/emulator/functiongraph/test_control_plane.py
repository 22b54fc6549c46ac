from __future__ import annotations

import base64
import hashlib
import io
import json
import uuid
import zipfile
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
from huaweicloudsdkfunctiongraph import v2 as sdk

from local.emulator.functiongraph.models import Code, Function
from local.emulator.functiongraph.parameters import read_settings
from local.emulator.functiongraph.triggers import NOT_EMULATED
from local.emulator.hosts import host_of
from local.emulator.sample import ACCESS_KEY, PROJECT_ID, REGION, SECRET_KEY, TOPIC_URN

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.local.emulator.reaching import Reach

BASE_URN = f"urn:fss:{REGION}:{PROJECT_ID}:function:default:vault-sync"
URN = f"{BASE_URN}:latest"
TIMER = {"name": "nightly", "schedule_type": "Cron", "schedule": "0 17 2 * * *"}
KAFKA = {"instance_id": "k", "topic_ids": ["t"], "batch_size": 10, "kafka_password": "secret"}


def zip_of(text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("index.py"), text)
    return buffer.getvalue()


def code(text: str = "one") -> dict[str, Any]:
    file = base64.b64encode(zip_of(text)).decode()
    return {"code_type": "zip", "code_filename": "f.zip", "func_code": {"file": file}}


def settings(**changes: Any) -> dict[str, Any]:
    return {
        "func_name": "vault-sync",
        "runtime": "Python3.12",
        "timeout": 30,
        "handler": "index.handler",
        "memory_size": 128,
        **changes,
    }


ALL_SETTINGS = read_settings(settings())


@pytest.fixture
def client(reach: Reach) -> Any:
    """The official SDK's client; in process and over HTTP."""
    return (
        sdk.FunctionGraphClient.new_builder()
        .with_credentials(BasicCredentials(ACCESS_KEY, SECRET_KEY, PROJECT_ID))
        .with_endpoint(reach.url or f"https://{host_of('functiongraph', REGION)}")
        .build()
    )


@pytest.fixture
def made(client: Any) -> Any:
    """A client of an account in which the function has been created."""
    body = {**settings(user_data='{"A": "1"}'), "package": "default", **code()}
    client.create_function(sdk.CreateFunctionRequest(body=body))
    return client


def refused(call: Callable[[], object]) -> tuple[int, str]:
    with pytest.raises(ServiceResponseException) as caught:
        call()
    return caught.value.status_code, caught.value.error_code


def show(client: Any) -> Any:
    return client.show_function_config(sdk.ShowFunctionConfigRequest(function_urn=URN))


def update(client: Any, **changes: Any) -> Any:
    request = sdk.UpdateFunctionConfigRequest(function_urn=URN, body=settings(**changes))
    return client.update_function_config(request)


def create_trigger(client: Any, kind: str, data: dict[str, Any], status: str = "ACTIVE") -> Any:
    body = {"trigger_type_code": kind, "trigger_status": status, "event_data": data}
    request = sdk.CreateFunctionTriggerRequest(function_urn=URN, body=body)
    return client.create_function_trigger(request)


def test_a_function_is_shown_as_it_was_created(made: Any) -> None:
    """The digest is the zip's SHA-512; URN, settings and CPU share follow the request."""
    found = show(made)
    assert found.func_urn == URN
    assert found.digest == hashlib.sha512(zip_of("one")).hexdigest()
    assert (found.memory_size, found.cpu, found.user_data) == (128, 300, '{"A": "1"}')
    listed = made.list_functions(sdk.ListFunctionsRequest())
    assert [function.func_urn for function in listed.functions] == [BASE_URN]


def test_a_function_that_is_not_there_is_fss_1051(client: Any) -> None:
    """404 FSS.1051 for any operation on it."""
    assert refused(lambda: show(client)) == (404, "FSS.1051")
    assert refused(lambda: update(client)) == (404, "FSS.1051")


def test_the_same_function_twice_is_fss_0409(made: Any) -> None:
    """A name is taken once in an application."""
    body = {**settings(), "package": "default", **code()}
    request = sdk.CreateFunctionRequest(body=body)
    assert refused(lambda: made.create_function(request)) == (409, "FSS.0409")


def test_unchanged_code_is_fss_0409(made: Any) -> None:
    """The same zip again is refused; another one is taken, and the digest changes."""
    same = sdk.UpdateFunctionCodeRequest(function_urn=URN, body=code())
    assert refused(lambda: made.update_function_code(same)) == (409, "FSS.0409")
    other = sdk.UpdateFunctionCodeRequest(function_urn=URN, body=code("two"))
    assert made.update_function_code(other).digest == hashlib.sha512(zip_of("two")).hexdigest()


def test_updating_the_configuration_replaces_it(made: Any) -> None:
    """What an update does not send goes back to its default."""
    update(made, description="first", xrole="agency")
    update(made, timeout=60)
    found = show(made)
    assert (found.timeout, found.description, found.xrole, found.user_data) == (60, "", "", "")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"memory_size": 200}, "FSS.1007"),
        ({"timeout": 2}, "FSS.1008"),
        ({"runtime": "Python3.99"}, "FSS.1005"),
        ({"handler": "index"}, "FSS.1003"),
        ({"func_name": "9"}, "FSS.1002"),
        ({"user_data": "no JSON"}, "FSS.1009"),
        ({"user_data": json.dumps({f"V{n}": "" for n in range(21)})}, "FSS.1017"),
        ({"user_data": json.dumps({"V": "x" * 4096})}, "FSS.1018"),
        ({"description": "x" * 513}, "FSS.1019"),
        ({"memory_size": None}, "FSS.0400"),
    ],
)
def test_a_wrong_setting_has_its_own_code(made: Any, change: dict[str, Any], expected: str) -> None:
    """Each setting out of its range is refused with the code of the error table."""
    assert refused(lambda: update(made, **change)) == (400, expected)


def test_encrypted_values_are_never_shown(made: Any) -> None:
    """The names of encrypted variables are shown, the values are not."""
    update(made, encrypted_user_data='{"KEY": "very-secret"}')
    assert show(made).encrypted_user_data == '{"KEY": "***"}'


def test_a_kafka_trigger_begins_disabled(made: Any) -> None:
    """Kafka needs VPC access; it begins DISABLED, an update enables it, its password is hidden."""
    assert refused(lambda: create_trigger(made, "KAFKA", KAFKA)) == (428, "FSS.0428")
    update(made, func_vpc={"vpc_id": "v", "subnet_id": "s"})
    trigger = create_trigger(made, "KAFKA", KAFKA)
    assert trigger.trigger_status == "DISABLED"
    request = sdk.UpdateTriggerRequest(
        function_urn=URN,
        trigger_type_code="KAFKA",
        trigger_id=trigger.trigger_id,
        body={"trigger_status": "ACTIVE"},
    )
    assert made.update_trigger(request).trigger_status == "ACTIVE"
    listed = made.list_function_triggers(sdk.ListFunctionTriggersRequest(function_urn=URN))
    assert [found.trigger_status for found in listed.body] == ["ACTIVE"]
    assert b"secret" not in listed.raw_content


def test_only_some_triggers_can_be_disabled(made: Any) -> None:
    """A timer may begin DISABLED, an SMN trigger may not."""
    assert create_trigger(made, "TIMER", TIMER, "DISABLED").trigger_status == "DISABLED"
    smn = {"topic_urn": TOPIC_URN}
    assert refused(lambda: create_trigger(made, "SMN", smn, "DISABLED")) == (400, "FSS.0400")


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("TIMER", {"name": "x", "schedule_type": "Cron"}),
        ("TIMER", {**TIMER, "schedule": "17 2"}),
        ("TIMER", {**TIMER, "schedule": "0 0 25 * * *"}),
        ("TIMER", {**TIMER, "schedule": "0 0 0 30 2 *"}),
        ("TIMER", {**TIMER, "schedule": "CRON_TZ=Mars/Olympus 0 0 0 * * *"}),
        ("TIMER", {**TIMER, "schedule": "@every never"}),
        ("TIMER", {**TIMER, "schedule_type": "Rate", "schedule": "61m"}),
        ("TIMER", {**TIMER, "user_event": "x" * 2048}),
        ("RABBITMQ", {"instance_id": "r", "exchange_name": "e", "batch_size": 1}),
        ("KAFKA", {**KAFKA, "batch_size": 1001}),
        ("ROCKETMQ", {"instance_id": "r"}),
        ("KAFKA", {**KAFKA, "topic_ids": "t"}),
        ("TIMER", {**TIMER, "schedule": 7}),
    ],
)
def test_incomplete_event_data_is_refused(made: Any, kind: str, data: dict[str, Any]) -> None:
    """400 FSS.0400 for what a kind of trigger must have, and for unknown kinds."""
    assert refused(lambda: create_trigger(made, kind, data)) == (400, "FSS.0400")


@pytest.mark.parametrize(
    "changed",
    [
        {"runtime": "Node.js20.15"},
        {"runtime": "Custom Image"},
        {"code_type": "jar"},
        {"code_type": "Custom-Image-Swr"},
    ],
    ids=str,
)
def test_what_only_the_real_service_has_is_said_to_be_not_emulated(
    client: Any, changed: dict[str, Any]
) -> None:
    """501 and not "invalid": nobody looks for a mistake in what is right in the cloud."""
    body = {**settings(), "package": "default", **code(), **changed}
    request = sdk.CreateFunctionRequest(body=body)
    assert refused(lambda: client.create_function(request)) == (501, "Local.NotEmulated")


@pytest.mark.parametrize("kind", sorted(NOT_EMULATED))
def test_a_type_of_trigger_is_emulated_or_said_not_to_be(made: Any, kind: str) -> None:
    """501 for each that FunctionGraph has besides; 400 for one that it has not."""
    assert refused(lambda: create_trigger(made, kind, TIMER)) == (501, "Local.NotEmulated")
    assert refused(lambda: create_trigger(made, f"{kind}X", TIMER)) == (400, "FSS.0400")


def test_a_trigger_of_a_function_that_is_gone(made: Any) -> None:
    """To show it is 500 FSS.0500, to delete it 401 FSS.0401: what Terraform takes for "gone"."""
    named = {
        "function_urn": URN,
        "trigger_type_code": "TIMER",
        "trigger_id": create_trigger(made, "TIMER", TIMER).trigger_id,
    }
    made.delete_function(sdk.DeleteFunctionRequest(function_urn=BASE_URN))
    show_it = sdk.ShowFunctionTriggerRequest(**named)
    delete_it = sdk.DeleteFunctionTriggerRequest(**named)
    assert refused(lambda: made.show_function_trigger(show_it)) == (500, "FSS.0500")
    assert refused(lambda: made.delete_function_trigger(delete_it)) == (401, "FSS.0401")


def test_a_function_has_its_ids_and_those_of_its_owner(made: Any, reach: Reach) -> None:
    """The listing's resource_id and domain_id; the id stays when the function changes."""
    (listed,) = made.list_functions(sdk.ListFunctionsRequest()).functions
    identifier, name = listed.resource_id.split(":")
    assert (uuid.UUID(identifier).version, name) == (4, "vault-sync")
    assert listed.domain_id == reach.cloud.account.domain_id
    assert show(made).func_id == identifier
    update(made, description="changed")
    assert show(made).func_id == identifier


def test_the_number_of_instances_is_answered_with_the_urn_alone(made: Any) -> None:
    """As the listing, and unlike every other answer, without the version."""
    body = {"max_instance_num": 3}
    request = sdk.UpdateFunctionMaxInstanceConfigRequest(function_urn=URN, body=body)
    assert made.update_function_max_instance_config(request).func_urn == BASE_URN


@pytest.mark.parametrize(
    ("maxitems", "shown"), [("0", 400), ("400", 400), ("401", 400), ("1", 1), (None, 400)]
)
def test_a_page_has_at_most_400_functions(
    client: Any, reach: Reach, maxitems: str | None, shown: int
) -> None:
    """None given, 0 and more are 400."""
    backend = reach.cloud.functiongraph()
    for number in range(402):
        urn = backend.urn_of("default", f"f{number}")
        backend.functions[urn] = Function(
            urn, f"f{number}", "default", 0.0, 0.0, Code("zip", "", "", "", 0), ALL_SETTINGS
        )
    page = client.list_functions(sdk.ListFunctionsRequest(maxitems=maxitems))
    assert (len(page.functions), page.next_marker, page.count) == (shown, shown, 402)


def test_less_than_no_function_cannot_be_asked_for(made: Any) -> None:
    """A negative number is a mistake of the caller."""
    request = sdk.ListFunctionsRequest(maxitems="-1")
    assert refused(lambda: made.list_functions(request)) == (400, "FSS.0400")


def test_inline_code_is_shown(client: Any) -> None:
    """Its bytes are in func_code.file; those of a zip are not."""
    text = base64.b64encode(b"def handler(*_): ...").decode()
    inline = {"code_type": "inline", "func_code": {"file": text}}
    for name, sent, shown in (("i", inline, text), ("z", code(), "")):
        body = {**settings(func_name=name), "package": "default", **sent}
        client.create_function(sdk.CreateFunctionRequest(body=body))
        urn = f"urn:fss:{REGION}:{PROJECT_ID}:function:default:{name}"
        answer = client.show_function_code(sdk.ShowFunctionCodeRequest(function_urn=urn))
        assert answer.func_code.file == shown


def publish(client: Any, version: str) -> Any:
    request = sdk.CreateFunctionVersionRequest(function_urn=URN, body={"version": version})
    return client.create_function_version(request)


def test_a_version_stays_as_it_was_published(made: Any) -> None:
    """Code and settings of that moment, under a URN of its own; the newest is listed first."""
    update(made, timeout=60)
    assert publish(made, "v1").func_urn == f"{BASE_URN}:v1"
    update(made, timeout=90)
    made.update_function_code(sdk.UpdateFunctionCodeRequest(function_urn=URN, body=code("two")))
    publish(made, "v2")
    shown = made.show_function_config(sdk.ShowFunctionConfigRequest(function_urn=f"{BASE_URN}:v1"))
    assert (shown.timeout, shown.digest) == (60, hashlib.sha512(zip_of("one")).hexdigest())
    answer = made.list_function_versions(sdk.ListFunctionVersionsRequest(function_urn=BASE_URN))
    assert [(each.version, each.timeout) for each in answer.versions] == [
        ("latest", 90),
        ("v2", 90),
        ("v1", 60),
    ]
    second = sdk.ListFunctionVersionsRequest(function_urn=BASE_URN, marker="1", maxitems="1")
    page = made.list_function_versions(second)
    assert ([one.version for one in page.versions], page.next_marker, page.count) == (["v2"], 2, 3)
    held = made.show_function_code(sdk.ShowFunctionCodeRequest(function_urn=f"{BASE_URN}:v1"))
    assert base64.b64decode(held.func_code.file) == zip_of("one")


def test_an_unknown_version_is_fss_1052(made: Any) -> None:
    """Whatever is asked of it; what cannot change is refused otherwise."""
    publish(made, "v1")
    for version, expected in (("v2", (404, "FSS.1052")), ("v1", (400, "FSS.0400"))):
        request = sdk.UpdateFunctionConfigRequest(f"{BASE_URN}:{version}", body=settings())
        assert refused(partial(made.update_function_config, request)) == expected
    unknown = f"{BASE_URN}:v2"
    for ask, kind in (
        (made.show_function_config, sdk.ShowFunctionConfigRequest),
        (made.show_function_code, sdk.ShowFunctionCodeRequest),
        (made.delete_function, sdk.DeleteFunctionRequest),
    ):
        request = kind(function_urn=unknown)
        assert refused(partial(ask, request)) == (404, "FSS.1052")


def test_a_function_has_no_aliases(made: Any) -> None:
    """An empty array; of a function that is gone FSS.1051."""
    request = sdk.ListVersionAliasesRequest(function_urn=BASE_URN)
    assert made.list_version_aliases(request).raw_content == b"[]"
    request.function_urn = f"{BASE_URN}-none"
    assert refused(lambda: made.list_version_aliases(request)) == (404, "FSS.1051")


def test_a_trigger_goes_once(made: Any) -> None:
    """Deleting a trigger answers 204, deleting it again 404."""
    trigger = create_trigger(made, "TIMER", TIMER)
    request = sdk.DeleteFunctionTriggerRequest(
        function_urn=URN, trigger_type_code="TIMER", trigger_id=trigger.trigger_id
    )
    assert made.delete_function_trigger(request).status_code == 204
    assert refused(lambda: made.delete_function_trigger(request)) == (404, "FSS.0404")


def test_the_async_policy_is_kept_and_checked(made: Any) -> None:
    """None at first (404); what is set is shown; retries above 3 are refused."""
    shown = sdk.ShowFunctionAsyncInvokeConfigRequest(function_urn=URN)
    assert refused(lambda: made.show_function_async_invoke_config(shown))[0] == 404
    destination = {"destination": "SMN", "param": json.dumps({"topic_urn": TOPIC_URN})}
    body = {
        "max_async_retry_attempts": 2,
        "max_async_event_age_in_seconds": 600,
        "destination_config": {"on_failure": destination},
    }
    request = sdk.UpdateFunctionAsyncInvokeConfigRequest(function_urn=URN, body=body)
    made.update_function_async_invoke_config(request)
    found = made.show_function_async_invoke_config(shown)
    assert found.max_async_retry_attempts == 2
    assert found.destination_config.on_failure.destination == "SMN"
    request.body = {**body, "max_async_retry_attempts": 4}
    assert refused(lambda: made.update_function_async_invoke_config(request)) == (400, "FSS.0400")


def test_a_function_is_deleted_by_the_urn_without_version(made: Any) -> None:
    """``:latest`` in the URN is refused; without it the function and its triggers go."""
    create_trigger(made, "TIMER", TIMER)
    with_version = sdk.DeleteFunctionRequest(function_urn=URN)
    assert refused(lambda: made.delete_function(with_version)) == (400, "FSS.0400")
    made.delete_function(sdk.DeleteFunctionRequest(function_urn=BASE_URN))
    assert refused(lambda: show(made)) == (404, "FSS.1051")
