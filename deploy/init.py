"""``deploy init``: ask for what the template needs, and write the parameters file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from deploy.template.document import missing_parameters, parameter_definitions
from deploy.template.parameters import Given, read_value

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from deploy.template.parameters import Definition

SOURCE = "the answer"


def ask_for_values(
    template: Path, given: dict[str, Given], ask: Callable[[str, Definition, str], str]
) -> dict[str, str]:
    """Ask until nothing is missing, then for further ``NAME=VALUE``; returns the values.

    ``ask`` gets a parameter's name, its definition and what was wrong with the last answer.
    """
    definitions = parameter_definitions(template)
    values = {name: value.text for name, value in given.items()}
    while missing := missing_parameters(template, _given(values)):
        name = missing[0]
        values[name] = _answer(name, definitions[name], ask)
    return values


def _answer(name: str, definition: Definition, ask: Callable[[str, Definition, str], str]) -> str:
    problem = ""
    while True:
        text = ask(name, definition, problem).strip()
        _, problem = read_value(definition, text)
        if text and not problem:
            return text


def write_values(file: Path, values: dict[str, str]) -> None:
    """Write the file, readable by its owner alone: it may hold passwords."""
    lines = ["# Read by `python -m deploy`; keep it out of the repository (.gitignore does)."]
    lines += ["{}: '{}'".format(name, text.replace("'", "''")) for name, text in values.items()]
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write("\n".join(lines) + "\n")


def _given(values: dict[str, str]) -> dict[str, Given]:
    return {name: Given(text, SOURCE) for name, text in values.items()}
