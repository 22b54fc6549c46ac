"""Commands on an account."""

# ruff: noqa: PLC0415 - `--help` must not wait for the SDK
# ruff: noqa: PLR0913, PLR0917 - a command's options are its arguments

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.commands.options import (
    CHANGES,
    DEFAULT_TEMPLATE,
    FAILED,
    AcceptWarnings,
    Adopt,
    Deletions,
    Endpoint,
    Parameters,
    Python,
    ResendSecrets,
    Settings,
    Template,
    Yes,
    Zip,
    fail,
    plain_errors,
    session_for,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from deploy.apply.session import Session


def check(
    template: Template = DEFAULT_TEMPLATE,
    settings: Settings = None,
    parameters: Parameters = None,
    endpoint: Endpoint = None,
    adopt: Adopt = False,
) -> None:
    """Look up what a deployment relies on. Exit status 1 when something is wrong."""
    from deploy.apply.checks import Verdict
    from deploy.screen import out, show_checks

    with plain_errors():
        checks = list(session_for(template, settings, parameters, endpoint).checks(adopt=adopt))
        show_checks(out(), checks)
        if any(found.verdict is Verdict.WRONG for found in checks):
            raise typer.Exit(FAILED)


def plan(
    template: Template = DEFAULT_TEMPLATE,
    settings: Settings = None,
    parameters: Parameters = None,
    endpoint: Endpoint = None,
    zip_file: Zip = None,
    python: Python = None,
    resend_secrets: ResendSecrets = False,
) -> None:
    """Show what apply would change. Exit status 0: nothing, 2: something, 1: it failed."""
    from deploy.screen import out, show_plan

    with plain_errors():
        session = session_for(template, settings, parameters, endpoint)
        desired, observed = session.desired(zip_file, python), session.observe()
        steps = session.plan(observed, desired, resend_secrets=resend_secrets)
        show_plan(out(), session.document, observed, steps)
        if steps:
            out().print(f"{len(steps)} to do; `python -m deploy apply` does it")
            raise typer.Exit(CHANGES)
        out().print("Nothing to do: the account holds what the template says")


def apply(
    template: Template = DEFAULT_TEMPLATE,
    settings: Settings = None,
    parameters: Parameters = None,
    endpoint: Endpoint = None,
    zip_file: Zip = None,
    python: Python = None,
    resend_secrets: ResendSecrets = False,
    adopt: Adopt = False,
    yes: Yes = False,
    delete: Deletions = None,
    accept_warnings: AcceptWarnings = False,
    tries: Annotated[
        bool, typer.Option("--try/--no-try", help="Run the function once, as a dry run.")
    ] = True,
) -> None:
    """Create or update the function, after asking. Interrupted, it goes on when run again."""
    from deploy.apply.checks import Verdict
    from deploy.apply.confirmation import Answers, confirm
    from deploy.screen import err, out, show_checks, show_function, show_plan

    with plain_errors():
        session = session_for(template, settings, parameters, endpoint)
        desired = session.desired(zip_file, python)
        checks = [c for c in session.checks(adopt=adopt) if c.verdict is not Verdict.OK]
        show_checks(err(), checks)
        if any(found.verdict is Verdict.WRONG for found in checks):
            fail("Nothing was changed")
        observed = session.own(adopt=adopt)
        steps = session.plan(observed, desired, resend_secrets=resend_secrets)
        show_plan(out(), session.document, observed, steps)
        if not steps:
            show_function(out(), observed)
            out().print("Done: nothing to change")
            return
        answers = Answers(yes, delete or (), accept_warnings, _ask())
        confirm(steps, session.document.warnings, answers)
        for number, step in enumerate(steps, start=1):
            out().print(f"[{number}/{len(steps)}] {step.sign} {step.title}")
            step.run(session.account)
        show_function(out(), session.observe())
        if tries:
            out().print("A dry run of what is deployed now:")
            _run(session, session.dry_run_event(), with_log=False)
        out().print(f"Done: {len(steps)} changed")


def invoke(
    event: Annotated[str, typer.Argument(help="A file with the event's JSON; - reads stdin.")],
    template: Template = DEFAULT_TEMPLATE,
    settings: Settings = None,
    parameters: Parameters = None,
    endpoint: Endpoint = None,
) -> None:
    """Run the deployed function with an event; show its result and the end of its log."""
    with plain_errors():
        text = sys.stdin.read() if event == "-" else Path(event).read_text(encoding="utf-8")
        try:
            document = json.loads(text)
        except ValueError:
            fail(f"{event}: this is no JSON")
        session = session_for(template, settings, parameters, endpoint)
        _run(session, document, with_log=True)


def rollback(
    template: Template = DEFAULT_TEMPLATE,
    settings: Settings = None,
    parameters: Parameters = None,
    endpoint: Endpoint = None,
    version: Annotated[str, typer.Option(help="Its name; default: the newest other code")] = "",
    adopt: Adopt = False,
    yes: Yes = False,
) -> None:
    """Bring the code before back; settings and triggers stay as they are."""
    from deploy.screen import out, show_function

    with plain_errors():
        session = session_for(template, settings, parameters, endpoint)
        observed = session.own(adopt=adopt)
        show_function(out(), observed)
        _confirm_name(session, "replace its code by an older version's", yes=yes)
        name = session.roll_back(observed, version)
        out().print(f"The code of version {name} is back. The next apply sends the source's again.")


def destroy(
    template: Template = DEFAULT_TEMPLATE,
    settings: Settings = None,
    parameters: Parameters = None,
    endpoint: Endpoint = None,
    adopt: Adopt = False,
    yes: Yes = False,
) -> None:
    """Delete the function with its triggers. Topic, agency and vaults stay."""
    from deploy.screen import out, show_function

    with plain_errors():
        session = session_for(template, settings, parameters, endpoint)
        observed = session.own(adopt=adopt)
        show_function(out(), observed)
        if observed.config is None:
            return
        _confirm_name(session, "delete this function and its triggers", yes=yes)
        session.delete(observed)
        out().print("Deleted")


def status(
    template: Template = DEFAULT_TEMPLATE,
    settings: Settings = None,
    parameters: Parameters = None,
    endpoint: Endpoint = None,
) -> None:
    """Show the function as the account has it. Exit status 1 when there is none."""
    from deploy.screen import out, show_function

    with plain_errors():
        observed = session_for(template, settings, parameters, endpoint).observe()
        show_function(out(), observed)
        if observed.config is None:
            raise typer.Exit(FAILED)


def _run(session: Session, event: object, *, with_log: bool) -> None:
    """Run the deployed function; leave with FAILED if it does not return."""
    from deploy.screen import show_answer

    function = session.document.function
    urn = session.account.urn(function.package, function.name)
    if not show_answer(session.account.invoke(urn, event), with_log=with_log):
        fail("The function raised an error")


def _ask() -> Callable[[str], str] | None:
    """How to ask; None where no terminal is."""
    if not sys.stdin.isatty():
        return None
    return lambda question: str(typer.prompt(question, prompt_suffix=" ", default=""))


def _confirm_name(session: Session, what: str, *, yes: bool) -> None:
    name, ask = session.document.function.name, _ask()
    if yes:
        return
    if ask is None:
        fail("no terminal to ask at: nothing was changed; give --yes")
    if ask(f"Type {name} to {what}:").strip() != name:
        fail("not confirmed: nothing was changed")
