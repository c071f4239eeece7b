from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from schema import limits, messages
from schema.reasons import SystemEvent

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
IMAGE = {"path": "chats/c/1.png", "contentType": "image/png", "size": 12, "name": "1.png"}
TEXT = {"senderId": "alice", "body": "Hi", "createdAt": AT}


def test_a_message_with_every_client_field_is_valid() -> None:
    fields = TEXT | {
        "attachments": [IMAGE],
        "replyTo": "m0",
        "mentions": ["bob"],
        "attributes": '{"a":1}',
    }

    assert messages.Message.parse(fields).fields() == fields


def test_an_invalid_mention_mentions_nobody() -> None:
    odd = ["bob", "service", "..", "__x__", "n" * 129]

    assert messages.Message.parse(TEXT | {"mentions": odd}).mentioned == {"bob"}
    assert messages.Message.parse(TEXT).mentioned == frozenset()


def test_a_message_may_have_only_attachments() -> None:
    fields = {"senderId": "alice", "attachments": [IMAGE], "createdAt": AT}

    assert messages.Message.parse(fields).body is None


def test_a_deleted_message_keeps_its_sender_and_times() -> None:
    fields = {"senderId": "alice", "createdAt": AT, "deletedAt": AT}

    assert messages.Message.parse(fields).fields() == fields


@pytest.mark.parametrize(
    "changes",
    [
        {"body": "x" * (limits.CHAT_BODY + 1)},
        {"body": "😀" * 5_001},
        {"attachments": [IMAGE] * 11},
        {"attachments": [IMAGE | {"size": -1}]},
        {"attachments": [IMAGE | {"url": "https://example.com"}]},
        {"mentions": ["u"] * 51},
        {"attributes": "x" * 4_097},
        {"senderId": "a:b"},
        {"event": "exploded"},
    ],
)
def test_a_message_over_a_limit_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        messages.Message.parse(TEXT | changes)


def test_a_campaign_s_message_comes_from_the_dashboard_and_names_the_campaign() -> None:
    fields = messages.campaign_message_fields(
        service_id="shop",
        campaign_id="c1",
        created_at=AT,
        attachments=[IMAGE],
    ) | messages.message_text(body="Hello", title="News")
    message = messages.Message.parse(fields)

    assert message.fields() == fields
    assert (message.sender_id, message.campaign_id) == ("service:shop", "c1")


def test_a_campaign_s_message_may_have_only_a_body() -> None:
    fields = messages.campaign_message_fields(
        service_id="shop", campaign_id="c1", created_at=AT
    ) | messages.message_text(body="Hello", title=None)

    assert set(fields) == {"senderId", "campaignId", "body", "createdAt"}


@pytest.mark.parametrize("event", list(SystemEvent))
def test_a_system_message_has_no_person_as_sender(event: SystemEvent) -> None:
    fields = messages.system_message_fields(
        event=event, created_at=AT, by="service:shop", target="alice", value="admin"
    )
    message = messages.Message.parse(fields)

    assert (message.sender_id, message.event, message.body) == ("system", event, None)
    assert type(fields["event"]) is str


def test_a_system_message_omits_empty_fields() -> None:
    assert messages.system_message_fields(event="created", created_at=AT) == {
        "senderId": "system",
        "event": "created",
        "createdAt": AT,
    }


@pytest.mark.parametrize("emoji", ["", "x" * 17, "😀" * 9])
def test_a_reaction_is_1_to_16_units(emoji: str) -> None:
    assert messages.Reaction.parse({"emoji": "👍", "createdAt": AT}).emoji == "👍"
    with pytest.raises(ValidationError):
        messages.Reaction.parse({"emoji": emoji, "createdAt": AT})


@pytest.mark.parametrize("shard", [-1, 32, "0"])
def test_an_outbox_entry_lies_in_one_of_32_shards(shard: object) -> None:
    fields = {"chatId": "a:b", "messageId": "m1", "senderId": "a", "createdAt": AT, "shard": 31}

    assert messages.MessageQueueEntry.parse(fields).fields() == fields
    with pytest.raises(ValidationError):
        messages.MessageQueueEntry.parse(fields | {"shard": shard})
