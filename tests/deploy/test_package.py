from __future__ import annotations

import io
import py_compile
import zipfile
from pathlib import Path

import pytest

from deploy.errors import PackageError
from deploy.package import Package, build_package
from deploy.package.archive import zipped
from deploy.package.interpreters import find_interpreter
from deploy.package.leave_out import LEFT_OUT, is_left_out
from deploy.package.limits import check_limits
from deploy.package.requirements import requirements_for
from deploy.package.target import RUNTIMES, Target
from deploy.package.trim import STUBS, _plain_schemas, trimmed
from tests.deploy.conftest import ROOT, Commands
from tests.support.package import built_package

pytestmark = pytest.mark.package

CACHE = ROOT / "build" / "cache"
MAX_ZIP_BYTES = 5_500_000
HASH = "--hash=sha256:" + "0" * 64


@pytest.fixture(scope="module", params=list(RUNTIMES))
def package(request: pytest.FixtureRequest) -> Package:
    return built_package(str(request.param))


def _built(runtime: str) -> Package:
    return build_package(ROOT / "function", ROOT / "requirements.txt", CACHE, runtime=runtime)


def _names(package: Package) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(package.data)).namelist()


def test_the_same_source_is_the_same_bytes(package: Package) -> None:
    """Built again, the package has the same digest: unchanged code is never sent twice."""
    runtime = "Python3.10" if "cpython-310" in " ".join(_names(package)) else "Python3.12"
    assert _built(runtime).digest == package.digest


def test_the_handler_lies_at_the_root_with_its_source(package: Package) -> None:
    """index.py and vault_sync/ are at the root, source and byte code; dependencies beside them."""
    names = set(_names(package))
    assert {"index.py", "vault_sync/__init__.py", "requests/__init__.py"} <= names
    assert any(name.startswith("__pycache__/index.cpython-") for name in names)
    assert any(name.startswith("pydantic_core/_pydantic_core.cpython-") for name in names)


def test_byte_code_needs_no_time_stamps(package: Package) -> None:
    """Every .pyc is of the kind "unchecked hash", which holds in a read-only folder."""
    archive = zipfile.ZipFile(io.BytesIO(package.data))
    flags = {
        int.from_bytes(archive.read(name)[4:8], "little")
        for name in archive.namelist()
        if name.endswith(".pyc")
    }
    assert flags == {0b01}  # PEP 552: hash-based, not checked
    assert py_compile.PycInvalidationMode.UNCHECKED_HASH


def test_nothing_that_is_left_out_is_in(package: Package) -> None:
    """The package holds no file of the table of what stays out."""
    stubs = {path.relative_to(STUBS).as_posix() for path in STUBS.rglob("*.py")}
    sources = {name for name in _names(package) if "__pycache__" not in name}
    assert {name for name in sources if is_left_out(name)} <= stubs


def test_of_the_sdk_for_continuing_there_is_what_one_call_needs(package: Package) -> None:
    """One client, its regions, and two models of hundreds; the zip stays below 5.5 MB."""
    folder = "huaweicloudsdkfunctiongraph/"
    assert {n for n in _names(package) if n.startswith(folder) and n.endswith(".py")} == {
        f"{folder}__init__.py",
        f"{folder}v2/__init__.py",
        f"{folder}v2/functiongraph_client.py",
        f"{folder}v2/model/__init__.py",
        f"{folder}v2/model/async_invoke_function_request.py",
        f"{folder}v2/model/async_invoke_function_response.py",
        f"{folder}v2/region/__init__.py",
        f"{folder}v2/region/functiongraph_region.py",
    }
    assert len(package.data) <= MAX_ZIP_BYTES


def test_every_module_has_its_source_beside_its_byte_code(package: Package) -> None:
    """With byte code of another magic number the function still starts."""
    names = set(_names(package))
    compiled = [name for name in names if name.endswith(".pyc")]
    assert len(compiled) == len([name for name in names if name.endswith(".py")])
    for name in compiled:
        folder, _, file = name.rpartition("__pycache__/")
        assert f"{folder}{file.partition('.')[0]}.py" in names


def test_an_sdk_that_does_not_import_what_a_stub_stands_for_is_refused(tmp_path: Path) -> None:
    """A new version of the SDK that no longer fits is found when the package is built."""
    client = tmp_path / "client.py"
    client.write_text("import json\n")
    with pytest.raises(PackageError, match="nothing imports bson any more: take deploy"):
        trimmed({}, {"huaweicloudsdkcore/client.py": client}, tmp_path)


@pytest.mark.parametrize(
    ("text", "words"), [("import typing\n", "does not import TypedDict"), (None, "is not there")]
)
def test_a_pydantic_that_is_not_as_it_was_is_refused(
    tmp_path: Path, text: str | None, words: str
) -> None:
    """The build replaces a piece of its text: a file without that piece is an error."""
    name = "pydantic_core/core_schema.py"
    if text is not None:
        (tmp_path / "core_schema.py").write_text(text)
    files = {} if text is None else {name: tmp_path / "core_schema.py"}
    with pytest.raises(PackageError, match=words):
        _plain_schemas(files)


