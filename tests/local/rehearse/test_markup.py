"""The pages that are written as files."""

from __future__ import annotations

from local.rehearse.markup import document, element


def test_every_text_and_attribute_is_escaped() -> None:
    """What comes from outside stays text."""
    text = document("<a> & b", "", element("p", "<i>", element("b", "&"), "<u>", title='"> &lt;'))
    assert "<title>&lt;a&gt; &amp; b</title>" in text
    assert '<p title="&quot;&gt; &amp;lt;">&lt;i&gt;<b>&amp;</b>&lt;u&gt;</p>' in text


def test_names_that_python_does_not_allow_are_written_with_hyphens() -> None:
    """`class_` is `class`, `aria_label` is `aria-label`."""
    assert element("ol", class_="lane", aria_label="Ticks").attrib == {
        "class": "lane",
        "aria-label": "Ticks",
    }


def test_a_page_may_load_and_run_nothing() -> None:
    """Its policy says so to the browser."""
    assert "content=\"default-src 'none'; style-src 'unsafe-inline'\"" in document("t", "p {}")
