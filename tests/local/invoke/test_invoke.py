"""`python -m local invoke`, against a local cloud of its own and against others."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from local.__main__ import app
from local.emulator import LocalCloud
from local.emulator.functiongraph.runtime.instance import Instance
from local.emulator.functiongraph.runtime.instance_process.frames import Credentials
from local.emulator.sample import ACCESS_KEY, HYBRID_VAULTS, SECRET_KEY, TOPIC_URN
from local.invoke.destination import destination, of_cloud
from local.invoke.event_text import read_event
from local.invoke.function import FUNCTION, configured
from local.invoke.rendering import is_response

ROOT = Path(__file__).parents[3]
EVENTS = sorted((ROOT / "events").glob("*.json"))
FUNCTIONS = ROOT / "tests/local/emulator/functiongraph/runtime/functions"
REQUEST = str(ROOT / "events" / "request.json")


def invoke(*arguments: str, stdin: str | None = None) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(app, ["invoke", *arguments], input=stdin)


def document(result: Result) -> Any:
    """Return standard output, which must be one JSON document."""
    return json.loads(result.stdout)


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the caller's own variables out of the tests."""
    for name in ("AK", "SK", "SECURITY_TOKEN", "PROJECT_ID"):
        monkeypatch.delenv(f"HUAWEICLOUD_SDK_{name}", raising=False)
    for name in ("SMN_TOPIC_URN", "REGION", "PROJECT_ID"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def served() -> Iterator[LocalCloud]:
    """The sample account, served over HTTP."""
    with LocalCloud() as cloud:
        yield cloud


# -- every sample event -------------------------------------------------------------------

STATUSES: dict[str, list[str]] = {
    "continued.json": ["started", "started"],
    "dms.json": ["started", "started"],
    "eventgrid-rabbitmq.json": ["started"],
    "eventgrid-rocketmq.json": ["started"],
    "eventgrid-transformed.json": ["started"],
    "eventgrid.json": ["started"],
    "kafka-2021.json": ["started", "started"],
    "kafka.json": ["rejected", "started", "started"],
    "rabbitmq.json": ["started", "started", "started"],
    "request-dry-run.json": ["would_start", "would_start", "would_start"],
    "request-report.json": [],
    "request-select-all.json": ["started", "started", "started", "started"],
    "request-select.json": ["started", "started"],
    "request-wait.json": ["started", "started", "started"],
    "apig.json": ["started"],
    "apig-text.json": ["started"],
    "request.json": ["started", "started"],
    "rocketmq.json": ["started"],
    "smn.json": ["started"],
    "timer-report.json": [],
    "timer-without-request.json": ["rejected"],
    "timer.json": ["started", "started"],
}
"""What becomes of each sample in a fresh local cloud."""


@pytest.fixture(scope="module")
def fire() -> Iterator[Callable[[Path], dict[str, Any]]]:
    """Hand events to one warm instance, each on a sample account of its own."""
    with LocalCloud() as served:
        where = of_cloud(served.cloud, served.url)
        with (
            configured(FUNCTION, where.settings, where.project_id) as configuration,
            Instance(configuration) as instance,
        ):

            def handle(event: Path) -> dict[str, Any]:
                served.cloud.reset()
                fresh = of_cloud(served.cloud, served.url)
                ended = instance.invoke(read_event(str(event)), fresh.credentials)
                assert ended.error is None
                result = json.loads(ended.body or "")
                if is_response(result):
                    result = json.loads(result["body"])
                assert isinstance(result, dict)
                return result

            yield handle


@pytest.mark.parametrize("event", EVENTS, ids=lambda path: path.name)
def test_every_sample_event_is_handled(event: Path, fire: Callable[[Path], dict[str, Any]]) -> None:
    """Each file of events/ works on the sample account, whose vaults it names."""
    outcomes = fire(event)["outcomes"]
    assert sorted(outcome["status"] for outcome in outcomes) == STATUSES[event.name]
    named = {outcome["vault_id"] for outcome in outcomes} - {None}
    assert named <= set(HYBRID_VAULTS)


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ('{"vault_id": "8d3a8b28-a697-41e2-8d5d-903669f8a02d"}', 200, "started  vault 8d3a8b28"),
        ('{"vault": 1}', 400, "InvalidRequest: body: vault: unknown field"),
    ],
)
def test_the_response_to_an_http_request_is_shown_with_its_status(
    body: str, status: int, words: str
) -> None:
    """And its document is laid out as that of any other event."""
    event = {"httpMethod": "POST", "requestContext": {"apiId": "api"}, "body": body}
    result = invoke("-", stdin=json.dumps(event))
    assert result.stdout.startswith(f"HTTP {status}, answered to APIG\n")
    assert words in result.stdout
    assert "statusCode" not in result.stdout


