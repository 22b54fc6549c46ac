"""`python -m local serve`: the emulated cloud with a page, and a real RabbitMQ if one is named."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from local.console.exchange import Console
from local.emulator.__main__ import CONTEXT, Host, Name, Port, Proxy, serve_until_signal
from local.invoke.usage import UsageError
from local.rabbitmq.command import reading

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, context_settings=CONTEXT)


@app.command()
def serve(  # noqa: PLR0913, PLR0917 - one parameter for each option
    port: Port = 0,
    host: Host = "127.0.0.1",
    name: Name = None,
    proxy: Proxy = False,
    rabbitmq: Annotated[
        str | None,
        typer.Option(
            metavar="amqp://USER:PASSWORD@HOST:PORT/VHOST",
            envvar="VAULT_SYNC_RABBITMQ",
            help="Read a real RabbitMQ for the deployed functions (needs `make rabbitmq` once).",
        ),
    ] = None,
    exchange: Annotated[
        str, typer.Option(metavar="NAME", help="The exchange of that RabbitMQ.")
    ] = "vault-sync",
) -> None:
    """Serve a local cloud with the sample account until SIGINT or SIGTERM.

    Prints its URL as a comment, and `export` lines for the programs that are to reach it.
    """
    beside = None
    if rabbitmq is not None:
        beside = partial(reading, address=rabbitmq, exchange=exchange, say=_comment)
    try:
        serve_until_signal(port, host, name or (), proxy=proxy, page=Console, beside=beside)
    except UsageError as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(2) from None


def _comment(line: str) -> None:
    """Print a line that a shell passes over, whatever stands in it."""
    typer.echo(f"# {' '.join(line.split())}")
