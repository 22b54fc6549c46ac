"""The recipes of docs/after-the-backup.md, run as they stand."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local.emulator.sample import APP_CODE, HYBRID_VAULTS
from tests.local.emulator.apig.test_exchange import API, ECHO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.local.emulator.functiongraph.conftest import Account

PAGE = Path(__file__).parents[4] / "docs" / "after-the-backup.md"
VAULT = next(iter(HYBRID_VAULTS))
CLOUD = "https://<group>.apic.<region>.huaweicloudapis.com"


def recipe(heading: str) -> str:
    """Return the code under a heading of the page."""
    section = PAGE.read_text("utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    (found,) = re.findall(r"^```\w+\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    return str(found)


def run(account: Account, command: Sequence[str], **environment: str) -> str:
    more = {**os.environ, **account.served.environment(), "VAULT_ID": VAULT, **environment}
    done = subprocess.run(command, env=more, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_sends_what_the_function_takes(account: Account) -> None:
    """The vault, and the moment with its zone."""
    account.trigger(account.deploy(ECHO), "APIG", API)
    script = recipe("With curl").replace(CLOUD, f"{account.served.url}/_apig")
    event = json.loads(run(account, ["bash", "-c", script], APP_CODE=APP_CODE))
    request = json.loads(base64.b64decode(event["body"]))
    assert request["vault_id"] == VAULT
    assert re.search(r"T\d\d:\d\d:\d\d[+-]\d\d:\d\d$", request["requested_at"])


def test_the_sdk_publishes_to_the_topic_of_requests(account: Account) -> None:
    """The message is a request."""
    urn = account.cloud.smn().add_topic("requests").urn
    printed = run(
        account,
        [sys.executable, "-c", recipe("Through a topic, with the SDK")],
        REQUESTS_TOPIC_URN=urn,
    )
    (message,) = account.cloud.smn().messages(urn)
    assert printed.strip() == message.id
    assert json.loads(str(message.texts["default"]))["vault_id"] == VAULT
