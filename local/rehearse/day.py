"""One day of a rehearsal: a line of marks for each kind of thing, and everything as a table."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from local.rehearse.entries import KINDS, LANES, Entry
from local.rehearse.markup import badge, element, section, table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

    from local.rehearse.markup import Content

_DAY_SECONDS = 86_400
_SLOTS = 48
"""Half an hour each; what begins within the same one is one mark."""


@dataclass(frozen=True)
class Shown:
    """An entry with its time in the region's zone."""

    at: datetime
    entry: Entry


def day(at: date, shown: Sequence[Shown]) -> Element:
    """Return a day's section; shown: what happened on it, in the order of time."""
    name = f"day-{at.isoformat()}"
    return section(
        name,
        f"{at:%A, %d %B %Y}",
        *(_lane(lane, [one for one in shown if one.entry.lane == lane]) for lane in LANES),
        element(
            "p", *(element("span", f"{hour:02}:00") for hour in (0, 6, 12, 18, 24)), class_="axis"
        ),
        element(
            "details",
            element("summary", f"All {len(shown)} entries of the day"),
            table(f"{at:%A}, everything", ("Time", "What", "Details"), map(_row, shown)),
        ),
    )


def _row(shown: Shown) -> tuple[str, tuple[Content, ...]]:
    entry = shown.entry
    what = badge(entry.kind, entry.lane.lower().removesuffix("s"))
    return entry.name, (f"{shown.at:%H:%M:%S}", what, entry.text)


def _lane(title: str, shown: Sequence[Shown]) -> Element:
    slots = defaultdict[int, list[Shown]](list)
    for one in shown:
        slots[int(_second(one.at) / _DAY_SECONDS * _SLOTS)].append(one)
    marks = [_mark(slot, together) for slot, together in slots.items()]
    return element(
        "div",
        element("h3", title),
        element("ol", *marks, aria_label=title),
        class_="lane",
    )


def _mark(slot: int, together: Sequence[Shown]) -> Element:
    """Return the mark of what began within a slot; it leads to the first of it."""
    first, others = together[0], len(together) - 1
    more = f" and {others} more" if others else ""
    label = f"{first.at:%H:%M:%S} {first.entry.text}{more}"
    left = slot / _SLOTS * 100
    ends = max(_second(one.at) + one.entry.end - one.entry.at for one in together)
    width = max(min(100.0, ends / _DAY_SECONDS * 100) - left, 100 / _SLOTS)
    kind = max((one.entry.kind for one in together), key=KINDS.index)
    link = element(
        "a",
        class_=f"mark {kind}",
        href=f"#{first.entry.name}",
        title=label,
        aria_label=label,
        data_count=str(len(together)) if others else "",
    )
    return element("li", link, style=f"left:{left:.3f}%;width:{width:.3f}%")


def _second(at: datetime) -> float:
    """Return the second of the day."""
    return at.hour * 3600 + at.minute * 60 + at.second
