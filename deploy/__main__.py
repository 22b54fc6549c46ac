"""``python -m deploy``: the commands. What they need is imported when they run."""

# ruff: noqa: PLC0415 - `--help` must not wait for the SDK

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deploy.apply.plan import Observed
    from deploy.apply.session import Session
    from deploy.template.parameters import Given

NOTHING_TO_DO, FAILED, CHANGES = 0, 1, 2

app = typer.Typer(
    help="From template.yaml to the cloud.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
render_app = typer.Typer(help="Write the template in another form.", no_args_is_help=True)
app.add_typer(render_app, name="render")

Template = Annotated[Path, typer.Option("--template", "-t", help="The template.")]
Settings = Annotated[
    list[str] | None, typer.Option("--set", help="A parameter's value, NAME=VALUE; repeatable.")
]
Parameters = Annotated[
    Path | None, typer.Option("--parameters", "-p", help="A file with NAME: value lines.")
]
Endpoint = Annotated[
    str | None,
    typer.Option(
        "--endpoint", help="FunctionGraph's URL [default: FUNCTIONGRAPH_ENDPOINT, or the region's]"
    ),
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
DEFAULT_TEMPLATE = Path("template.yaml")


@app.command()
def validate(
    template: Template = DEFAULT_TEMPLATE,
    settings: Settings = None,
    parameters: Parameters = None,
) -> None:
    """Check the template; every finding with its line. Exit status 1 when there is one."""
    from deploy.screen import out
    from deploy.template.document import findings_of

    with _plain_errors():
        given = _given(template, settings, parameters, tolerant=True)
        findings = findings_of(template, given)
        for finding in findings:
            out().print(finding.at(str(template)))
        if findings:
            out().print(f"{len(findings)} finding{'s' if len(findings) > 1 else ''}")
            raise typer.Exit(FAILED)
        out().print(f"{template}: nothing wrong")


@app.command()
def package(
    template: Template = DEFAULT_TEMPLATE,
    runtime: Annotated[str, typer.Option(help="Python3.10 or Python3.12.")] = "Python3.12",
    output: Annotated[Path, typer.Option(help="Where to write the zip.")] = Path(
        "build/function.zip"
    ),
    python: Python = None,
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
def plan(  # noqa: PLR0913, PLR0917 - a command's options are its arguments
    template: Template = DEFAULT_TEMPLATE,
    settings: Settings = None,
    parameters: Parameters = None,
    endpoint: Endpoint = None,
    zip_file: Zip = None,
    python: Python = None,
    resend_secrets: ResendSecrets = False,
) -> None:
    """Show what apply would change. Exit status 0: nothing, 2: something, 1: it failed."""
    from deploy.screen import out, show_steps

    with _plain_errors():
        session = _session(template, settings, parameters, endpoint)
        desired = session.desired(zip_file, python)
        steps = session.plan(session.observe(), desired, resend_secrets=resend_secrets)
        show_steps(out(), steps)
        if steps:
            out().print(f"{len(steps)} to do; `python -m deploy apply` does it")
            raise typer.Exit(CHANGES)
        out().print("Nothing to do: the account holds what the template says")


@app.command()
def apply(  # noqa: PLR0913, PLR0917 - the same
    template: Template = DEFAULT_TEMPLATE,
    settings: Settings = None,
    parameters: Parameters = None,
    endpoint: Endpoint = None,
    zip_file: Zip = None,
    python: Python = None,
    resend_secrets: ResendSecrets = False,
) -> None:
    """Create or update the function. Interrupted or failed, it goes on when run again."""
    from deploy.screen import out, show_function, show_steps

    with _plain_errors():
        session = _session(template, settings, parameters, endpoint)
        desired = session.desired(zip_file, python)
        steps = session.plan(session.observe(), desired, resend_secrets=resend_secrets)
        for number, step in enumerate(steps, start=1):
            out().print(f"[{number}/{len(steps)}]", end=" ")
            show_steps(out(), [step])
            step.run(session.account)
        observed = session.observe()
        show_function(out(), observed)
        out().print(f"Done: {len(steps)} changed" if steps else "Done: nothing to change")


@app.command()
def destroy(
    template: Template = DEFAULT_TEMPLATE,
    settings: Settings = None,
    parameters: Parameters = None,
    endpoint: Endpoint = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete the function with its triggers. Topic, agency and vaults stay."""
    from deploy.screen import out, show_function

    with _plain_errors():
        session = _session(template, settings, parameters, endpoint)
        observed = session.observe()
        show_function(out(), observed)
        if observed.config is None:
            return
        if not yes:
            typer.confirm("Delete this function and its triggers?", abort=True)
        _delete(session, observed)
        out().print("Deleted")


def _delete(session: Session, observed: Observed) -> None:
    """Triggers first: while they are there, they fire."""
    account, urn = session.account, observed.urn
    for trigger in observed.triggers:
        account.delete_trigger(urn, trigger["trigger_type_code"], trigger["trigger_id"])
    if observed.async_policy is not None:
        account.delete_async_policy(urn)
    account.delete_function(urn)


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
    from deploy.permissions import policy_document, used_features
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
            out().print(json.dumps(policy_document(function, wanted), indent=2))


@render_app.command()
def terraform(
    template: Template = DEFAULT_TEMPLATE,
    settings: Settings = None,
    parameters: Parameters = None,
    output: Annotated[Path | None, typer.Option(help="A file [default: standard output]")] = None,
) -> None:
    """Write template.tf.json for Terraform and RFS."""
    from deploy.screen import out
    from deploy.terraform import render

    with _plain_errors():
        text = render(template, _given(template, settings, parameters))
        if output is None:
            typer.echo(text, nl=False)
        else:
            output.parent.mkdir(parents=True, exist_ok=True)
            output.write_text(text, encoding="utf-8")
            out().print(f"{output}: written")


def _session(
    template: Path, settings: list[str] | None, parameters: Path | None, endpoint: str | None
) -> Session:
    from deploy.apply.session import open_session

    return open_session(template, _given(template, settings, parameters), endpoint)


def _given(
    template: Path, settings: list[str] | None, parameters: Path | None, *, tolerant: bool = False
) -> dict[str, Given]:
    """The given values. ``tolerant``: a broken template is somebody else's to report."""
    from deploy.template.document import parameter_definitions
    from deploy.template.findings import TemplateError
    from deploy.template.sources import given_values

    try:
        names = list(parameter_definitions(template))
    except TemplateError:
        if not tolerant:
            raise
        names = []
    return given_values(names, settings or (), parameters, os.environ)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Turn the errors that a user can meet into a sentence and exit status 1."""
    from deploy.errors import AccountError, PackageError, ParameterError
    from deploy.template.findings import TemplateError

    try:
        yield
    except TemplateError as error:
        lines = [
            f"line {f.place.line}, column {f.place.column}: {f.message}" for f in error.findings
        ]
        _fail("the template is wrong:\n" + "\n".join(lines))
    except (AccountError, PackageError, ParameterError) as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.filename or 'a file'}: {error.strerror}")


def _fail(text: str) -> NoReturn:
    from deploy.screen import err

    err().print(text)
    raise typer.Exit(FAILED)


if __name__ == "__main__":
    app(prog_name="python -m deploy")
