"""`python -m local`: the commands of the local cloud."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated

import typer

from deploy.completion import run as run_or_complete

app = typer.Typer(
    help="Huawei Cloud on a desk: CBR, SMN, FunctionGraph and IAM, as far as they are needed here.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        project = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
        typer.echo(re.findall(r'^version = "(.+)"$', project, re.MULTILINE)[0])
        raise typer.Exit


@app.callback()
def _commands(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version, and end."
        ),
    ] = False,
) -> None:
    """Take the options that come before a command."""


@app.command(
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def serve(context: typer.Context) -> None:
    """Serve a local cloud with a page to look at, until SIGINT or SIGTERM."""
    from local.serve import app as command  # noqa: PLC0415 - only this command needs it

    command(context.args, prog_name=context.command_path)


@app.command()
def invoke(  # noqa: PLR0913, PLR0917 - one parameter for each option
    event: Annotated[str, typer.Argument(help="A file with the event's JSON; - reads stdin.")],
    json: Annotated[
        bool, typer.Option("--json", help="Print the result document alone, as JSON.")
    ] = False,
    env: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="A setting of the function; may be repeated."),
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=0.1, max=259_200, metavar="S", help="Seconds the event may take.")
    ] = 300.0,
    memory: Annotated[
        int, typer.Option(min=16, max=10_240, metavar="MB", help="Memory of the function.")
    ] = 256,
    cloud: Annotated[
        str | None,
        typer.Option(
            metavar="URL|real",
            help="Where its calls go: a served local cloud or any other implementation, or the "
            "real one. By default a local cloud of its own, with the sample account.",
        ),
    ] = None,
    function: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Another function, or an unpacked package."),
    ] = None,
) -> None:
    """Run the function with one event, as FunctionGraph would.

    Log to stderr, result to stdout. Exit status: 0 returned, 1 raised or stopped, 2 usage error.
    """
    from local.invoke.command import Wanted, run  # noqa: PLC0415 - only this command needs it
    from local.invoke.function import FUNCTION  # noqa: PLC0415 - the same

    wanted = Wanted(event, json, tuple(env or ()), timeout, memory, cloud, function or FUNCTION)
    raise typer.Exit(run(wanted, os.environ))


@app.command()
def event(
    trigger: Annotated[
        str,
        typer.Argument(
            help="timer, kafka, rabbitmq, rocketmq, smn, eventgrid, apig, or direct for a bare "
            "request."
        ),
    ],
    vault: Annotated[
        list[str], typer.Option(metavar="ID", help="A vault to synchronise; may be repeated.")
    ],
) -> None:
    """Write a sample event for your own vaults, dated now.

    `python -m local invoke -` takes it. Exit status: 0 written, 2 usage error.
    """
    from local.sample_event import run  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(run(trigger, vault))


@app.command()
def demo(
    full: Annotated[
        bool, typer.Option("--full", help="Show what the SMS and HTTPS subscribers receive, too.")
    ] = False,
) -> None:
    """Show four invocations, the tasks they start, and what the topic's subscribers receive."""
    from local.demo.command import run  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(run(full=full))


@app.command()
def rehearse(
    days: Annotated[int, typer.Option(min=1, max=31, help="How many days go by.")] = 7,
    faults: Annotated[
        int, typer.Option(min=0, metavar="SEED", help="Which faults happen; 0 for none.")
    ] = 1,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="A parameter of the template; repeatable."
        ),
    ] = None,
) -> None:
    """Deploy the template to a local cloud, and let a week of timers and messages go by.

    Exit status: 0 all was as it should be, 1 it was not, 2 the template could not be deployed.
    """
    from local.rehearse.command import run  # noqa: PLC0415 - only this command needs it

    for one in settings or ():
        if "=" not in one:
            raise typer.BadParameter(f"{one}: should be NAME=VALUE", param_hint="--set")
    parameters = {name: value for name, _, value in (one.partition("=") for one in settings or ())}
    raise typer.Exit(run(days, faults, typer.echo, parameters=parameters))


if __name__ == "__main__":
    run_or_complete(app, "local")
