"""Commands that need no account."""

# ruff: noqa: PLC0415 - `--help` must not wait for the SDK

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.commands.options import (
    DEFAULT_TEMPLATE,
    FAILED,
    Parameters,
    Python,
    Settings,
    Template,
    fail,
    given_values_of,
    plain_errors,
)

if TYPE_CHECKING:
    from deploy.template.parameters import Definition


def init(template: Template = DEFAULT_TEMPLATE, settings: Settings = None) -> None:
    """Ask for what the template needs, and write deploy.yaml beside it."""
    from deploy.init import ask_for_values, write_values
    from deploy.screen import out
    from deploy.template.document import parameter_definitions
    from deploy.template.sources import DEFAULT_FILE, given_values

    def ask(name: str, definition: Definition, problem: str) -> str:
        out().print(problem or f"{definition.description} Example: {definition.example}")
        return str(typer.prompt(name, hide_input=definition.no_echo))

    with plain_errors():
        file = template.parent / DEFAULT_FILE
        if file.exists():
            fail(f"{file} is there; edit it, or move it away")
        given = given_values(list(parameter_definitions(template)), settings or (), None, {})
        values = ask_for_values(template, given, ask)
        write_values(file, values)
        out().print(f"{file}: written; template.yaml describes what else can be set in it")


def validate(
    template: Template = DEFAULT_TEMPLATE,
    settings: Settings = None,
    parameters: Parameters = None,
) -> None:
    """Check the template; every finding with its line. Exit status 1 when something is wrong."""
    from deploy.screen import out, show_timers
    from deploy.template.document import findings_of, load, missing_parameters
    from deploy.template.parameters import Fill

    with plain_errors():
        given = given_values_of(template, settings, parameters, tolerant=True)
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

    with plain_errors():
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

    with plain_errors():
        if version not in ("", "1.1", "5.0"):
            fail(f"--version {version}: 1.1 or 5.0")
        given = given_values_of(template, settings, parameters)
        function = load(template, given, Fill.AS_GIVEN).function
        for feature in used_features(function):
            err().print(f"# {feature.sid}: {feature.reason}")
        for wanted in [version] if version else ["1.1", "5.0"]:
            text = json.dumps(policy_document(function, wanted), indent=2)
            for action, why in NOT_CONFIRMED[wanted].items():
                if f'"{action}"' in text:
                    err().print(f"# not confirmed for a policy of {wanted}: {action} ({why})")
            out().print(text)


def rfs(
    output: Annotated[Path, typer.Option(help="Where to write the zip.")] = Path("build/rfs.zip"),
) -> None:
    """Write the Terraform module as the archive that a stack of RFS takes."""
    from deploy.rfs import archive
    from deploy.screen import out

    with plain_errors():
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(archive())
        out().print(f"{output}: written; the stack asks for region and code_url")
