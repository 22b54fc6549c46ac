"""Who is let in, and in which words the others are refused."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import requests
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from local.emulator import Cloud
from local.emulator.cloud import DEFAULT_PROJECT_ID
from local.emulator.gateway.routing import RouteTable
from local.emulator.iam.routes import IAM
from local.emulator.sample import ACCESS_KEY, HYBRID_VAULTS, PROJECT_ID, SECRET_KEY, populate
from local.emulator.service import Route, Service
from tests.local.emulator.reaching import (
    VAULT,
    Reach,
    StillClock,
    operation_logs,
    publish,
    reached,
    sample_credentials,
    sync,
)

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN = "a-marked-security-token"


def refusal(call: Callable[[], object]) -> tuple[int, str, str]:
    """What the SDK reports of a refused call."""
    with pytest.raises(ClientRequestException) as caught:
        call()
    assert caught.value.request_id
    return caught.value.status_code, caught.value.error_code, caught.value.error_msg


def test_a_wrong_secret_key_is_refused(reach: Reach) -> None:
    """401 APIGW.0301, the signature does not verify."""
    client = reach.cbr(sample_credentials("another"))

    assert refusal(lambda: sync(client)) == (
        401,
        "APIGW.0301",
        "Incorrect IAM authentication information: verify aksk signature fail",
    )
    assert reach.cloud.cbr().tasks() == []


def test_an_unknown_or_revoked_key_is_refused(reach: Reach) -> None:
    """401 APIGW.0301, the access key does not exist; the text does not repeat it."""
    reach.cloud.revoke(ACCESS_KEY)

    status, code, text = refusal(lambda: sync(reach.cbr()))

    assert (status, code) == (401, "APIGW.0301")
    assert text.endswith("err:ak not exist")
    assert ACCESS_KEY not in text


def test_an_expired_key_is_refused(reach: Reach) -> None:
    """401 APIGW.0301, the token has expired."""
    reach.cloud.expire(ACCESS_KEY)

    assert refusal(lambda: sync(reach.cbr()))[2].endswith("token expires")


@pytest.mark.parametrize(
    ("sent", "ending"),
    [(None, "x-security-token not found"), ("another", "verify security token fail")],
)
def test_a_temporary_key_needs_its_token(reach: Reach, sent: str | None, ending: str) -> None:
    """Without the token, or with another one: 401."""
    reach.cloud.add_credentials("TEMPORARY", "secret", TOKEN)
    credentials = BasicCredentials("TEMPORARY", "secret", PROJECT_ID)
    if sent is not None:
        credentials = credentials.with_security_token(sent)

    status, _, text = refusal(lambda: sync(reach.cbr(credentials)))

    assert (status, text.endswith(ending)) == (401, True)


def test_a_temporary_key_with_its_token_is_let_in_beside_others(reach: Reach) -> None:
    """Several keys are valid side by side; the journal tells them apart."""
    reach.cloud.add_credentials("TEMPORARY", "secret", TOKEN)
    temporary = BasicCredentials("TEMPORARY", "secret", PROJECT_ID).with_security_token(TOKEN)

    operation_logs(reach.cbr(temporary))
    operation_logs(reach.cbr())

    assert [entry.access_key for entry in reach.cloud.journal] == ["TEMPORARY", ACCESS_KEY]


@pytest.mark.parametrize(
    ("skew", "let_in"), [(899, True), (-899, True), (960, False), (-960, False)]
)
def test_a_signature_is_valid_for_fifteen_minutes(skew: float, let_in: bool) -> None:
    """X-Sdk-Date may be 15 minutes off the gateway's clock, either way."""
    import time  # noqa: PLC0415 - the SDK signs with the real time

    cloud = Cloud(populate=populate, signing_clock=StillClock(time.time() + skew))
    with reached(cloud, "in process") as reach:
        if let_in:
            operation_logs(reach.cbr())
        else:
            assert refusal(lambda: operation_logs(reach.cbr()))[:2] == (401, "APIGW.0301")
    assert [entry.applied for entry in cloud.journal] == [let_in]


def test_more_than_five_bad_signatures_lock_the_key(inside: Reach, clock: StillClock) -> None:
    """The sixth locks it for five minutes, for good signatures too."""
    bad, good = inside.cbr(sample_credentials("another")), inside.cbr()
    for _ in range(6):
        assert refusal(lambda: sync(bad))[2].endswith("verify aksk signature fail")

    assert refusal(lambda: sync(good))[2] == (
        "Incorrect IAM authentication information: AK access failed to reach the limit,forbidden"
    )
    clock.time += 299
    assert refusal(lambda: sync(good))[1] == "APIGW.0301"
    clock.time += 1
    assert sync(good).vault_id == VAULT


def test_a_good_signature_ends_the_count(inside: Reach) -> None:
    """Only consecutive failures lock a key."""
    bad, good = inside.cbr(sample_credentials("another")), inside.cbr()
    for _ in range(3):
        for _ in range(5):
            refusal(lambda: sync(bad))
        operation_logs(good)


def test_a_project_out_of_reach_is_refused(reach: Reach) -> None:
    """403 for a project that is unknown, or not the key's."""
    reach.cloud.add_project("1" * 32, "cn-north-4", "cn-north-4_other")
    reach.cloud.add_credentials("NARROW", "secret", projects=[PROJECT_ID])

    for key, secret, project in (
        ("NARROW", "secret", "1" * 32),
        (ACCESS_KEY, SECRET_KEY, "2" * 32),
    ):
        list_them = partial(operation_logs, reach.cbr(BasicCredentials(key, secret, project)))
        assert refusal(list_them)[:2] == (403, "APIGW.0310")


