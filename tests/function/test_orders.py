from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest

from vault_sync.envelopes import Message
from vault_sync.errors import BadInput
from vault_sync.orders import Behind, Defaults, Orders, SyncOrder, orders_from
from vault_sync.project import Project
from vault_sync.request import request_from
from vault_sync.times import Moment, moment_from, to_document

HERE = Project("cn-north-4", "project-1")
NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
DEFAULTS = Defaults(
    HERE,
    frozenset({"project-1", "project-2"}),
    one_region=False,
    auto_trigger=False,
    dry_run=False,
    request=None,
    now=NOON.replace(hour=14),
)
TICK = Moment(NOON, exact=True)


def _orders(payload: Any, defaults: Defaults = DEFAULTS) -> list[SyncOrder]:
    return _of(Message("event", payload), defaults=defaults)


def _of(*messages: Message, defaults: Defaults = DEFAULTS) -> list[SyncOrder]:
    return list(_all(*messages, defaults=defaults).by_vault.values())


def _all(*messages: Message, defaults: Defaults = DEFAULTS) -> Orders:
    """Return what messages ask for; one that is rejected raises here."""
    orders = orders_from(messages, defaults)
    for rejected in orders.rejected:
        raise BadInput(rejected.error.code, rejected.error.message)
    return orders


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ("not json", ["event: not JSON: Expecting value at line 1, column 1"]),
        ("", ["the message is empty"]),
        ("5", ["a request is a JSON object, found 5"]),
        (None, ["a request is a JSON object, found null"]),
        ({}, ["exactly one of vault_id, vault_ids, select is needed, found none"]),
        (
            {"vault_id": "a", "vault_ids": ["b"]},
            ["exactly one of", "found vault_id and vault_ids"],
        ),
        ({"vault_id": 5}, ["vault_id: 5", "valid string"]),
        ({"vault_id": ""}, ["vault_id: ''"]),
        ({"vault_id": "a b"}, ["vault_id: 'a b'"]),
        ({"vault_id": "../../etc"}, ["vault_id: '../../etc'"]),
        ({"vault_ids": []}, ["vault_ids: a list", "at least 1"]),
        ({"vault_ids": "a"}, ["vault_ids: 'a'", "valid list"]),
        ({"vault_ids": ["a", 5]}, ["event.vault_ids[1]: 5 is not an id"]),
        ({"vault_id": "a", "vualt": 1}, ["vualt: unknown field"]),
        ({"vault_id": "a", "auto_trigger": "true"}, ["auto_trigger: 'true'", "boolean"]),
        ({"vault_id": "a", "dry_run": 1}, ["dry_run: 1", "boolean"]),
        ({"vault_id": "a", "correlation_id": "x" * 129}, ["correlation_id", "128"]),
        ({"vault_id": "a", "requested_at": "2026-11-23T08:00:00"}, ["requested_at", "zone"]),
        ({"vault_id": "a", "requested_at": 1790000000}, ["requested_at: 1790000000", "zone"]),
        ({"vault_id": "a", "region": "evil.example.com/x"}, ["region: 'evil.example.com/x'"]),
        ({"vault_id": "a", "project_id": "../x"}, ["project_id: '../x'"]),
        ({"vault_id": "a", "project_id": "project-3"}, ["'project-3' is not among ALLOWED"]),
        ({"action": "delete", "vault_id": "a"}, ["action: 'delete'"]),
        ({"action": "report", "vault_id": "a"}, ["vault_id: unknown field"]),
        ({"action": "report", "window_minutes": 0}, ["window_minutes: 0"]),
        ({"action": "report", "max_age_hours": "24"}, ["max_age_hours: '24'"]),
        ({"action": "report", "projects": []}, ["projects: a list", "1 to 100"]),
        ({"action": "report", "projects": ["p"]}, ["projects: a list: [0] should be an object"]),
        (
            {"action": "report", "projects": [{"project_id": 5}]},
            ["[0].project_id: 5 is not a project id"],
        ),
        ({"vault_id": "a", "projects": [{"project_id": "b"}]}, ["projects goes with select"]),
        (
            {"select": {"all": True}, "project_id": "b", "projects": [{"project_id": "b"}]},
            ["stands instead of project_id"],
        ),
        ({"vault_id": "a", "wait_seconds": 0}, ["wait_seconds: 0"]),
        ({"select": {}}, ["select: an object: exactly one of all, name, tags"]),
        ({"select": {"all": False}}, ["select.all: false"]),
        ({"select": {"all": True, "name": "x"}}, ["found all and name"]),
        ({"select": {"tags": {}}}, ["select.tags: an object"]),
        ({"select": {"tags": {"sync": []}}}, ["select.tags.sync: a list"]),
        ({"select": {"tags": {"sync": "nightly"}}}, ["select.tags.sync: 'nightly'"]),
        ('{"vault_id": "a", "vault_id": "b"}', ["'vault_id' is given more than once"]),
        ('{"vault_id": Infinity}', ["Infinity is not a JSON value"]),
        ("[" * 100_000, ["nested too deeply"]),
        ({"vault_ids": [f"v{n}" for n in range(20_001)]}, ["names more than 20000 vaults"]),
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
    assert (order.project, order.auto_trigger, order.dry_run) == (HERE, False, False)
    assert order.since is None
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
    assert order.project == Project("cn-south-1", "project-2")
    assert order.auto_trigger
    assert order.dry_run
    assert order.since == NOON
    assert order.mention.correlation_id == "ticket 7"


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
    assert _of(Message("event", {"vault_id": "a"}, TICK))[0].since == NOON
    assert _of(Message("event", later, TICK))[0].since == NOON.replace(hour=13)


