"""Where parameter values come from: --set, a file, the environment, in this order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deploy.errors import ParameterError
from deploy.template.findings import TemplateError
from deploy.template.parameters import Given
from deploy.template.tree import read_template

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


def given_values(
    names: Iterable[str],
    settings: Iterable[str],
    file: Path | None,
    environment: Mapping[str, str],
) -> dict[str, Given]:
    """The values that were given, each with its source. An empty variable counts as not given.

    Raises:
        ParameterError: a --set without ``=``, or a file that is no mapping of names to values.
    """
    given = {
        name: Given(environment[name], "the environment") for name in names if environment.get(name)
    }
    if file is not None:
        given |= _from_file(file)
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise ParameterError(f"--set {setting}: write NAME=VALUE")
        given[name.strip()] = Given(text, "--set")
    return given


def _from_file(file: Path) -> dict[str, Given]:
    """A YAML file with one ``NAME: value`` a line."""
    try:
        root = read_template(file)
    except TemplateError as error:
        lines = "\n".join(finding.at(str(file)) for finding in error.findings)
        raise ParameterError(lines) from error
    except OSError as error:
        raise ParameterError(f"--parameters {file}: {error.strerror}") from error
    values = root.plain()
    wrong = [name for name, value in values.items() if isinstance(value, (dict, list))]
    if wrong:
        raise ParameterError(f"--parameters {file}: {', '.join(wrong)}: a value is one text")
    return {
        name: Given(str(value).lower() if isinstance(value, bool) else str(value), file.name)
        for name, value in values.items()
        if value is not None
    }
