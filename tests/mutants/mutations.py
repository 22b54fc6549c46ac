"""The changes that can be made to a module: each is one that an error in writing could make."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TURNED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
}
"""Operators, and what one is taken for."""


@dataclass(frozen=True)
class Mutation:
    """One change to one file.

    Attributes:
        was: The code that is changed, on one line.
        becomes: What stands there instead, on one line.
        source: The whole file with it.
    """

    file: Path
    line: int
    was: str
    becomes: str
    source: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is, wherever in the file it stands."""
        return self.file.as_posix(), self.was, self.becomes

    def __str__(self) -> str:
        return f"{self.file.as_posix()}:{self.line}: {self.was}  ->  {self.becomes}"


def mutations(file: Path, source: str) -> Iterator[Mutation]:
    """Yield every change to a module; what only speaks to people or to mypy is left alone."""
    tree = ast.parse(source)
    lines = source.encode().splitlines(keepends=True)
    for node in _code(tree):
        for place, changed in _changes(node):
            begin, end = _place(place, lines)
            text = source.encode()
            was, becomes = text[begin:end].decode(), ast.unparse(changed)
            if isinstance(place, ast.expr) and not isinstance(place, ast.Constant):
                becomes = f"({becomes})"
            whole = (text[:begin] + becomes.encode() + text[end:]).decode()
            yield Mutation(file, place.lineno, _short(was), _short(becomes), whole)


def _code(node: ast.AST) -> Iterator[ast.AST]:
    """Walk through what is run: no annotations, no docstrings, nothing for the type checker."""
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "type_params"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or _is_for_people(child):
                continue
            yield child
            yield from _code(child)


def _is_for_people(node: ast.AST) -> bool:
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    if isinstance(node, (ast.Raise, ast.Import, ast.ImportFrom, ast.JoinedStr)):
        return True
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _changes(  # noqa: C901 - one branch for each kind of node
    node: ast.AST,
) -> Iterator[tuple[ast.expr | ast.stmt, ast.AST]]:
    """Yield the changes of a node: the code that is replaced, and what replaces it."""
    if isinstance(node, ast.Compare):
        yield node, _with(node, ops=[TURNED[type(node.ops[0])](), *node.ops[1:]])
    elif isinstance(node, ast.BoolOp):
        yield node, _with(node, op=TURNED[type(node.op)]())
        for number in range(len(node.values)):
            left = [value for index, value in enumerate(node.values) if index != number]
            yield node, left[0] if len(left) == 1 else _with(node, values=left)
    elif isinstance(node, ast.BinOp) and type(node.op) in TURNED:
        yield node, _with(node, op=TURNED[type(node.op)]())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node, node.operand
    elif isinstance(node, ast.IfExp):
        yield node, node.body
        yield node, node.orelse
    elif isinstance(node, ast.Call):
        yield from ((node, changed) for changed in _with_an_argument_less(node))
    elif isinstance(node, ast.Constant) and isinstance(node.value, (bool, int, float)):
        other = not node.value if isinstance(node.value, bool) else node.value + 1
        yield node, ast.Constant(other)
    elif isinstance(node, ast.If):
        yield node.test, ast.Constant(value=False)
    elif isinstance(node, ast.comprehension):
        for test in node.ifs:
            yield test, ast.Constant(value=True)
    elif isinstance(node, ast.AugAssign) or (
        isinstance(node, ast.Expr) and isinstance(node.value, (ast.Call, ast.Yield, ast.YieldFrom))
    ):
        yield node, ast.Pass()


def _with_an_argument_less(call: ast.Call) -> Iterator[ast.AST]:
    for number, keyword in enumerate(call.keywords):
        if keyword.arg is not None:
            left = [*call.keywords[:number], *call.keywords[number + 1 :]]
            yield _with(call, keywords=left)


def _with(node: ast.AST, **parts: object) -> ast.AST:
    changed = copy.copy(node)
    for name, part in parts.items():
        setattr(changed, name, part)
    return changed


def _place(node: ast.expr | ast.stmt, lines: list[bytes]) -> tuple[int, int]:
    before = [0]
    for line in lines:
        before.append(before[-1] + len(line))
    end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or 0
    return before[node.lineno - 1] + node.col_offset, before[end_line - 1] + end_column


def _short(code: str) -> str:
    return " ".join(code.split())[:160]
