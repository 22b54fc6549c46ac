"""Every operation the official SDK knows is carried out, or refused by name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from huaweicloudsdkcore.exceptions.exceptions import (
    ClientRequestException,
    ServerResponseException,
    ServiceResponseException,
)

from local.emulator import Cloud, coverage
from local.emulator.admin.routes import answer_admin
from local.emulator.gateway.errors import refusal_answer
from local.emulator.operations import KNOWN, KnownOperation, not_emulated
from local.emulator.sample import PROJECT_ID, populate
from local.emulator.services import SERVICES
from local.emulator.transfer import Request
from tests.local.emulator.official_sdk import CLIENTS, operations, request_of
from tests.local.emulator.reaching import TRANSPORTS, VAULT, Reach, reached

METHODS = {(known.service, known.name): method for method, known in operations()}
EMULATED = {(service.name, route.operation) for service in SERVICES for route in service.routes}
HOSTS = {service.name: service.host for service in SERVICES}
URN = f"urn:fss:cn-north-4:{PROJECT_ID}:function:default:none:latest"
VALUES = {
    "vault_id": VAULT,
    "function_urn": URN,
    "func_urn": URN,
    "topic_urn": f"urn:smn:cn-north-4:{PROJECT_ID}:none",
}


@pytest.fixture(scope="module", params=TRANSPORTS)
def way(request: pytest.FixtureRequest) -> Iterator[Reach]:
    """One cloud for all operations: most of them change nothing."""
    with reached(Cloud(populate=populate), request.param) as reach:
        yield reach


@pytest.fixture(scope="module")
def clients(way: Reach) -> dict[str, Any]:
    return {name: way._client(kind, HOSTS[name], None) for name, (_, kind) in CLIENTS.items()}


def ask(clients: dict[str, Any], known: KnownOperation) -> ServiceResponseException | None:
    """Send the request of an operation with the parameters of its path alone, and no body."""
    method = METHODS[known.service, known.name]
    names = re.findall(r"\{(\w+)\}", known.path)
    values = {name: VALUES.get(name, "none") for name in names}
    if known.service == "FunctionGraph":
        values["resource_type"] = "functions"
    try:
        getattr(clients[known.service], method)(request_of(known.service, method, values))
    except (ClientRequestException, ServerResponseException) as refusal:
        return refusal
    return None


def test_the_list_of_known_operations_is_that_of_the_sdk() -> None:
    """`python -m tests.local.emulator.official_sdk` writes it anew."""
    assert list(KNOWN) == [known for _, known in operations()]


@pytest.mark.filterwarnings("ignore:Method .* is deprecated:DeprecationWarning")
@pytest.mark.parametrize("known", KNOWN, ids=lambda known: f"{known.service} {known.name}")
def test_an_operation_is_carried_out_or_refused_by_its_name(
    way: Reach, clients: dict[str, Any], known: KnownOperation
) -> None:
    """501 `Local.NotEmulated`, where the list is; or whatever the service says, and itself."""
    refusal = ask(clients, known)

    assert way.cloud.journal.entries[-1].operation == known.name
    assert way.cloud.journal.entries[-1].service == known.service
    if (known.service, known.name) in EMULATED:
        assert refusal is None or refusal.error_code.split(".")[0] in (
            "BackupService",
            "SMN",
            "FSS",
        )
        return
    assert refusal is not None
    assert (refusal.status_code, refusal.error_code) == (501, "Local.NotEmulated")
    assert refusal.error_msg.startswith(f"{known.name} is not emulated.")
    assert "docs/emulated-operations.md" in refusal.error_msg


def test_the_page_of_emulated_operations_is_made_from_the_code() -> None:
    """`python -m local.emulator.coverage > docs/emulated-operations.md` writes it anew."""
    page = Path(__file__).parents[3] / "docs" / "emulated-operations.md"

    assert page.read_text() == coverage.page() + "\n"


def test_the_admin_path_has_the_same_list(way: Reach) -> None:
    """`GET /_local/operations`, with whether each is emulated."""
    answer = answer_admin(way.cloud, Request("GET", "/_local/operations", {}))

    listed = json.loads(answer.body)["operations"]
    assert [(o["service"], o["name"], o["method"], o["path"]) for o in listed] == list(KNOWN)
    emulated = {(o["service"], o["name"]) for o in listed if o["emulated"]}
    assert emulated == EMULATED & {(service, name) for service, name, _, _ in KNOWN}


def test_every_service_words_it_alike() -> None:
    """With `error_code` and `error_msg`, which clients read that look for nothing else."""
    for service in SERVICES:
        answer = refusal_answer(not_emulated("ListAgent").refusal, service, "r")
        assert json.loads(answer.body)["error_code"] == "Local.NotEmulated"
        assert json.loads(answer.body)["error_msg"].startswith("ListAgent is not emulated.")
