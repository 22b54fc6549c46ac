"""The files of the page: whole, its own, and nothing from elsewhere."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from local.console.page_files import DIRECTORY, page_file
from tests.local.console.conftest import Visitor

FILES = sorted(file for file in DIRECTORY.rglob("*") if file.suffix in {".html", ".css", ".mjs"})
OWN = [file for file in FILES if file.parent.name != "vendor"]
NAMES = [file.name for file in OWN]
PREACT_SHA256 = "bdcbd9abdf2c77c5c45326eab42191e949222d479d0d5f69467387a77040cb55"


def test_the_page_is_at_the_root(visitor: Visitor) -> None:
    """As HTML, with its language and a width for phones."""
    answer = visitor.get("/")

    assert (answer.status_code, answer.headers["Content-Type"]) == (
        200,
        "text/html; charset=utf-8",
    )
    assert '<html lang="en">' in answer.text
    assert "width=device-width" in answer.text


@pytest.mark.parametrize("file", OWN, ids=NAMES)
def test_nothing_comes_from_elsewhere(file: Path) -> None:
    """No address but the page's own; no script and no style in the HTML."""
    text = file.read_text(encoding="utf-8")
    assert re.findall(r"https?://|url\(|@import", text) == []
    assert re.findall(r"<script(?![^>]* src=)|<style|\son[a-z]+=|\sstyle=", text) == []


@pytest.mark.parametrize("file", [f for f in OWN if f.suffix == ".mjs"], ids=lambda f: str(f.name))
def test_every_import_leads_to_a_file_that_is_served(file: Path) -> None:
    """By its path beside the importing one."""
    text = file.read_text(encoding="utf-8")
    for path in re.findall(r'from "\./([^"]+)"', text):
        assert page_file(f"/_console/{path}") is not None, path


def test_what_the_html_names_is_served(visitor: Visitor) -> None:
    """Scripts, styles and the icon."""
    named = re.findall(r'(?:src|href)="([^"]+)"', visitor.get("/").text)
    assert len(named) == 4
    for path in named:
        assert visitor.get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/_console/",
        "/_console/../__init__.py",
        "/_console/%2e%2e/__init__.py",
        "/_console//etc/passwd",
        "/_console/vendor/README.md",
        "/_console/vendor",
    ],
)
def test_no_path_leads_out_of_the_page(path: str) -> None:
    """Only the files that are listed are served."""
    assert page_file(path) is None


def test_the_library_is_the_published_one_with_its_licence() -> None:
    """Unchanged, and its name says the version."""
    (library,) = (DIRECTORY / "vendor").glob("*.mjs")
    assert library.name == "preact-11.2.0.mjs"
    assert hashlib.sha256(library.read_bytes()).hexdigest() == PREACT_SHA256
    assert "MIT License" in (DIRECTORY / "vendor" / "preact-LICENSE").read_text(encoding="utf-8")
