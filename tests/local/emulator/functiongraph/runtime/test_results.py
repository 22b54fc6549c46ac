from __future__ import annotations

import json

import pytest

from local.emulator.functiongraph.runtime.results import FunctionError
from tests.local.emulator.functiongraph.runtime.conftest import MakeInstance

PREFIX = "function invocation exception, error: "


def _error(start: MakeInstance, function: str) -> FunctionError:
    ended = start(function).invoke("{}")
    assert ended.body is None
    assert ended.error is not None
    return ended.error


@pytest.mark.parametrize(
    "event", ['{"a": [1, 2.5, null, true]}', "[]", '{"name": "Tür 门"}', "17", "false"]
)
def test_event_arrives_decoded_and_result_leaves_as_json(start: MakeInstance, event: str) -> None:
    """What JSON can say goes through the function unchanged."""
    ended = start("returns_event").invoke(event)
    assert ended.body is not None
    assert ended.is_json
    assert json.loads(ended.body) == json.loads(event)


def test_a_large_event_goes_through(start: MakeInstance) -> None:
    """An event of five megabytes does not fit into a pipe at once, and arrives all the same."""
    event = json.dumps({"text": "x" * 5_000_000})
    ended = start("returns_event", memory_mb=512).invoke(event)
    assert ended.body == event


def test_text_is_returned_as_it_is(start: MakeInstance) -> None:
    """A str is the body itself, not JSON of it."""
    ended = start("returns_text").invoke("{}")
    assert (ended.body, ended.is_json) == ("not JSON: {", False)


def test_none_is_an_empty_body(start: MakeInstance) -> None:
    """None is no body, and no error."""
    ended = start("returns_nothing").invoke("{}")
    assert (ended.body, ended.error) == (None, None)


def test_what_is_no_json_fails_the_invocation(start: MakeInstance) -> None:
    """A result that cannot be written as JSON is an error that names the type."""
    error = _error(start, "returns_unserialisable")
    assert error.type == "TypeError"
    assert error.message == PREFIX + "Object of type set is not JSON serializable"


def test_a_body_above_six_megabytes_fails_the_invocation(start: MakeInstance) -> None:
    """RUNTIME_MAX_RESP_BODY_SIZE holds."""
    error = _error(start, "returns_too_much")
    assert error.type == "ResponseTooLargeError"
    assert "6291457" in error.message


def test_an_exception_has_functiongraphs_shape(start: MakeInstance) -> None:
    """Message, type and the function's own frames, outermost first; none of the runtime's."""
    error = _error(start, "raises")
    assert list(error.as_document()) == ["errorMessage", "errorType", "stackTrace"]
    assert error.message == PREFIX + "the vault is on fire"
    assert error.type == "TooBad"
    assert [line.rsplit(" in ", 1)[1].split("\n")[0] for line in error.stack_trace] == [
        "handler",
        "fail",
    ]


def test_sys_exit_is_a_failed_invocation(start: MakeInstance) -> None:
    """sys.exit() ends the invocation, not the instance."""
    instance = start("exits")
    ended = instance.invoke("{}")
    assert ended.error is not None
    assert (ended.error.type, ended.error.message) == ("SystemExit", PREFIX + "3")
    assert instance.is_usable


def test_a_process_that_dies_is_told_with_its_status(start: MakeInstance) -> None:
    """os._exit() takes the instance with it; what was printed before is in the log."""
    instance = start("dies")
    ended = instance.invoke("{}")
    assert ended.error is not None
    assert ended.error.type == "InstanceExited"
    assert "status 7" in ended.error.message
    assert "last words" in ended.log
    assert not instance.is_usable


def test_a_function_that_cannot_be_loaded_says_why(start: MakeInstance) -> None:
    """A missing import fails the invocation with its own name."""
    error = _error(start, "cannot_be_loaded")
    assert error.type == "ModuleNotFoundError"
    assert "a_module_that_nobody_has" in error.message


@pytest.mark.parametrize(
    ("handler", "reason"),
    [
        ("index.handler", "index.py has no function 'handler'"),
        ("other.handler", "no file other.py"),
        ("handler", "[file].[function]"),
        ("package.index.handler", "[file].[function]"),
    ],
)
def test_a_handler_that_is_not_there_is_named(
    start: MakeInstance, handler: str, reason: str
) -> None:
    """The error of a wrong handler says what was looked for."""
    ended = start("has_no_handler", handler=handler).invoke("{}")
    assert ended.error is not None
    assert ended.error.type == "FunctionLoadError"
    assert reason in ended.error.message


def test_a_handler_may_be_in_a_folder(start: MakeInstance) -> None:
    """`src/index.handler` is a documented form."""
    assert start("in_a_folder", handler="src/index.handler").invoke("{}").body == "found"
