from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from local.invoke.libraries import LibrariesError, link_pinned
from tests.local.emulator.functiongraph.runtime.conftest import MakeInstance

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory with what requirements.txt pins."""
    directory = tmp_path_factory.mktemp("libraries")
    link_pinned(ROOT / "requirements.txt", directory)
    return directory


def test_only_the_pinned_libraries_can_be_imported(start: MakeInstance, libraries: Path) -> None:
    """The function sees its dependencies, but neither this project nor its tools."""
    wanted = ["huaweicloudsdkcbr", "huaweicloudsdksmn", "pydantic", "requests", "yaml"]
    hidden = ["local", "deploy", "tests", "vault_sync", "rich", "typer", "pytest", "responses"]
    ended = start("imports", libraries=(libraries,), memory_mb=512).invoke(
        json.dumps(wanted + hidden)
    )
    assert ended.error is None
    seen = json.loads(ended.body or "")
    assert seen["found"] == dict.fromkeys(wanted, True) | dict.fromkeys(hidden, False)
    assert not any("site-packages" in entry or entry == str(ROOT) for entry in seen["path"])


def test_every_pinned_distribution_is_there(libraries: Path) -> None:
    """Each line of requirements.txt has its metadata in the directory."""
    pinned = {
        match[1]
        for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
        if (match := re.match(r"([a-z0-9-]+)==", line)) is not None
    }
    linked = {
        re.sub(r"-[0-9.]+\.dist-info$", "", entry.name).replace("_", "-").lower()
        for entry in libraries.glob("*.dist-info")
    }
    assert pinned == linked


def test_code_goes_before_libraries(start: MakeInstance, libraries: Path) -> None:
    """What a package brings along wins."""
    ended = start("carries_its_own", libraries=(libraries,)).invoke("{}")
    assert json.loads(ended.body or "") == {"pydantic": "the package", "sdk": True}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("no-such-distribution==1.0", "pinned but not installed"),
        ("pydantic==0.0.1", "is installed"),
    ],
)
def test_what_is_not_installed_as_pinned_is_an_error(
    tmp_path: Path, line: str, reason: str
) -> None:
    """An environment that differs from requirements.txt is refused, with what to do."""
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(f"# pins\n{line} \\\n    --hash=sha256:00\n", encoding="utf-8")
    with pytest.raises(LibrariesError, match=reason):
        link_pinned(requirements, tmp_path)


def test_a_line_for_another_python_is_passed_over(tmp_path: Path) -> None:
    """Environment markers hold."""
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(
        'no-such-distribution==1.0 ; python_full_version < "3"\n', encoding="utf-8"
    )
    directory = tmp_path / "libraries"
    directory.mkdir()
    link_pinned(requirements, directory)
    assert list(directory.iterdir()) == []
