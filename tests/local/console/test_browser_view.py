"""The page in a real browser: what it shows, and where."""

from __future__ import annotations

import json
import re
from typing import Any

from local.emulator import Cloud, Course, Failed, LocalCloud, Success
from tests.local.console.browsing import (
    chromium,
    cloud,
    expect,
    page,
    publish,
    region,
    served,
)
from tests.local.emulator.functiongraph.conftest import Account, client_of
from tests.local.emulator.reaching import VAULT

__all__ = ["chromium", "cloud", "page", "served"]


def test_the_state_of_the_vaults_comes_first(page: Any, cloud: Cloud) -> None:
    """What never succeeded, or not for 26 hours, is a warning, in words and in colour."""
    now = cloud.clock.now()
    recent, old, failed, *_ = cloud.cbr().vaults
    for vault_id, age, ending in (
        (recent, 3600, Success()),
        (recent, 1800, Failed()),
        (old, 31 * 3600, Success()),
        (failed, 60, Failed()),
    ):
        cloud.cbr().add_task(vault_id, created_at=now - age, course=Course(ending=ending))

    def row(vault_id: str) -> Any:
        return region(page, "Vaults").get_by_role("row").filter(has_text=vault_id)

    expect(row(recent).locator(".badge.good").first).to_contain_text("1 h ago")
    expect(row(recent)).to_contain_text("1 success, 1 failed")
    expect(row(old).locator(".badge.warning")).to_contain_text("31 h ago")
    expect(row(old)).to_contain_text("no sync")
    expect(row(failed).locator(".badge.warning")).to_contain_text("never")
    expect(row(failed)).to_contain_text("1 failed")
    expect(row(failed).locator("rect.bad")).to_have_count(1)
    expect(row(recent).locator("rect.good, rect.bad")).to_have_count(2)
    expect(region(page, "Vaults").get_by_role("heading")).to_contain_text(
        "3 without a success in the last 26 h"
    )
    top = page.evaluate("document.getElementById('vaults').getBoundingClientRect().top")
    assert top < 200


def test_the_outcome_comes_first_and_then_how_the_run_ended(page: Any) -> None:
    """A run that returned a rejection is no success."""
    page.get_by_label("Your own event").fill('{"vault": "x"}')
    page.get_by_role("button", name="Send this event").click()

    first = region(page, "Invocations").locator("summary").first
    expect(first).to_contain_text("returned after")
    expect(first.locator(".badge")).to_have_class("badge bad")
    expect(first.locator(".badge")).to_contain_text("problem")
    expect(first).to_contain_text("1 rejected \u00b7 returned after")


def test_a_report_is_shown_as_tables(page: Any, cloud: Cloud) -> None:
    """The tasks that ended, and the vaults behind."""
    now = cloud.clock.now()
    failed = cloud.cbr().add_task(
        VAULT, created_at=now - 120, course=Course(ending=Failed("B.1", "broken"))
    )
    page.get_by_label("Your own event").fill('{"action": "report", "max_age_hours": 26}')
    page.get_by_role("button", name="Send this event").click()

    invocation = region(page, "Invocations").locator("details").first
    task = invocation.get_by_role("table", name="Tasks of the report").get_by_role("row").nth(1)
    expect(task).to_contain_text("prod-erp")
    expect(task).to_contain_text(failed.id)
    expect(task).to_contain_text("B.1 broken")
    behind = invocation.get_by_role("table", name="Vaults behind").get_by_role("row")
    expect(behind).to_have_count(1 + 4)
    expect(behind.nth(1)).to_contain_text("never")


def test_a_mistake_in_the_settings_shows_its_message_alone(page: Any) -> None:
    """Where the code stood helps nobody then; elsewhere it is folded."""
    page.get_by_text("Settings of the function").click()
    page.locator("#settings").fill("MAX_ATTEMPTS=many")
    page.get_by_role("button", name="Send this event").click()

    failure = region(page, "Invocations").locator(".failure")
    expect(failure).to_contain_text("MAX_ATTEMPTS: 'many' should be a whole number")
    expect(failure.get_by_label("Stack trace")).to_have_count(0)
    expect(failure).not_to_contain_text("function invocation exception")


