"""Where parameter values come from: --set, a file, the environment, in this order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deploy.errors import ParameterError
from deploy.template.findings import TemplateError, nearest
from deploy.template.parameters import Given
from deploy.template.tree import read_template

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

PREFIX = "VAULT_SYNC_"
"""Before a parameter's name it makes the environment variable that gives it a value."""

DEFAULT_FILE = "deploy.yaml"
"""The file beside the template that is read where --parameters names none."""


def given_values(
    names: Collection[str],
    settings: Iterable[str],
    file: Path | None,
    environment: Mapping[str, str],
) -> dict[str, Given]:
    """The values that were given, each with its source. An empty variable counts as not given.

    Raises:
        ParameterError: a --set without ``=``, a variable with our prefix that is no parameter, or
            a file that is no mapping of names to values.
    """
    given: dict[str, Given] = {}
    for variable, text in environment.items():
        name = variable.removeprefix(PREFIX)
        if name != variable and text:
            if name not in names:
                hint = nearest(name, names)
                raise ParameterError(f"{variable}: there is no parameter {name}.{hint}")
            given[name] = Given(text, variable)
    if file is not None:
        given |= _from_file(file)
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise ParameterError(f"--set {setting}: write NAME=VALUE")
        given[name.strip()] = Given(text, "--set")
    return given


def _from_file(file: Path) -> dict[str, Given]:
    """A YAML file with one ``NAME: value`` a line; each value is the text that stands there."""
    try:
        root = read_template(file)
    except TemplateError as error:
        lines = "\n".join(finding.at(str(file)) for finding in error.findings)
        raise ParameterError(lines) from error
    except OSError as error:
        raise ParameterError(f"--parameters {file}: {error.strerror}") from error
    entries = root.value if isinstance(root.value, dict) else {}
    nested = [name for name, entry in entries.items() if isinstance(entry.node.value, (dict, list))]
    if nested:
        raise ParameterError(f"{file}: {', '.join(nested)}: a value is one text; quote JSON")
    return {
        name: Given(entry.node.written, f"{file.name}, line {entry.key_place.line}")
        for name, entry in entries.items()
        if entry.node.written
    }
