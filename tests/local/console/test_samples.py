"""The sample events on the page."""

from __future__ import annotations

import json
from pathlib import Path

from local.console.samples import ABOUT, samples
from local.sample_event import EVENTS
from tests.local.console.conftest import Visitor


def test_every_sample_is_offered_as_it_is(visitor: Visitor) -> None:
    """Each file of events/, with a word about it, in the order of the words."""
    offered = visitor.get("/_console/samples").json()["samples"]

    assert {sample["name"] for sample in offered} == {file.stem for file in EVENTS.iterdir()}
    described = [name for name in ABOUT if (EVENTS / f"{name}.json").exists()]
    assert [sample["name"] for sample in offered] == described
    for sample in offered:
        assert sample["event"] == (EVENTS / f"{sample['name']}.json").read_text(encoding="utf-8")


def test_a_timer_without_a_request_is_given_a_default_one() -> None:
    """Its function has to be set up for it."""
    (sample,) = [each for each in samples() if each.name == "timer-without-request"]

    assert json.loads(sample.settings["DEFAULT_REQUEST"]) == {"select": {"all": True}}


def test_a_file_nobody_described_comes_last(tmp_path: Path) -> None:
    """It is offered all the same."""
    for name in ("another", "timer"):
        (tmp_path / f"{name}.json").write_text("{}")

    assert [sample.name for sample in samples(tmp_path)] == ["timer", "another"]


def test_samples_of_one_kind_stand_in_one_group() -> None:
    """By the first word of the name; what nobody thought of has a place too."""
    groups = {sample.name: sample.group for sample in samples()}

    assert groups["timer"] == groups["timer-report"] == "Timers"
    assert groups["kafka"] == groups["dms"] == "Queues"
    assert groups["request"] == groups["continued"] == "Requests by hand"
    assert groups["apig"] == groups["apig-text"] == "HTTP requests"
    assert groups["smn"] == "Other triggers"
    assert len(set(groups.values())) <= 6
