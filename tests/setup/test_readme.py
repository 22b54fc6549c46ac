"""What a newcomer reads first, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "README.zh-CN.md")


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_both_languages_have_the_same_commands_and_samples() -> None:
    """Every block of code is the same, and so is every command within a sentence."""
    english, chinese = map(_text, PAGES)
    block = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
    assert block.findall(english) == block.findall(chinese)
    named = [
        {
            code
            for code in _inline_code(block.sub("", text))
            if code.startswith(("make ", "python "))
        }
        for text in (english, chinese)
    ]
    assert named[0] == named[1]


def _inline_code(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", " ".join(text.split()))


def test_both_languages_have_the_same_statuses_and_links() -> None:
    """Whoever reads one misses nothing of the other."""
    status = r"`([a-z]+_[a-z]+|started|rejected|failed|deferred)`"
    for found in (status, r"\]\((?!README)([^)]+)\)"):
        lists = [sorted(re.findall(found, _text(page), re.MULTILINE)) for page in PAGES]
        assert lists[0] == lists[1]


@pytest.mark.parametrize("page", PAGES)
def test_every_target_that_is_named_exists(page: str) -> None:
    """`make` has it."""
    targets = set(re.findall(r"^([a-z-]+):", _text("Makefile"), re.MULTILINE))
    assert set(re.findall(r"\bmake (?:PYTHON=\S+ )?([a-z-]+)", _text(page))) <= targets


def test_pictures_are_small() -> None:
    """Whoever reads on a phone waits for none of them."""
    pictures = list((ROOT / "docs" / "pictures").iterdir())
    assert len(pictures) == 2
    for picture in pictures:
        content = picture.read_bytes()
        assert content.startswith(b"\x89PNG")
        assert len(content) < 150_000


@pytest.mark.parametrize(
    "page",
    sorted(
        p.relative_to(ROOT).as_posix()
        for p in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("local/*/*.md")]
    ),
)
def test_no_link_leads_nowhere(page: str) -> None:
    """Every file that a page links to is there."""
    folder = (ROOT / page).parent
    links = re.findall(r"\]\(((?!https?:|#)[^)#]+)", _text(page))
    assert [link for link in links if not (folder / link).exists()] == []


def test_the_index_of_docs_has_every_page() -> None:
    """A stranger finds the right one at the first try."""
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", _text("docs/README.md")))
    assert linked == {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"}
