"""A request is let in if and only if the key signed exactly it."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import requests
from huaweicloudsdkcbr.v1 import ListVaultRequest

from local.emulator.gateway import signature
from local.emulator.sample import ACCESS_KEY, PUBLIC_VAULT, SECRET_KEY
from local.emulator.transfer import Request
from tests.local.emulator.reaching import VAULT, Reach, operation_logs, publish, sync

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def recorded(inside: Reach, monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """What the SDK really sends: a sync, lists with repeated, sorted and odd queries, a publish."""
    sent: list[Request] = []
    receive = inside.cloud.answer

    def record(request: Request) -> Any:
        sent.append(request)
        return receive(request)

    monkeypatch.setattr(inside.cloud, "answer", record)
    sync(inside.cbr())
    operation_logs(inside.cbr(), limit=10, vault_name="a b~c/ü+", start_time="2026-01-01T00:00:00Z")
    inside.cbr().list_vault(ListVaultRequest(id=[PUBLIC_VAULT, VAULT], name="-"))
    publish(inside.smn(), subject="ü", message="上海")
    return sent


def is_let_in(request: Request) -> bool:
    """What the gateway decides, less the key's lock."""
    header = request.headers.get("authorization")
    parsed = None if header is None else signature.parse_authorization(header)
    return (
        parsed is not None
        and parsed.access_key == ACCESS_KEY
        and signature.signing_time(request.headers.get("x-sdk-date", "")) is not None
        and signature.is_valid(request, parsed, SECRET_KEY)
    )


def test_what_the_sdk_signs_is_valid(recorded: list[Request]) -> None:
    """Bodies, escaped paths, sorted queries and other scripts verify."""
    assert [is_let_in(request) for request in recorded] == [True, True, True, True]


def test_no_corrupted_request_is_let_in(recorded: list[Request]) -> None:
    """Of 1,000 requests with one thing changed after signing, none passes."""
    chance = random.Random(20261123)  # noqa: S311 - repeatable on purpose
    corruptions = (body_byte, path_letter, query_added, signature_digit, signed_header, method)
    let_in = []
    for number in range(1000):
        original = recorded[number % len(recorded)]
        corruption = chance.choice(corruptions)
        corrupted = corruption(original, chance)
        assert corrupted != original, corruption.__name__
        if is_let_in(corrupted):
            let_in.append((corruption.__name__, corrupted))

    assert let_in == []


def body_byte(request: Request, chance: random.Random) -> Request:
    if not request.body:
        return replace(request, body=b"{}")
    place = chance.randrange(len(request.body))
    changed = bytes([request.body[place] ^ (1 << chance.randrange(8))])
    return replace(request, body=request.body[:place] + changed + request.body[place + 1 :])


def path_letter(request: Request, chance: random.Random) -> Request:
    path, mark, query = request.target.partition("?")
    place = chance.randrange(1, len(path))
    letter = chance.choice([c for c in "abcxyz0189" if c not in path[place].lower()])
    if path[max(0, place - 2) : place].find("%") >= 0:  # an escape's case has no meaning
        letter = "9" if path[place] != "9" else "1"
    return replace(request, target=path[:place] + letter + path[place + 1 :] + mark + query)


def query_added(request: Request, chance: random.Random) -> Request:
    mark = "&" if "?" in request.target else "?"
    return replace(request, target=f"{request.target}{mark}offset={chance.randrange(1, 99)}")


def signature_digit(request: Request, chance: random.Random) -> Request:
    header = request.headers["authorization"]
    place = len(header) - 1 - chance.randrange(64)
    digit = chance.choice([d for d in "0123456789abcdef" if d != header[place]])
    changed = header[:place] + digit + header[place + 1 :]
    return replace(request, headers={**request.headers, "authorization": changed})


def signed_header(request: Request, chance: random.Random) -> Request:
    parsed = signature.parse_authorization(request.headers["authorization"])
    assert parsed is not None
    name = chance.choice(parsed.signed_headers)
    value = request.headers[name]
    digits = [i for i, letter in enumerate(value) if letter.isdigit()]
    place = chance.choice(digits) if digits else 0
    other = "x" if not digits else str((int(value[place]) + 1) % 10)
    changed = value[:place] + other + value[place + 1 :]
    return replace(request, headers={**request.headers, name: changed})


def method(request: Request, _chance: random.Random) -> Request:
    return replace(request, method="PUT")


@pytest.mark.parametrize(
    "change",
    [
        lambda headers: headers.pop("x-sdk-date"),
        lambda headers: headers.update(authorization="Bearer token"),
        lambda headers: headers.update(
            authorization=headers["authorization"].replace("SHA256", "SM3", 1)
        ),
        lambda headers: headers.update({"x-sdk-date": "20261323T080000Z"}),
    ],
    ids=["no date", "another scheme", "another algorithm", "no such month"],
)
def test_a_request_in_another_form_is_not_let_in(
    recorded: list[Request], change: Callable[[dict[str, str]], object]
) -> None:
    """What is not SDK-HMAC-SHA256 with a date does not pass."""
    headers = dict(recorded[0].headers)
    change(headers)

    assert not is_let_in(replace(recorded[0], headers=headers))


def test_a_declared_payload_hash_must_be_the_bodys(recorded: list[Request]) -> None:
    """X-Sdk-Content-Sha256 is used as signed, but a wrong one never lets another body in."""
    from huaweicloudsdkcore.sdk_request import SdkRequest  # noqa: PLC0415 - for this test alone
    from huaweicloudsdkcore.signer.signer import Signer  # noqa: PLC0415

    original = recorded[0]

    def signed(declared: str) -> Request:
        sdk_request = SdkRequest(
            method="POST",
            schema="https",
            host=original.headers["host"],
            resource_path=original.target,
            header_params={"X-Sdk-Content-Sha256": declared},
            query_params=[],
            body=original.body.decode(),
        )
        from huaweicloudsdkcore.auth.credentials import BasicCredentials  # noqa: PLC0415

        Signer(BasicCredentials(ACCESS_KEY, SECRET_KEY, "p")).sign(sdk_request)
        headers = {name.lower(): value for name, value in sdk_request.header_params.items()}
        return replace(original, headers=headers)

    assert is_let_in(signed("UNSIGNED-PAYLOAD"))
    assert not is_let_in(signed("0" * 64))


def test_a_proxy_that_changes_the_host_breaks_the_signature(recorded: list[Request]) -> None:
    """The host is signed with its port."""
    headers = {**recorded[0].headers, "host": recorded[0].headers["host"] + ":8443"}

    assert not is_let_in(replace(recorded[0], headers=headers))


def test_an_unsigned_request_is_refused_by_the_gateway(reach: Reach) -> None:
    """Without a signature: 401 APIGW.0301, in the gateway's form, with its request id twice."""
    answer = requests.get(reach.endpoint("cbr") + "/v3/p/vaults", timeout=5)

    assert answer.status_code == 401
    assert answer.json() == {
        "error_code": "APIGW.0301",
        "error_msg": "Incorrect IAM authentication information: x-auth-token not found",
        "request_id": answer.headers["X-Request-Id"],
    }
