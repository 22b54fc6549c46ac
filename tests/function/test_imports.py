from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from local import LocalCloud
from vault_sync.cloud import lean

ROOT = Path(__file__).parents[2]
SITE_PACKAGES = Path(sysconfig.get_path("platlib"))
FOREIGN_MODULES = Path(__file__).with_name("foreign_modules.txt")
"""What importing the handler loads from elsewhere than Python's library. To write it anew:
`python -m tests.function.foreign_modules > tests/function/foreign_modules.txt`."""

HYBRID_VAULT = "8d3a8b28-a697-41e2-8d5d-903669f8a02d"
EVENTS: list[Any] = [
    {"vault_id": HYBRID_VAULT, "requested_at": "2026-11-23T08:00:00+08:00"},
    {"select": {"name": "prod-files"}},
    {"select": {"tags": {"sync": ["hourly"]}}},
]
OPERATIONS = {
    "ImportCheckpoint",
    "ListOpLogs",
    "ListVault",
    "ShowVaultResourceInstances",
    "PublishMessage",
}

_HANDLE = """
import json, os
from tests.support.context import Context
from vault_sync import invocation
from vault_sync.cloud import lean
for event in json.loads(os.environ["EVENTS"]):
    context = Context(
        dict(os.environ),
        access_key=os.environ["HUAWEICLOUD_SDK_AK"],
        secret_key=os.environ["HUAWEICLOUD_SDK_SK"],
    )
    result = invocation.run(event, context)
    assert result["counts"] == {"started": 1}, result
"""
_MODELS_LOADED = """
import sys
print(sum(".model." in name for name in sys.modules))
"""


def _fresh(
    code: str, *, before: Sequence[Path] = (), environment: dict[str, str] | None = None
) -> str:
    """Run code in an interpreter that has loaded nothing yet; return its last line."""
    folders = [*before, ROOT / "function", ROOT, SITE_PACKAGES]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", _path_of(folders) + code],
        env=environment or {},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return (done.stdout.splitlines() or [""])[-1]


def _path_of(folders: Sequence[Path]) -> str:
    return f"import sys; sys.path[:0] = {[str(folder) for folder in folders]!r}\n"


def _handle_every_operation(
    *, first: str = "", before: Sequence[Path] = (), last: str = _MODELS_LOADED
) -> str:
    """Let the function make each of its calls over HTTP; return the last line it printed."""
    with LocalCloud() as local:
        environment = {**local.environment(), "EVENTS": json.dumps(EVENTS)}
        said = _fresh(first + _HANDLE + last, before=before, environment=environment)
        assert {entry.operation for entry in local.cloud.journal} == OPERATIONS
    return said


def test_the_handler_loads_no_module_that_it_did_not_load_before() -> None:
    """Importing the handler loads the foreign modules of the list, and no others."""
    expected = set(FOREIGN_MODULES.read_text(encoding="utf-8").split())
    loaded = set(_fresh("import tests.function.foreign_modules as m; m.main()").split())
    assert not loaded - expected, "newcomers; if they are worth their time, write the list anew"


def test_the_list_of_foreign_modules_is_short() -> None:
    """Fewer than 270 foreign modules are loaded; the plain imports of the SDK load 850."""
    assert len(FOREIGN_MODULES.read_text(encoding="utf-8").split()) < 270


def test_what_no_call_needs_is_not_loaded() -> None:
    """Of what the SDK is not to load before it is used, nothing is loaded, nor any stand-in."""
    code = """
import index, sys
from vault_sync.cloud import lean
late = tuple(f"{name}." for name in lean.UNTIL_USED)
print([name for name in sys.modules if f"{name}.".startswith(late)])
"""
    assert _fresh(code) == "[]"


def test_importing_the_handler_writes_no_file(tmp_path: Path) -> None:
    """The SDK's id file in $HOME is not written: the code that does it is not loaded."""
    _fresh("import index", environment={"HOME": str(tmp_path)})
    assert not list(tmp_path.rglob("*"))


def test_every_operation_works_and_loads_only_its_own_models() -> None:
    """All five calls succeed over HTTP, with less than 40 of the SDK's 500 models."""
    assert int(_handle_every_operation()) < 40


