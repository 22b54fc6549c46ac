"""Invocations made from the page: in order, bounded, with their log as it comes."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from local.console import invocations as module
from local.console.access import ConsoleError
from local.console.invocations import MAX_KEPT, MAX_WAITING, Invocations, Order
from local.emulator.functiongraph.runtime.results import Ended, FunctionError
from tests.local.console.conftest import Visitor
from tests.local.emulator.reaching import VAULT

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE_SECONDS = 10.0


def ended(body: str | None = "{}", error: FunctionError | None = None) -> Ended:
    return Ended("r-1", body, True, error, (), 12.5, 40.0, True)


class Runs:
    """Runs that go on when they are let."""

    def __init__(self, result: Ended) -> None:
        self.result = result
        self.begun = threading.Semaphore(0)
        self.let = threading.Semaphore(0)

    def __call__(self, order: Order, log: Callable[[str], None]) -> Ended:
        log(f"began {order.name}")
        self.begun.release()
        assert self.let.acquire(timeout=PATIENCE_SECONDS)
        return self.result


def wait_until_all_ended(invocations: Invocations) -> list[dict[str, Any]]:
    for _ in range(int(PATIENCE_SECONDS / 0.01)):
        shown, _ = invocations.view()
        if all(each["ended_at"] is not None for each in shown):
            return shown
        threading.Event().wait(0.01)
    raise AssertionError("the invocations did not end")


def test_the_log_is_there_while_the_function_runs() -> None:
    """A person sees what it is at."""
    runs = Runs(ended('{"counts": {"started": 1}}'))
    invocations = Invocations(runs, now=lambda: 5.0)
    invocations.submit(Order("timer", "{}"))
    assert runs.begun.acquire(timeout=PATIENCE_SECONDS)

    (running,), _ = invocations.view()
    runs.let.release()
    (done,) = wait_until_all_ended(invocations)

    assert (running["state"], running["log"], running["ended_at"]) == (
        "running",
        ["began timer"],
        None,
    )
    assert (done["state"], done["result"], done["cold"]) == (
        "returned",
        {"counts": {"started": 1}},
        True,
    )


def test_so_many_wait_and_no_more() -> None:
    """Two run, twenty wait, the next is refused; all that were taken are run."""
    runs = Runs(ended())
    invocations = Invocations(runs)
    for _ in range(2):
        invocations.submit(Order("x", "{}"))
        assert runs.begun.acquire(timeout=PATIENCE_SECONDS)
    for _ in range(MAX_WAITING):
        invocations.submit(Order("x", "{}"))
    with pytest.raises(ConsoleError, match="let some of them end") as refused:
        invocations.submit(Order("x", "{}"))
    states = [each["state"] for each in invocations.view()[0]]
    for _ in range(MAX_WAITING + 2):
        runs.let.release()

    assert refused.value.status == 429
    assert states == ["waiting"] * MAX_WAITING + ["running"] * 2
    assert {each["state"] for each in wait_until_all_ended(invocations)} == {"returned"}


def test_the_latest_are_kept() -> None:
    """Fifty, the latest first; how many there were is known."""
    invocations = Invocations(lambda _order, _log: ended())
    for _ in range(MAX_KEPT + 3):
        invocations.submit(Order("x", "{}"))
        wait_until_all_ended(invocations)

    shown, total = invocations.view()
    assert (len(shown), shown[0]["id"]) == (MAX_KEPT, f"page-{MAX_KEPT + 3}")
    assert total == MAX_KEPT + 3
    invocations.forget()
    assert invocations.view() == ([], 0)


def test_what_keeps_the_function_from_starting_is_shown() -> None:
    """And the next one is run."""

    def fail(_order: Order, _log: Callable[[str], None]) -> Ended:
        raise OSError("no more processes")

    invocations = Invocations(fail)
    for _ in range(2):
        invocations.submit(Order("x", "{}"))

    for shown in wait_until_all_ended(invocations):
        assert (shown["state"], shown["problem"]) == ("not_started", "no more processes")


def test_an_error_of_the_function_is_shown_as_its_caller_gets_it() -> None:
    """With type, text and frames."""
    error = FunctionError("it broke", "ValueError", ("line 1",))
    invocations = Invocations(lambda _order, _log: ended(None, error))
    invocations.submit(Order("x", "{}"))

    (shown,) = wait_until_all_ended(invocations)
    assert (shown["state"], shown["error"]) == ("raised", error.as_document())


def test_a_log_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """And says so."""
    monkeypatch.setattr(module, "MAX_LOG_CHARACTERS", 25)

    def talk(_order: Order, log: Callable[[str], None]) -> Ended:
        for _ in range(100):
            log("0123456789")
        return ended()

    invocations = Invocations(talk)
    invocations.submit(Order("x", "{}"))
    (shown,) = wait_until_all_ended(invocations)

    assert shown["log"] == ["0123456789", "0123456789", module.LEFT_OUT]


def test_an_own_event_goes_the_whole_way(visitor: Visitor) -> None:
    """From the page through the function to the vault's task and the topic's inbox."""
    order = {"event": json.dumps({"vault_id": VAULT}), "settings": {"LOG_LEVEL": "DEBUG"}}
    answer = visitor.post("invocations", order)
    assert answer.status_code == 202

    shown = visitor.ended(answer.json()["id"])

    assert (shown["state"], shown["name"]) == ("returned", "own event")
    (outcome,) = shown["result"]["outcomes"]
    (log,) = visitor.view()["operation_logs"]["shown"]
    assert (outcome["status"], outcome["operation_log_id"]) == ("started", log["id"])
    assert "Start invoke request" in shown["log"][0]
    assert "Finish invoke request" in shown["log"][-1]
    (message,) = visitor.view()["messages"]["shown"]
    assert "1 started" in message["subject"]
    assert list(visitor.cloud.account.credentials) == ["LOCALCLOUDACCESSKEY0"]


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ({}, "event: Field required"),
        ({"event": {}}, "event: "),
        ({"event": "{"}, "property name"),
        ({"event": "{}", "settings": {"no name": "x"}}, "settings"),
        ({"event": "{}", "settings": {"A": "x" * 5000}}, "settings"),
        ({"event": "{}", "settings": {"NOTIFI_ON": "x"}}, "Did you mean NOTIFY_ON?"),
        ({"event": "{}", "name": ""}, "name"),
        ({"event": "{}", "cloud": "real"}, "cloud"),
    ],
)
def test_what_cannot_be_invoked_is_refused(visitor: Visitor, order: object, words: str) -> None:
    """With the reason; nothing is run."""
    answer = visitor.post("invocations", order)

    assert answer.status_code == 400
    assert words in answer.json()["error"]
    assert visitor.view()["invocations"] == {"shown": [], "total": 0}
