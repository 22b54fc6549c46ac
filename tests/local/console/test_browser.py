"""The page in a real browser: sending events, and what a person does."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from typing import Any

import pytest

from local.console.exchange import Console
from local.console.fault_switches import SWITCHES
from local.console.samples import samples
from local.emulator import AfterSeconds, Cloud, Course, Failed, LocalCloud
from tests.local.chromium import PATIENCE_MILLISECONDS
from tests.local.console.accessibility import violations
from tests.local.console.browsing import (
    chromium,
    cloud,
    expect,
    open_samples,
    page,
    publish,
    region,
    served,
)
from tests.local.console.test_deployed import deploy
from tests.local.emulator.apig.test_exchange import API
from tests.local.emulator.functiongraph.conftest import Account, client_of
from tests.local.emulator.reaching import VAULT

__all__ = ["chromium", "cloud", "page", "served"]

PHONE = {"width": 360, "height": 740}


def test_an_own_event_is_handled_before_ones_eyes(page: Any, cloud: Cloud) -> None:
    """Written in the editor, sent; then outcome, task and the three subscribers' messages."""
    page.get_by_label("Your own event").fill(json.dumps({"vault_id": VAULT}))
    page.get_by_role("button", name="Send this event").click()

    expect(page.get_by_role("status").filter(has_text="own event")).to_contain_text(
        "own event returned: 1 started"
    )
    (task,) = cloud.cbr().tasks()
    invocation = region(page, "Invocations").locator("details").first
    expect(invocation.get_by_role("table", name="Outcomes")).to_contain_text(task.id)
    expect(invocation.get_by_label("Log")).to_contain_text("Finish invoke request")
    inbox = region(page, "inbox")
    expect(inbox.get_by_role("heading", name="E-mail")).to_be_visible()
    expect(inbox.locator(".sms .bubble")).to_contain_text("1 started")
    expect(inbox.get_by_label("Posted document")).to_contain_text('"schema": "vault-sync/1"')
    vault = region(page, "Vaults").get_by_role("row").filter(has_text=VAULT)
    expect(vault).to_contain_text("success")
    expect(region(page, "Operation logs").get_by_role("row").nth(1)).to_contain_text(
        "3 restore points added, 0 removed"
    )


def test_the_editor_begins_with_an_event_that_works(page: Any) -> None:
    """A new user only has to press the button."""
    assert json.loads(page.get_by_label("Your own event").input_value()) == {"vault_id": VAULT}


def test_a_mistake_is_shown_with_its_place_and_not_sent(page: Any, cloud: Cloud) -> None:
    """While typing; and on sending, the caret is where the mistake is."""
    editor = page.get_by_label("Your own event")
    editor.fill('{\n  "vault_id": oops\n}')
    expect(page.locator("#event-problem")).to_contain_text("Line 2, column 15")
    expect(editor).to_have_attribute("aria-invalid", "true")

    page.get_by_role("button", name="Send this event").click()

    expect(editor).to_be_focused()
    page.wait_for_function(
        "(() => { const e = document.getElementById('event');"
        " return e.value.slice(e.selectionStart).startsWith('oops'); })()"
    )
    expect(region(page, "Invocations")).to_contain_text("None yet")
    assert len(cloud.journal) == 0
    editor.fill("{}")
    expect(page.locator("#event-problem")).to_be_empty()


def test_each_sample_has_a_button_that_sends_it(page: Any) -> None:
    """And one that takes it into the editor; they stand in groups that begin closed."""
    expect(page.get_by_role("button", name="Edit kafka", exact=True)).to_have_count(0)
    open_samples(page)
    for sample in samples():
        expect(page.get_by_role("button", name=f"Edit {sample.name}", exact=True)).to_be_enabled()

    page.get_by_role("button", name="kafka A batch of three").click()
    expect(region(page, "Invocations").locator("summary").first).to_contain_text(
        "2 started, 1 rejected"
    )
    page.get_by_role("button", name="Edit rabbitmq", exact=True).click()
    expect(page.get_by_label("Your own event")).to_be_focused()
    assert '"RABBITMQ"' in page.get_by_label("Your own event").input_value()


def test_a_setting_of_the_function_is_taken_along(page: Any, cloud: Cloud) -> None:
    """One NAME=VALUE a line; a line that is none is named and nothing is sent."""
    page.get_by_text("Settings of the function").click()
    page.locator("#settings").fill("DRY RUN")
    page.get_by_role("button", name="Send this event").click()
    expect(page.locator(".notice")).to_contain_text("should be NAME=VALUE")

    page.locator("#settings").fill("DRY_RUN=true")
    page.get_by_role("button", name="Send this event").click()
    expect(page.locator(".notice")).to_contain_text("1 would start")
    assert cloud.cbr().tasks() == []


