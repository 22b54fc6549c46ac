from __future__ import annotations

from typing import TYPE_CHECKING

from deploy.package.models import unreachable_models

if TYPE_CHECKING:
    from pathlib import Path

_OURS = """
from huaweicloudsdkcbr.v1 import ListVaultRequest
"""

_MODEL = """
class {name}:
    openapi_types = {{'field': '{type}'}}
    attribute_map = {{'field': 'Decoy'}}
"""

_SDK = {
    "list_vault_request": ("ListVaultRequest", "str"),
    "list_vault_response": ("ListVaultResponse", "list[Vault]"),
    "vault": ("Vault", "dict(str, Billing)"),
    "billing": ("Billing", "Vault"),
    "decoy": ("Decoy", "str"),
    "agent": ("Agent", "Path"),
}


def test_a_model_stays_if_a_call_or_its_answer_can_reach_it(tmp_path: Path) -> None:
    """Kept: what the function imports, the response of each request, and their fields' types."""
    ours = tmp_path / "cbr.py"
    ours.write_text(_OURS)
    foreign = {}
    for file, (name, type_) in _SDK.items():
        path = tmp_path / f"{file}.py"
        path.write_text(_MODEL.format(name=name, type=type_))
        foreign[f"huaweicloudsdkcbr/v1/model/{file}.py"] = path
    foreign["huaweicloudsdkcbr/v1/model/__init__.py"] = ours

    unreachable = unreachable_models({"vault_sync/cloud/cbr.py": ours}, foreign)

    models = "huaweicloudsdkcbr/v1/model"
    assert unreachable == {f"{models}/decoy.py", f"{models}/agent.py"}
