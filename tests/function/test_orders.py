from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest

from vault_sync.errors import BadInput
from vault_sync.messages import Message
from vault_sync.orders import (
    Defaults,
    Place,
    ReportOrder,
    Selection,
    SyncOrder,
    orders_from,
    without_duplicates,
)
from vault_sync.request import MAX_MESSAGE_CHARACTERS, request_from

HERE = Place("cn-north-4", "project-1")
DEFAULTS = Defaults(HERE, frozenset({"project-1", "project-2"}), False, False, None)
NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


def _orders(payload: Any, defaults: Defaults = DEFAULTS) -> list[SyncOrder]:
    return _of(Message("event", payload), defaults)


def _of(message: Message, defaults: Defaults = DEFAULTS) -> list[SyncOrder]:
    orders = orders_from(message, defaults)
    assert isinstance(orders, list)
    return [order for order in orders if isinstance(order, SyncOrder)]


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ("not json", ["'not json' is not JSON"]),
        ("", ["the message is empty"]),
        ("5", ["a request is a JSON object, found 5"]),
        (None, ["a request is a JSON object, found None"]),
        ({}, ["exactly one of vault_id, vault_ids, select is needed, found none"]),
        (
            {"vault_id": "a", "vault_ids": ["b"]},
            ["exactly one of", "found vault_id and vault_ids"],
        ),
        ({"vault_id": 5}, ["vault_id: 5", "valid string"]),
        ({"vault_id": ""}, ["vault_id: ''"]),
        ({"vault_id": "a b"}, ["vault_id: 'a b'"]),
        ({"vault_id": "../../etc"}, ["vault_id: '../../etc'"]),
        ({"vault_ids": []}, ["vault_ids: []", "at least 1"]),
        ({"vault_ids": "a"}, ["vault_ids: 'a'", "valid list"]),
        ({"vault_ids": ["a", 5]}, ["vault_ids[1]: 5"]),
        ({"vault_id": "a", "vualt": 1}, ["vualt: unknown field (value 1)"]),
        ({"vault_id": "a", "auto_trigger": "true"}, ["auto_trigger: 'true'", "boolean"]),
        ({"vault_id": "a", "dry_run": 1}, ["dry_run: 1", "boolean"]),
        ({"vault_id": "a", "correlation_id": "x" * 129}, ["correlation_id", "128"]),
        ({"vault_id": "a", "correlation_id": "\ud800"}, ["correlation_id"]),
        ({"vault_id": "a", "requested_at": "2026-11-23T08:00:00"}, ["requested_at", "zone"]),
        ({"vault_id": "a", "requested_at": 1790000000}, ["requested_at: 1790000000", "zone"]),
        ({"vault_id": "a", "region": "evil.example.com/x"}, ["region: 'evil.example.com/x'"]),
        ({"vault_id": "a", "project_id": "../x"}, ["project_id: '../x'"]),
        ({"vault_id": "a", "project_id": "project-3"}, ["'project-3' is not among ALLOWED"]),
        ({"action": "delete", "vault_id": "a"}, ["action: 'delete'"]),
        ({"action": "report", "vault_id": "a"}, ["vault_id: unknown field"]),
        ({"action": "report", "window_minutes": 0}, ["window_minutes: 0"]),
        ({"action": "report", "max_age_hours": "24"}, ["max_age_hours: '24'"]),
        ({"action": "report", "projects": []}, ["projects: []", "1 to 100"]),
        ({"action": "report", "projects": ["p"]}, ["'p' should be an object"]),
        ({"action": "report", "projects": [{"project_id": 5}]}, ["project_id 5 is none"]),
        ({"vault_id": "a", "projects": [{"project_id": "b"}]}, ["projects goes with select"]),
        (
            {"select": {"all": True}, "project_id": "b", "projects": [{"project_id": "b"}]},
            ["stands instead of project_id"],
        ),
        ({"vault_id": "a", "wait_seconds": 0}, ["wait_seconds: 0"]),
        ({"select": {}}, ["select: {}: exactly one of all, name, tags"]),
        ({"select": {"all": False}}, ["select.all: False"]),
        ({"select": {"all": True, "name": "x"}}, ["found all and name"]),
        ({"select": {"tags": {}}}, ["select.tags: {}"]),
        ({"select": {"tags": {"sync": []}}}, ["select.tags.sync: []"]),
        ({"select": {"tags": {"sync": "nightly"}}}, ["select.tags.sync: 'nightly'"]),
        ('{"vault_id": "a", "vault_id": "b"}', ["'vault_id' is given more than once"]),
        ('{"vault_id": Infinity}', ["Infinity is not a JSON value"]),
        ("[" * 100_000, ["nested too deeply"]),
        ("x" * (MAX_MESSAGE_CHARACTERS + 1), ["is longer than", "xxx"]),
        ({"a": 1, "b": 2, "c": 3, "d": 4}, ["a: unknown field", "and 1 more"]),
    ],
)
def test_a_bad_request_names_the_field_and_the_value(payload: Any, words: list[str]) -> None:
    """The error says which field, which value, and what it should be; its length is bounded."""
    with pytest.raises(BadInput) as caught:
        _orders(payload)
    message = caught.value.detail.message
    for word in words:
        assert word in message
    assert len(message) < 1000


@pytest.mark.parametrize(
    "deep",
    [
        {"vault_id": {"a": [[[[{"b": "c" * 10_000}]]]]}},
        {"x" * 10_000: 1},
        {"vault_id": 10**5000},
        {"vault_id": ["x"] * 100_000},
    ],
)
def test_what_an_error_shows_of_a_value_is_bounded(deep: Any) -> None:
    """However large or deep the value, the error is short."""
    with pytest.raises(BadInput) as caught:
        request_from(deep)
    assert len(caught.value.detail.message) < 1000


