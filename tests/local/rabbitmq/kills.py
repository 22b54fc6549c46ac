"""Messages through a real RabbitMQ while it and the cloud that reads it are killed.

`python -m tests.local.rabbitmq.kills 10000` does it with so many; the tests with fewer. One cloud
has the vaults and stays; another one, a process of its own, has the real package as its function,
reads RabbitMQ, and is killed. There is one vault for each message.
"""

from __future__ import annotations

import base64
import io
import json
import os
import signal
import subprocess
import sys
import time
import uuid
import zipfile
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from local.emulator import LocalCloud
from local.emulator.sample import ACCESS_KEY, SECRET_KEY, TOPIC_URN
from tests.local.emulator.functiongraph.conftest import Account, client_of
from tests.local.rabbitmq.broker import Broker, answers, free_port, until
from tests.local.rabbitmq.test_delivery import deploy
from tests.support.package import built_package

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_SECONDS = 900.0
KEYS = f"""
import index

class Context:
    # The agency's keys are known in the cloud that is killed; these are known in the other one.
    def __init__(self, real): self._real = real
    def __getattr__(self, name): return getattr(self._real, name)
    def getSecurityAccessKey(self): return "{ACCESS_KEY}"
    def getSecuritySecretKey(self): return "{SECRET_KEY}"
    def getSecurityToken(self): return ""

def handler(event, context): return index.handler(event, Context(context))
"""


class Reading:
    """A cloud in a process of its own that reads RabbitMQ, with the function in it."""

    def __init__(self, broker: Broker, exchange: str, vaults: LocalCloud) -> None:
        self._broker = broker
        self._exchange = exchange
        self._vaults = vaults
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it as a user would, and deploy the function."""
        command = [sys.executable, "-m", "local", "serve", "--port", str(self._port)]
        self._process = subprocess.Popen(
            [*command, "--exchange", self._exchange],
            env={**os.environ, "VAULT_SYNC_RABBITMQ": self._broker.url},
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        until(lambda: answers(self._port))
        self._deploy()

    def _deploy(self) -> None:
        package = io.BytesIO()
        package.write(built_package().data)
        with zipfile.ZipFile(package, "a") as archive:
            archive.writestr("keys.py", KEYS)
        settings = {
            "SMN_TOPIC_URN": TOPIC_URN,
            "CBR_ENDPOINT": self._vaults.url,
            "SMN_ENDPOINT": self._vaults.url,
        }
        deploy(
            Account(self._vaults, client_of(f"http://127.0.0.1:{self._port}")),
            self._exchange,
            "",
            size=100,
            func_code={"file": base64.b64encode(package.getvalue()).decode()},
            handler="keys.handler",
            timeout=300,
            memory_size=512,
            user_data=json.dumps(settings),
        )

    def end(self, how: signal.Signals) -> None:
        """Send a signal and wait for the end."""
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait()
        self._process = None

    def close(self) -> None:
        """End it where it has not ended."""
        if self._process is not None:
            self.end(signal.SIGKILL)


@dataclass(frozen=True)
class Ran:
    """What became of it: how many syncs each vault had, and the seconds it took."""

    syncs: list[int]
    seconds: float


def run(broker: Broker, number: int) -> Ran:
    """Send messages; kill the cloud after a third of the syncs, RabbitMQ after two thirds.

    Returns when RabbitMQ has no message any more that is not acknowledged.
    """
    exchange = f"e-{uuid.uuid4()}"
    with LocalCloud() as vaults, closing(Reading(broker, exchange, vaults)) as cloud:
        cbr = vaults.cloud.cbr()
        ids = [cbr.add_vault().id for _ in range(number)]
        cloud.start()
        began = time.monotonic()
        now = datetime.now(timezone.utc).isoformat()
        requests = [json.dumps({"vault_id": one, "requested_at": now}) for one in ids]
        broker.publish(exchange, requests)
        until(lambda: len(cbr.tasks()) >= number // 3, PATIENCE_SECONDS)
        cloud.end(signal.SIGKILL)
        cloud.start()
        until(lambda: len(cbr.tasks()) >= number * 2 // 3, PATIENCE_SECONDS)
        broker.kill()
        broker.start()
        until(lambda: broker.left(exchange) == 0, PATIENCE_SECONDS)
        return Ran([len(cbr.tasks(one)) for one in ids], time.monotonic() - began)


def main(number: int) -> None:
    """Run it and print what became of it."""
    with Broker() as broker:
        ran = run(broker, number)
    print(  # noqa: T201 - the figures are what it is run for
        f"{number:,} messages in {ran.seconds:.0f} s, the cloud and RabbitMQ killed once each: all "
        f"acknowledged; vaults without a sync: {ran.syncs.count(0)}, with one: "
        f"{ran.syncs.count(1):,}, with more: {sum(many > 1 for many in ran.syncs)}"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
