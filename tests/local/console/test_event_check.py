"""An event is checked before it is sent, and a mistake has its place."""

from __future__ import annotations

import pytest

from local.console.access import ConsoleError
from local.console.event_check import check_event
from local.invoke.event_text import MAX_EVENT_BYTES
from tests.local.console.conftest import Visitor


@pytest.mark.parametrize("text", ["{}", "[]", '"text"', "1", "null", ' {"a": "NaN"}\n'])
def test_json_of_any_kind_is_an_event(text: str) -> None:
    """As for FunctionGraph."""
    check_event(text)


@pytest.mark.parametrize(
    ("text", "words", "place"),
    [
        ('{\n  "a": 1,,\n}', "property name", {"line": 2, "column": 10}),
        ('{"a": 1} x', "Extra data", {"line": 1, "column": 10}),
        ('{"a": tru}', "Expecting value", {"line": 1, "column": 7}),
        ('{"a": "NaN",\n "b": NaN}', "NaN is not a JSON value", {"line": 2, "column": 7}),
        ('["\\"Infinity",\n\n -Infinity]', "-Infinity is not", {"line": 3, "column": 2}),
        ('{"a": "\ud800"}', "surrogate", {"line": 1, "column": 8}),
        ("", "empty", {}),
        ("  \n", "empty", {}),
        ("[" * 200_000, "does not take it", {}),
        ("1" * 5000, "does not take it", {}),
    ],
)
def test_what_is_no_json_is_refused_with_its_place(
    text: str, words: str, place: dict[str, int]
) -> None:
    """Line and column count from 1; a word inside a string is no mistake."""
    with pytest.raises(ConsoleError, match=words) as refused:
        check_event(text)

    assert (refused.value.status, refused.value.place) == (400, place)


def test_an_event_is_as_large_as_functiongraph_takes_it() -> None:
    """6 MiB, and not a byte more."""
    largest = '"' + "x" * (MAX_EVENT_BYTES - 2) + '"'
    check_event(largest)
    with pytest.raises(ConsoleError, match=str(MAX_EVENT_BYTES)) as refused:
        check_event(largest + " ")
    assert refused.value.status == 413


def test_the_page_is_told_the_place(visitor: Visitor) -> None:
    """While a person types a mistake is no failure of the request."""
    good = visitor.post("event-check", {"event": "{}"})
    bad = visitor.post("event-check", {"event": "{,}"})

    assert (good.status_code, good.json()) == (202, {"problem": None})
    assert bad.json()["problem"].items() >= {"line": 1, "column": 2}.items()


def test_a_body_beyond_all_measure_is_refused(visitor: Visitor) -> None:
    """413, whatever is in it."""
    answer = visitor.post("invocations", {"event": "x" * (13 * 1024 * 1024)})

    assert answer.status_code == 413
    assert "too large" in answer.json()["error"]
