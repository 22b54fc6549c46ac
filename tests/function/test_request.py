"""The limits of a request, as docs/configuration.md has them."""

from __future__ import annotations

from typing import Any

import pytest

from vault_sync.errors import BadInput
from vault_sync.request import request_from

SYNC: dict[str, Any] = {"vault_id": "a"}
REPORT: dict[str, Any] = {"action": "report"}
LIMITS: list[tuple[Any, Any]] = [
    ({"vault_id": "v" * 64}, {"vault_id": "v" * 65}),
    (SYNC | {"wait_seconds": 1}, SYNC | {"wait_seconds": 0}),
    (SYNC | {"wait_seconds": 3600}, SYNC | {"wait_seconds": 3601}),
    (SYNC | {"correlation_id": "x" * 128}, SYNC | {"correlation_id": "x" * 129}),
    ({"select": {"name": "x" * 64}}, {"select": {"name": "x" * 65}}),
    ({"select": {"name": "x"}}, {"select": {"name": ""}}),
    ({"select": {"tags": {"k": ["v"] * 10}}}, {"select": {"tags": {"k": ["v"] * 11}}}),
    ({"select": {"tags": {"k": ["v"]}}}, {"select": {"tags": {"k": []}}}),
    (
        {"select": {"tags": {f"k{number}": ["v"] for number in range(10)}}},
        {"select": {"tags": {f"k{number}": ["v"] for number in range(11)}}},
    ),
    ({"select": {"tags": {"k" * 255: ["v"]}}}, {"select": {"tags": {"k" * 256: ["v"]}}}),
    (
        {"select": {"all": True, "older_than_hours": 1}},
        {"select": {"all": True, "older_than_hours": 0}},
    ),
    (
        {"select": {"all": True, "older_than_hours": 720}},
        {"select": {"all": True, "older_than_hours": 721}},
    ),
    (REPORT | {"window_minutes": 1}, REPORT | {"window_minutes": 0}),
    (REPORT | {"window_minutes": 43_200}, REPORT | {"window_minutes": 43_201}),
    (REPORT | {"max_age_hours": 1}, REPORT | {"max_age_hours": 0}),
    (REPORT | {"max_age_hours": 720}, REPORT | {"max_age_hours": 721}),
]


@pytest.mark.parametrize(("allowed", "beyond"), LIMITS)
def test_each_limit_of_a_request_is_where_the_documentation_has_it(
    allowed: dict[str, Any], beyond: dict[str, Any]
) -> None:
    """The bound itself is allowed, and nothing beyond it."""
    assert request_from(allowed)
    with pytest.raises(BadInput):
        request_from(beyond)


def test_a_request_names_a_hundred_projects_at_most() -> None:
    """One more is an error that says so."""
    named = [{"project_id": f"{number:032x}"} for number in range(101)]
    assert request_from({"select": {"all": True}, "projects": named[:100]})
    with pytest.raises(BadInput, match="1 to 100"):
        request_from({"select": {"all": True}, "projects": named})
