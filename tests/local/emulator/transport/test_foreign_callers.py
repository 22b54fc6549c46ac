"""Pages of other sites run in the developer's browser: nothing answers them, signed or not."""

from __future__ import annotations

from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from local.emulator import Cloud, LocalCloud
from tests.local.emulator.signing import EVENT, FUNCTIONS, INVOCATION, function_body, signed_headers

if TYPE_CHECKING:
    from collections.abc import Mapping

EVIL = "evil.example"
SERVICE = "functiongraph.cn-north-4.myhuaweicloud.com"


def status(
    served: LocalCloud, method: str, path: str, body: str, headers: Mapping[str, str]
) -> int:
    """Ask with just these headers, and return the answer's status."""
    address = urlsplit(served.url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=20)
    try:
        connection.request(method, path, body.encode(), dict(headers))
        return connection.getresponse().status
    finally:
        connection.close()


def create(served: LocalCloud, host: str, **headers: str) -> int:
    """Create a function by a signed request that names `host` as its server."""
    body = function_body()
    signed = signed_headers("POST", host, FUNCTIONS, body)
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    return status(served, "POST", FUNCTIONS, body, {**signed, **changed})


@pytest.mark.parametrize(
    ("host", "headers"),
    [
        (EVIL, {}),
        (f"{EVIL}:8080", {"Origin": f"http://{EVIL}:8080"}),
        ("127.0.0.1.evil.example", {}),
        ("localhost.evil.example", {}),
        (SERVICE, {}),
        ("[broken", {}),
        ("", {}),
        ("localhost", {"Origin": f"http://{EVIL}"}),
        ("localhost", {"Origin": "null"}),
        ("127.0.0.1:1", {"Origin": "http://127.0.0.1:2"}),
        ("localhost", {"Sec_Fetch_Site": "cross-site"}),
        ("localhost", {"Sec_Fetch_Site": "same-site"}),
    ],
    ids=str,
)
def test_a_signed_request_of_a_foreign_page_creates_no_function(
    cloud: Cloud, host: str, headers: dict[str, str]
) -> None:
    """By a foreign name (DNS rebinding), or from a foreign origin: 403, and nothing was done."""
    with LocalCloud(cloud) as served:
        assert create(served, host, **headers) == 403
    assert cloud.functiongraph().functions == {}
    assert len(cloud.journal) == 0


@pytest.mark.parametrize(
    "host", ["localhost", "LocalHost:8080", "127.0.0.1:1", "[::1]", "10.0.0.7"]
)
def test_an_address_and_localhost_are_answered(cloud: Cloud, host: str) -> None:
    """No site has these for its own name."""
    with LocalCloud(cloud) as served:
        assert create(served, host) == 200


def test_a_foreign_page_invokes_no_function(cloud: Cloud) -> None:
    """What is deployed is not run for it; for its owner it is."""
    with LocalCloud(cloud) as served:
        assert create(served, "localhost") == 200
        for host, expected in ((EVIL, 403), ("localhost", 200)):
            signed = signed_headers("POST", host, INVOCATION, EVENT)
            assert status(served, "POST", INVOCATION, EVENT, signed) == expected


@pytest.mark.parametrize("path", ["/", "/v3/projects", "/nothing", "/_local", "/_local/state"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "PUT"])
def test_no_request_by_a_foreign_name_is_answered(cloud: Cloud, path: str, method: str) -> None:
    """Whatever it is for, signed or not."""
    with LocalCloud(cloud) as served:
        assert status(served, method, path, "", {"Host": EVIL}) == 403


def test_more_names_count_where_they_are_given(cloud: Cloud) -> None:
    """`names` has those of a container, `proxy` switches on those of the services."""
    with LocalCloud(cloud, names=["Emulator"]) as served:
        assert create(served, "emulator:8080") == 200
        assert create(served, SERVICE) == 403
    cloud.reset()
    with LocalCloud(cloud, proxy=True) as served:
        assert create(served, SERVICE) == 200
        assert create(served, EVIL) == 403


def test_with_a_proxy_the_name_tells_the_service_and_the_region(cloud: Cloud) -> None:
    """A path of FunctionGraph's is no path of CBR's; a region has its own projects alone."""
    with LocalCloud(cloud, proxy=True) as served:
        assert create(served, "cbr.cn-north-4.myhuaweicloud.com") == 404
        assert create(served, "functiongraph.eu-west-101.myhuaweicloud.com") == 403
    assert [entry.error_code for entry in cloud.journal] == ["APIGW.0101", "APIGW.0802"]
