"""How SMN is reached."""

from __future__ import annotations

from local.emulator.service import Route, Service
from local.emulator.smn.errors import denial, render_error
from local.emulator.smn.models import SmnBackend
from local.emulator.smn.responses import list_topics, publish_message

_TOPICS = "/v2/{project_id}/notifications/topics"

SMN = Service(
    name="SMN",
    host="smn",
    routes=(
        Route(
            "PublishMessage",
            "POST",
            _TOPICS + "/{topic_urn}/publish",
            "smn:topic:publish",
            publish_message,
        ),
        Route("ListTopics", "GET", _TOPICS, "smn:topic:list", list_topics),
    ),
    new_backend=SmnBackend,
    render_error=render_error,
    denial=denial,
)