@pytest.mark.parametrize("name", ["timer.json", "kafka.json", "smn.json"])
def test_with_json_standard_output_is_the_result_alone(name: str) -> None:
    """The command brings its own cloud, and prints one document."""
    result = invoke(str(ROOT / "events" / name), "--json")
    assert result.exit_code == 0, result.stderr
    outcomes = document(result)["outcomes"]
    assert sorted(outcome["status"] for outcome in outcomes) == STATUSES[name]


def test_default_request_serves_a_timer_without_one() -> None:
    """A setting given with --env reaches the function."""
    result = invoke(
        str(ROOT / "events" / "timer-without-request.json"),
        "--json",
        "--env",
        'DEFAULT_REQUEST={"select": {"name": "test-*"}}',
    )
    (outcome,) = document(result)["outcomes"]
    assert (outcome["status"], outcome["source"]) == ("started", "DEFAULT_REQUEST")


# -- what is printed where ------------------------------------------------------------------


def test_program_prints_log_and_result_apart() -> None:
    """As a program: stdout is the document, stderr the platform's and the function's lines."""
    done = subprocess.run(
        [sys.executable, "-m", "local", "invoke", REQUEST, "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0
    assert json.loads(done.stdout)["counts"] == {"started": 2}
    lines = done.stderr.splitlines()
    assert "Start invoke request" in lines[0]
    assert json.loads(lines[1])["message"] == "2 started"
    assert "Finish invoke request" in lines[-1]
    assert "billing memory: 256MB" in lines[-1]


def test_readable_result_names_status_vault_task_and_error() -> None:
    """Without --json the outcomes are laid out for a person."""
    result = invoke(str(ROOT / "events" / "kafka.json"))
    assert result.exit_code == 0
    assert "Fired by KAFKA vault-sync" in result.stdout
    for text in ("started", "rejected", "records[0].messages[2]", "InvalidRequest", TOPIC_URN):
        assert text in result.stdout
    assert all(len(line) <= 80 for line in result.stdout.splitlines())


@pytest.mark.parametrize(
    ("function", "plain", "as_json"),
    [
        ("returns_nothing", "The function returned nothing.\n", "null\n"),
        ("returns_text", "not JSON: {\n", '"not JSON: {"\n'),
    ],
)
def test_any_function_can_be_invoked(function: str, plain: str, as_json: str) -> None:
    """With --json stdout is one JSON document, whatever the function returns."""
    arguments = ("-", "--function", str(FUNCTIONS / function))
    assert invoke(*arguments, stdin="{}").stdout == plain
    assert invoke(*arguments, "--json", stdin="{}").stdout == as_json


# -- exit status 1: raised or stopped ---------------------------------------------------------


@pytest.mark.parametrize("options", [["--json"], []])
def test_an_error_is_in_functiongraphs_shape(options: list[str]) -> None:
    """A handler that raised: exit status 1, and the error document on stdout."""
    result = invoke("-", *options, "--function", str(FUNCTIONS / "raises"), stdin="{}")
    assert result.exit_code == 1
    error = document(result)
    assert set(error) == {"errorMessage", "errorType", "stackTrace"}
    assert error["errorType"] == "TooBad"
    assert error["errorMessage"].endswith("error: the vault is on fire")


def test_wrong_settings_are_the_functions_own_error() -> None:
    """--env replaces what the local cloud provides, and the function judges it."""
    result = invoke("-", "--json", "--env", "SMN_TOPIC_URN=nonsense", stdin="{}")
    assert result.exit_code == 1
    assert document(result)["errorType"] == "ConfigurationError"
    assert "SMN_TOPIC_URN" in document(result)["errorMessage"]


def test_timeout_option_stops_the_function() -> None:
    """--timeout: exit status 1, and the error says how long it was."""
    result = invoke(
        "-", "--json", "--timeout", "0.4", "--function", str(FUNCTIONS / "sleeps"), stdin="{}"
    )
    assert result.exit_code == 1
    assert document(result)["errorType"] == "Timeout"
    assert "falling asleep" in result.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells the memory")
def test_memory_option_stops_the_function() -> None:
    """--memory: exit status 1 for a function that uses more."""
    arguments = ("--json", "--function", str(FUNCTIONS / "eats_memory"))
    event = '{"megabytes": 150}'
    assert invoke("-", *arguments, "--memory", "256", stdin=event).exit_code == 0
    stopped = invoke("-", *arguments, "--memory", "128", stdin=event)
    assert stopped.exit_code == 1
    assert document(stopped)["errorType"] == "MemoryLimitExceeded"


# -- exit status 2: usage ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stdin", "reason"),
    [
        ('{"vault_id":\n  oops}', "line 2, column 3"),
        ("", "line 1, column 1"),
        ('{"a": NaN}', "NaN is not a JSON value"),
        ("[" * 200_000, "no JSON that FunctionGraph takes"),
        ('{"a": "' + "x" * (6 * 1024 * 1024) + '"}', "FunctionGraph takes 6291456"),
    ],
    ids=["no JSON", "empty", "NaN", "deep", "large"],
)
def test_an_event_that_is_no_json_is_a_usage_error(stdin: str, reason: str) -> None:
    """The message says what is wrong and where; nothing is invoked."""
    result = invoke("-", stdin=stdin)
    assert result.exit_code == 2
    assert reason in result.stderr
    assert "standard input" in result.stderr
    assert "Start invoke" not in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["no-such-file.json"], "no file no-such-file.json"),
        (["events"], "cannot be read"),
        ([REQUEST, "--env", "NOVALUE"], "--env NOVALUE: should be NAME=VALUE"),
        ([REQUEST, "--env", "A-B=1"], "--env A-B=1"),
        ([REQUEST, "--env", "DEFAULT_REQUEST=" + "x" * 4096], "4096"),
        (
            [REQUEST, "--env", "NOTIFI_ON=problems"],
            "has no setting NOTIFI_ON. Did you mean NOTIFY_ON?",
        ),
        ([REQUEST, "--timeout", "soon"], "--timeout"),
        ([REQUEST, "--memory", "0"], "--memory"),
        ([REQUEST, "--function", "docs"], "no index.py"),
        ([REQUEST, "--cloud", "localhost:80"], "should be `real`, or a URL"),
        ([REQUEST, "--cloud", "http://127.0.0.1:9/path"], "should be `real`, or a URL"),
        ([REQUEST, "--cloud", "http://127.0.0.1:9"], "nothing answers there"),
        ([REQUEST, "--cloud", "real"], "HUAWEICLOUD_SDK_AK"),
    ],
)
def test_a_wrong_command_line_is_a_usage_error(
    arguments: list[str], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit status 2, and a message that names the option and what it should be."""
    monkeypatch.chdir(ROOT)
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert reason in " ".join(result.stderr.replace("│", " ").split())
    assert result.stdout == ""


# -- other clouds ------------------------------------------------------------------------------


def test_a_served_cloud_is_asked_for_what_it_holds(served: LocalCloud) -> None:
    """--cloud URL of `serve`: no settings needed, and its state is kept between invocations."""
    timer = str(ROOT / "events" / "timer.json")
    first = document(invoke(timer, "--json", "--cloud", served.url))
    second = document(invoke(timer, "--json", "--cloud", served.url + "/"))
    assert first["counts"] == {"started": 2}
    assert second["counts"] == {"already_done": 2}
    assert len(served.cloud.smn().messages(TOPIC_URN)) == 2
    assert not [entry for entry in served.cloud.journal if entry.status == 401]


def test_exported_settings_go_before_asking(
    served: LocalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `serve`'s export lines in the environment, these credentials are the ones used."""
    for name, value in served.environment().items():
        monkeypatch.setenv(name, value)
    result = invoke(REQUEST, "--json", "--cloud", served.url)
    assert document(result)["counts"] == {"started": 2}
    assert {entry.access_key for entry in served.cloud.journal} == {ACCESS_KEY}


def test_any_implementation_serves_with_keys_and_a_topic(
    served: LocalCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SDK's variables and --env SMN_TOPIC_URN are enough; /_local/ is not asked."""
    monkeypatch.setenv("HUAWEICLOUD_SDK_AK", ACCESS_KEY)
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", SECRET_KEY)
    monkeypatch.setenv("HUAWEICLOUD_SDK_PROJECT_ID", served.cloud.project_id)
    result = invoke(REQUEST, "--json", "--cloud", served.url, "--env", f"SMN_TOPIC_URN={TOPIC_URN}")
    assert document(result)["counts"] == {"started": 2}


def test_a_temporary_key_needs_its_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """HUAWEICLOUD_SDK_SECURITY_TOKEN goes with the keys."""
    with LocalCloud() as served:
        served.cloud.add_credentials("TEMPORARY", "secret", "token")
        monkeypatch.setenv("HUAWEICLOUD_SDK_AK", "TEMPORARY")
        monkeypatch.setenv("HUAWEICLOUD_SDK_SK", "secret")
        monkeypatch.setenv("SMN_TOPIC_URN", TOPIC_URN)
        arguments = (REQUEST, "--json", "--cloud", served.url)
        refused = invoke(*arguments)
        assert refused.exit_code == 1
        monkeypatch.setenv("HUAWEICLOUD_SDK_SECURITY_TOKEN", "token")
        assert document(invoke(*arguments))["counts"] == {"started": 2}


class _NothingHere(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


def test_what_is_no_local_cloud_cannot_be_asked() -> None:
    """Another implementation without credentials: a usage error that names the variables."""
    with HTTPServer(("127.0.0.1", 0), _NothingHere) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        result = invoke(REQUEST, "--cloud", f"http://127.0.0.1:{server.server_port}")
    assert result.exit_code == 2
    assert "/_local/state answers 404" in result.stderr
    assert "HUAWEICLOUD_SDK_AK" in result.stderr


def test_the_real_cloud_is_reached_by_its_own_endpoints() -> None:
    """`real`: the SDK's variables and the place become the function's; no endpoint is replaced."""
    environment = {
        "HUAWEICLOUD_SDK_AK": "AK",
        "HUAWEICLOUD_SDK_SK": "SK",
        "HUAWEICLOUD_SDK_SECURITY_TOKEN": "token",
        "HUAWEICLOUD_SDK_PROJECT_ID": "p1",
        "SMN_TOPIC_URN": TOPIC_URN,
        "CBR_ENDPOINT": "http://127.0.0.1:9",
    }
    with destination("real", environment) as where:
        assert where.settings == {"SMN_TOPIC_URN": TOPIC_URN, "PROJECT_ID": "p1"}
        assert where.credentials == Credentials("AK", "SK", "token")
        assert where.project_id == "p1"


def test_an_unpacked_package_sees_its_own_dependencies_only() -> None:
    """A directory that carries a pinned library is complete: nothing is added to it."""
    result = invoke("-", "--json", "--function", str(FUNCTIONS / "carries_its_own"), stdin="{}")
    assert document(result) == {"pydantic": "the package", "sdk": False}
