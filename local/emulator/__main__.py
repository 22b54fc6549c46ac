"""`python -m local.emulator`: serve the emulated cloud, and nothing else."""

from __future__ import annotations

import signal
import threading
from contextlib import ExitStack, nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from local.emulator.transport.environment import export_lines
from local.emulator.transport.server import LocalCloud

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free port.")] = 0,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    name: Annotated[
        list[str] | None,
        typer.Option(help="A name it may be called by, besides localhost; may be repeated."),
    ] = None,
    proxy: Annotated[
        bool, typer.Option("--proxy", help="It may be called by the services' host names too.")
    ] = False,
) -> None:
    """Serve a local cloud with the sample account until SIGINT or SIGTERM.

    Prints its URL as a comment, and `export` lines for the programs that are to reach it.
    """
    serve_until_stopped(LocalCloud(port=port, host=host, names=name or (), proxy=proxy))


def serve_until_stopped(
    served: LocalCloud,
    *comments: str,
    beside: AbstractContextManager[object] | None = None,
) -> None:
    """Serve a cloud until SIGINT or SIGTERM; say on standard output how to reach it.

    comments: further lines for people.
    beside: is entered once the cloud answers, and left before it ends.

    Raises:
        typer.Exit: The port cannot be listened on.
    """
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    try:
        served.start()
    except OSError as error:
        typer.echo(
            f"cannot listen on {served.host} port {served.port}: {error.strerror or error}. "
            "Choose another port with --port, or 0 for a free one.",
            err=True,
        )
        raise typer.Exit(2) from None
    with ExitStack() as stack:
        stack.callback(served.stop)
        stack.enter_context(beside or nullcontext())
        typer.echo(f"# The local Huawei Cloud answers at {served.url} (Ctrl-C ends it).")
        for comment in comments:
            typer.echo(comment)
        typer.echo(f"# State, journal, faults: {served.url}/_local (for this machine alone).")
        typer.echo(export_lines(served.environment()))
        stopped.wait()


if __name__ == "__main__":
    app(prog_name="python -m local.emulator")
