from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest

from deploy.package.interpreters import find_interpreter
from deploy.package.target import RUNTIMES, Target
from local.emulator import (
    AnswerLost,
    CutShort,
    EmptyBody,
    Error,
    HtmlAnswer,
    Latency,
    LocalCloud,
    MissingResult,
    Throttle,
    TruncatedJson,
    WrongTypes,
)
from local.emulator.faults.effects import ConnectionClosed
from local.emulator.functiongraph.models import Code, Function
from local.emulator.sample import ACCESS_KEY, PUBLIC_VAULT, SECRET_KEY, TOPIC_URN
from tests.deploy.conftest import ROOT
from tests.deploy.packaged_process import PackagedFunction
from tests.support.package import built_package

pytestmark = pytest.mark.package

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.emulator.faults.effects import Effect

EVENTS = {path.stem: json.loads(path.read_text()) for path in (ROOT / "events").glob("*.json")}
ONE = {"vault_id": "8d3a8b28-a697-41e2-8d5d-903669f8a02d"}
FAULTS: dict[str, tuple[Effect, str]] = {
    "throttled": (Throttle(retry_after=0), "ImportCheckpoint"),
    "server error": (Error(500, "BackupService.0001"), "ImportCheckpoint"),
    "busy": (Error(400, "BackupService.7302"), "ImportCheckpoint"),
    "bad gateway": (Error(502, "APIGW.0202"), "ImportCheckpoint"),
    "forbidden": (Error(403, "BackupService.8600"), "ImportCheckpoint"),
    "unauthorised": (Error(401, "APIGW.0301"), "ImportCheckpoint"),
    "no such vault": (Error(404, "BackupService.6105"), "ImportCheckpoint"),
    "answer lost": (AnswerLost(), "ImportCheckpoint"),
    "closed": (ConnectionClosed(), "ImportCheckpoint"),
    "cut short": (CutShort(), "ImportCheckpoint"),
    "truncated": (TruncatedJson(), "ImportCheckpoint"),
    "html": (HtmlAnswer(), "ImportCheckpoint"),
    "no result": (MissingResult(), "ImportCheckpoint"),
    "empty": (EmptyBody(), "ImportCheckpoint"),
    "wrong types": (WrongTypes(), "ImportCheckpoint"),
    "topic's failure": (Error(500, "SMN.0000"), "PublishMessage"),
}


@pytest.fixture(scope="module")
def served() -> Iterator[LocalCloud]:
    with LocalCloud(fires=False) as cloud:
        yield cloud


@pytest.fixture(scope="module", params=list(RUNTIMES))
def packaged(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PackagedFunction]:
    """The packaged function on each runtime whose interpreter is installed."""
    runtime = str(request.param)
    interpreter = find_interpreter(Target(runtime))
    if interpreter is None:
        pytest.skip(f"no interpreter for {runtime}")
    package = built_package(runtime)
    folder = tmp_path_factory.mktemp("cloud") / "code"
    function = PackagedFunction(package, interpreter, folder)
    yield function
    function.close()


@pytest.fixture(autouse=True)
def _afresh(served: LocalCloud) -> None:
    served.cloud.reset()


def order(served: LocalCloud, event: Any, **settings: str) -> dict[str, Any]:
    return {
        "event": event,
        "seconds": 20,
        "access_key": ACCESS_KEY,
        "secret_key": SECRET_KEY,
        "settings": {
            "SMN_TOPIC_URN": TOPIC_URN,
            "CBR_ENDPOINT": served.url,
            "SMN_ENDPOINT": served.url,
            "FUNCTIONGRAPH_ENDPOINT": served.url,
            **settings,
        },
    }


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_every_trigger_is_understood(
    packaged: PackagedFunction, served: LocalCloud, name: str
) -> None:
    """From the zip alone, each sample event ends in a result with its notification sent."""
    request = json.dumps(ONE)
    answer = packaged.ask(order(served, EVENTS[name], DEFAULT_REQUEST=request))
    told = "stale" if "report" in name else "tasks" if "wait" in name else "outcomes"
    result = answer["result"]
    if name.startswith("apig"):
        assert result["statusCode"] == 200
        result = json.loads(result["body"])
    assert result[told], answer
    assert served.cloud.journal.calls("PublishMessage", status=200)


