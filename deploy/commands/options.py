"""The options that commands share, what these lead to, and how a command fails."""

# ruff: noqa: PLC0415 - `--help` must not wait for the SDK

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deploy.apply.session import Session
    from deploy.template.parameters import Given

FAILED, CHANGES = 1, 2
"""Exit statuses: something is wrong; the plan has something to do."""

Template = Annotated[Path, typer.Option("--template", "-t", help="The template.")]
Settings = Annotated[
    list[str] | None, typer.Option("--set", help="A parameter's value, NAME=VALUE; repeatable.")
]
Parameters = Annotated[
    Path | None,
    typer.Option(
        "--parameters",
        "-p",
        help="A file with NAME: value lines; default: deploy.yaml beside the template",
    ),
]
Endpoint = Annotated[
    str | None,
    typer.Option("--endpoint", help="One URL for all services; default: the region's"),
]
Zip = Annotated[
    Path | None, typer.Option("--zip", help="A package built before; default: build it now")
]
Python = Annotated[
    str | None,
    typer.Option("--python", help="Interpreter of the runtime's version; default: search"),
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


def session_for(
    template: Path, settings: list[str] | None, parameters: Path | None, endpoint: str | None
) -> Session:
    """Return the session with the account that the credentials lead to."""
    from deploy.apply.session import open_session
    from deploy.screen import err

    return open_session(
        template, given_values_of(template, settings, parameters), endpoint, err().print
    )


def given_values_of(
    template: Path, settings: list[str] | None, parameters: Path | None, *, tolerant: bool = False
) -> dict[str, Given]:
    """Return the given values. ``tolerant``: none if the template is broken; `validate` says so."""
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


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn the errors that a user can meet into a sentence and exit status 1."""
    from deploy.errors import AccountError, PackageError, ParameterError
    from deploy.template.findings import TemplateError

    try:
        yield
    except TemplateError as error:
        fail("\n".join(finding.at("the template") for finding in error.findings))
    except (AccountError, PackageError, ParameterError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or 'a file'}: {error.strerror}")


def fail(text: str) -> NoReturn:
    """End the command with a sentence on standard error."""
    from deploy.screen import err

    err().print(text)
    raise typer.Exit(FAILED)