def test_a_selection_is_looked_up_later() -> None:
    """`select` names no vault yet."""
    (selection,) = _all(Message("event", {"select": {"name": "prod-*"}})).selections
    assert selection.which.name == "prod-*"


def test_a_message_without_a_request_uses_the_default_or_says_what_to_do() -> None:
    """DEFAULT_REQUEST stands in; without it the error names the setting."""
    blank = Message("user_event", "", carries_none=True)
    with pytest.raises(BadInput, match="set DEFAULT_REQUEST"):
        _of(blank)
    default = replace(DEFAULTS, request=request_from({"vault_id": "a"}))
    (order,) = _of(blank, defaults=default)
    assert order.vault_id == "a"
    assert order.mention.source == "DEFAULT_REQUEST"


def test_several_projects_are_several_selections() -> None:
    """Each project within ALLOWED_PROJECTS, each once, with its own region where it says one."""
    projects = [
        {"project_id": "project-1"},
        {"project_id": "project-2", "region": "cn-south-1"},
        {"project_id": "project-1", "region": "cn-north-4"},
    ]
    found = _all(Message("event", {"select": {"all": True}, "projects": projects})).selections
    assert [one.order.project for one in found] == [
        HERE,
        Project("cn-south-1", "project-2"),
    ]


def test_a_report_covers_the_projects_it_names() -> None:
    """Its window is asked for in minutes; its time is the event's."""
    message = Message("user_event", '{"action": "report", "window_minutes": 5}', TICK)
    (order,) = _all(message).reports
    assert order.projects == (HERE,)
    assert (order.window_minutes, order.max_age_hours, order.time) == (5, None, NOON)


def test_a_vault_named_twice_is_one_order_that_remembers_both() -> None:
    """One sync; the real request beats the dry run; the places and correlations are kept."""
    dry = {"vault_id": "a", "dry_run": True, "correlation_id": "x"}
    real = {"vault_ids": ["b", "a"], "correlation_id": "y", "wait_seconds": 5}
    later = Moment(NOON.replace(hour=13), exact=True)
    merged = _of(Message("m[0]", dry, TICK), Message("m[1]", real, later))
    assert [order.vault_id for order in merged] == ["a", "b"]
    assert not merged[0].dry_run
    assert merged[0].since == NOON.replace(hour=13)
    assert merged[0].mention.correlation_id == "x"
    assert merged[0].wait_seconds == 5
    assert [(other.source, other.correlation_id) for other in merged[0].also] == [("m[1]", "y")]


def test_of_a_vault_named_very_often_fifty_further_places_are_kept() -> None:
    """The others are counted, so that no event makes a document that nobody can send."""
    (order,) = _of(*[Message(f"m[{n}]", {"vault_id": "a"}, None) for n in range(60)])
    assert (len(order.also), order.more) == (50, 9)


def test_why_a_vault_is_behind_is_kept_wherever_it_is_named_first() -> None:
    """A selection with older_than_hours that finds it second says so of the one order."""
    orders = _all(Message("event", {"vault_id": "a"}, None))
    (first,) = orders.by_vault.values()
    orders.add([replace(first, behind=Behind(NOON, None))])
    assert [one.behind for one in orders.by_vault.values()] == [Behind(NOON, None)]


def test_the_same_id_in_another_project_is_another_vault() -> None:
    """Duplicates are told by region, project and vault together."""
    there = Message("m[1]", {"vault_id": "a", "project_id": "project-2"})
    assert len(_of(Message("m[0]", {"vault_id": "a"}), there)) == 2