@pytest.mark.parametrize("name", FAULTS)
def test_every_failure_is_survived(
    packaged: PackagedFunction, served: LocalCloud, name: str
) -> None:
    """From the zip alone, each kind of failure ends in a result or in one of our own errors."""
    effect, operation = FAULTS[name]
    served.cloud.faults.add(effect, operation=operation, times=2)
    answer = packaged.ask(order(served, ONE, MAX_ATTEMPTS="2"))
    assert "result" in answer or answer["error"] in ("IncompleteSync", "NotificationFailed"), answer
    assert served.cloud.journal.calls(operation)


@pytest.mark.parametrize(
    ("event", "settings", "expected"),
    [
        ({"vault_id": PUBLIC_VAULT}, {}, "rejected"),
        ({"vault_id": 7}, {}, "rejected"),
        ({"select": {"tags": {"sync": ["nightly"]}}}, {}, "started"),
        ({"select": {"name": "prod-*"}}, {"DRY_RUN": "true"}, "would_start"),
        ({**ONE, "region": "no-such-1"}, {"CBR_ENDPOINT": ""}, "rejected"),
        (ONE, {"CBR_ENDPOINT": "http://127.0.0.1:9", "MAX_ATTEMPTS": "1"}, "IncompleteSync"),
        (ONE, {"SMN_TOPIC_URN": "nonsense", "MAX_ATTEMPTS": "0"}, "ConfigurationError"),
        (ONE, {"SMN_ENDPOINT": "http://127.0.0.1:9", "MAX_ATTEMPTS": "1"}, "NotificationFailed"),
    ],
)
def test_every_other_ending_is_reached(
    packaged: PackagedFunction,
    served: LocalCloud,
    event: dict[str, Any],
    settings: dict[str, str],
    expected: str,
) -> None:
    """From the zip alone: refusals, selections, a dry run, unreachable hosts, wrong settings."""
    answer = packaged.ask(order(served, event, **settings))
    if "error" in answer:
        assert answer["error"] == expected, answer
    else:
        assert {one["status"] for one in answer["result"]["outcomes"]} == {expected}


def deployed(served: LocalCloud) -> str:
    """The URN of a function in the account, which takes events and is not run here."""
    graph = served.cloud.functiongraph()
    urn = graph.urn_of("default", "vault-sync")
    code = Code("zip", "function.zip", "", "", 0)
    graph.functions[urn] = Function(urn, "vault-sync", "default", 0.0, 0.0, code, {})
    return urn


def handed_over(served: LocalCloud) -> list[Any]:
    """The events that wait for the deployed function."""
    engine = served.cloud.engine
    assert engine is not None
    return [json.loads(request.event) for request in engine.due()]


def too_many(served: LocalCloud) -> dict[str, Any]:
    """An order for more vaults than its four seconds allow, with CONTINUE_AS."""
    vaults = [served.cloud.cbr().add_vault(f"many-{number}").id for number in range(12)]
    served.cloud.faults.add(Latency(0.5), operation="ImportCheckpoint")
    return order(
        served,
        {"vault_ids": vaults},
        CONTINUE_AS=deployed(served),
        MAX_CONCURRENCY="1",
        DEADLINE_RESERVE_SECONDS="1",
    ) | {"seconds": 4}


