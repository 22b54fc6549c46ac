"""The page that a rehearsal leaves behind: what held, what was injected, and every day's course."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from local.console.page_files import DIRECTORY
from local.emulator.functiongraph.engine.schedules import zone_of
from local.rehearse.day import Shown, day
from local.rehearse.entries import began, entries, injected, run_name, run_sentence
from local.rehearse.markup import badge, document, element, section, table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from xml.etree.ElementTree import Element

    from local.rehearse.checks import Evidence
    from local.rehearse.entries import Injected
    from local.rehearse.play import Attempt

_MOST_REASONS = 200


def page(
    evidence: Evidence, laws: Mapping[str, Sequence[str]], numbers: Mapping[str, str], choice: str
) -> str:
    """Return the page of a rehearsal as HTML that needs nothing besides.

    Args:
        evidence: What happened.
        laws: What must be true, each with the reasons why it is not; no reasons where it is.
        numbers: How much there was of everything.
        choice: What was rehearsed, in a few words.
    """
    zone = zone_of(evidence.stage.cloud.region)

    def moment(seconds: float) -> datetime:
        return datetime.fromtimestamp(seconds, timezone.utc).astimezone(zone)

    begin, end = moment(evidence.course.begin), moment(evidence.course.end)
    broken = sum(bool(reasons) for reasons in laws.values())
    verdict = "every law held" if not broken else f"{broken} of {len(laws)} laws did not hold"
    span = f"{begin:%d %B %Y, %H:%M} to {end:%d %B %Y, %H:%M}, times of {zone.key}"
    days = defaultdict[date, list[Shown]](list)
    for entry in entries(evidence):
        at = moment(entry.at)
        days[at.date()].append(Shown(at, entry))
    return document(
        f"Rehearsal: {verdict}",
        _styles(),
        element(
            "header",
            element("h1", "Rehearsal"),
            element("p", badge("good" if not broken else "bad", verdict)),
            element("p", f"{choice}. {span}.", class_="quiet"),
        ),
        element(
            "main",
            section("held", "What held", _laws(laws)),
            section("numbers", "How much there was", _numbers(numbers)),
            *(day(date, shown) for date, shown in days.items()),
            section("injected", "What was injected", _injected(injected(evidence), moment)),
        ),
    )


def _styles() -> str:
    """Return the console page's styles, and what is particular to this page."""
    own = Path(__file__).parent / "page.css"
    files = (DIRECTORY / "page.css", DIRECTORY / "content.css", own)
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def _laws(laws: Mapping[str, Sequence[str]]) -> Element:
    found = element("ul", class_="laws")
    for law, reasons in laws.items():
        sign = badge("bad", "broken") if reasons else badge("good", "held")
        line = element("li", sign, f" {law}")
        if reasons:
            shown = [element("li", reason) for reason in reasons[:_MOST_REASONS]]
            if len(reasons) > _MOST_REASONS:
                shown.append(element("li", f"... and {len(reasons) - _MOST_REASONS} more"))
            line.append(element("ul", *shown, class_="failure"))
        found.append(line)
    return found


def _numbers(numbers: Mapping[str, str]) -> Element:
    return element(
        "dl",
        *(
            element("div", element("dt", name), element("dd", text))
            for name, text in numbers.items()
        ),
    )


def _injected(found: Sequence[Injected], moment: Callable[[float], datetime]) -> Element:
    rows = [
        (
            None,
            (
                f"{moment(one.at):%a %d, %H:%M:%S}",
                one.text,
                element("div", *(_met(attempt, moment) for attempt in one.met_by))
                if one.met_by
                else ("It met no call." if one.is_fault else "None had come yet."),
            ),
        )
        for one in found
    ]
    return table("What was injected", ("When", "What", "The invocations that met it"), rows)


def _met(attempt: Attempt, moment: Callable[[float], datetime]) -> Element:
    when = element("a", f"{moment(began(attempt)):%a %H:%M:%S}", href=f"#{run_name(attempt)}")
    return element("p", when, f" {run_sentence(attempt)}")
