"""HTML as a tree: every text and every attribute is escaped when it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, tostring

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Content = Element | str
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""A browser loads nothing for the page, and runs nothing in it."""


def element(tag: str, *content: Content, **attributes: str) -> Element:
    """Make an element. `class_` and `aria_label` stand for `class` and `aria-label`."""
    names = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    made = Element(tag, names)
    for one in content:
        if isinstance(one, Element):
            made.append(one)
        elif len(made):
            made[-1].tail = (made[-1].tail or "") + one
        else:
            made.text = (made.text or "") + one
    return made


def badge(kind: str, text: str) -> Element:
    """Make a badge; kind: good, busy, warning, bad or plain."""
    return element("span", text, class_=f"badge {kind}")


def section(name: str, title: str, *content: Content) -> Element:
    """Make a section, named by its heading."""
    heading = element("h2", title, id=f"{name}-title")
    return element("section", heading, *content, id=name, aria_labelledby=f"{name}-title")


def table(
    label: str, columns: Sequence[str], rows: Iterable[tuple[str | None, Sequence[Content]]]
) -> Element:
    """Make a table that becomes cards on a narrow screen; its roles stay.

    rows: each with the id that a link leads to, if there is one.
    """
    body = element("tbody", role="rowgroup")
    for name, cells in rows:
        row = element("tr", role="row", **({} if name is None else {"id": name}))
        for column, cell in zip(columns, cells, strict=True):
            row.append(element("td", element("div", cell), role="cell", data_column=column))
        body.append(row)
    heads = [element("th", one, scope="col", role="columnheader") for one in columns]
    head = element("thead", element("tr", *heads, role="row"), role="rowgroup")
    return element("table", head, body, role="table", aria_label=label)


def document(title: str, styles: str, *body: Content) -> str:
    """Return a whole page, complete in itself.

    styles: CSS of this project's own; it is the one text that HTML takes as it is.
    """
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", title),
        element("style", styles),
    )
    page = element("html", head, element("body", *body), lang="en")
    return "<!doctype html>\n" + tostring(page, encoding="unicode", method="html") + "\n"
