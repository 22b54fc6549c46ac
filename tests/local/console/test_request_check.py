"""An event is judged by the function's own schema before it is sent."""

from __future__ import annotations

import json
import sys

import pytest

from local.console.event_check import place_of
from local.console.request_check import field_names, first_doubt
from local.console.samples import Sample, samples
from tests.local.console.conftest import Visitor
from vault_sync.request import ReportRequest, SyncRequest, VaultSelection

BROKEN_SAMPLES = {"kafka"}


@pytest.mark.parametrize(
    ("event", "text", "place"),
    [
        ('{"vault": "x"}', "vault: unknown field (is vault_id meant?)", (1, 2)),
        ('{\n  "vault_id": "a b"\n}', "vault_id: 'a b': String should", (2, 3)),
        (
            '{"select": {"name": "a", "older_than_hour": 3}, "older_than_hour": 1}',
            "select.older_than_hour: unknown field (is older_than_hours meant?); older_than",
            (1, 26),
        ),
        (
            '{"note\\n": [1, {"select": 2}], "select": {"all": true, "tags": []}}',
            "select.tags: ",
            (1, 56),
        ),
        (
            '{"select": {"all": true}, "projects": [{"project_id": "%s"}, {"projekt": 1}]}'
            % ("0" * 32),
            "projects: a list: [1] should be an object",
            (1, 27),
        ),
        ('{"vault_id": "a", "wait_seconds": 0}', "wait_seconds: 0: Input should be", (1, 19)),
        ('{"vault_id": "a", "select": {"all": true}}', "exactly one of", None),
        ('{"xyzzy": 1}', "xyzzy: unknown field", (1, 2)),
        ("7", "a request is a JSON object", None),
        ('"text"', "not JSON: Expecting value", None),
    ],
)
def test_what_the_function_would_reject_is_said_with_its_place(
    event: str, text: str, place: tuple[int, int] | None
) -> None:
    """In the function's words; the place is that of the field, not of another of its name."""
    doubt = first_doubt(event)

    assert doubt is not None
    assert text in doubt.text
    found = None if doubt.position is None else place_of(event, doubt.position)
    assert found == (None if place is None else {"line": place[0], "column": place[1]})


def test_a_field_that_is_nearly_right_is_named() -> None:
    """Only where one is near."""
    doubt = first_doubt('{"vault": "x"}')
    assert doubt is not None
    assert doubt.text == "vault: unknown field (is vault_id meant?)"

    far = first_doubt('{"xyzzy": "x"}')
    assert far is not None
    assert far.text == "xyzzy: unknown field"


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: str(sample.name))
def test_only_a_broken_sample_is_doubted(sample: Sample) -> None:
    """Envelopes are opened, and each message is judged."""
    doubt = first_doubt(sample.event)

    assert (doubt is not None) is (sample.name in BROKEN_SAMPLES)
    if doubt is not None:
        assert doubt.text.startswith("records[0].messages[2]: vault: unknown field")
        assert doubt.position is None


@pytest.mark.parametrize("event", ["{}", "null", '{"vault_id": null, "select": {"all": true}}'])
def test_what_may_have_a_default_request_is_not_doubted(event: str) -> None:
    """The function takes what it is set to."""
    assert first_doubt(event) is None


def test_the_names_offered_are_those_of_the_function() -> None:
    """Every field of both kinds of request, and of a selection; nothing is said twice."""
    names = field_names()

    both = {*SyncRequest.model_fields, *ReportRequest.model_fields}
    assert set(names["request"]) == both
    assert len(names["request"]) == len(both)
    assert names["select"] == list(VaultSelection.model_fields)


def test_the_page_is_told_that_it_can_be_sent_all_the_same(visitor: Visitor) -> None:
    """Someone may want to see what the function does with it."""
    found = visitor.post("event-check", {"event": '{"vault": "x"}'}).json()["problem"]

    assert (found["is_json"], found["line"], found["column"]) == (True, 1, 2)
    assert visitor.post("event-check", {"event": "{,}"}).json()["problem"]["is_json"] is False
    fields = visitor.get("/_console/samples").json()["fields"]
    assert fields == json.loads(json.dumps(field_names()))


def test_the_path_of_this_process_stays_as_it_is() -> None:
    """The function's folder is on it only while its modules are looked for."""
    before = list(sys.path)
    first_doubt("{}")
    assert sys.path == before
