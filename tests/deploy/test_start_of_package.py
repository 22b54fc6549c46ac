"""What the package does when FunctionGraph starts it, before the first event."""

from __future__ import annotations

import io
import subprocess
import zipfile
from pathlib import Path

import pytest

from deploy.package.interpreters import find_interpreter
from deploy.package.target import RUNTIMES, Target
from tests.support.package import built_package

pytestmark = pytest.mark.package

LOADED = Path(__file__).with_name("loaded_modules.txt")
"""What importing the handler loads from the package; a newcomer is added by hand, if at all."""

_IMPORT = """
import sys
sys.path.insert(0, {folder!r})
import index
own = {{"index", "vault_sync"}}
for name, module in sorted(sys.modules.items()):
    file = str(getattr(module, "__file__", None))
    foreign = file.startswith({folder!r}) and name.partition(".")[0] not in own
    # requests.packages holds second names of the same modules.
    if foreign and file.endswith(".py") and not name.startswith("requests.packages."):
        print(name)
"""


@pytest.fixture(scope="module", params=list(RUNTIMES))
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Import the handler in the runtime's own Python; return the dependencies' modules."""
    runtime = str(request.param)
    interpreter = find_interpreter(Target(runtime))
    if interpreter is None:
        pytest.skip(f"no interpreter for {runtime}")
    folder, home = tmp_path_factory.mktemp("code"), tmp_path_factory.mktemp("home")
    with zipfile.ZipFile(io.BytesIO(built_package(runtime).data)) as archive:
        archive.extractall(folder)
    done = subprocess.run(
        [interpreter, "-I", "-S", "-B", "-c", _IMPORT.format(folder=str(folder))],
        env={"HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert not list(home.rglob("*")), "the SDK's id file is not written to $HOME"
    return set(done.stdout.split())


def test_the_handler_loads_no_module_that_it_did_not_load_before(loaded: set[str]) -> None:
    """It loads those of the list and no others, because each costs every cold start."""
    expected = set(LOADED.read_text(encoding="utf-8").split())
    assert not loaded - expected, (
        "newcomers; add them to loaded_modules.txt if they are worth their time"
    )


def test_few_modules_are_loaded(loaded: set[str]) -> None:
    """Fewer than 270; the plain imports of the SDK load 850."""
    assert 100 < len(loaded) < 270


def test_no_model_is_loaded_that_no_request_needs(loaded: set[str]) -> None:
    """Of the SDK's 780 models only those of the requests that the function writes."""
    assert len([name for name in loaded if ".model." in name]) < 20
