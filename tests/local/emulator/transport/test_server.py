"""The local cloud over HTTP: its life, its settings, and the command that serves it."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from local.emulator import Cloud, LocalCloud
from local.emulator.sample import ACCESS_KEY, PROJECT_ID, SECRET_KEY, TOPIC_URN
from local.emulator.transport.environment import environment, export_lines
from tests.local.emulator.reaching import Reach, reached, sync

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[4]


def serving_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "local-cloud"]


def test_a_server_ends_with_its_context() -> None:
    """Its port is free, its thread is gone, and it can be served again."""
    local_cloud = LocalCloud()
    for _ in range(2):
        with local_cloud:
            url = local_cloud.url
            assert requests.get(f"{url}/_local/", timeout=5).status_code == 200
        with pytest.raises(requests.ConnectionError):
            requests.get(f"{url}/_local/", timeout=5)
    assert serving_threads() == []
    with pytest.raises(RuntimeError, match="not being served"):
        _ = local_cloud.url
    local_cloud.stop()


def test_a_server_ends_although_an_answer_is_being_delayed() -> None:
    """Who waits for an answer is disconnected."""
    from local.emulator import Latency  # noqa: PLC0415 - for this test alone

    cloud = Cloud()
    cloud.faults.add(Latency(600))
    cloud.add_credentials("K", "s")
    failures: list[BaseException] = []
    with reached(cloud, "http") as reach:
        from huaweicloudsdkcore.auth.credentials import BasicCredentials  # noqa: PLC0415

        client = reach.cbr(BasicCredentials("K", "s", cloud.project_id))
        client._config.timeout = (5, 60)

        def call() -> None:
            try:
                sync(client)
            except Exception as error:  # noqa: BLE001 - looked at below
                failures.append(error)

        caller = threading.Thread(target=call)
        caller.start()
        while not len(cloud.journal):
            caller.join(0.01)
    caller.join(10)
    assert not caller.is_alive()
    assert len(failures) == 1


def test_a_port_in_use_is_an_error() -> None:
    """OSError, and no thread is left behind."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            LocalCloud(port=port).start()
    assert serving_threads() == []


def test_the_environment_has_all_a_program_needs(cloud: Cloud) -> None:
    """Settings of the function, credentials and regions of the SDK, endpoints of deploy."""
    url = "http://127.0.0.1:1"

    assert environment(cloud, url) == {
        "REGION": "cn-north-4",
        "PROJECT_ID": PROJECT_ID,
        "SMN_TOPIC_URN": TOPIC_URN,
        "CBR_ENDPOINT": url,
        "SMN_ENDPOINT": url,
        "FUNCTIONGRAPH_ENDPOINT": url,
        "HUAWEICLOUD_SDK_AK": ACCESS_KEY,
        "HUAWEICLOUD_SDK_SK": SECRET_KEY,
        "HUAWEICLOUD_SDK_PROJECT_ID": PROJECT_ID,
        "HUAWEICLOUD_SDK_IAM_ENDPOINT": url,
        "HUAWEICLOUD_SDK_REGION_CBR_CN_NORTH_4": url,
        "HUAWEICLOUD_SDK_REGION_SMN_CN_NORTH_4": url,
        "HUAWEICLOUD_SDK_REGION_FUNCTIONGRAPH_CN_NORTH_4": url,
    }


def test_the_environment_leaves_out_what_the_account_has_not() -> None:
    """An expired key is no credential; a temporary one brings its token."""
    cloud = Cloud()
    assert "HUAWEICLOUD_SDK_AK" not in environment(cloud, "http://x")
    assert "SMN_TOPIC_URN" not in environment(cloud, "http://x")
    cloud.add_credentials("OLD", "s")
    cloud.expire("OLD")
    cloud.add_credentials("NEW", "s", "t")

    settings = environment(cloud, "http://x")
    assert (settings["HUAWEICLOUD_SDK_AK"], settings["HUAWEICLOUD_SDK_SECURITY_TOKEN"]) == (
        "NEW",
        "t",
    )


def test_export_lines_survive_a_shell() -> None:
    """Whatever the value holds."""
    awkward = {"A": 'it\'s $HOME `x` "y"', "B": "two\nlines"}
    shell = ["/bin/sh", "-c", export_lines(awkward) + '\nprintf "%s|%s" "$A" "$B"']

    assert subprocess.run(shell, capture_output=True, text=True, check=True).stdout == (
        f"{awkward['A']}|{awkward['B']}"
    )