def test_the_log_is_laid_out_and_its_document_folded(page: Any) -> None:
    """One field a line, once it is opened."""
    page.get_by_role("button", name="Send this event").click()
    log = region(page, "Invocations").get_by_label("Log", exact=True)
    document = log.locator("details")
    expect(document).to_have_count(1)
    expect(document.get_by_text("invocation_id")).to_be_hidden()

    document.locator("summary").click()

    expect(document.locator("dt").filter(has_text="invocation_id")).to_be_visible()
    expect(document.locator("dd").filter(has_text='"operation_log_id"')).to_be_visible()


def test_a_doubtful_request_is_flagged_while_it_is_typed(page: Any, cloud: Cloud) -> None:
    """In the function's words, with the place; it can be sent all the same."""
    editor = page.get_by_label("Your own event")
    editor.fill('{\n  "vault": "x"\n}')
    problem = page.locator("#event-problem")

    expect(problem).to_contain_text("Line 2, column 3: vault: unknown field (is vault_id meant?)")
    expect(editor).to_have_attribute("aria-invalid", "true")
    editor.fill('{"vault_id": "8d3a"}')
    expect(problem).to_be_empty()
    assert len(cloud.journal) == 0


def test_names_of_fields_and_ids_of_vaults_are_completed(page: Any) -> None:
    """By keyboard alone; what is offered fits the place, and only what is not there already."""
    editor = page.get_by_label("Your own event")
    editor.fill("")
    page.keyboard.type('{"select": {"all": true, "old')
    completions = page.get_by_role("group", name="Completions").get_by_role("button")
    expect(completions).to_have_text(["older_than_hours"])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(editor).to_be_focused()
    assert editor.input_value() == '{"select": {"all": true, "older_than_hours": '

    editor.fill("")
    page.keyboard.type('{"dry_run": true, "vault')
    expect(completions).to_have_text(["vault_id", "vault_ids"])
    completions.first.click()
    page.keyboard.type('"prod-e')
    expect(completions).to_have_text([f"prod-erp ({VAULT[:8]}\u2026)"])
    completions.first.click()
    page.keyboard.type("}")
    assert json.loads(editor.input_value()) == {"dry_run": True, "vault_id": VAULT}
    expect(completions).to_have_count(0)


def test_every_mark_of_the_timeline_leads_to_what_it_stands_for(page: Any, cloud: Cloud) -> None:
    """Invocation, task, message and fault, wherever in their lists they are."""
    page.get_by_role("switch", name="2 s of latency").click()
    page.get_by_role("button", name="Send this event").click()
    expect(page.get_by_role("list", name="Invocations in progress")).to_contain_text("own event")
    expect(page.locator(".notice")).to_contain_text("own event returned")
    expect(page.get_by_role("list", name="Invocations in progress")).to_have_count(0)
    (task,) = cloud.cbr().tasks()
    (message,) = cloud.smn().messages()
    for _ in range(20):
        cloud.cbr().add_task(VAULT, created_at=task.created_at + 60)
    timeline = region(page, "Timeline")

    def follow(lane: str) -> Any:
        timeline.get_by_role("list", name=lane).get_by_role("link").first.click()
        return page.locator(":focus")

    expect(follow("Invocations").locator("..")).to_have_id("page-1")
    expect(follow("Tasks")).to_have_id(f"task-{task.id}")
    expect(follow("Faults")).to_have_id("console-latency")
    expect(follow("Messages").locator("..")).to_have_id(f"message-{message.id}")
    expect(timeline.get_by_role("list", name="Ticks").get_by_role("link")).to_have_count(0)


def test_a_tick_leads_to_the_invocation_it_fired(page: Any, served: LocalCloud) -> None:
    """A deployed function's timer fires every second here."""
    account = Account(served, client_of(served.url))
    urn = account.deploy("def handler(event, context): return {}")
    data = {"name": "each-second", "schedule_type": "Cron", "schedule": "* * * * * *"}
    account.trigger(urn, "TIMER", data)
    ticks = region(page, "Timeline").get_by_role("list", name="Ticks").get_by_role("link")
    expect(ticks.first).to_have_attribute("title", re.compile("TIMER each-second$"))
    assert account.engine is not None
    account.engine.functions()[urn.removesuffix(":latest")].triggers.clear()

    ticks.first.click()

    invocation = page.locator(":focus").locator("..")
    expect(invocation).to_have_id(re.compile("^request-"))
    expect(invocation).to_contain_text("TIMER each-second")
    page.get_by_label("The last", exact=True).select_option("24 hours")
    expect(ticks).to_have_count(1)