def test_faults_are_switched_by_keyboard_and_shown_as_they_are(page: Any, cloud: Cloud) -> None:
    """Space turns a switch; a rule ended from outside turns it off by itself."""
    for switch in SWITCHES:
        expect(page.get_by_role("switch", name=switch.label)).not_to_be_checked()
    outage = page.get_by_role("switch", name="CBR outage")
    outage.focus()
    page.keyboard.press("Space")
    expect(outage).to_be_checked()
    expect(outage).to_contain_text("It met 0 calls so far.")
    assert [rule.name for rule in cloud.faults.rules] == ["console-cbr-outage"]
    expect(outage).to_be_focused()

    cloud.faults.clear()
    expect(outage).not_to_be_checked()

    page.get_by_role("switch", name="SMN down").click()
    page.get_by_role("button", name="All faults off").click()
    expect(page.get_by_role("switch", name="SMN down")).not_to_be_checked()
    assert cloud.faults.rules == ()


def test_an_invocation_that_raises_shows_error_outcomes_and_log(page: Any, cloud: Cloud) -> None:
    """What was started is seen, although nothing was returned."""
    page.get_by_role("switch", name="SMN down").click()
    page.get_by_text("Settings of the function").click()
    page.locator("#settings").fill("MAX_ATTEMPTS=1")
    page.get_by_role("button", name="Send this event").click()

    expect(page.locator(".notice")).to_contain_text("raised: 1 started. NotificationFailed")
    (task,) = cloud.cbr().tasks()
    invocation = region(page, "Invocations").locator("details").first
    expect(invocation.locator(".failure")).to_contain_text("NotificationFailed")
    expect(invocation.get_by_label("Stack trace")).to_contain_text("index.py")
    expect(invocation.get_by_role("table", name="Outcomes")).to_contain_text(task.id)
    expect(region(page, "inbox")).to_contain_text("Nothing was published yet")


def test_a_report_is_summed_up(page: Any) -> None:
    """It has no outcomes, but a summary."""
    page.get_by_label("Your own event").fill('{"action": "report", "max_age_hours": 26}')
    page.get_by_role("button", name="Send this event").click()

    expect(page.locator(".notice")).to_contain_text("Report: 0 tasks, 4 vaults without")


def test_start_over_asks_first(page: Any, cloud: Cloud) -> None:
    """Dismissed, everything stays; accepted, the account is as at the beginning."""
    cloud.cbr().add_task(VAULT)
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Start over").click()
    assert len(cloud.cbr().tasks()) == 1

    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Start over").click()
    expect(region(page, "Operation logs")).to_contain_text("No task has run yet")
    assert cloud.cbr().tasks() == []


def test_it_updates_by_itself_and_disturbs_nobody(page: Any, cloud: Cloud) -> None:
    """What happens elsewhere appears; who types meanwhile keeps text, focus and selection."""
    editor = page.get_by_label("Your own event")
    editor.fill("half an ev")
    page.evaluate("document.getElementById('event').setSelectionRange(2, 5)")
    cloud.cbr().add_task(VAULT, course=Course(AfterSeconds(3600)))

    expect(region(page, "Operation logs").get_by_role("progressbar")).to_be_visible()
    expect(region(page, "Vaults").get_by_role("row").nth(1)).to_contain_text("running 0 %")
    expect(editor).to_be_focused()
    assert editor.input_value() == "half an ev"
    assert page.evaluate("document.getElementById('event').selectionEnd") == 5


def test_what_a_person_opened_stays_open(page: Any, cloud: Cloud) -> None:
    """When something newer comes."""
    publish(cloud, "first")
    publish(cloud, "second")
    inbox = region(page, "inbox")
    expect(inbox.get_by_text("the text of second").first).to_be_visible()
    expect(inbox.get_by_text("the text of first")).to_have_count(0)
    inbox.locator("summary").filter(has_text="first").press("Enter")
    expect(inbox.get_by_text("the text of first").first).to_be_visible()

    publish(cloud, "third")

    expect(inbox.get_by_text("the text of third").first).to_be_visible()
    expect(inbox.get_by_text("the text of first").first).to_be_visible()


def test_text_from_outside_is_only_text(page: Any, cloud: Cloud) -> None:
    """Markup in a vault's name runs nothing."""
    name = '<img src=x onerror="document.title = 1"><b>bold'
    cloud.cbr().add_vault(name)

    expect(region(page, "Vaults").get_by_text(name)).to_be_visible()
    assert page.title() == "Local Huawei Cloud"


