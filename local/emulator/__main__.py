"""`python -m local.emulator`: serve the emulated cloud, and nothing else."""

from __future__ import annotations

import signal
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from local.emulator.transport.environment import export_lines
from local.emulator.transport.server import LocalCloud

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from contextlib import AbstractContextManager

    from local.emulator.cloud import Cloud
    from local.emulator.transport.http_exchange import MakePage

CONTEXT = {"help_option_names": ["-h", "--help"]}
Port = Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free port.")]
Host = Annotated[str, typer.Option(help="The address to listen on.")]
Name = Annotated[
    list[str] | None,
    typer.Option(help="A name it may be called by, besides localhost; may be repeated."),
]
Proxy = Annotated[
    bool, typer.Option("--proxy", help="It may be called by the services' host names too.")
]
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, context_settings=CONTEXT)


@app.command()
def serve(
    port: Port = 0, host: Host = "127.0.0.1", name: Name = None, proxy: Proxy = False
) -> None:
    """Serve a local cloud with the sample account until SIGINT or SIGTERM.

    Prints its URL as a comment, and `export` lines for the programs that are to reach it.
    """
    serve_until_signal(port, host, name or (), proxy=proxy)


def serve_until_signal(  # noqa: PLR0913 - each is one independent trait
    port: int,
    host: str,
    names: Collection[str],
    *,
    proxy: bool,
    page: MakePage | None = None,
    beside: Callable[[Cloud], AbstractContextManager[object]] | None = None,
) -> None:
    """Serve a local cloud until SIGINT or SIGTERM.

    page: what people get at `/`, if anything.
    beside: what goes on with the cloud meanwhile, entered before it is announced.
    """
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    local_cloud = LocalCloud(port=port, host=host, names=names, proxy=proxy, page=page)
    with ExitStack() as served:
        try:
            served.enter_context(local_cloud)
        except OSError as error:
            typer.echo(
                f"cannot listen on {host} port {port}: {error.strerror or error}. "
                "Choose another port with --port, or 0 for a free one.",
                err=True,
            )
            raise typer.Exit(2) from None
        if beside is not None:
            served.enter_context(beside(local_cloud.cloud))
        url = local_cloud.url
        typer.echo(f"# The local Huawei Cloud answers at {url} (Ctrl-C ends it).")
        if page is not None:
            typer.echo("# Open it in a browser: vaults, invocations, notifications, faults.")
        typer.echo(f"# State, journal and faults for programs: {url}/_local (this machine alone).")
        typer.echo(export_lines(local_cloud.environment()))
        stopped.wait()


if __name__ == "__main__":
    app(prog_name="python -m local.emulator")
