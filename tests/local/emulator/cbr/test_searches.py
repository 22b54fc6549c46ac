"""Filters, paging and limits of CBR's lists."""

from __future__ import annotations

import itertools
from datetime import datetime, timezone
from typing import Any

import pytest
from huaweicloudsdkcbr.v1 import (
    ListVaultRequest,
    ShowVaultResourceInstancesRequest,
    TagsReq,
    VaultResourceInstancesReq,
)
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException, ServerResponseException

from local.emulator import AfterSeconds, Course, Failed, Immediately, Readings
from local.emulator.cbr.models import Resource
from local.emulator.sample import HYBRID_VAULTS, PUBLIC_VAULT
from tests.local.emulator.reaching import VAULT, Reach, StillClock, operation_logs, sync

ALL_NAMES = {"prod-erp", "prod-files", "prod-mail", "test-lab", "cloud-servers"}
PROVIDER = "a13639de-00be-4e94-af30-26912d75e4a2"


def _in_order(value: object) -> str:
    """Name a test's parameter the same in every process, whatever the order of its sets."""
    return str(sorted(value) if isinstance(value, set) else value)


def api_time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def vault_names(reach: Reach, **filters: Any) -> set[str]:
    return {vault.name for vault in reach.cbr().list_vault(ListVaultRequest(**filters)).vaults}


def found_names(reach: Reach, **body: Any) -> set[str]:
    request = ShowVaultResourceInstancesRequest(
        body=VaultResourceInstancesReq(action="filter", **body)
    )
    found = reach.cbr().show_vault_resource_instances(request)
    assert found.total_count == len(found.resources)
    return {resource.resource_name for resource in found.resources}


def tag(key: str, *values: str) -> TagsReq:
    return TagsReq(key=key, values=list(values))


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, ALL_NAMES),
        ({"cloud_type": "hybrid"}, ALL_NAMES - {"cloud-servers"}),
        ({"cloud_type": "public"}, {"cloud-servers"}),
        ({"object_type": "vmware"}, ALL_NAMES - {"cloud-servers"}),
        ({"protect_type": "replication"}, set()),
        ({"status": "available", "name": "prod-erp"}, {"prod-erp"}),
        ({"status": "frozen"}, set()),
        ({"name": "prod"}, set()),
        ({"id": [VAULT, PUBLIC_VAULT]}, {"prod-erp", "cloud-servers"}),
        ({"enterprise_project_id": "0"}, ALL_NAMES),
        ({"enterprise_project_id": "all_granted_eps"}, ALL_NAMES),
        ({"enterprise_project_id": VAULT}, set()),
        ({"policy_id": VAULT}, set()),
        ({"resource_ids": f"{VAULT},{PUBLIC_VAULT}"}, set()),
    ],
)
def test_vaults_are_listed_by_every_filter(
    inside: Reach, filters: dict[str, Any], names: set[str]
) -> None:
    """Each narrows, all together."""
    assert vault_names(inside, **filters) == names


def test_a_vaults_resources_and_policy_find_it(inside: Reach) -> None:
    """By any of several resource ids, and by its policy."""
    inside.cloud.cbr().add_vault(
        "servers",
        cloud_type="public",
        policy_id=VAULT,
        resources=[Resource("r-1"), Resource("r-2")],
    )

    assert vault_names(inside, resource_ids="r-9,r-2") == {"servers"}
    assert vault_names(inside, policy_id=VAULT) == {"servers"}


def test_the_reading_of_the_name_filter_can_be_switched(inside: Reach) -> None:
    """The documentation does not say whether a part of the name is enough."""
    inside.cloud.readings = Readings(name_filter="part")

    assert vault_names(inside, name="prod") == {"prod-erp", "prod-files", "prod-mail"}


def test_pages_cover_all_vaults_once(inside: Reach) -> None:
    """Whatever the page's size; the count is that of all."""
    for number in range(23):
        inside.cloud.cbr().add_vault(f"more-{number}")
    seen: list[str] = []
    for offset in range(0, 40, 10):
        page = inside.cbr().list_vault(ListVaultRequest(limit=10, offset=offset))
        assert page.count == 28
        seen.extend(vault.id for vault in page.vaults)

    assert len(seen) == len(set(seen)) == 28


MANY_TRAITS = {
    "cloud_type": ("public", "hybrid"),
    "object_type": ("server", "disk", "vmware"),
    "protect_type": ("backup", "replication"),
    "status": ("available", "frozen"),
}


