"""The straightforward function, as the SDK's samples write it: what the benchmarks compare with.

One client for each service, built from the environment; one call after the other; one message.
"""

import json

from huaweicloudsdkcbr.v1 import CbrClient, ImportCheckpointRequest, SyncParam, SyncReq
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdksmn.v2 import PublishMessageRequest, PublishMessageRequestBody, SmnClient
from pydantic import BaseModel


class Event(BaseModel):
    vault_ids: list[str]
    auto_trigger: bool = False


def handler(event, context):  # noqa: ANN001, ANN201 - as the samples have it
    request = Event.model_validate(event)
    credentials = BasicCredentials(
        context.getSecurityAccessKey(),
        context.getSecuritySecretKey(),
        context.getUserData("PROJECT_ID"),
    )
    cbr = (
        CbrClient.new_builder()
        .with_credentials(credentials)
        .with_endpoint(context.getUserData("CBR_ENDPOINT"))
        .build()
    )
    tasks = {}
    for vault_id in request.vault_ids:
        sync = SyncParam(vault_id=vault_id, auto_trigger=request.auto_trigger)
        response = cbr.import_checkpoint(ImportCheckpointRequest(body=SyncReq(sync=sync)))
        tasks[vault_id] = response.sync.operation_log_id
    smn = (
        SmnClient.new_builder()
        .with_credentials(credentials)
        .with_endpoint(context.getUserData("SMN_ENDPOINT"))
        .build()
    )
    smn.publish_message(
        PublishMessageRequest(
            topic_urn=context.getUserData("SMN_TOPIC_URN"),
            body=PublishMessageRequestBody(
                subject="Vaults synchronised", message=json.dumps(tasks)
            ),
        )
    )
    return {"outcomes": [{"vault_id": vault_id, "status": "started"} for vault_id in tasks]}
