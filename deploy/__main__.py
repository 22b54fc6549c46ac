"""``python -m deploy``: the commands, in the order in which they are used."""

from __future__ import annotations

import typer

from deploy.commands import account, without_account
from deploy.completion import run as run_or_complete

app = typer.Typer(
    help="From template.yaml to the cloud.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    *(without_account.init, without_account.validate, without_account.package),
    *(account.check, account.plan, account.apply, account.invoke),
    *(account.rollback, account.destroy, account.status, without_account.policy),
):
    app.command()(command)

render = typer.Typer(help="Write the Terraform module in another form.", no_args_is_help=True)
render.command()(without_account.rfs)
app.add_typer(render, name="render")

if __name__ == "__main__":
    run_or_complete(app, "deploy")
