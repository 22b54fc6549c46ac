from __future__ import annotations

import io
import sys
import sysconfig
from pathlib import Path

import pytest
from rich.console import Console

from tests.benchmarks import batch, big_run, cold_start, last_release, listings, overhead, report
from tests.benchmarks.contestants import HERE, ROOT, Contestant
from tests.benchmarks.process import run
from tests.benchmarks.quota import QuotaUnavailableError, cpu_quota

LIBRARIES = Path(sysconfig.get_path("platlib"))


def _contestant(name: str, folder: Path) -> Contestant:
    """A contestant from the sources as they are, with the libraries that are installed here."""
    return Contestant(name, sys.executable, (folder, LIBRARIES))


FUNCTION = _contestant("function", ROOT / "function")
NAIVE = _contestant("naive", HERE / "naive")
FLOOR = _contestant("floor", HERE / "floor")


def test_every_contestant_starts_and_does_what_it_is_for() -> None:
    """The function and the naive one start a sync and publish it; the floor does nothing."""
    runs = cold_start.measure([FUNCTION, NAIVE, FLOOR], rounds=1)
    assert {name: some[0].started for name, some in runs.items()} == {
        "function": [1],
        "naive": [1],
        "floor": [0],
    }
    found = cold_start.summary(runs, 0.3)
    assert set(found["ratio_to"]) == {"naive", "floor"}
    seconds, cost = found["seconds"]["function"], found["gb_seconds"]["function"]
    assert cost == pytest.approx(seconds * 128 / 1024, abs=1e-3)


def test_a_batch_is_timed_against_the_loop_and_the_ideal() -> None:
    """The ideal is full rounds of the latency, of as many calls as may be in flight."""
    found = batch.measure(FUNCTION, NAIVE, vaults=3, rounds=1, loop_rounds=1)
    assert found["ideal_seconds"] == batch.LATENCY_SECONDS
    assert found["ideal_seconds_first_alone"] == 2 * batch.LATENCY_SECONDS
    assert found["seconds"]["loop"] > 3 * batch.LATENCY_SECONDS
    assert batch.ideal_seconds(100) == 7 * batch.LATENCY_SECONDS


def test_a_big_run_is_judged_by_the_journal() -> None:
    """40 vaults at 5 calls a second: none lost, none asked for twice, in the time that takes."""
    found = big_run.measure(vaults=40, calls_per_second=5)
    assert found["statuses"] == {"started": 40}
    assert (found["lost_vaults"], found["wasted_calls"]) == (0, 0)
    assert found["throttled_calls"] > 0
    assert found["sync_calls"] == 40 + found["throttled_calls"]
    assert found["virtual_seconds"] > 5


def test_a_page_of_a_list_costs_the_same_however_long_the_list_is() -> None:
    """Within half as much again, which leaves room for a busy machine."""
    found = listings.measure(many=10_000, rounds=100)
    assert set(found["ratio"]) == set(listings.LISTS)
    assert max(found["ratio"].values()) < 1.5, found


def test_the_table_says_which_targets_are_met() -> None:
    """Each measurement is a row; a target that is missed says NO."""
    printed = io.StringIO()
    results = {
        "package": {"zip_bytes": 5_600_000},
        "overhead": overhead.measure(vaults=5, rounds=1) | {"microseconds_per_vault": 40.0},
        "cold_start": [{"core_share": 0.3, "unavailable": "no CPU controller"}],
    }
    report.show(results, Console(file=printed, width=120))
    lines = printed.getvalue().splitlines()
    assert any("5.60 MB" in line and "NO" in line for line in lines)
    assert any("40 µs" in line and "yes" in line for line in lines)
    assert any("no CPU controller" in line for line in lines)


def test_what_got_worse_by_more_than_the_noise_is_named() -> None:
    """And what differs by less is not."""
    name = "cold start, function / naive"
    cold = {"core_share": None, "ratio_to": {"naive": 0.25}, "noise_of_ratio_to": {"naive": 0.01}}
    results = {"cold_start": [cold]}
    assert last_release.ratios_of(results) == {name: 0.25}
    assert list(last_release.worse(results, {name: 0.22})) == [
        f"{name}: 0.250, 0.220 in the last release"
    ]
    assert not list(last_release.worse(results, {name: 0.235}))
    assert set(last_release.read()) >= {name}


def test_a_process_that_fails_is_an_error_with_what_it_said() -> None:
    """A contestant that cannot be imported does not count as a fast one."""
    nobody = _contestant("nobody", HERE)
    with pytest.raises(RuntimeError, match=r"nobody failed: [\s\S]*No module named 'index'"):
        run(nobody, [{}], {})


def test_a_share_of_a_core_is_a_quota_of_the_kernel() -> None:
    """A group with the share exists while it is entered and no longer, or the reason is told."""
    try:
        with cpu_quota(0.5) as quota:
            group = Path(quota.command([])[3]).parent
            limits = [group / name for name in ("cpu.cfs_quota_us", "cpu.max")]
            limit = next(file for file in limits if file.exists())
            assert limit.read_text().split()[0] == "50000"
        assert not group.exists()
    except QuotaUnavailableError as why:
        assert "cgroup" in str(why)  # noqa: PT017 - either is right, as the machine has it
