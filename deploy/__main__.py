"""``python -m deploy``: the commands. What they need is imported when they run."""

# ruff: noqa: PLC0415 - `--help` must not wait for the SDK
# ruff: noqa: PLR0913, PLR0917 - a command's options are its arguments

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from deploy.completion import run as run_or_complete

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deploy.apply.session import Session
    from deploy.template.parameters import Definition, Given

NOTHING_TO_DO, FAILED, CHANGES = 0, 1, 2

app = typer.Typer(
    help="From template.yaml to the cloud.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
render_app = typer.Typer(help="Write the Terraform module in another form.", no_args_is_help=True)
app.add_typer(render_app, name="render")

Template = Annotated[Path, typer.Option("--template", "-t", help="The template.")]
Settings = Annotated[
    list[str] | None, typer.Option("--set", help="A parameter's value, NAME=VALUE; repeatable.")
]
Parameters = Annotated[
    Path | None,
    typer.Option(
        "--parameters",
        "-p",
        help="A file with NAME: value lines [default: deploy.yaml beside the template]",
    ),
]
Endpoint = Annotated[
    str | None,
    typer.Option("--endpoint", help="One URL for all services [default: the region's]"),
]
Zip = Annotated[
    Path | None, typer.Option("--zip", help="A package built before [default: build it now]")
]
Python = Annotated[
    str | None,
    typer.Option("--python", help="Interpreter of the runtime's version [default: search]"),
]
ResendSecrets = Annotated[
    bool,
    typer.Option(
        "--resend-secrets", help="Send passwords again: a changed one cannot be seen otherwise."
    ),
]
Adopt = Annotated[
    bool, typer.Option("--adopt", help="Take over a function that this tool did not make.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask; needed where no terminal is.")]
Deletions = Annotated[
    list[str] | None,
    typer.Option("--delete", help="Something the plan takes away, by its name; repeatable."),
]
AcceptWarnings = Annotated[
    bool, typer.Option("--accept-warnings", help="The template's warnings are meant so.")
]
DEFAULT_TEMPLATE = Path("template.yaml")


@app.command()
def init(template: Template = DEFAULT_TEMPLATE, settings: Settings = None) -> None:
    """Ask for what the template needs, and write deploy.yaml beside it."""
    from deploy.init import ask_for_values, write_values
    from deploy.screen import out
    from deploy.template.document import parameter_definitions
    from deploy.template.sources import DEFAULT_FILE, given_values

    def ask(name: str, definition: Definition, problem: str) -> str:
        out().print(problem or f"{definition.description} Example: {definition.example}")
        return str(typer.prompt(name, hide_input=definition.no_echo))

    with _plain_errors():
        file = template.parent / DEFAULT_FILE
        if file.exists():
            _fail(f"{file} is there; edit it, or move it away")
        given = given_values(list(parameter_definitions(template)), settings or (), None, {})
        values = ask_for_values(template, given, ask)
        write_values(file, values)
        out().print(f"{file}: written; template.yaml describes what else can be set in it")


@app.command()
def validate(
    template: Template = DEFAULT_TEMPLATE,
    settings: Settings = None,
    parameters: Parameters = None,
) -> None:
    """Check the template; every finding with its line. Exit status 1 when something is wrong."""
    from deploy.screen import out, show_timers
    from deploy.template.document import findings_of, load, missing_parameters
    from deploy.template.parameters import Fill

    with _plain_errors():
        given = _given(template, settings, parameters, tolerant=True)
        findings = findings_of(template, given)
        for finding in findings:
            out().print(finding.at(str(template)))
        wrong = [finding for finding in findings if not finding.is_warning]
        if wrong:
            out().print(f"{len(wrong)} finding{'s' if len(wrong) > 1 else ''}")
            raise typer.Exit(FAILED)
        show_timers(out(), load(template, given, Fill.AS_GIVEN))
        missing = ", ".join(missing_parameters(template, given))
        out().print(f"{template}: nothing wrong" + (f"; to be given: {missing}" * bool(missing)))


@app.command()
def package(
    template: Template = DEFAULT_TEMPLATE,
    runtime: Annotated[str, typer.Option(help="Python3.10 or Python3.12.")] = "Python3.12",
    output: Annotated[Path, typer.Option(help="Where to write the zip.")] = Path(
        "build/function.zip"
    ),
    python: Python = None,
    plain: Annotated[bool, typer.Option("--plain", help="Leave the SDK as it is.")] = False,
) -> None:
    """Build the zip that FunctionGraph gets."""
    from deploy.apply.session import CACHE
    from deploy.package import build_package
    from deploy.screen import err, out

    with _plain_errors():
        built = build_package(
            template.parent / "function",
            template.parent / "requirements.txt",
            template.parent / CACHE,
            runtime=runtime,
            python=python,
            plain=plain,
        )
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(built.data)
        if built.compiled_by is None:
            err().print(
                f"warning: no interpreter for {runtime} was found, so the package has no byte code "
                "and each cold start compiles every module (several seconds at 128 MB); install "
                "that version or name one with --python"
            )
        out().print(f"{output}: {built.file_count:,} files for {runtime}")
        out().print(f"  {len(built.data):,} bytes, unzipped {built.unzipped_bytes:,}")
        out().print(f"  SHA-512: {built.digest}")


@app.command()
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

    with _plain_errors():
        checks = list(_session(template, settings, parameters, endpoint).checks(adopt=adopt))
        show_checks(out(), checks)
        if any(found.verdict is Verdict.WRONG for found in checks):
            raise typer.Exit(FAILED)


@app.command()
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

    with _plain_errors():
        session = _session(template, settings, parameters, endpoint)
        desired, observed = session.desired(zip_file, python), session.observe()
        steps = session.plan(observed, desired, resend_secrets=resend_secrets)
        show_plan(out(), session.document, observed, steps)
        if steps:
            out().print(f"{len(steps)} to do; `python -m deploy apply` does it")
            raise typer.Exit(CHANGES)
        out().print("Nothing to do: the account holds what the template says")


@app.command()
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

    with _plain_errors():
        session = _session(template, settings, parameters, endpoint)
        desired = session.desired(zip_file, python)
        checks = [c for c in session.checks(adopt=adopt) if c.verdict is not Verdict.OK]
        show_checks(err(), checks)
        if any(found.verdict is Verdict.WRONG for found in checks):
            _fail("Nothing was changed")
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


@app.command()
def invoke(
    event: Annotated[str, typer.Argument(help="A file with the event's JSON; - reads stdin.")],
    template: Template = DEFAULT_TEMPLATE,
    settings: Settings = None,
    parameters: Parameters = None,
    endpoint: Endpoint = None,
) -> None:
    """Run the deployed function with an event; show its result and the end of its log."""
    with _plain_errors():
        text = sys.stdin.read() if event == "-" else Path(event).read_text(encoding="utf-8")
        try:
            document = json.loads(text)
        except ValueError:
            _fail(f"{event}: this is no JSON")
        session = _session(template, settings, parameters, endpoint)
        _run(session, document, with_log=True)


@app.command()
def rollback(
    template: Template = DEFAULT_TEMPLATE,
    settings: Settings = None,
    parameters: Parameters = None,
    endpoint: Endpoint = None,
    version: Annotated[str, typer.Option(help="Its name [default: the newest other code]")] = "",
    adopt: Adopt = False,
    yes: Yes = False,
) -> None:
    """Bring the code before back; settings and triggers stay as they are."""
    from deploy.screen import out, show_function

    with _plain_errors():
        session = _session(template, settings, parameters, endpoint)
        observed = session.own(adopt=adopt)
        show_function(out(), observed)
        _confirm_name(session, "replace its code by an older version's", yes=yes)
        name = session.roll_back(observed, version)
        out().print(f"The code of version {name} is back. The next apply sends the source's again.")


@app.command()
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

    with _plain_errors():
        session = _session(template, settings, parameters, endpoint)
        observed = session.own(adopt=adopt)
        show_function(out(), observed)
        if observed.config is None:
            return
        _confirm_name(session, "delete this function and its triggers", yes=yes)
        session.delete(observed)
        out().print("Deleted")


@app.command()
def status(
    template: Template = DEFAULT_TEMPLATE,
    settings: Settings = None,
    parameters: Parameters = None,
    endpoint: Endpoint = None,
) -> None:
    """Show the function as the account has it. Exit status 1 when there is none."""
    from deploy.screen import out, show_function

    with _plain_errors():
        observed = _session(template, settings, parameters, endpoint).observe()
        show_function(out(), observed)
        if observed.config is None:
            raise typer.Exit(FAILED)


@app.command()
def policy(
    template: Template = DEFAULT_TEMPLATE,
    settings: Settings = None,
    parameters: Parameters = None,
    version: Annotated[str, typer.Option(help="1.1 or 5.0; both when not given.")] = "",
) -> None:
    """Print the least permissions that the agency needs with these settings."""
    from deploy.permissions import NOT_CONFIRMED, policy_document, used_features
    from deploy.screen import err, out
    from deploy.template.document import load
    from deploy.template.parameters import Fill

    with _plain_errors():
        if version not in ("", "1.1", "5.0"):
            _fail(f"--version {version}: 1.1 or 5.0")
        given = _given(template, settings, parameters)
        function = load(template, given, Fill.AS_GIVEN).function
        for feature in used_features(function):
            err().print(f"# {feature.sid}: {feature.reason}")
        for wanted in [version] if version else ["1.1", "5.0"]:
            text = json.dumps(policy_document(function, wanted), indent=2)
            for action, why in NOT_CONFIRMED[wanted].items():
                if f'"{action}"' in text:
                    err().print(f"# not confirmed for a policy of {wanted}: {action} ({why})")
            out().print(text)


@render_app.command()
def rfs(
    output: Annotated[Path, typer.Option(help="Where to write the zip.")] = Path("build/rfs.zip"),
) -> None:
    """Write the Terraform module as the archive that a stack of RFS takes."""
    from deploy.rfs import archive
    from deploy.screen import out

    with _plain_errors():
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(archive())
        out().print(f"{output}: written; the stack asks for region and code_url")


def _session(
    template: Path, settings: list[str] | None, parameters: Path | None, endpoint: str | None
) -> Session:
    from deploy.apply.session import open_session
    from deploy.screen import err

    return open_session(template, _given(template, settings, parameters), endpoint, err().print)


def _given(
    template: Path, settings: list[str] | None, parameters: Path | None, *, tolerant: bool = False
) -> dict[str, Given]:
    """The given values. ``tolerant``: a broken template is somebody else's to report."""
    from deploy.template.document import parameter_definitions
    from deploy.template.findings import TemplateError
    from deploy.template.sources import DEFAULT_FILE, given_values

    try:
        names = list(parameter_definitions(template))
    except TemplateError:
        if not tolerant:
            raise
        return {}
    usual = template.parent / DEFAULT_FILE
    file = parameters or (usual if usual.exists() else None)
    return given_values(names, settings or (), file, os.environ)


def _run(session: Session, event: object, *, with_log: bool) -> None:
    """Run the deployed function; leave with FAILED if it does not return."""
    from deploy.screen import show_answer

    function = session.document.function
    urn = session.account.urn(function.package, function.name)
    if not show_answer(session.account.invoke(urn, event), with_log=with_log):
        _fail("The function raised an error")


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
        _fail("no terminal to ask at: nothing was changed; give --yes")
    if ask(f"Type {name} to {what}:").strip() != name:
        _fail("not confirmed: nothing was changed")


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Turn the errors that a user can meet into a sentence and exit status 1."""
    from deploy.errors import AccountError, PackageError, ParameterError
    from deploy.template.findings import TemplateError

    try:
        yield
    except TemplateError as error:
        _fail("\n".join(finding.at("the template") for finding in error.findings))
    except (AccountError, PackageError, ParameterError) as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.filename or 'a file'}: {error.strerror}")


def _fail(text: str) -> NoReturn:
    from deploy.screen import err

    err().print(text)
    raise typer.Exit(FAILED)


if __name__ == "__main__":
    run_or_complete(app, "deploy")
