"""The sample account: what a local cloud holds when nobody says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.emulator.cloud import DEFAULT_PROJECT_ID, DEFAULT_REGION, Cloud

if TYPE_CHECKING:
    from local.emulator.smn.messages import Topic

REGION = DEFAULT_REGION
PROJECT_ID = DEFAULT_PROJECT_ID

ACCESS_KEY = "LOCALCLOUDACCESSKEY0"
SECRET_KEY = "local-cloud-secret-key-that-opens-nothing"  # noqa: S105 - opens only the local cloud

APP_CODE = "local-cloud-app-code-that-opens-nothing"
"""Of an APIG app, for APIs with app authentication."""

AGENCY = "vault-sync"
"""The agency that template.yaml names."""

POLICY = {
    "Version": "1.1",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["cbr:*:*", "smn:*:*", "dms:*:*", "vpc:*:*", "functiongraph:*:*"],
        }
    ],
}
"""Wider than needed, so that nothing fails for it; `python -m deploy policy` prints what is
needed, and `POST /_local/agencies` takes that."""

TOPIC_NAME = "vault-sync"
TOPIC_URN = f"urn:smn:{REGION}:{PROJECT_ID}:{TOPIC_NAME}"

HYBRID_VAULTS = {
    "8d3a8b28-a697-41e2-8d5d-903669f8a02d": ("prod-erp", {"sync": "nightly", "site": "berlin"}),
    "91c0a3f2-5a0e-4c1c-9f0e-2f7c1f7f3b11": ("prod-files", {"sync": "nightly", "site": "munich"}),
    "3f6f1a5e-0c0b-4b7a-8f38-6b0f6a1f9c22": ("prod-mail", {"sync": "hourly", "site": "berlin"}),
    "c2d9e0b4-7f5d-4d6e-a1b3-58e2d4c6f033": ("test-lab", {}),
}
"""Ids of the hybrid vaults, with name and tags."""

PUBLIC_VAULT = "a335f9e1-1628-4c64-a7be-38656e5ec19c"
"""Id of the one vault that is not hybrid, so that CBR refuses to synchronise it."""


def populate(cloud: Cloud) -> None:
    """Put the sample credentials, vaults and topic into the cloud's own project."""
    cloud.add_credentials(ACCESS_KEY, SECRET_KEY)
    cloud.add_app_code(APP_CODE)
    cbr = cloud.cbr()
    for vault_id, (name, tags) in HYBRID_VAULTS.items():
        cbr.add_vault(name, vault_id=vault_id, tags=tags)
    cbr.add_vault("cloud-servers", vault_id=PUBLIC_VAULT, cloud_type="public")
    cloud.add_agency(AGENCY, POLICY)
    topic = cloud.smn().add_topic(TOPIC_NAME, display_name="Vault sync")
    subscribe_samples(topic)


def subscribe_samples(topic: Topic) -> None:
    """Subscribe one e-mail address, one phone and one web address."""
    topic.subscribe("email", "operator@example.com")
    topic.subscribe("sms", "+8613600000000")
    topic.subscribe("https", "https://hooks.example.com/vault-sync")


def sample_cloud(**traits: Any) -> Cloud:
    """Make a cloud with the sample account. `traits` are those of Cloud."""
    return Cloud(populate=populate, **traits)