def test_merging_an_undated_naming_leaves_no_time_to_recognise_a_repetition_by() -> None:
    """Somebody asked for a sync now: an earlier one does not answer that."""
    dated = Message("m[0]", {"vault_id": "a"}, TICK)
    (merged,) = _of(dated, Message("m[1]", {"vault_id": "a"}))
    assert merged.since is None


def test_one_malformed_id_costs_that_id_only() -> None:
    """The others of the same request are synchronised."""
    orders = orders_from([Message("m[0]", {"vault_ids": ["a", "b c", None, "d"]})], DEFAULTS)
    assert [order.vault_id for order in orders.by_vault.values()] == ["a", "d"]
    assert [(one.mention.source, one.error.code) for one in orders.rejected] == [
        ("m[0].vault_ids[1]", "InvalidRequest"),
        ("m[0].vault_ids[2]", "InvalidRequest"),
    ]


def test_an_event_that_names_too_many_vaults_is_one_rejection() -> None:
    """Over all its messages; a vault that is named again and again counts once."""
    messages = [
        Message(f"m[{part}]", {"vault_ids": [f"v{part}-{n}" for n in range(2_000)]})
        for part in range(11)
    ]
    assert [one.error.code for one in orders_from(messages, DEFAULTS).rejected] == ["TooManyVaults"]
    assert len(_of(*messages[:10])) == 20_000
    assert len(_of(*[messages[0]] * 20)) == 2_000


def test_one_vault_too_many_is_not_left_out_in_silence() -> None:
    """The 20,001st is at the end of a list, and the event is rejected for it."""
    halves = [
        Message("m[0]", {"vault_ids": [f"v{number}" for number in range(10_000)]}),
        Message("m[1]", {"vault_ids": [f"w{number}" for number in range(10_001)]}),
    ]
    assert [one.error.code for one in orders_from(halves, DEFAULTS).rejected] == ["TooManyVaults"]


@pytest.mark.parametrize(
    "name",
    [
        "auto_trigger",
        "project_id",
        "region",
        "projects",
        "dry_run",
        "wait_seconds",
        "requested_at",
        "correlation_id",
        "action",
        "vault_ids",
        "select",
    ],
)
def test_null_means_left_out(name: str) -> None:
    """For every optional field alike."""
    assert _orders({"vault_id": "a", name: None}) == _orders({"vault_id": "a"})


@pytest.mark.parametrize("name", ["window_minutes", "max_age_hours", "projects", "project_id"])
def test_null_means_left_out_of_a_report_too(name: str) -> None:
    """The same law for the other kind of request."""
    plain, with_null = (
        _all(Message("event", {"action": "report"} | more)).reports for more in ({}, {name: None})
    )
    assert plain == with_null


def test_with_one_endpoint_there_is_one_region() -> None:
    """CBR_ENDPOINT is one CBR: a vault named with two regions is one vault."""
    one = replace(DEFAULTS, one_region=True)
    messages = [
        Message("m[0]", {"vault_id": "a", "region": "cn-south-1"}),
        Message("m[1]", {"vault_id": "a"}),
    ]
    assert [order.project for order in _of(*messages, defaults=one)] == [HERE]


@pytest.mark.parametrize(
    "requested_at", ["2026-11-24T12:00:00Z", "2026-10-01T00:00:00Z", "0001-01-01T08:30:00+08:00"]
)
def test_a_report_ends_with_a_time_that_cbr_can_tell_of(requested_at: str) -> None:
    """In the future, or before the 30 days that CBR keeps, every vault would seem to be behind."""
    with pytest.raises(BadInput, match="requested_at: a report ends with a time of the last 30"):
        _all(Message("event", {"action": "report", "requested_at": requested_at}))


@pytest.mark.parametrize(
    ("time", "since"),
    [
        (1_790_000_000, "2026-09-21T14:13:21Z"),
        ("1790000000", "2026-09-21T14:13:21Z"),
        ("2026-09-21T14:13:20Z", "2026-09-21T14:13:21Z"),
        (1_790_000_000.25, "2026-09-21T14:13:20.250000Z"),
        (1_790_000_000_250, "2026-09-21T14:13:20.250000Z"),
        ("1790000000250", "2026-09-21T14:13:20.250000Z"),
        ("2026-09-21T14:13:20.000Z", "2026-09-21T14:13:20Z"),
        ("2026-09-21T14:13:20,5Z", "2026-09-21T14:13:20.500000Z"),
    ],
)
def test_a_time_in_whole_seconds_leaves_its_second_open(time: object, since: str) -> None:
    """Only a sync that surely began with the event or later is its repetition."""
    (order,) = _of(Message("m[0]", {"vault_id": "a"}, moment_from(time)))
    assert to_document(order.since) == since
