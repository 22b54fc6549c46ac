"""`python -m local rehearse`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from deploy.errors import AccountError, PackageError, ParameterError
from deploy.template.findings import TemplateError
from local.rehearse.checks import JUDGES, Evidence
from local.rehearse.play import Player
from local.rehearse.script import DAY, week
from local.rehearse.stage import TEMPLATE, stage
from local.rehearse.timeline import Timeline, summary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

PASSED, FAILED, UNUSABLE = 0, 1, 2
MAX_REASONS = 40


def run(  # noqa: PLR0913 - each is one independent choice
    days: int,
    seed: int,
    write: Callable[[str], None],
    *,
    template: Path = TEMPLATE,
    parameters: Mapping[str, str] | None = None,
    zip_file: Path | None = None,
) -> int:
    """Rehearse, and return the exit status: 0 all was well, 1 it was not, 2 it could not begin.

    Args:
        days: How many, on the cloud's clock.
        seed: Which faults; 0 for none.
        write: Takes one line of text.
        template: What is deployed.
        parameters: Of the template, on top of those with which every trigger is there.
        zip_file: A package that was built before; by default it is built now.
    """
    began = time.monotonic()
    try:
        with stage(template, parameters=parameters, zip_file=zip_file, notice=write) as made:
            write(f"The agency may: {', '.join(made.needed_actions())}")
            for remark in made.engine.remarks():
                write(remark)
            timeline = Timeline(made, write)
            begin = made.clock.now()
            course = Player(made, timeline.take).play(
                week(begin, days, seed, made.attempts), begin + days * DAY
            )
            timeline.end()
            evidence = Evidence(made, course)
            reasons = [f"{judge.__doc__} But {one}" for judge in JUDGES for one in judge(evidence)]
            numbers = summary(evidence, time.monotonic() - began)
    except (TemplateError, ParameterError, PackageError, AccountError) as error:
        write(f"The template could not be deployed: {error}")
        return UNUSABLE
    write("")
    for line in numbers:
        write(line)
    return _judged(reasons, write)


def _judged(reasons: list[str], write: Callable[[str], None]) -> int:
    write("")
    if not reasons:
        for judge in JUDGES:
            write(f"  ok  {judge.__doc__}")
        return PASSED
    for reason in reasons[:MAX_REASONS]:
        write(f"  FAILED  {reason}")
    if len(reasons) > MAX_REASONS:
        write(f"  ... and {len(reasons) - MAX_REASONS} more")
    return FAILED
