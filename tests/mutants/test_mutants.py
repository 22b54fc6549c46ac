from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.mutants.accepted import ACCEPTED
from tests.mutants.mutations import mutations
from tests.mutants.trial import ROOT

SOURCE = '''
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from x import Y

LIMIT = 5


def judge(value: int, names: list[str]) -> bool:
    """Is 7 less than 8?"""
    if value < LIMIT and not names:
        raise ValueError(f"{value + 1} is wrong")
    names.append("x")
    return [name for name in names if name][choose(names, most=value):]
'''


def test_each_kind_of_change_is_made_and_words_are_left_alone() -> None:
    """Comparison, operand, branch, constant, call, argument, filter; no docstring or error."""
    found = {(one.was, one.becomes) for one in mutations(Path("judge.py"), SOURCE)}
    condition = "value < LIMIT and not names"
    assert found == {
        ("5", "6"),
        ("value < LIMIT", "(value <= LIMIT)"),
        (condition, "(value < LIMIT or not names)"),
        (condition, "(not names)"),
        (condition, "(value < LIMIT)"),
        (condition, "(False)"),
        ("not names", "(names)"),
        ('names.append("x")', "pass"),
        ("name", "(True)"),
        ("choose(names, most=value)", "(choose(names))"),
    }


@pytest.mark.parametrize("folder", ["function", "deploy"])
def test_every_mutant_is_python_and_differs_from_what_was_there(folder: str) -> None:
    """Otherwise it would be noticed for another reason than that a test minds, or by none."""
    for file in sorted((ROOT / folder).rglob("*.py"))[::7]:
        text = file.read_text(encoding="utf-8")
        for one in mutations(file, text):
            assert ast.dump(ast.parse(one.source)) != ast.dump(ast.parse(text)), one


@pytest.mark.parametrize("accepted", ACCEPTED, ids=lambda one: str(one.was))
def test_what_is_accepted_can_still_be_made(accepted: tuple[str, str, str, str]) -> None:
    """A line that has changed is judged anew."""
    file, was, becomes, reason = accepted
    source = (ROOT / file).read_text(encoding="utf-8")
    assert (file, was, becomes) in {one.key for one in mutations(Path(file), source)}
    assert reason
