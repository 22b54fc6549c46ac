"""`python -m tests.mutants`: try a sample of mutants, and print those that no test notices."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from typing import Annotated

import typer

from tests.mutants.accepted import ACCEPTED
from tests.mutants.mutations import Mutation, mutations
from tests.mutants.trial import ROOT, a_copy, noticed_by

app = typer.Typer(add_completion=False, help=__doc__, pretty_exceptions_enable=False)


@app.command()
def main(
    under: Annotated[
        str, typer.Option(help="A folder or file below function/ or deploy/.")
    ] = "function",
    number: Annotated[int, typer.Option(help="How many; 0 for all.")] = 60,
    seed: Annotated[int, typer.Option(help="Which ones.")] = 1,
    at_once: Annotated[int, typer.Option(help="How many are tried side by side.")] = 2,
) -> None:
    """Exit with 1 where fewer than 92 of 100 mutants that change a promise are noticed."""
    sample = _sample(under, number, seed)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        projects: SimpleQueue[Path] = SimpleQueue()
        for one in range(at_once):
            projects.put(stack.enter_context(a_copy(Path(folder) / str(one))))

        def tried(mutation: Mutation) -> bool:
            project = projects.get()
            found = noticed_by(mutation, project)
            projects.put(project)
            if found is None:
                typer.echo(f"NOT NOTICED  {mutation}")
            return found is not None

        with ThreadPoolExecutor(at_once) as pool:
            noticed = sum(pool.map(tried, sample))
    score = noticed / len(sample)
    typer.echo(
        f"{noticed} of {len(sample)} mutants noticed: {score:.0%} "
        f"({under}, seed {seed}, {time.monotonic() - began:.0f} s)"
    )
    sys.exit(score < 0.92)


def _sample(under: str, number: int, seed: int) -> list[Mutation]:
    place = ROOT / under
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place]
    found = [
        mutation
        for file in files
        if "stubs" not in file.parts
        for mutation in mutations(file.relative_to(ROOT), file.read_text(encoding="utf-8"))
    ]
    known = {(str(one.file), one.was, one.becomes) for one in found}
    gone = [a for a in ACCEPTED if Path(a.file).is_relative_to(under) and a[:3] not in known]
    if gone:
        raise typer.BadParameter(f"accepted.py names changes that cannot be made any more: {gone}")
    left = [
        one
        for one in found
        if (str(one.file), one.was, one.becomes) not in {a[:3] for a in ACCEPTED}
    ]
    chosen = random.Random(seed)  # noqa: S311 - repeatable on purpose
    return chosen.sample(left, number) if 0 < number < len(left) else left


if __name__ == "__main__":
    app()