def test_a_deployed_function_is_chosen_and_run(page: Any, served: LocalCloud) -> None:
    """The choice appears when there is one."""
    expect(page.get_by_label("Function", exact=True)).to_have_count(0)
    deploy(served.url)

    page.get_by_label("Function", exact=True).select_option("deployed-sync (deployed)")
    page.get_by_label("Your own event").fill('{"number": 4}')
    page.get_by_role("button", name="Send this event").click()

    first = region(page, "Invocations").locator("details").first
    expect(first).to_contain_text("4 started")
    expect(first).to_contain_text("default:deployed-sync")

    served.cloud.reset()
    expect(page.get_by_label("Function", exact=True)).to_have_count(0)
    page.get_by_label("Your own event").fill('{"select": {"all": true}}')
    page.get_by_role("button", name="Send this event").click()
    expect(page.locator(".notice")).to_contain_text("own event returned: 4 started")


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_function_s_api_is_called_from_the_editor(page: Any, served: LocalCloud) -> None:
    """Its answer is shown, and the invocation it fired; the command for a shell does the same."""
    answer = '{"statusCode": 200, "body": "{\\"summary\\": \\"it\'s done\\"}"}'
    account = Account(served, client_of(served.url))
    urn = account.deploy(f"def handler(event, context):\n    return {answer}", name="behind")
    page.get_by_label("Function", exact=True).select_option("behind (deployed)")
    expect(page.get_by_role("button", name="Send as HTTPS request")).to_have_count(0)
    account.trigger(urn, "APIG", API)
    page.get_by_label("Your own event").fill('{"vault_id": "it\'s"}')

    page.get_by_role("button", name="Send as HTTPS request").click()

    expect(page.locator(".notice")).to_contain_text("The API answered 200: it's done")
    page.locator(".notice").get_by_role("link", name="Show").click()
    invocation = region(page, "Invocations").locator("details").first
    expect(invocation).to_contain_text("APIG sync")
    page.get_by_text("The same with curl").click()
    command = page.locator("#invoke pre").filter(has_text="curl -s -X POST").inner_text()
    subprocess.run(["/bin/bash", "-c", command], check=True, capture_output=True, timeout=60)
    bodies = [json.loads(record.event)["body"] for record in account.engine.records]
    assert [base64.b64decode(body) for body in bodies] == [b'{"vault_id": "it\'s"}'] * 2


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_a_person_out(
    chromium: Any, served: LocalCloud, scheme: str, width: int
) -> None:
    """axe-core finds no violation: at the beginning, and with something of every kind on it."""
    page = chromium.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page.set_default_timeout(PATIENCE_MILLISECONDS)
    page.goto(served.url)
    page.get_by_role("heading", name="Vaults").wait_for()
    assert violations(page) == []

    cbr, now = served.cloud.cbr(), served.cloud.clock.now()
    for age in range(300, 315):
        cbr.add_task(VAULT, created_at=now - age, course=Course(ending=Failed()))
    cbr.add_task(VAULT, created_at=now - 10, course=Course(AfterSeconds(3600)))
    page.get_by_role("switch", name="CBR outage").click()
    page.get_by_text("Settings of the function").click()
    page.locator("#settings").fill("MAX_ATTEMPTS=1")
    page.get_by_role("button", name="Send this event").click()
    expect(page.locator(".notice")).to_contain_text("own event raised")
    page.get_by_role("button", name="All faults off").click()
    open_samples(page)
    page.get_by_role("button", name="kafka A batch of three").click()
    expect(page.locator(".notice")).to_contain_text("1 rejected")
    page.get_by_role("button", name="request-report", exact=False).first.click()
    expect(page.locator(".notice")).to_contain_text("Report")
    for summary in page.locator("#invocations summary, #inbox summary").all():
        if summary.evaluate("element => !element.parentElement.open"):
            summary.click()
    page.get_by_label("Your own event").fill('{"vault": 1, "sel')
    expect(page.locator("#event-problem")).not_to_be_empty()
    assert violations(page) == []
    page.get_by_label("Your own event").fill('{"vault": 1}')
    expect(page.locator("#event-problem")).to_contain_text("unknown field")
    assert violations(page) == []
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_in_light_and_dark(chromium: Any, served: LocalCloud, scheme: str) -> None:
    """360 pixels are wide enough for everything, and the colours follow the system."""
    page = chromium.new_page(viewport=PHONE, color_scheme=scheme)
    page.goto(served.url)
    page.get_by_text("Queues").click()
    page.get_by_role("button", name="kafka A batch of three").click()
    region(page, "inbox").locator("summary").click()
    expect(region(page, "inbox").get_by_label("Posted document")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    red = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0]")
    assert (int(red) > 127) is (scheme == "light")
    page.get_by_role("link", name="Show").click()
    expect(region(page, "Invocations").locator("summary").first).to_be_focused()
    page.close()


def test_a_server_that_is_gone_is_said(chromium: Any) -> None:
    """With what to do; and when it is back, the page goes on."""
    local_cloud = LocalCloud(page=Console)
    local_cloud.start()
    page = chromium.new_page()
    page.goto(local_cloud.url)
    page.get_by_role("heading", name="Vaults").wait_for()

    local_cloud.stop()
    expect(page.get_by_text("Is `python -m local serve` still running?")).to_be_visible()
    page.get_by_role("button", name="Send this event").click()
    expect(page.locator(".notice")).to_contain_text("The cloud has stopped")
    local_cloud.start()
    expect(page.get_by_text("Live", exact=True)).to_be_visible()

    page.close()
    local_cloud.stop()
