from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from schema import chats, receipts, user_chats
from schema.memberships import Member, member_fields

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LAST = chats.last_message(id="m1", sender_id="service:shop", preview="Hi", created_at=AT)


def test_a_direct_chat_created_by_a_client_is_valid() -> None:
    fields = {"serviceId": "default", "kind": "direct", "createdBy": "a", "createdAt": AT}

    assert chats.Chat.parse(fields).fields() == fields
    assert (
        chats.chat_fields(service_id="default", kind="direct", created_by="a", created_at=AT)
        == fields
    )


def test_a_chat_with_every_field_is_valid() -> None:
    fields = chats.chat_fields(
        service_id="shop",
        kind="case",
        created_by="service:shop",
        created_at=AT,
        state="open",
        title="Order 7",
        topic="",
        attributes={"order": 7},
        unique_name="order-7",
        member_ids=["a", "service:shop"],
        member_count=2,
        message_count=0,
        last_message=LAST,
        large=False,
    )

    assert chats.Chat.parse(fields).fields() == fields
    assert fields["topic"] == ""
    assert fields["messageCount"] == 0
    assert fields["large"] is False


def test_a_chat_lists_at_most_100_members() -> None:
    fields = chats.chat_fields(
        service_id="shop",
        kind="group",
        created_by="a",
        created_at=AT,
        member_ids=[f"u{number}" for number in range(101)],
    )

    with pytest.raises(ValidationError):
        chats.Chat.parse(fields)


def test_attributes_of_a_chat_end_at_16_kib() -> None:
    fields = chats.chat_fields(
        service_id="shop",
        kind="group",
        created_by="a",
        created_at=AT,
        attributes={"x": "y" * 16384},
    )

    with pytest.raises(ValidationError, match="at most 16384 bytes"):
        chats.Chat.parse(fields)


def test_a_built_member_can_be_read() -> None:
    fields = member_fields(role="owner", joined_at=AT, can_post=False)

    assert Member.parse(fields) == Member(role="owner", joined_at=AT, can_post=False)
    assert member_fields(role="member", joined_at=AT) == {
        "role": "member",
        "joinedAt": AT,
    }


def test_a_built_row_can_be_read() -> None:
    fields = user_chats.row_fields(
        service_id="default",
        kind="direct",
        last_message=LAST,
        message_count=3,
        read_count=0,
        other_uid="b",
    )

    row = user_chats.UserChat.parse(fields)
    assert row.fields() == fields
    assert row.last_message is not None
    assert row.last_message.sender_id == "service:shop"


def test_the_place_of_a_row_is_the_time_of_its_last_message() -> None:
    fields = user_chats.row_fields(
        service_id="shop",
        kind="group",
        last_message=LAST,
        message_count=0,
        read_count=0,
        title="Team",
        large=True,
    )

    assert user_chats.UserChat.parse(fields).updated_at == LAST["createdAt"]


def test_builders_leave_times_and_counts_to_the_store() -> None:
    transform = object()
    row = user_chats.row_fields(
        service_id="shop",
        kind="case",
        last_message=chats.last_message(id="m", sender_id="a", preview="", created_at=transform),
        message_count=transform,
        read_count=0,
    )

    assert row["lastMessage"]["createdAt"] is row["messageCount"] is row["updatedAt"] is transform


def test_a_preview_ends_at_140_units() -> None:
    with pytest.raises(ValidationError, match="0 to 140"):
        chats.LastMessage.parse(LAST | {"preview": "x" * 141})


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (receipts.ReadReceipt, {"readTo": AT, "readAt": AT, "deliveredTo": AT}),
        (receipts.ReadReceipt, {"readTo": AT, "readAt": AT}),
        (receipts.TypingIndicator, {"at": AT}),
    ],
)
def test_receipts_and_typing_hold_times(
    model: type[receipts.ReadReceipt], fields: dict[str, Any]
) -> None:
    assert model.parse(fields).fields() == fields
