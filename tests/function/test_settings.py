from __future__ import annotations

import pytest

from vault_sync import settings
from vault_sync.errors import ConfigurationError
from vault_sync.project import Project
from vault_sync.request import SyncRequest

URN = "urn:smn:cn-north-4:project1:topic"


def _read(**values: str) -> settings.Settings:
    return settings.read({"SMN_TOPIC_URN": URN, **values}.get)


def test_only_the_topic_is_needed() -> None:
    """Region and project default to the topic's; everything else has a default."""
    read = _read()
    assert read.project == Project("cn-north-4", "project1")
    assert read.allowed_projects == {"project1"}
    assert (read.max_concurrency, read.max_attempts, read.deadline_reserve_seconds) == (16, 5, 3.0)
    assert read.max_calls_per_second is None
    assert (read.notification_mode, read.notify_on, read.dry_run) == ("digest", "always", False)
    assert (read.cbr_endpoint, read.smn_endpoint, read.default_request) == (None, None, None)


def test_what_is_set_is_what_counts() -> None:
    """Each setting is read."""
    read = _read(
        REGION="cn-south-1",
        PROJECT_ID="project2",
        DEFAULT_REQUEST='{"select": {"all": true}}',
        CBR_ENDPOINT="http://127.0.0.1:8080/",
        SMN_ENDPOINT="https://smn.example.com",
        FUNCTIONGRAPH_ENDPOINT="https://functiongraph.example.com",
        CONTINUE_AS="urn:fss:cn-north-4:project1:function:default:vault-sync:latest",
        ALLOWED_PROJECTS="project2, project3",
        MAX_CONCURRENCY="4",
        MAX_CALLS_PER_SECOND="2.5",
        MAX_ATTEMPTS="1",
        DEADLINE_RESERVE_SECONDS="0.5",
        NOTIFICATION_MODE="PER_OPERATION",
        NOTIFY_ON="problems",
        DRY_RUN="True",
        LOG_LEVEL="debug",
    )
    assert read.project == Project("cn-south-1", "project2")
    assert isinstance(read.default_request, SyncRequest)
    assert read.default_request.select is not None
    assert (read.cbr_endpoint, read.smn_endpoint) == (
        "http://127.0.0.1:8080",
        "https://smn.example.com",
    )
    assert read.functiongraph_endpoint == "https://functiongraph.example.com"
    assert read.continue_as == "urn:fss:cn-north-4:project1:function:default:vault-sync:latest"
    assert read.allowed_projects == {"project2", "project3"}
    assert (read.max_concurrency, read.max_calls_per_second, read.max_attempts) == (4, 2.5, 1)
    assert (read.deadline_reserve_seconds, read.log_level) == (0.5, 10)
    assert (read.notification_mode, read.notify_on, read.dry_run) == (
        "per_operation",
        "problems",
        True,
    )


WRONG = {
    "SMN_TOPIC_URN": "urn:smn:here",
    "REGION": "no region",
    "PROJECT_ID": "no/project",
    "DEFAULT_REQUEST": '{"vualt_id": "x"}',
    "CBR_ENDPOINT": "cbr.example.com/path",
    "SMN_ENDPOINT": "ftp://smn",
    "FUNCTIONGRAPH_ENDPOINT": "functiongraph",
    "CONTINUE_AS": "urn:fss:this",
    "ALLOWED_PROJECTS": ",",
    "MAX_CONCURRENCY": "0",
    "MAX_CALLS_PER_SECOND": "-1",
    "MAX_ATTEMPTS": "many",
    "DEADLINE_RESERVE_SECONDS": "301",
    "NOTIFICATION_MODE": "pigeon",
    "NOTIFY_ON": "never",
    "DRY_RUN": "perhaps",
    "LOG_LEVEL": "LOUD",
}


def test_every_wrong_setting_is_in_the_one_error() -> None:
    """An operator mends all of them at once."""
    with pytest.raises(ConfigurationError) as caught:
        settings.read(WRONG.get)
    for name in WRONG:
        assert f"{name}: " in str(caught.value)


@pytest.mark.parametrize("name", sorted(set(WRONG) - {"SMN_TOPIC_URN"}))
def test_a_wrong_setting_is_named_with_its_value(name: str) -> None:
    """And says what it should be."""
    with pytest.raises(ConfigurationError, match=name) as caught:
        _read(**{name: WRONG[name]})
    if name != "DEFAULT_REQUEST":
        assert f"{WRONG[name]!r} should be " in str(caught.value)


@pytest.mark.parametrize(
    ("name", "least", "most", "below", "above"),
    [
        ("MAX_CONCURRENCY", "1", "256", "0", "257"),
        ("MAX_CALLS_PER_SECOND", "0.01", "10000", "0.009", "10000.1"),
        ("MAX_ATTEMPTS", "1", "20", "0", "21"),
        ("DEADLINE_RESERVE_SECONDS", "0", "300", "-0.1", "300.1"),
    ],
)
def test_numbers_have_the_bounds_that_the_documentation_gives(
    name: str, least: str, most: str, below: str, above: str
) -> None:
    """Both bounds are allowed, and nothing beyond them."""
    for value in (least, most):
        assert float(getattr(_read(**{name: value}), name.lower())) == float(value)
    for value in (below, above):
        with pytest.raises(ConfigurationError, match=name):
            _read(**{name: value})


@pytest.mark.parametrize("missing", [None, "", "  "])
def test_without_a_topic_the_error_shows_the_form(missing: str | None) -> None:
    """An empty setting is one that is not set."""
    with pytest.raises(ConfigurationError, match="SMN_TOPIC_URN is required: urn:smn:<region>"):
        settings.read({"SMN_TOPIC_URN": missing}.get)


def test_the_names_are_those_that_the_documentation_lists() -> None:
    """docs/configuration.md describes every setting, and no other."""
    assert set(WRONG) == set(settings.NAMES)