def test_a_request_decides_what_it_says_and_the_rest_is_default() -> None:
    """Region, project, trigger kind and time come from the request, else from the settings."""
    (order,) = _orders({"vault_id": "a"})
    assert (order.place, order.auto_trigger, order.dry_run) == (HERE, False, False)
    assert order.event_time is None
    (order,) = _orders(
        {
            "vault_ids": ["a"],
            "project_id": "project-2",
            "region": "cn-south-1",
            "auto_trigger": True,
            "dry_run": True,
            "requested_at": "2026-11-23T20:00:00+08:00",
            "correlation_id": "ticket 7",
        }
    )
    assert order.place == Place("cn-south-1", "project-2")
    assert order.auto_trigger
    assert order.dry_run
    assert order.event_time == NOON
    assert order.naming.correlation_id == "ticket 7"


def test_the_trigger_decides_who_triggered_unless_the_request_does() -> None:
    """A timer's syncs are marked automatic, and `auto_trigger: false` still wins."""
    timer = replace(DEFAULTS, auto_trigger=True)
    assert _orders({"vault_id": "a"}, timer)[0].auto_trigger
    assert not _orders({"vault_id": "a", "auto_trigger": False}, timer)[0].auto_trigger


def test_dry_run_of_the_settings_cannot_be_switched_off_by_a_message() -> None:
    """DRY_RUN=true starts nothing, whatever a message says."""
    dry = replace(DEFAULTS, dry_run=True)
    assert _orders({"vault_id": "a", "dry_run": False}, dry)[0].dry_run


def test_the_events_time_counts_where_the_request_gives_none() -> None:
    """`requested_at` wins over the time of the event."""
    later = {"vault_id": "a", "requested_at": "2026-11-23T13:00:00Z"}
    assert _of(Message("event", {"vault_id": "a"}, NOON))[0].event_time == NOON
    assert _of(Message("event", later, NOON))[0].event_time == NOON.replace(hour=13)


def test_a_selection_is_looked_up_later() -> None:
    """`select` names no vault yet."""
    found = orders_from(Message("event", {"select": {"name": "prod-*"}}), DEFAULTS)
    assert isinstance(found, list)
    (selection,) = found
    assert isinstance(selection, Selection)
    assert selection.which.name == "prod-*"


def test_a_message_without_a_request_uses_the_default_or_says_what_to_do() -> None:
    """DEFAULT_REQUEST stands in; without it the error names the setting."""
    blank = Message("user_event", "", carries_none=True)
    with pytest.raises(BadInput, match="set DEFAULT_REQUEST"):
        orders_from(blank, DEFAULTS)
    default = replace(DEFAULTS, request=request_from({"vault_id": "a"}))
    (order,) = _of(blank, default)
    assert order.vault_id == "a"
    assert order.naming.source == "DEFAULT_REQUEST"


def test_several_projects_are_several_selections() -> None:
    """Each project within ALLOWED_PROJECTS, each once, with its own region where it says one."""
    projects = [
        {"project_id": "project-1"},
        {"project_id": "project-2", "region": "cn-south-1"},
        {"project_id": "project-1", "region": "cn-north-4"},
    ]
    found = orders_from(Message("event", {"select": {"all": True}, "projects": projects}), DEFAULTS)
    assert isinstance(found, list)
    assert [one.order.place for one in found if isinstance(one, Selection)] == [
        HERE,
        Place("cn-south-1", "project-2"),
    ]


def test_a_report_covers_the_projects_it_names() -> None:
    """Its window is asked for in minutes; its time is the event's."""
    order = orders_from(
        Message("user_event", '{"action": "report", "window_minutes": 5}', NOON), DEFAULTS
    )
    assert isinstance(order, ReportOrder)
    assert order.places == (HERE,)
    assert (order.window_minutes, order.max_age_hours, order.event_time) == (5, None, NOON)


def test_a_vault_named_twice_is_one_order_that_remembers_both() -> None:
    """One sync; the real request beats the dry run; the places and correlations are kept."""
    dry = {"vault_id": "a", "dry_run": True, "correlation_id": "x"}
    real = {"vault_ids": ["b", "a"], "correlation_id": "y", "wait_seconds": 5}
    first = _of(Message("m[0]", dry, NOON))
    second = _of(Message("m[1]", real, NOON.replace(hour=13)))
    merged = without_duplicates(first + second)
    assert [order.vault_id for order in merged] == ["a", "b"]
    assert not merged[0].dry_run
    assert merged[0].event_time == NOON.replace(hour=13)
    assert merged[0].naming.correlation_id == "x"
    assert merged[0].wait_seconds == 5
    assert [(other.source, other.correlation_id) for other in merged[0].also_named] == [
        ("m[1]", "y")
    ]


def test_the_same_id_in_another_project_is_another_vault() -> None:
    """Duplicates are told by region, project and vault together."""
    orders = _orders({"vault_id": "a"}) + _orders({"vault_id": "a", "project_id": "project-2"})
    assert len(without_duplicates(orders)) == 2


def test_merging_an_undated_naming_leaves_no_time_to_recognise_a_repetition_by() -> None:
    """Somebody asked for a sync now: an earlier one does not answer that."""
    dated = _of(Message("m[0]", {"vault_id": "a"}, NOON))
    (merged,) = without_duplicates(dated + _orders({"vault_id": "a"}))
    assert merged.event_time is None
