"""`python -m local`: the commands of the local cloud."""

from __future__ import annotations

import signal
import threading
from typing import Annotated

import typer

app = typer.Typer(
    help="Huawei Cloud on a desk: CBR, SMN and IAM, as far as the function needs them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _commands() -> None:
    """Make typer show commands even while there is only one."""


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free port.")] = 0,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
) -> None:
    """Serve a local cloud with the sample account until SIGINT or SIGTERM.

    Prints its URL as a comment, and `export` lines for the programs that are to reach it.
    """
    from local.environment import export_lines  # noqa: PLC0415 - only this command needs it
    from local.server import LocalCloud  # noqa: PLC0415 - brings aiohttp with it

    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    local_cloud = LocalCloud(port=port, host=host)
    try:
        local_cloud.start()
    except OSError as error:
        typer.echo(
            f"cannot listen on {host} port {port}: {error.strerror or error}. "
            "Choose another port with --port, or 0 for a free one.",
            err=True,
        )
        raise typer.Exit(2) from None
    typer.echo(f"# The local Huawei Cloud answers at {local_cloud.url} (Ctrl-C ends it).")
    typer.echo(f"# State, journal and faults: {local_cloud.url}/_local/ (this machine alone).")
    typer.echo(export_lines(local_cloud.environment()))
    stopped.wait()
    local_cloud.stop()


if __name__ == "__main__":
    app(prog_name="python -m local")
