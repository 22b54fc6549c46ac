from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import fromstring

import pytest

from local.rehearse.checks import Evidence, problems
from local.rehearse.command import run
from local.rehearse.page import page
from local.rehearse.play import Player
from local.rehearse.script import minute
from local.rehearse.stage import SYNC_SECONDS, Stage, stage
from local.rehearse.timeline import Timeline, numbers
from tests.local.chromium import browser
from tests.local.console.accessibility import violations
from tests.support.package import built_package

pytestmark = pytest.mark.package

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.rehearse.play import Rehearsal

EVERY_MINUTE = {
    "SCHEDULE": "0 * * * * *",
    "CATCH_UP_SCHEDULE": "15 * * * * *",
    "REPORT_SCHEDULE": "30 * * * * *",
    "REPORT_WINDOW_MINUTES": "60",
}
"""All timers fire within the minute that is rehearsed here, so that its runs are warm."""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real package."""
    path = tmp_path_factory.mktemp("package") / "function.zip"
    path.write_bytes(built_package().data)
    return path


@pytest.fixture(scope="module")
def deployed(package: Path) -> Iterator[Stage]:
    """The real template, deployed once with every trigger."""
    with stage(parameters=EVERY_MINUTE, zip_file=package) as made:
        yield made


def rehearsed(on: Stage) -> Rehearsal:
    """Let a minute go by in which everything is needed."""
    begin = on.clock.now()
    return Player(on, lambda _: None).play(minute(begin, on.attempts), begin + 60)


def test_the_least_policy_is_enough_and_least(deployed: Stage) -> None:
    """With it, in both forms, nothing goes wrong; without any one of its actions something does."""
    needed = deployed.needed_actions()
    assert {"cbr:vaults:sync", "smn:topic:publish", "smn:topic:list"} <= set(needed)
    for version in ("1.1", "5.0"):
        deployed.grant(version=version)
        assert problems(deployed, rehearsed(deployed)) == []
    for action in needed:
        deployed.grant(without=action)
        found = problems(deployed, rehearsed(deployed))
        deployed.grant()
        assert any("was refused" in one or f"does not allow {action}" in one for one in found), (
            f"without {action} the rehearsal found only {found}"
        )


def test_a_rehearsal_is_told_to_people(deployed: Stage) -> None:
    """Runs cold and warm, messages, faults and the failure that was told, and the numbers."""
    deployed.grant()
    lines: list[str] = []
    timeline = Timeline(deployed, lines.append)
    begin = deployed.clock.now()
    course = Player(deployed, timeline.take).play(minute(begin, deployed.attempts), begin + 60)
    timeline.end()
    told = "\n".join(lines)
    for part in (
        "message  2 messages by KAFKA",
        "run      TIMER vault-sync-daily",
        "cold",
        "warm",
        "fault    error on ImportCheckpoint, for a while",
        "failure  FunctionGraph told the topic that this failed for good, tried 3 times",
    ):
        assert part in told
    amounts = numbers(Evidence(deployed, course), 1.0)
    assert amounts["timer ticks"] == "3"
    assert amounts["messages"] == "5, 1 of them bad"


@pytest.fixture(scope="module")
def left(deployed: Stage, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a minute, with a law that did not hold."""
    deployed.grant()
    evidence = Evidence(deployed, rehearsed(deployed))
    laws = {"This holds.": [], "This does not.": ["<script>alert(1)</script> & more"] * 201}
    file = tmp_path_factory.mktemp("left") / "rehearsal.html"
    text = page(evidence, laws, numbers(evidence, 1.0), "a minute of <template>")
    file.write_text(text, encoding="utf-8")
    return file


def test_the_page_shows_everything_that_happened(left: Path, deployed: Stage) -> None:
    """What held and what did not, and an entry for each tick, message, run, task and fault."""
    text = left.read_text(encoding="utf-8")
    assert "<title>Rehearsal: 1 of 2 laws did not hold</title>" in text
    root = fromstring(text[text.index("<body>") : text.index("</html>")])  # noqa: S314 - our own
    reasons = [one.text for one in root.iterfind(".//ul[@class='failure']/li")]
    assert reasons == ["<script>alert(1)</script> & more"] * 200 + ["... and 1 more"]
    rows = [" ".join(row.itertext()) for row in root.iterfind(".//tr")]
    (task,) = [t for t in deployed.cloud.cbr().tasks() if t.auto_trigger][-1:]
    for part in (
        "tick the timer vault-sync-daily fires",
        "message 2 messages by KAFKA",
        "fault error on ImportCheckpoint, for a while",
        "FunctionGraph told the topic that this failed for good, tried 3 times",
        f"running, task {task.id}",
    ):
        assert any(part in row for row in rows), part
    (injected,) = root.iterfind(".//section[@id='injected']")
    met = [" ".join(one.itertext()) for one in injected.iterfind(".//p")]
    assert [
        one for one in met if "KAFKA" in one and "FAILED: 1 failed" in one and "attempt 3" in one
    ]


