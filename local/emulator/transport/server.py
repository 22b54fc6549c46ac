"""The local cloud over HTTP, for the SDK in this process or any other."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

from local.emulator.functiongraph.engine.engine import Engine
from local.emulator.functiongraph.engine.scheduler import Scheduler
from local.emulator.sample import sample_cloud
from local.emulator.transport.admission import Names
from local.emulator.transport.environment import environment

if TYPE_CHECKING:
    from collections.abc import Collection

    from typing_extensions import Self

    from local.emulator.cloud import Cloud
    from local.emulator.transport.http_exchange import MakePage

LOOPBACK = "127.0.0.1"
_START_SECONDS = 10.0
_SHUTDOWN_SECONDS = 0.1


class LocalCloud:
    """A local cloud behind one port of this machine, served from a thread of its own.

    Deployed functions run here, and their triggers fire.

    cloud: whose state is served; by default one with the sample account.
    port: 0 takes a free one.
    fires: whether timers, queues and retries are attended to by themselves, in real time; without,
        whoever drives `cloud.engine` decides when.
    names: by which it may be called, besides `localhost` and any address.
    proxy: whether it may be called by the services' host names, which tell service and region then.
    page: makes a page for people, which is served at `/`, given the cloud and where it is served.
    Raises OSError on entering if the address cannot be had.
    """

    def __init__(  # noqa: PLR0913 - each is one independent trait
        self,
        cloud: Cloud | None = None,
        port: int = 0,
        host: str = LOOPBACK,
        *,
        fires: bool = True,
        names: Collection[str] = (),
        proxy: bool = False,
        page: MakePage | None = None,
    ) -> None:
        self.cloud = cloud or sample_cloud()
        self._make_page = page
        self._fires = fires
        self._names = Names(frozenset(name.lower() for name in names), proxy)
        self._scheduler: Scheduler | None = None
        self._host = host
        self._port = port
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._thread: threading.Thread | None = None
        self._ready = threading.Event()
        self._failure: OSError | None = None

    @property
    def url(self) -> str:
        """Where every service is reached, without a slash at the end."""
        if self._thread is None:
            raise RuntimeError("the local cloud is not being served: enter it, or call start()")
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    def environment(self) -> dict[str, str]:
        """Return the environment variables with which a program reaches this cloud."""
        return environment(self.cloud, self.url)

    def start(self) -> None:
        """Serve until `stop()`. Returns when requests are answered."""
        self._ready.clear()
        self._thread = threading.Thread(target=self._run, name="local-cloud", daemon=True)
        self._thread.start()
        if not self._ready.wait(_START_SECONDS):
            raise RuntimeError(f"the server was not ready after {_START_SECONDS:g} s")
        failure = self._take_failure()
        if failure is not None:
            self._thread.join()
            self._thread = None
            raise failure
        self.cloud.engine = Engine(self.cloud, self._url_from_here())
        if self._fires:
            self._scheduler = Scheduler(self.cloud.engine)
            self._scheduler.start()

    def _url_from_here(self) -> str:
        """Return the URL for processes on this machine, also where all addresses are served."""
        host = {"": LOOPBACK, "0.0.0.0": LOOPBACK, "::": "::1"}.get(self._host, self._host)  # noqa: S104 - compared, not bound
        return f"http://[{host}]:{self._port}" if ":" in host else f"http://{host}:{self._port}"

    def _take_failure(self) -> OSError | None:
        """Return what kept the server's thread from listening, once."""
        failure, self._failure = self._failure, None
        return failure

    def stop(self) -> None:
        """End the server and its thread; calls that are being waited with are broken off."""
        if self._thread is None or self._loop is None or self._stopping is None:
            return
        if self._scheduler is not None:
            self._scheduler.stop()
            self._scheduler = None
        if self.cloud.engine is not None:
            self.cloud.engine.close()
            self.cloud.engine = None
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()
        self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        from local.emulator.transport.http_exchange import HttpExchange  # noqa: PLC0415 - brings aiohttp with it

        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        page = self._make_page and self._make_page(self.cloud, self._url_from_here)
        protocol = HttpExchange(self.cloud, self._names, page).server()
        try:
            listener = await self._loop.create_server(protocol, self._host, self._port)
        except OSError as error:
            self._failure = error
            self._ready.set()
            return
        self._port = listener.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stopping.wait()
        listener.close()
        await protocol.shutdown(_SHUTDOWN_SECONDS)
