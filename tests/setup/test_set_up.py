from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local import set_up
from local.set_up import CannotSetUp


class Steps:
    """What a set-up does, noted instead of done, in a project of its own."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done: list[str] = []
        self.root = root
        for locks in set_up.LOCKS.values():
            for lock in locks:
                (root / lock).parent.mkdir(exist_ok=True)
                (root / lock).write_text(f"# {lock}")
        monkeypatch.setattr(set_up, "ROOT", root)
        monkeypatch.setattr(set_up, "VENV", root / ".venv")
        monkeypatch.setattr(set_up, "_make_environment", self._made(set_up._make_environment))
        monkeypatch.setattr(subprocess, "run", self._run)

    def _made(self, real: Any) -> Any:
        def make() -> None:
            real()
            (self.root / ".venv").mkdir()

        return make

    def _run(self, command: list[str], **_: Any) -> Any:
        if "venv" in command:
            self.done.append("venv")
        else:
            self.done += [Path(part).name for part in command if part.endswith(".txt")]
        return type("Done", (), {"returncode": 0})

    def of(self, *groups: str) -> list[str]:
        """Set up groups; return the steps it took."""
        self.done.clear()
        set_up.set_up(list(groups))
        return list(self.done)


@pytest.fixture(name="steps")
def _steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Steps:
    return Steps(tmp_path, monkeypatch)


TOOLS = ["venv", "requirements.txt", "requirements.txt"]


def test_what_is_there_is_not_made_again(steps: Steps) -> None:
    """A second command begins at once; the tests come on top of the tools."""
    assert steps.of("tools") == TOOLS
    assert steps.of("tools") == []
    assert steps.of("tools", "tests") == ["requirements.txt"]
    assert steps.of("tools") == []


def test_a_set_up_that_was_stopped_half_way_is_repaired(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not written down at the end counts as not made."""
    install = set_up._install

    def stopped(group: str) -> None:
        install(group)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(set_up, "_install", stopped)
        with pytest.raises(KeyboardInterrupt):
            steps.of("tools")
    assert steps.of("tools") == TOOLS


@pytest.mark.parametrize("fact", ["python", "executable", "project"])
def test_an_environment_of_another_python_or_another_copy_is_made_anew(
    steps: Steps, fact: str
) -> None:
    """An environment cannot be moved, nor shared between Pythons."""
    steps.of("tools")
    stamp = steps.root / ".venv" / "set-up.json"
    written = json.loads(stamp.read_text())
    written["made_by"][fact] = "another"
    stamp.write_text(json.dumps(written))
    assert steps.of("tools") == TOOLS


@pytest.mark.parametrize("lock", ["requirements.txt", "local/requirements.txt"])
def test_an_environment_of_other_locks_is_made_anew(steps: Steps, lock: str) -> None:
    """Nothing of the older lock is left over."""
    steps.of("tools")
    (steps.root / lock).write_text("# newer")
    assert steps.of("tools") == TOOLS


def test_a_link_to_elsewhere_is_not_emptied(steps: Steps, tmp_path: Path) -> None:
    """It belongs to somebody else."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").write_text("")
    (steps.root / ".venv").symlink_to(elsewhere)
    with pytest.raises(CannotSetUp, match=r"is a link to .* take the link away"):
        steps.of("tools")
    assert (elsewhere / "precious").exists()


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_without_the_venv_module_the_package_to_install_is_named(
    steps: Steps, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    """Debian's Python comes without it."""
    honest = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == module else honest(name)
    )
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    with pytest.raises(CannotSetUp, match=f"apt-get install python{version}-venv"):
        steps.of("tools")


def test_without_a_network_the_message_says_so(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing is written down, so that the next run goes on."""
    failed = type("Done", (), {"returncode": 1, "stdout": "", "stderr": ""})
    monkeypatch.setattr(
        subprocess,
        "run",
        lambda command, **_: failed if "pip" in command else type("Done", (), {"returncode": 0}),
    )
    with pytest.raises(CannotSetUp, match="check the network, then run the same command again"):
        steps.of("tools")
    assert not (steps.root / ".venv" / "set-up.json").exists()


def test_an_older_python_is_refused(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the way to name another one."""
    monkeypatch.setattr(sys, "version_info", (3, 9, 18))
    with pytest.raises(CannotSetUp, match=r"3\.10 or newer is needed"):
        steps.of("tools")


def test_the_commands_say_what_they_cannot_do(capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped group is named."""
    assert set_up.main(["tset"]) == 2
    assert f"tset is not one of {', '.join(set_up.LOCKS)}" in capsys.readouterr().err
