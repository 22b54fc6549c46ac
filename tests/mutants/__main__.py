"""`python -m tests.mutants`: try a sample of mutants, and print those that no test notices."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Annotated

import typer

from tests.mutants.accepted import ACCEPTED
from tests.mutants.mutations import Mutation, mutations
from tests.mutants.trial import ROOT, TESTS_OF, copy_to, failure_of, noticed_by

app = typer.Typer(add_completion=False, help=__doc__, pretty_exceptions_enable=False)


ENOUGH = 0.92
"""The share of mutants that tests should notice."""


@app.command()
def main(
    under: Annotated[
        str, typer.Option(help="A folder or file below function/ or deploy/.")
    ] = "function",
    number: Annotated[int, typer.Option(help="How many; 0 for all.")] = 60,
    seed: Annotated[int, typer.Option(help="Which ones.")] = 1,
    at_once: Annotated[int, typer.Option(help="How many are tried side by side.")] = 2,
) -> None:
    """Exit with 1 where fewer than 92 of 100 mutants are noticed, 2 where nothing can be tried.

    Those in accepted.py are not counted.
    """
    sample = _sample(_files(under), number, seed)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        projects: SimpleQueue[Path] = SimpleQueue()
        for one in range(at_once):
            projects.put(copy_to(Path(folder) / str(one)))
        _expect_success(sample[0].file, projects)

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
    sys.exit(score < ENOUGH)


def _files(under: str) -> list[Path]:
    """Return the modules below a folder, or the one that is named."""
    place = Path(under)
    if place.parts[:1] not in {(part,) for part in TESTS_OF} or not (ROOT / place).exists():
        raise typer.BadParameter(f"{under} is not a folder or file below {' or '.join(TESTS_OF)}")
    found = [ROOT / place] if place.suffix == ".py" else sorted((ROOT / place).rglob("*.py"))
    return [file.relative_to(ROOT) for file in found if "stubs" not in file.parts]


def _expect_success(file: Path, projects: SimpleQueue[Path]) -> None:
    """Run the tests on what is not changed: if they fail there, they would notice everything."""
    project = projects.get()
    found = failure_of(file, project)
    projects.put(project)
    if found is not None:
        raise typer.BadParameter(f"without any change this fails already: {found}")


def _sample(files: list[Path], number: int, seed: int) -> list[Mutation]:
    accepted = {one[:3] for one in ACCEPTED}
    found = [
        mutation
        for file in files
        for mutation in mutations(file, (ROOT / file).read_text(encoding="utf-8"))
        if mutation.key not in accepted
    ]
    if not found:
        raise typer.BadParameter("there is nothing that could be changed")
    chosen = random.Random(seed)  # noqa: S311 - repeatable on purpose
    return chosen.sample(found, number) if 0 < number < len(found) else found


if __name__ == "__main__":
    app()
