"""`python -m local.emulator`: serve the emulated cloud, and nothing else."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from local.emulator.transport.environment import export_lines
from local.emulator.transport.server import LocalCloud

if TYPE_CHECKING:
    from local.emulator.transport.http_exchange import MakePage


def command(page: MakePage | None = None) -> typer.Typer:
    """Make the command that serves a cloud, with a page for people at `/` if one is given."""
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
        stopped = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        local_cloud = LocalCloud(port=port, host=host, names=name or (), proxy=proxy, page=page)
        try:
            local_cloud.start()
        except OSError as error:
            typer.echo(
                f"cannot listen on {host} port {port}: {error.strerror or error}. "
                "Choose another port with --port, or 0 for a free one.",
                err=True,
            )
            raise typer.Exit(2) from None
        url = local_cloud.url
        typer.echo(f"# The local Huawei Cloud answers at {url} (Ctrl-C ends it).")
        if page is not None:
            typer.echo("# Open it in a browser: vaults, invocations, notifications, faults.")
        typer.echo(f"# State, journal and faults for programs: {url}/_local (this machine alone).")
        typer.echo(export_lines(local_cloud.environment()))
        stopped.wait()
        local_cloud.stop()

    return app


if __name__ == "__main__":
    command()(prog_name="python -m local.emulator")