def test_an_index_finds_what_a_look_at_every_vault_finds(inside: Reach) -> None:
    """By any of what a vault is, one or several, page by page, after vaults have gone."""
    backend = inside.cloud.cbr()
    backend.vaults.clear()
    kinds = list(itertools.product(*MANY_TRAITS.values()))
    for values in kinds * 2:
        traits: dict[str, Any] = dict(zip(MANY_TRAITS, values, strict=True))
        backend.add_vault(**traits)
    for vault_id in list(backend.vaults)[::5]:
        del backend.vaults[vault_id]
    client = inside.cbr()
    for wanted in itertools.product(*((None, *values) for values in MANY_TRAITS.values())):
        filters = {n: v for n, v in zip(MANY_TRAITS, wanted, strict=True) if v is not None}
        expected = [
            vault.id
            for vault in reversed(list(backend.vaults.values()))
            if all(getattr(vault, name) == value for name, value in filters.items())
        ]
        for offset in (0, 3):
            page = client.list_vault(ListVaultRequest(limit=4, offset=offset, **filters))
            assert page.count == len(expected)
            assert [vault.id for vault in page.vaults] == expected[offset : offset + 4]


@pytest.mark.parametrize(
    "filters",
    [
        {"limit": 0},
        {"limit": 1001},
        {"limit": "ten"},
        {"offset": -1},
        {"cloud_type": "private"},
        {"protect_type": "hybrid"},
        {"object_type": "tape"},
        {"status": "well"},
        {"name": "what?"},
        {"id": ["x"]},
        {"policy_id": "x"},
        {"enterprise_project_id": "x"},
    ],
    ids=_in_order,
)
def test_a_wrong_vault_filter_is_refused(inside: Reach, filters: dict[str, Any]) -> None:
    """400 9900."""
    with pytest.raises(ClientRequestException, match=r"status_code:400.*BackupService\.9900"):
        vault_names(inside, **filters)


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({"tags": [tag("sync", "nightly")]}, {"prod-erp", "prod-files"}),
        ({"tags": [tag("sync", "nightly", "hourly")]}, {"prod-erp", "prod-files", "prod-mail"}),
        ({"tags": [tag("sync", "nightly"), tag("site", "berlin")]}, {"prod-erp"}),
        ({"tags": [tag("site")]}, {"prod-erp", "prod-files", "prod-mail"}),
        ({"cloud_type": "public"}, {"cloud-servers"}),
        ({"object_type": "server"}, {"cloud-servers"}),
        ({"limit": "1000", "offset": "0"}, ALL_NAMES),
    ],
    ids=_in_order,
)
def test_tags_find_vaults(inside: Reach, body: dict[str, Any], names: set[str]) -> None:
    """Every key, with any of its values."""
    assert found_names(inside, **body) == names


def test_vaults_can_be_counted_by_tags(inside: Reach) -> None:
    """`count` gives a number and no vaults."""
    body = VaultResourceInstancesReq(action="count", tags=[tag("sync")])
    answer = inside.cbr().show_vault_resource_instances(
        ShowVaultResourceInstancesRequest(body=body)
    )

    assert (answer.total_count, answer.resources) == (3, None)


def test_pages_by_tags_cover_all_once(inside: Reach) -> None:
    """With limit and offset as strings; the count is that of all."""
    seen: list[str] = []
    for offset in ("0", "2"):
        body = VaultResourceInstancesReq(
            action="filter", limit="2", offset=offset, tags=[tag("sync")]
        )
        page = inside.cbr().show_vault_resource_instances(
            ShowVaultResourceInstancesRequest(body=body)
        )
        assert page.total_count == 3
        seen.extend(resource.resource_name for resource in page.resources)

    assert sorted(seen) == ["prod-erp", "prod-files", "prod-mail"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"action": "find"},
        {"action": "count", "limit": "10"},
        {"action": "filter", "limit": "0"},
        {"action": "filter", "limit": "1001"},
        {"action": "filter", "limit": 10},
        {"action": "filter", "offset": "-1"},
        {"action": "filter", "tags": []},
        {"action": "filter", "tags": [{"key": "k", "values": []}] * 2},
        {"action": "filter", "tags": [{"key": str(n), "values": []} for n in range(11)]},
        {"action": "filter", "tags": [{"key": "k", "values": [str(n) for n in range(11)]}]},
        {"action": "filter", "tags": [{"key": "k", "values": ["v", "v"]}]},
        {"action": "filter", "tags": [{"key": "k", "value": "v"}]},
        {"action": "filter", "tags": [{"values": []}]},
        {"action": "filter", "tags": ["k"]},
        {"action": "filter", "cloud_type": "private"},
        {"action": "filter", "sys_tags": [{"key": "k", "values": []}]},
    ],
    ids=_in_order,
)
def test_a_wrong_search_by_tags_is_refused(inside: Reach, body: dict[str, Any]) -> None:
    """400 9900."""
    with pytest.raises(ClientRequestException, match=r"status_code:400.*BackupService\.9900"):
        inside.cbr().show_vault_resource_instances(ShowVaultResourceInstancesRequest(body=body))


@pytest.mark.parametrize(
    "name", ["matches", "not_tags", "not_tags_any", "tags_any", "without_any_tag"]
)
def test_what_the_search_does_not_take_into_account_is_not_passed_over(
    inside: Reach, name: str
) -> None:
    """501, naming it."""
    body = {"action": "filter", name: [{"key": "k"}]}

    with pytest.raises(ServerResponseException, match=rf"NotEmulated.*with {name} is not"):
        inside.cbr().show_vault_resource_instances(ShowVaultResourceInstancesRequest(body=body))