def test_the_sdk_reaches_the_cloud_by_the_environment_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Credentials, project and region from the variables, nothing in code."""
    from huaweicloudsdkcbr.v1 import CbrClient, ListVaultRequest  # noqa: PLC0415 - here alone
    from huaweicloudsdkcbr.v1.region.cbr_region import CbrRegion  # noqa: PLC0415
    from huaweicloudsdkcore.http.http_config import HttpConfig  # noqa: PLC0415

    with LocalCloud() as served:
        for name, value in served.environment().items():
            monkeypatch.setenv(name, value)
        client = (
            CbrClient.new_builder()
            .with_http_config(HttpConfig(user_agent="test"))
            .with_region(CbrRegion.value_of(os.environ["REGION"]))
            .build()
        )
        assert client.list_vault(ListVaultRequest()).count == 5
        client.close()


@pytest.fixture(params=[("local", "serve"), ("local.emulator",)], ids=" ".join)
def served(request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", *request.param]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        yield process
        if process.poll() is None:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_prints_how_to_reach_it_and_ends_on_a_signal(
    served: subprocess.Popen[str], number: signal.Signals
) -> None:
    """Comments and export lines alone, so that a shell can read all of it; then status 0."""
    assert served.stdout is not None
    first = served.stdout.readline()
    found = re.search(r"http://127\.0\.0\.1:\d+", first)
    assert found is not None
    assert requests.get(f"{found.group()}/_local/", timeout=5).status_code == 200
    page = requests.get(found.group(), timeout=5).headers["Content-Type"]
    assert page.startswith(
        "application/json" if "local.emulator" in str(served.args) else "text/html"
    )

    served.send_signal(number)
    rest = served.stdout.read()

    assert served.wait(10) == 0
    lines = rest.splitlines()
    assert all(line.startswith(("#", "export ")) for line in lines)
    exported = dict(shlex.split(line)[1].split("=", 1) for line in lines if line[0] == "e")
    assert exported["CBR_ENDPOINT"] == found.group()
    assert exported["HUAWEICLOUD_SDK_AK"] == ACCESS_KEY


def test_serve_on_a_port_in_use_is_a_usage_error() -> None:
    """Status 2, saying which port and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "local", "serve", "--port", port]
        ended = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
        )

    assert (ended.returncode, ended.stdout) == (2, "")
    assert f"cannot listen on 127.0.0.1 port {port}" in ended.stderr
    assert "--port" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_absolute_form_of_a_target_is_understood(cloud: Cloud) -> None:
    """As a client sends it that takes the cloud for a proxy; the name in it is the one called."""
    with LocalCloud(cloud, proxy=True) as local_cloud:
        host, port = local_cloud.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=5) as connection:
            connection.sendall(
                b"GET http://cbr.cn-north-4.myhuaweicloud.com/v3/p/vaults?limit=1 HTTP/1.1\r\n"
                b"Host: ignored.example\r\nConnection: close\r\n\r\n"
            )
            answer = connection.makefile("rb").read()

    assert b" 401 " in answer.splitlines()[0]
    (entry,) = cloud.journal.entries
    assert (entry.operation, entry.region) == ("ListVault", "cn-north-4")


def test_a_caller_who_is_gone_in_the_middle_leaves_no_trace(
    cloud: Cloud, caplog: pytest.LogCaptureFixture
) -> None:
    """A function's process that is killed while it sends, for one."""
    with LocalCloud(cloud) as served:
        address = served.url.removeprefix("http://").split(":")
        with socket.create_connection((address[0], int(address[1])), timeout=5) as half:
            half.sendall(
                b"POST /v3/p/vaults HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"
            )
            assert requests.get(f"{served.url}/_local/", timeout=5).status_code == 200
        assert requests.get(f"{served.url}/_local/", timeout=5).status_code == 200
    assert caplog.records == []


def test_the_sample_reach_has_a_url(reach: Reach) -> None:
    """In process the real host names, over HTTP one URL for all services."""
    if reach.transport == "http":
        assert reach.endpoint("cbr") == reach.endpoint("smn") == reach.url
    else:
        assert reach.endpoint("smn") == "https://smn.cn-north-4.myhuaweicloud.com"
