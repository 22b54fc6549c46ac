"""`python -m local rehearse`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from deploy.errors import AccountError, PackageError, ParameterError
from deploy.template.findings import TemplateError
from local.rehearse.checks import JUDGES, Evidence
from local.rehearse.page import page
from local.rehearse.play import Player
from local.rehearse.script import DAY, week
from local.rehearse.stage import ROOT, TEMPLATE, stage
from local.rehearse.timeline import Timeline, numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

PASSED, FAILED, UNUSABLE = 0, 1, 2
MAX_REASONS = 40
PAGE = ROOT / "build" / "rehearsal.html"


def run(  # noqa: PLR0913 - each is one independent choice
    days: int,
    seed: int,
    write: Callable[[str], None],
    *,
    template: Path = TEMPLATE,
    parameters: Mapping[str, str] | None = None,
    zip_file: Path | None = None,
    page_file: Path = PAGE,
) -> int:
    """Rehearse, and leave a page behind.

    Returns the exit status: 0 all was well, 1 it was not, 2 it could not begin.

    Args:
        days: How many, on the cloud's clock.
        seed: Which faults; 0 for none.
        write: Takes one line of text.
        template: What is deployed.
        parameters: Of the template, on top of those with which every trigger is there.
        zip_file: A package that was built before; by default it is built now.
        page_file: Where the page is left; the one of an earlier rehearsal goes when this one
            begins.
    """
    began = time.monotonic()
    page_file.unlink(missing_ok=True)
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
            laws = {str(judge.__doc__): list(judge(evidence)) for judge in JUDGES}
            amounts = numbers(evidence, time.monotonic() - began)
            choice = f"{days} day{'s' if days > 1 else ''} of {template.name}, {_faults(seed)}"
            page_file.parent.mkdir(parents=True, exist_ok=True)
            page_file.write_text(page(evidence, laws, amounts, choice), encoding="utf-8")
    except (TemplateError, ParameterError, PackageError, AccountError) as error:
        write(f"The template could not be deployed: {error}")
        return UNUSABLE
    write("")
    for name, text in amounts.items():
        write(f"  {name:15}{text}")
    _tell(laws, write)
    write("")
    write(f"The week as a page: {page_file}")
    return FAILED if any(laws.values()) else PASSED


def _faults(seed: int) -> str:
    return f"faults of seed {seed}" if seed else "no faults"


def _tell(laws: Mapping[str, Sequence[str]], write: Callable[[str], None]) -> None:
    write("")
    reasons = [f"{law} But {one}" for law, found in laws.items() for one in found]
    for law in laws if not reasons else ():
        write(f"  ok  {law}")
    for reason in reasons[:MAX_REASONS]:
        write(f"  FAILED  {reason}")
    if len(reasons) > MAX_REASONS:
        write(f"  ... and {len(reasons) - MAX_REASONS} more")