def test_the_reading_of_null_in_the_search_can_be_switched(inside: Reach) -> None:
    """What CBR makes of it is not known: a field left out, or an error."""
    body = {"action": "filter", "tags": None, "limit": None, "cloud_type": "public"}
    request = ShowVaultResourceInstancesRequest(body=body)
    assert inside.cbr().show_vault_resource_instances(request).total_count == 1

    inside.cloud.readings = Readings(null_in_tag_search="refused")

    with pytest.raises(ClientRequestException, match=r"BackupService\.9900"):
        inside.cbr().show_vault_resource_instances(request)


def test_operation_logs_are_listed_newest_first(inside: Reach, clock: StillClock) -> None:
    """By the time they began, whoever began them."""
    first = sync(inside.cbr()).operation_log_id
    clock.time += 10
    second = sync(inside.cbr()).operation_log_id
    earliest = inside.cloud.cbr().add_task(VAULT, created_at=clock.now() - 99).id

    listed = operation_logs(inside.cbr(), limit=10, offset=0)

    assert [log.id for log in listed.operation_logs] == [second, first, earliest]


def test_pages_of_operation_logs_cover_all_once(inside: Reach) -> None:
    """Limit and offset come back with the page."""
    for vault_id in HYBRID_VAULTS:
        sync(inside.cbr(), vault_id)
    seen: list[str] = []
    for offset in (0, 3):
        page = operation_logs(inside.cbr(), limit=3, offset=offset)
        seen.extend(log.id for log in page.operation_logs)

    assert len(seen) == len(set(seen)) == page.count == 4


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"operation_type": "sync"}, 2),
        ({"operation_type": "backup"}, 1),
        ({"status": "success"}, 1),
        ({"status": "failed"}, 1),
        ({"status": "running"}, 1),
        ({"status": "skipped"}, 0),
        ({"vault_id": VAULT}, 1),
        ({"vault_name": "prod-files"}, 2),
        ({"vault_name": "prod"}, 0),
        ({"provider_id": PROVIDER}, 3),
        ({"provider_id": VAULT}, 0),
        ({"resource_id": VAULT}, 0),
        ({"resource_name": "server"}, 0),
        ({"enterprise_project_id": "0"}, 3),
        ({"enterprise_project_id": VAULT}, 0),
    ],
    ids=_in_order,
)
def test_operation_logs_are_listed_by_every_filter(
    inside: Reach, filters: dict[str, Any], count: int
) -> None:
    """Each narrows; the count is of what is left."""
    other = list(HYBRID_VAULTS)[1]
    backend = inside.cloud.cbr()
    backend.add_task(VAULT)
    backend.add_task(other, course=Course(Immediately(), Failed()))
    backend.add_task(other, course=Course(AfterSeconds(60)), operation_type="backup")

    assert operation_logs(inside.cbr(), **filters).count == count


@pytest.mark.parametrize(
    ("readings", "seen"),
    [
        (Readings(), {"ended", "running"}),
        (Readings(time_bounds="exclusive"), set()),
        (Readings(end_time_compares="ended_at"), {"ended"}),
    ],
    ids=["started within", "bounds excluded", "ended within"],
)
def test_the_reading_of_the_time_filters_can_be_switched(
    inside: Reach, clock: StillClock, readings: Readings, seen: set[str]
) -> None:
    """The documentation does not say which time `end_time` is compared with, nor the bounds."""
    inside.cloud.readings = readings
    backend = inside.cloud.cbr()
    start = clock.now()
    names = {
        backend.add_task(VAULT, created_at=start).id: "ended",
        backend.add_task(VAULT, created_at=start, course=Course(AfterSeconds(60))).id: "running",
        backend.add_task(VAULT, created_at=start - 3600).id: "earlier",
    }

    listed = operation_logs(
        inside.cbr(), start_time=api_time(start), end_time=api_time(start), limit=1000
    )

    assert {names[log.id] for log in listed.operation_logs} == seen


@pytest.mark.parametrize(
    "filters",
    [
        {"limit": 0},
        {"limit": 1001},
        {"offset": -1},
        {"status": "done"},
        {"operation_type": "copying"},
        {"vault_id": "x"},
        {"provider_id": "x"},
        {"resource_id": "x"},
        {"start_time": "2026-11-23"},
        {"end_time": "2026-11-23T08:00:00+08:00"},
        {"enterprise_project_id": "x"},
    ],
    ids=_in_order,
)
def test_a_wrong_operation_log_filter_is_refused(inside: Reach, filters: dict[str, Any]) -> None:
    """400 9900."""
    with pytest.raises(ClientRequestException, match=r"status_code:400.*BackupService\.9900"):
        operation_logs(inside.cbr(), **filters)