def test_every_link_of_the_page_leads_to_an_entry_and_none_elsewhere(left: Path) -> None:
    """One file, complete in itself."""
    text = left.read_text(encoding="utf-8")
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    links = re.findall(r'\bhref="([^"]+)"', text)
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert len(links) > 10
    assert re.findall(r"<script|\bsrc=|https?://|url\(|@import", text) == []


def test_the_page_keeps_nobody_out(left: Path) -> None:
    """Axe-core finds no violation; it fits the screen; a mark leads to its entry."""
    with browser() as started:
        for scheme, width in (("light", 390), ("dark", 1280)):
            opened = started.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
            complaints: list[str] = []
            opened.on("console", lambda said, heard=complaints: heard.append(said.text))
            opened.goto(left.as_uri())
            opened.get_by_role("list", name="Faults").get_by_role("link").first.click()
            assert opened.locator("tr:target").is_visible()
            assert violations(opened) == []
            assert opened.evaluate("document.documentElement.scrollWidth") == width
            assert complaints == []


def test_a_sync_too_many_or_too_few_is_found(deployed: Stage) -> None:
    """The checks see a task nobody was told of, a double, and a tick that did not fire."""
    deployed.grant()
    deployed.clock.move_to(deployed.clock.now() + 2 * SYNC_SECONDS)  # no earlier sync is running
    course = rehearsed(deployed)
    evidence = Evidence(deployed, course)
    ticked = next(
        e for e in evidence.events if e.attempts[0].record.source.name == "vault-sync-report"
    )
    course.attempts[:] = [a for a in course.attempts if a.record.event != ticked.last.record.event]
    assert any("did not fire at" in one for one in problems(deployed, course))
    starting = next(a for a in course.attempts if any(c.operation_log_id for c in a.calls))
    course.attempts.append(starting)
    assert any("syncs of vault" in one for one in problems(deployed, course))
    now = deployed.clock.now()
    vault = deployed.cloud.cbr().add_vault("untold")
    deployed.cloud.cbr().start_sync(vault.id, auto_trigger=False, now=now)
    assert any("the topic was not told of task" in one for one in problems(deployed, course))


def test_a_day_with_faults_ends_well(package: Path, tmp_path: Path) -> None:
    """Exit status 0, and every law by its own words; the hourly reports are left out here."""
    lines: list[str] = []
    file = tmp_path / "build" / "rehearsal.html"
    parameters = {"REPORT_TIMER": "false"}
    status = run(1, 3, lines.append, parameters=parameters, zip_file=package, page_file=file)
    assert status == 0, lines
    told = "\n".join(lines)
    assert lines[-1].endswith(str(file))
    left = file.read_text(encoding="utf-8")
    assert "<title>Rehearsal: every law held</title>" in left
    assert "1 day of template.yaml, faults of seed 3" in left
    assert "is delivered again" in left
    assert "timer ticks    7\n" in told
    assert "messages       52, " in told
    assert "  ok  No event, however often it was delivered and tried, started two syncs" in told


def test_a_rehearsal_that_fails_says_why(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit status 1 and the reasons, on the page too: here an agency that may do nothing."""
    monkeypatch.setattr(Stage, "grant", lambda stage: stage.agency.grant([]))
    lines: list[str] = []
    file = tmp_path / "rehearsal.html"
    parameters = {"REPORT_TIMER": "false"}
    status = run(1, 0, lines.append, parameters=parameters, zip_file=package, page_file=file)
    assert status == 1
    left = file.read_text(encoding="utf-8")
    assert "of 9 laws did not hold</title>" in left
    assert "does not allow vpc:vpcs:get, needed to attach the function" in left
    assert "no faults" in left
    told = "\n".join(lines)
    assert "FAILED  Nothing was refused for want of a permission" in told
    assert "does not allow vpc:vpcs:get, needed to attach the function to its VPC" in told


def test_a_template_that_cannot_be_deployed_is_another_status(tmp_path: Path) -> None:
    """Exit status 2, and what is wrong with it, before a package is built; no page is left."""
    lines: list[str] = []
    file = tmp_path / "rehearsal.html"
    file.write_text("of an earlier rehearsal")
    assert run(1, 0, lines.append, parameters={"SCHEDULES": "x"}, page_file=file) == 2
    assert not file.exists()
    (told,) = lines
    assert "SCHEDULES (the rehearsal) is not a parameter of the template" in told
    assert "Did you mean SCHEDULE" in told
    template = tmp_path / "template.yaml"
    template.write_text("HcCrmTemplateVersion: v2\nResources: {}\n")
    assert run(1, 0, lines.append, template=template, page_file=file) == 2
    assert lines[-1].startswith("The template could not be deployed: ")