def test_a_chain_is_continued(packaged: PackagedFunction, served: LocalCloud) -> None:
    """From the zip alone, what time does not allow goes to a next run, which works it off."""
    asked = too_many(served)
    first = packaged.ask(asked)["result"]
    assert first["continued"]["number"] == 1
    assert served.cloud.journal.calls("AsyncInvokeFunction", status=202)

    served.cloud.faults.clear()
    (event,) = handed_over(served)
    second = packaged.ask({**asked, "event": event, "seconds": 20})["result"]
    assert set(second["counts"]) == {"started"}
    told = [one["vault_id"] for one in first["outcomes"] + second["outcomes"]]
    assert sorted(told) == sorted(asked["event"]["vault_ids"])


def test_a_chain_that_may_not_go_on_is_an_error(
    packaged: PackagedFunction, served: LocalCloud
) -> None:
    """From the zip alone: FunctionGraph refuses, and what is left over is told as ever."""
    served.cloud.faults.add(Error(403, "FSS.0403"), operation="AsyncInvokeFunction")
    answer = packaged.ask(too_many(served))
    assert answer["error"] == "IncompleteSync", answer
    assert served.cloud.journal.calls("AsyncInvokeFunction")
    (message,) = served.cloud.smn().messages()
    assert "could not be handed to a next invocation: FSS.0403" in str(message.text_for("email"))


def test_a_stack_trace_names_files_that_are_in_the_package(
    packaged: PackagedFunction, served: LocalCloud
) -> None:
    """A failure's own frames can be looked up: their source lies where the frame says."""
    answer = packaged.ask(order(served, ONE, SMN_TOPIC_URN="nonsense"))
    own = [frame for frame in answer["frames"] if "vault_sync" in frame]
    assert own
    assert all((packaged.folder / frame).is_file() for frame in own)
    assert not [frame for frame in answer["frames"] if frame.startswith(str(ROOT))]


def test_only_byte_code_is_loaded(packaged: PackagedFunction) -> None:
    """Nothing is compiled at a cold start: every module loaded has its byte code in the zip."""
    loaded = packaged.modules()
    byte_code = {name for name in loaded if name.endswith((".pyc", ".so"))}
    sources = {name for name in loaded if name.endswith(".py")}
    assert sources
    for name in sources:
        folder, _, file = name.rpartition("/")
        stem = f"{folder + '/' if folder else ''}__pycache__/{file.removesuffix('.py')}."
        assert any(compiled.startswith(stem) for compiled in byte_code), name


@pytest.fixture(scope="module", params=list(RUNTIMES))
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[PackagedFunction]]:
    """The trimmed package and the plain one, each in its own interpreter."""
    runtime = str(request.param)
    interpreter = find_interpreter(Target(runtime))
    if interpreter is None:
        pytest.skip(f"no interpreter for {runtime}")
    functions = [
        PackagedFunction(
            built_package(runtime, plain=plain),
            interpreter,
            tmp_path_factory.mktemp("cloud") / "code",
        )
        for plain in (False, True)
    ]
    yield functions
    for function in functions:
        function.close()


@pytest.mark.parametrize("name", [*sorted(EVENTS), *FAULTS])
def test_the_trimmed_package_does_what_the_plain_one_does(
    both: list[PackagedFunction], served: LocalCloud, name: str
) -> None:
    """The same calls, the same bytes on the wire, the same documents."""
    found = []
    for function in both:
        served.cloud.reset()
        if name in FAULTS:
            effect, operation = FAULTS[name]
            served.cloud.faults.add(effect, operation=operation, times=2)
        event = ONE if name in FAULTS else EVENTS[name]
        asked = order(served, event, DEFAULT_REQUEST=json.dumps(ONE), MAX_CONCURRENCY="1")
        answer = function.ask(asked | {"wire": True})
        assert answer["sent"]
        found.append(_without_times(unquote(json.dumps(answer))))
    assert found[0] == found[1]


def _without_times(text: str) -> str:
    """Leave out what differs between any two runs: times, paths, and ids that are drawn."""
    pattern = r"\d{4}-\d\d-\d\d[T ][\d:.]+(Z|\+00:00)?|[0-9a-f]{8}-?[0-9a-f-]{20,28}|/tmp/[^\"]+"
    return re.sub(pattern, "*", text)
