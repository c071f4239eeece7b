from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from schema.campaigns import (
    AllAudience,
    CampaignJob,
    FilterAudience,
    ListAudience,
    UserIdsAudience,
)
from schema.explain import explain

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def job(**changes: Any) -> dict[str, Any]:
    """A good job with some fields changed; None takes a field away."""
    fields: dict[str, Any] = {
        "serviceId": "shop",
        "createdBy": "staff1",
        "createdAt": AT,
        "name": "Autumn",
        "kind": "individual",
        "channels": ["chat"],
        "purpose": "transactional",
        "audience": {"all": True},
        "message": {"body": "Hello {{ user.displayName }}"},
        "command": "start",
    } | changes
    return {name: value for name, value in fields.items() if value is not None}


def refusal(**changes: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        CampaignJob.parse(job(**changes))
    return explain(caught.value)


def test_a_job_is_stored_as_it_was_written() -> None:
    written = job(
        kind="oneWay",
        channels=["sms", "chat"],
        audience={"where": {"field": "tags", "op": "array-contains", "value": "vip"}},
        message={
            "body": "Hi",
            "title": "News",
            "attachments": [{"path": "a/b", "contentType": "image/png", "size": 9, "name": "b"}],
        },
        schedule={
            "startAt": AT,
            "expireAt": AT + timedelta(days=1),
            "window": {"from": "09:00", "to": "20:00", "timeZone": "recipient"},
        },
        throttle={"perMinute": 600},
    )

    assert CampaignJob.parse(written).fields() == written


@pytest.mark.parametrize(
    ("audience", "form"),
    [
        ({"all": True}, AllAudience),
        ({"userIds": ["a", "b"]}, UserIdsAudience),
        ({"listId": "list-1"}, ListAudience),
        ({"where": {"field": "locale", "op": "==", "value": "de"}}, FilterAudience),
    ],
)
def test_an_audience_has_four_forms(audience: dict[str, Any], form: type) -> None:
    assert isinstance(CampaignJob.parse(job(audience=audience)).audience, form)


@pytest.mark.parametrize(
    ("audience", "words"),
    [
        ({}, "audience.all is missing"),
        ({"all": False}, "audience.all should be True"),
        ({"all": True, "listId": "x"}, "audience.all is not a field that may stand here"),
        ({"userIds": ["a:b"]}, "audience.userIds[0] must be a user id"),
        (
            {"userIds": ["a"] * 10_001},
            "audience.userIds must have at most 10000 entries and has 10001",
        ),
        ({"listId": "a/b"}, "audience.listId must be 1 to 64"),
        ({"where": {"field": "x", "op": "==", "value": 1}}, "audience.where.field must be"),
        ("everybody", "audience must be a map"),
    ],
)
def test_a_bad_audience_is_refused_with_the_place(audience: Any, words: str) -> None:
    assert words in refusal(audience=audience)


@pytest.mark.parametrize("channels", [["chat"], ["sms"], ["chat", "sms"], ["sms", "chat"]])
def test_a_one_way_campaign_has_one_or_two_channels(channels: list[str]) -> None:
    assert CampaignJob.parse(job(kind="oneWay", channels=channels)).channels == channels


@pytest.mark.parametrize("channels", [[], ["chat", "chat"], ["email"], ["chat", "sms", "chat"]])
def test_other_channels_are_refused(channels: list[str]) -> None:
    assert "channels" in refusal(kind="oneWay", channels=channels)


@pytest.mark.parametrize("kind", ["individual", "group"])
def test_a_campaign_with_replies_uses_only_chat(kind: str) -> None:
    assert 'has channels ["chat"]' in refusal(
        kind=kind, channels=["chat", "sms"], chat={"title": "x"} if kind == "group" else None
    )


def test_a_group_campaign_needs_its_chat_and_no_other_has_one() -> None:
    assert CampaignJob.parse(job(kind="group", chat={"title": "All of us"})).chat is not None
    assert refusal(kind="group") == "chat is missing: a group campaign needs its title."
    assert refusal(chat={"title": "x"}) == "chat is for kind group alone, and kind is individual."


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ({"startAt": AT, "expireAt": AT}, "startAt must be before expireAt"),
        ({"window": {"from": "9:00", "to": "20:00", "timeZone": "recipient"}}, "from must be a"),
        (
            {"window": {"from": "09:00", "to": "24:00", "timeZone": "recipient"}},
            "to must be a time",
        ),
        ({"window": {"from": "09:00", "to": "09:00", "timeZone": "UTC"}}, "must differ"),
        ({"window": {"from": "09:00", "to": "20:00", "timeZone": "Mars/Base"}}, "IANA name"),
        ({"startAt": "tomorrow"}, "schedule.startAt must be a timestamp"),
    ],
)
def test_a_bad_schedule_is_refused(schedule: dict[str, Any], words: str) -> None:
    assert words in refusal(schedule=schedule)


def test_a_window_may_pass_midnight() -> None:
    window = {"from": "22:00", "to": "06:00", "timeZone": "Europe/Berlin"}

    assert CampaignJob.parse(job(schedule={"window": window})).schedule is not None


@pytest.mark.parametrize("per_minute", [0, 1_000_001, 1.5, "10"])
def test_a_throttle_is_1_to_1_000_000_a_minute(per_minute: object) -> None:
    assert "throttle.perMinute" in refusal(throttle={"perMinute": per_minute})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "x" * 101}, "name must be 1 to 100 characters long and is 101"),
        ({"name": ""}, "name must be 1 to 100"),
        ({"message": {"body": ""}}, "message.body must be 1 to 10000"),
        ({"message": {"body": "😀" * 5_001}}, "is 10002"),
        ({"message": {"body": "x", "html": "x"}}, "message.html is not a field"),
        ({"priority": 1}, "priority is not a field"),
        ({"purpose": None}, "purpose is missing"),
        ({"command": "stop"}, "command should be"),
        ({"serviceId": "a:b"}, "serviceId must be a service id"),
    ],
)
def test_a_bad_field_is_refused_in_words(changes: dict[str, Any], words: str) -> None:
    assert words in refusal(**changes)


@pytest.mark.parametrize("command", ["start", "pause", "resume", "cancel"])
def test_a_job_takes_four_commands(command: str) -> None:
    assert CampaignJob.parse(job(command=command)).command == command