def test_a_list_that_is_longer_than_what_is_shown_says_so(page: Any, cloud: Cloud) -> None:
    """A filter finds nothing that the page does not have."""
    now = cloud.clock.now()
    for age in range(104):
        cloud.cbr().add_task(VAULT, created_at=now - age)
    expect(region(page, "Operation logs")).to_contain_text(
        "The latest 100 of 104 are shown; the filter searches these."
    )


def test_a_phone_gets_short_lists_in_which_nothing_is_open(
    chromium: Any, served: LocalCloud
) -> None:
    """However much there is: four of each, and the rest by page."""
    cloud, now = served.cloud, served.cloud.clock.now()
    for number in range(30):
        cloud.cbr().add_vault(f"vault-{number}")
        cloud.cbr().add_task(VAULT, created_at=now - number)
        publish(cloud, f"message {number}")
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    page.goto(served.url)
    expect(region(page, "Vaults").get_by_role("row")).to_have_count(1 + 4)
    expect(region(page, "Operation logs").get_by_role("row")).to_have_count(1 + 4)
    expect(region(page, "inbox").locator("details")).to_have_count(4)
    expect(region(page, "inbox").locator("details[open]")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollHeight") < 6 * 844
    page.set_viewport_size({"width": 1280, "height": 844})
    expect(region(page, "Vaults").get_by_role("row")).to_have_count(1 + 10)
    page.close()


def test_a_long_list_has_pages_and_a_filter(page: Any, cloud: Cloud) -> None:
    """The newest comes first; a filter searches all pages, and says where nothing is found."""
    now = cloud.clock.now()
    for age in range(23):
        cloud.cbr().add_task(VAULT, created_at=now - 100 - age)
    odd = cloud.cbr().add_task(
        VAULT, created_at=now - 900, course=Course(ending=Failed("B.9", "odd"))
    )
    logs = region(page, "Operation logs")
    expect(logs.get_by_role("row")).to_have_count(1 + 10)
    pages = logs.get_by_role("navigation", name="Pages of operation logs")
    expect(pages).to_contain_text("1\u201310 of 24")
    expect(pages.get_by_role("button", name="Newer")).to_be_disabled()
    expect(logs).not_to_contain_text(odd.id)

    pages.get_by_role("button", name="Older").click()
    pages.get_by_role("button", name="Older").click()
    expect(logs.get_by_role("row")).to_have_count(1 + 4)
    expect(logs).to_contain_text(odd.id)
    expect(pages.get_by_role("button", name="Older")).to_be_disabled()

    logs.get_by_label("Filter operation logs").fill("prod-erp FAILED")
    expect(logs.get_by_role("row")).to_have_count(1 + 1)
    expect(logs).to_contain_text(odd.id)
    logs.get_by_label("Filter operation logs").fill("nothing of the kind")
    expect(logs).to_contain_text("Nothing here has")


def test_a_notice_leaves_and_covers_nothing(page: Any) -> None:
    """By itself; it has a place of its own, and no focus is taken away with it."""
    page.clock.install()
    page.get_by_role("button", name="All faults off").wait_for()
    page.get_by_role("switch", name="SMN down").click()
    page.get_by_role("button", name="All faults off").click()
    notice = page.locator(".notice")
    expect(notice).to_contain_text("All faults are off")
    assert notice.evaluate("element => getComputedStyle(element).position") == "static"

    notice.get_by_role("button", name="Dismiss").focus()
    page.clock.fast_forward(13_000)
    expect(notice).to_contain_text("All faults are off")
    page.get_by_label("Your own event").focus()
    page.clock.fast_forward(13_000)
    expect(notice).to_be_empty()
