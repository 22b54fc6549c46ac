"""`mock_huaweicloud` as context manager, decorator and fixture."""

from __future__ import annotations

import inspect
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from local.emulator import Cloud, mock_huaweicloud, sample_cloud
from local.emulator.hosts import REGIONS, host_of, locate
from local.emulator.transport.in_process_failures import read_timeout
from tests.local.emulator.reaching import StillClock

URL = "https://cbr.cn-north-4.myhuaweicloud.com/v3/p/vaults"


def status() -> int:
    return requests.get(URL, timeout=5).status_code


def test_the_context_gives_the_sample_account() -> None:
    """And afterwards requests go where they went before."""
    before = requests.adapters.HTTPAdapter.send
    with mock_huaweicloud() as cloud:
        assert status() == 401
        assert len(cloud.journal) == 1
        assert len(cloud.cbr().vaults) == 5
    assert requests.adapters.HTTPAdapter.send is before


def test_a_cloud_of_ones_own_is_used() -> None:
    """With all that is in it."""
    mine = Cloud()
    with mock_huaweicloud(mine) as cloud:
        assert cloud is mine


def test_other_hosts_are_refused() -> None:
    """No test reaches the network by accident, nor Huawei Cloud without TLS."""
    refused = (
        "https://example.com/",
        URL.replace("https", "http"),
        "https://cbr.cn-nowhere-1.myhuaweicloud.com/",
        "https://smn.cn-north-2.myhuaweicloud.com/",
    )
    with mock_huaweicloud() as cloud:
        for url in refused:
            with pytest.raises(requests.ConnectionError, match="Connection refused by Responses"):
                requests.get(url, timeout=5)
        assert len(cloud.journal) == 0


def test_nesting_keeps_the_cloud_of_the_same_mock_and_shadows_another() -> None:
    """The inner one answers, and leaving it gives the outer one back."""
    outer = mock_huaweicloud()
    with outer as first:
        with outer as again:
            assert again is first
            status()
        with mock_huaweicloud() as second:
            status()
        status()
    assert (len(first.journal), len(second.journal)) == (2, 1)
    with outer as later:
        assert later is not first


@mock_huaweicloud
def answered_bare() -> int:
    """Say what came."""
    return status()


@mock_huaweicloud()
def answered_with_cloud(extra: int, cloud: Cloud) -> tuple[int, int]:
    return status() + extra, len(cloud.journal)


def test_as_a_decorator_each_call_has_a_cloud_of_its_own() -> None:
    """With and without parentheses; a parameter named `cloud` is filled in."""
    assert answered_bare() == 401
    assert answered_bare.__doc__ == "Say what came."
    assert [answered_with_cloud(1), answered_with_cloud(2)] == [(402, 1), (403, 1)]  # type: ignore[call-arg]  # the decorator gives the cloud
    assert list(inspect.signature(answered_with_cloud).parameters) == ["extra"]


@mock_huaweicloud
def test_a_decorated_test_is_given_its_cloud(cloud: Cloud) -> None:
    """Pytest does not take the parameter for a fixture: this cloud is on the real clock."""
    status()
    assert len(cloud.journal) == 1
    assert not isinstance(cloud.clock, StillClock)


def test_as_a_fixture(huaweicloud: Cloud) -> None:
    """`huaweicloud` is the Cloud, active."""
    assert status() == 401
    assert len(huaweicloud.journal) == 1


def test_a_failing_block_still_ends_the_mock() -> None:
    """An exception passes through, and the network is as before."""
    before = requests.adapters.HTTPAdapter.send
    with pytest.raises(ZeroDivisionError), mock_huaweicloud():
        _ = 1 / 0
    assert requests.adapters.HTTPAdapter.send is before


def test_memory_does_not_grow_with_requests_kept() -> None:
    """`responses` keeps every request for its own assertions; here only the journal does."""
    mock = mock_huaweicloud()
    with mock as cloud:
        for _ in range(20):
            status()
        assert mock._mock is not None
        kept = [len(mock._mock.calls), *(len(r.calls) for r in mock._mock.registered())]

    assert len(cloud.journal) == 20
    assert kept == [1, 1]


@pytest.mark.parametrize(
    ("given", "seconds"),
    [(None, None), (5, 5.0), ((1, 2.5), 2.5), ((1, None), None)],
)
def test_the_read_timeout_is_what_requests_was_given(given: object, seconds: float | None) -> None:
    """One number, a pair, or none."""
    assert read_timeout(given) == seconds


def test_host_names_are_the_sdks_own() -> None:
    """Every region of the SDK's tables is found by its host, and no other."""
    from huaweicloudsdkcbr.v1.region.cbr_region import CbrRegion  # noqa: PLC0415 - here alone
    from huaweicloudsdksmn.v2.region.smn_region import SmnRegion  # noqa: PLC0415

    for service, table in (("cbr", CbrRegion), ("smn", SmnRegion)):
        for region in table.static_fields.values():
            (endpoint,) = region.endpoints
            assert endpoint == f"https://{host_of(service, region.id)}"
            assert locate(endpoint.removeprefix("https://")) == (service, region.id)
    assert set(CbrRegion.static_fields) == REGIONS
    assert locate("smn.ru-northwest-2.myhuaweicloud.com") is None
    assert locate("iam.myhuaweicloud.com") == ("iam", None)


def test_importing_the_emulator_imports_nothing_of_weight() -> None:
    """The SDK, aiohttp, requests and pydantic come when they are used; the SDK never."""
    code = (
        "import sys\n"
        "from local.emulator import LocalCloud, mock_huaweicloud\n"
        "heavy = {'aiohttp', 'huaweicloudsdkcore', 'pydantic', 'requests', 'responses'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    root = Path(__file__).parents[4]
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == "[]"


def test_nothing_listens_in_process() -> None:
    """The mock opens no socket."""
    with pytest.MonkeyPatch.context() as patch, mock_huaweicloud(sample_cloud()):
        patch.setattr(socket, "socket", None)
        assert status() == 401