def test_an_sdk_that_was_imported_before_stays_as_it_is() -> None:
    """Whoever imports the SDK first gets it plainly, and the function works with that."""
    plain = "import huaweicloudsdkcbr.v1, huaweicloudsdksmn.v2\n"
    assert int(_handle_every_operation(first=plain)) > 450


def test_an_sdk_that_cannot_be_loaded_this_way_is_imported_plainly(tmp_path: Path) -> None:
    """An SDK that looks closely at what it imports is loaded whole, and every call works."""
    core = tmp_path / "huaweicloudsdkcore"
    shutil.copytree(SITE_PACKAGES / core.name, core)
    with (core / "http" / "bson_types.py").open("a", encoding="utf-8") as file:
        file.write("\nassert all([issubclass(one, object) for one in BSON_TYPES])\n")
    last = "print(lean.load('huaweicloudsdkcbr.v1'), 'bson' in __import__('sys').modules)"
    assert _handle_every_operation(before=[tmp_path], last=last) == "True True"
    assert _fresh("import vault_sync.cloud", before=[tmp_path]) == ""


def test_a_model_elsewhere_than_expected_is_found_all_the_same(tmp_path: Path) -> None:
    """An SDK whose models have moved is read as its own package says, and every call works."""
    service = tmp_path / "huaweicloudsdkcbr"
    shutil.copytree(SITE_PACKAGES / service.name, service)
    models = service / "v1" / "model"
    (models / "import_checkpoint_request.py").rename(models / "moved.py")
    for package in (models, models.parent):
        init = package / "__init__.py"
        text = init.read_text(encoding="utf-8")
        init.write_text(text.replace("model.import_checkpoint_request", "model.moved"))
    assert int(_handle_every_operation(before=[tmp_path])) > 250


def test_a_stand_in_is_the_real_thing_in_every_use() -> None:
    """BSON, XML, SM2 signatures, uploads and credentials of other sources work when asked for."""
    code = """
import index
from huaweicloudsdkcore import client
from huaweicloudsdkcore.http.bson_types import BSON_TYPES
from huaweicloudsdkcore.signer import utils
from huaweicloudsdkcore.utils.xml_utils import XmlTransfer

assert client.bson.decode(client.bson.encode({"a": 1})) == {"a": 1}
assert client.MultipartEncoder(fields={"a": "b"}).content_type.startswith("multipart/form-data")
assert XmlTransfer().to_dict(b"<a><b>1</b></a>", ignore_root=True) == {"b": "1"}
assert utils.encoder.encode(utils.univ.Integer(1)) == bytes.fromhex("020101")

import bson
assert isinstance(bson.ObjectId(), BSON_TYPES)
assert not isinstance("text", BSON_TYPES)
assert issubclass(bson.ObjectId, client.bson.ObjectId)

class Chain(client.CredentialProviderChain):
    pass

assert Chain.__mro__[1].__name__ == "CredentialProviderChain"

from huaweicloudsdkcbr.v1 import CbrAsyncClient, Vault
assert Vault(name="a").name == "a"
try:
    from huaweicloudsdkcbr.v1 import NoSuchModel
except ImportError as error:
    print("NoSuchModel" in str(error))
"""
    assert _fresh(code) == "True"


def test_other_threads_import_as_ever() -> None:
    """What is put off for the thread that loads the SDK is found plainly by every other."""
    finder = lean._Finder({}, {"bson": "for the test"})
    found: list[Any] = [finder.find_spec("bson"), finder.find_spec("bson.codec_options")]
    thread = threading.Thread(target=lambda: found.append(finder.find_spec("bson")))
    thread.start()
    thread.join()
    assert [spec is None for spec in found] == [False, False, True]


@pytest.mark.parametrize("name", ["__path__", "__nothing__"])
def test_a_package_keeps_what_the_import_system_gave_it(name: str) -> None:
    """Names with two underscores are the package's own, and never searched among the models."""
    code = f"""
import index, huaweicloudsdkcbr.v1.model as package
print(hasattr(package, {name!r}))
"""
    assert _fresh(code) == str(name == "__path__")