def test_every_line_of_the_table_leaves_something_out() -> None:
    """An entry of the table that matches no file of the wheels is out of date."""
    folders = list(CACHE.glob("wheels-*"))
    assert folders
    files = [p.relative_to(f).as_posix() for f in folders for p in f.rglob("*") if p.is_file()]
    from fnmatch import fnmatchcase  # noqa: PLC0415 - the table's own way to match

    idle = [
        pattern
        for pattern in LEFT_OUT
        if not any(fnmatchcase(name, pattern) for name in files) and pattern != "bin/*"
    ]
    assert idle == []


def test_a_zip_does_not_depend_on_order_or_time() -> None:
    """Names are sorted, stamps and modes fixed."""
    one = zipped({"b.py": b"2", "a.so": b"1"})
    assert one == zipped({"a.so": b"1", "b.py": b"2"})
    entries = zipfile.ZipFile(io.BytesIO(one)).infolist()
    assert [entry.filename for entry in entries] == ["a.so", "b.py"]
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert [oct(entry.external_attr >> 16) for entry in entries] == ["0o100755", "0o100644"]


def test_markers_are_judged_for_the_runtime(tmp_path: Path) -> None:
    """A requirement for another Python is not fetched, whatever Python builds the package."""
    file = tmp_path / "requirements.txt"
    file.write_text(
        f"old==1 ; python_full_version < '3.11' \\\n    {HASH}\nnew==2 ; python_version >= '3.11' "
        f"\\\n    {HASH}\nwin==3 ; sys_platform == 'win32' \\\n    {HASH}\nany==4 \\\n    {HASH}\n"
    )
    assert _pins(file, "Python3.10") == ["old==1", "any==4"]
    assert _pins(file, "Python3.12") == ["new==2", "any==4"]


def _pins(file: Path, runtime: str) -> list[str]:
    lines = requirements_for(Target(runtime), file).splitlines()
    return [line.split()[0] for line in lines if not line.startswith(" ")]


@pytest.mark.parametrize("line", ["requests", "requests>=2", "requests==2.34.2"])
def test_a_requirement_without_pin_or_hash_is_refused(tmp_path: Path, line: str) -> None:
    """Nothing goes into the package that requirements.txt does not pin with a hash."""
    file = tmp_path / "requirements.txt"
    file.write_text(f"{line}\n")
    with pytest.raises(PackageError, match="pinned with == and a hash"):
        requirements_for(Target("Python3.12"), file)


@pytest.mark.parametrize(
    ("sizes", "zip_bytes", "words"),
    [
        ({"index.py": 0}, 51 * 1024 * 1024, "the zip has"),
        ({"main.py": 0}, 10, "index.py is not at its root"),
        ({"index.py": 0, "notes~": 0}, 10, "may not end in ~"),
        ({"index.py": 0, **{f"{n}.py": 0 for n in range(30_000)}}, 10, "30,001 files"),
    ],
)
def test_what_functiongraph_refuses_is_refused_here(
    sizes: dict[str, int], zip_bytes: int, words: str
) -> None:
    """A package over a limit is not built, and the limit is named."""
    with pytest.raises(PackageError, match=words):
        check_limits(sizes, zip_bytes)


def test_an_unsupported_runtime_is_refused(commands: Commands) -> None:
    """Python3.9 is no target."""
    ran = commands.run("package", "--runtime", "Python3.9", "--output", "/nowhere/function.zip")
    assert ran.status == 1
    assert "does not run on Python3.9" in ran.output


def test_an_interpreter_of_another_version_is_refused() -> None:
    """--python must name an interpreter of the runtime's version."""
    with pytest.raises(PackageError, match=r"is not a CPython 3\.12"):
        find_interpreter(Target("Python3.12"), "/bin/false")


def test_an_interpreter_is_found_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its version's name, wherever it lies; one that says that it is another is passed over."""
    target = Target("Python3.12")
    found = tmp_path / "python3.12"
    monkeypatch.setattr("deploy.package.interpreters.sys.executable", "/bin/false")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("HOME", str(tmp_path))
    for version, expected in (("3.12", str(found)), ("3.11", None)):
        found.write_text(f"#!/bin/sh\necho cpython {version}\n", encoding="utf-8")
        found.chmod(0o755)
        assert find_interpreter(target) == expected


def test_without_an_interpreter_the_cost_is_said(
    commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No interpreter of the runtime: the package is built from sources, with a warning."""
    monkeypatch.setattr("deploy.package.build.find_interpreter", lambda *_: None)
    output = tmp_path / "function.zip"
    ran = commands.run("package", "--output", str(output))
    assert ran.status == 0
    assert "no byte code" in ran.output
    assert "requests/__init__.py" in zipfile.ZipFile(output).namelist()
