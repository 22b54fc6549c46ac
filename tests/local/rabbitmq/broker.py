"""A real RabbitMQ for tests: Debian's, with names, ports and a data folder of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from typing_extensions import Self

SCRIPTS = "/usr/lib/rabbitmq/bin"
"""Debian's script for whoever runs it; that on the PATH is for root alone, and for one node."""

PATIENCE_SECONDS = 120.0


def until(holds: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    """Look again and again until something holds; fail when it has taken too long."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not after {seconds:g} s"
        time.sleep(0.05)


def installed() -> bool:
    """Tell whether there is a RabbitMQ to start."""
    return shutil.which("rabbitmq-server", path=SCRIPTS) is not None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Tell whether somebody listens there."""
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    return True


class Broker:
    """A node on 127.0.0.1, run by whoever runs the tests. Entered, it takes connections."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="rabbitmq-"))
        self._port = free_port()
        names = free_port(), free_port()
        (self._folder / "plugins").write_text("[].")
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self._folder),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(names[0]),
            "RABBITMQ_NODENAME": f"tests{os.getpid()}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self._port),
            "RABBITMQ_DIST_PORT": str(names[1]),
            "RABBITMQ_MNESIA_BASE": str(self._folder / "data"),
            "RABBITMQ_LOG_BASE": str(self._folder / "log"),
            "RABBITMQ_CONFIG_FILE": str(self._folder / "none"),
            "RABBITMQ_CONF_ENV_FILE": str(self._folder / "none"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._folder / "plugins"),
            # one core, which sleeps when there is nothing to do
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none "
            "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_CTL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }
        self._cleanup = ExitStack()
        self._node: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self._port}/"

    def __enter__(self) -> Self:
        self._cleanup.callback(shutil.rmtree, self._folder, ignore_errors=True)
        # Otherwise the node starts one, on every address, that nobody ends.
        names = self._start(["epmd", "-address", "127.0.0.1"])
        self._cleanup.callback(names.wait)
        self._cleanup.callback(names.kill)
        self._cleanup.callback(self.kill)
        self.start()
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._cleanup.close()

    def start(self) -> None:
        """Start the node, with what it has on its disk. Returns when it can be used."""
        node = self._node = self._start([f"{SCRIPTS}/rabbitmq-server"])

        def ready() -> bool:
            assert node.poll() is None, (self._folder / "out").read_text()
            return answers(self._port)

        until(ready)

    def kill(self) -> None:
        """End the node at once, as a loss of power would."""
        if self._node is not None:
            os.killpg(self._node.pid, signal.SIGKILL)
            self._node.wait()  # the script, that is; the node itself is its child
            until(lambda: not answers(self._port))
            self._node = None

    def _start(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        with (self._folder / "out").open("ab") as out:
            return subprocess.Popen(
                command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def connection(self) -> Any:
        import pika  # noqa: PLC0415 - may not be installed

        return pika.BlockingConnection(pika.URLParameters(self.url))

    def publish(self, exchange: str, texts: Sequence[str]) -> None:
        """Publish messages that outlive the node; each is in a queue and on the disk afterwards."""
        import pika  # noqa: PLC0415 - may not be installed

        lasting = pika.BasicProperties(delivery_mode=2)
        with self.connection() as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            for text in texts:
                channel.basic_publish(exchange, "", text.encode(), lasting, mandatory=True)

    def waiting(self, queue: str) -> int:
        """Count the messages that nobody has taken."""
        with self.connection() as connection:
            return int(connection.channel().queue_declare(queue, passive=True).method.message_count)

    def left(self, queue: str) -> int:
        """Count the messages that wait or were taken and not acknowledged. Takes a second."""
        listed = subprocess.run(
            [f"{SCRIPTS}/rabbitmqctl", "-q", "list_queues", "name", "messages"],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
        )
        return int(dict(line.split("\t") for line in listed.stdout.splitlines())[queue])

    def take_all(self, queue: str) -> list[str]:
        """Take and acknowledge what waits."""
        with self.connection() as connection:
            channel = connection.channel()
            taken = []
            while (got := channel.basic_get(queue, auto_ack=True))[0] is not None:
                taken.append(got[2].decode())
            return taken