def test_projects_hold_state_of_their_own(reach: Reach) -> None:
    """A vault of one project does not exist in another."""
    reach.cloud.add_project("1" * 32, "cn-north-4", "cn-north-4_other")
    other = reach.cbr(BasicCredentials(ACCESS_KEY, SECRET_KEY, "1" * 32))

    assert refusal(lambda: sync(other))[:2] == (404, "BackupService.6105")


def test_in_process_a_project_is_reached_in_its_own_region_alone(cloud: Cloud) -> None:
    """The host name tells the region, and a project belongs to one."""
    from huaweicloudsdkcbr.v1 import CbrClient  # noqa: PLC0415 - for this test alone

    with reached(cloud, "in process") as reach:
        client = (
            CbrClient.new_builder()
            .with_credentials(sample_credentials())
            .with_endpoint("https://cbr.cn-east-3.myhuaweicloud.com")
            .build()
        )
        reach.closing.callback(client.close)

        assert refusal(lambda: operation_logs(client))[:2] == (403, "APIGW.0802")


def test_permissions_are_asked_for_each_action(reach: Reach) -> None:
    """403 in the service's own form, naming the action that is missing."""
    reach.cloud.add_credentials("READER", "secret", actions=["cbr:tasks:*"])
    credentials = BasicCredentials("READER", "secret", PROJECT_ID)

    assert operation_logs(reach.cbr(credentials)).count == 0
    status, code, text = refusal(lambda: sync(reach.cbr(credentials)))
    assert (status, text) == (403, "Policy doesn't allow cbr:vaults:sync to be performed")
    assert code.startswith("BackupService.")
    status, code, text = refusal(lambda: publish(reach.smn(credentials), message="x"))
    assert (status, code) == (403, "SMN.00308")
    assert "smn:topic:publish" in text


def test_permissions_can_be_a_predicate(inside: Reach) -> None:
    """A test may decide each action as it goes."""
    asked: list[str] = []

    def allow(action: str) -> bool:
        asked.append(action)
        return True

    inside.cloud.add_credentials("ASKED", "secret", actions=allow)
    sync(inside.cbr(BasicCredentials("ASKED", "secret", PROJECT_ID)))

    assert asked == ["cbr:vaults:sync"]


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("GET", "/v3/p/nothing"),
        ("DELETE", "/v3/p/checkpoints/sync"),
        ("GET", "/v3"),
        ("GET", "/v3//vaults"),
    ],
)
def test_a_request_that_fits_no_route_can_be_asserted_on(
    reach: Reach, verb: str, path: str
) -> None:
    """404 APIGW.0101, and the journal has it apart."""
    answer = requests.request(verb, reach.endpoint("cbr") + path, timeout=5)

    assert (answer.status_code, answer.json()["error_code"]) == (404, "APIGW.0101")
    assert [(e.method, e.path) for e in reach.cloud.journal.unmatched()] == [(verb, path)]
    assert reach.cloud.journal.calls() == []


def test_in_process_a_host_serves_its_own_service_alone(inside: Reach) -> None:
    """A CBR path on SMN's host is no route."""
    url = inside.endpoint("smn") + f"/v3/{PROJECT_ID}/vaults"

    assert requests.get(url, timeout=5).status_code == 404


def test_a_body_over_the_gateways_limit_is_refused(reach: Reach) -> None:
    """413 APIGW.0201 for more than 12 MB."""
    url = reach.endpoint("cbr") + f"/v3/{PROJECT_ID}/checkpoints/sync"

    answer = requests.post(url, data=b" " * (12 * 1024 * 1024 + 1), timeout=30)

    assert (answer.status_code, answer.json()["error_code"]) == (413, "APIGW.0201")
    assert [entry.request_id for entry in reach.cloud.journal] == [answer.headers["X-Request-Id"]]


def test_routes_that_cannot_be_told_apart_are_refused() -> None:
    """A service that clashes with another is an error at once, not a wrong answer later."""

    def clashing(operation: str) -> Service:
        route = Route(operation, "GET", "/v9/{project_id}/things/{name}", None, _never)
        return Service("X", "x", (route,), IAM.new_backend, IAM.render_error, IAM.denial)

    with pytest.raises(ValueError, match="Second and First cannot be told apart"):
        RouteTable([clashing("First"), clashing("Second")])


def _never(call: Any) -> Any:
    raise AssertionError(call)


def test_a_fixed_path_wins_over_a_parameter() -> None:
    """`/things/all` is the operation of that name although `/things/{name}` fits too."""
    routes = (
        Route("ShowThing", "GET", "/v9/{project_id}/things/{name}", None, _never),
        Route("ListAll", "GET", "/v9/{project_id}/things/all", None, _never),
    )
    table = RouteTable([Service("X", "x", routes, IAM.new_backend, IAM.render_error, IAM.denial)])

    found = table.find("GET", "/v9/p/things/all", None)

    assert found is not None
    assert found[1].operation == "ListAll"


def test_reset_goes_back_to_the_beginning(inside: Reach) -> None:
    """The sample account is as new, with the same ids again."""
    first = sync(inside.cbr()).operation_log_id
    inside.cloud.cbr().add_vault("another")
    inside.cloud.revoke(ACCESS_KEY)
    inside.cloud.faults.limit(rate=1, burst=1)

    inside.cloud.reset()

    assert set(HYBRID_VAULTS) < set(inside.cloud.cbr().vaults)
    assert len(inside.cloud.cbr().vaults) == 5
    assert (len(inside.cloud.journal), inside.cloud.faults.rules) == (0, ())
    assert inside.cloud.project_id == DEFAULT_PROJECT_ID
    assert sync(inside.cbr()).operation_log_id == first
