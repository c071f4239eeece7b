from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from parley.triggers import ClaimTokens, FollowChange, MirrorRecord, Publish, reactions_to
from schema import ids, paths
from schema.events import (
    CampaignQueued,
    EmailQueued,
    MassMessageQueued,
    MessageQueued,
    Payload,
    SmsQueued,
)

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
CASE = ids.case_chat_id("ann", "acme")
ENTRY: dict[str, Any] = {"chatId": CASE, "messageId": "m1", "senderId": "ann"}
PHONE = {"token": "t1", "kind": "fcmToken", "platform": "ios", "updatedAt": AT}


def test_a_new_outbox_entry_queues_the_message_that_its_fields_name() -> None:
    queued = Publish(MessageQueued(chat_id=CASE, message_id="m1"))

    assert reactions_to(paths.message_queue(CASE, "m1"), None, ENTRY) == [queued]


@pytest.mark.parametrize(("before", "after"), [(ENTRY, None), (ENTRY, ENTRY)])
def test_a_marked_or_deleted_outbox_entry_queues_nothing(before: Any, after: Any) -> None:
    assert reactions_to(paths.message_queue(CASE, "m1"), before, after) == []


@pytest.mark.parametrize(
    "fields", [{}, {"chatId": "c"}, {"messageId": "m"}, {"chatId": "", "messageId": "m"}]
)
def test_an_outbox_entry_that_names_no_message_is_an_error(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        reactions_to(paths.message_queue("c", "m"), None, fields)


def test_a_changed_message_is_queued_and_a_new_one_is_not() -> None:
    path = paths.message("ann:bob", "m1")
    queued = MessageQueued(chat_id="ann:bob", message_id="m1", is_changed=True)

    assert reactions_to(path, {"body": "a"}, {"body": "b"}) == [FollowChange(queued, None)]
    assert reactions_to(path, None, {"body": "a"}) == []
    assert reactions_to(path, {"body": "a"}, None) == []


def test_an_edit_names_who_made_it_and_when_and_a_deletion_does_not() -> None:
    path = paths.message("ann:bob", "m1")
    before = {"body": "a", "senderId": "ann", "editedAt": AT}
    later = AT + timedelta(seconds=2)

    for after, editor in (
        (before | {"body": "b", "editedAt": later}, ("ann", later)),
        ({"senderId": "ann", "editedAt": AT, "deletedAt": later}, (None, None)),
        (before | {"attachments": []}, (None, None)),
    ):
        (reaction,) = reactions_to(path, before, after)
        assert isinstance(reaction, FollowChange)
        assert isinstance(reaction.payload, MessageQueued)
        assert (reaction.payload.edited_by, reaction.payload.edited_at) == editor


@pytest.mark.parametrize("change", ["editedAt", "deletedAt"])
def test_what_a_change_took_away_is_kept(change: str) -> None:
    path = paths.message("ann:bob", "m1")

    (reaction,) = reactions_to(path, {"body": "a", "senderId": "bob"}, {change: AT})

    assert isinstance(reaction, FollowChange)
    assert reaction.version is not None
    assert reaction.version.path.startswith(f"{paths.message_versions('ann:bob', 'm1')}/")
    assert reaction.version.fields == {"body": "a", "until": AT}


def test_a_written_campaign_is_queued_and_a_deleted_one_is_not() -> None:
    path = paths.campaign("c1")
    queued = Publish(CampaignQueued(campaign_id="c1"))

    assert reactions_to(path, None, {"command": "start"}) == [queued]
    assert reactions_to(path, {"command": "start"}, {"command": "pause"}) == [queued]
    assert reactions_to(path, {"command": "start"}, None) == []


@pytest.mark.parametrize(
    ("before", "after", "is_queued"),
    [
        (None, {}, True),
        ({}, {"delivery": {"state": "PROCESSING"}}, False),
        ({"delivery": {"state": "PROCESSING"}}, {"delivery": {"state": "ERROR"}}, False),
        ({"delivery": {"state": "ERROR"}}, {"delivery": {"state": "RETRY"}}, True),
        ({"delivery": {"state": "RETRY"}}, {"delivery": {"state": "RETRY"}}, False),
        ({}, {"delivery": "odd"}, False),
        ({"delivery": {"state": "ERROR"}}, None, False),
    ],
)
@pytest.mark.parametrize(
    ("path", "payload"),
    [
        (paths.mass_message("m1"), MassMessageQueued(job_id="m1", service_id="acme")),
        (paths.non_chat_sms("m1"), SmsQueued(job_id="m1", service_id="acme")),
    ],
)
def test_a_new_or_retried_job_is_queued_and_an_answered_one_is_not(
    path: str, payload: Payload, before: Any, after: Any, is_queued: bool
) -> None:
    service = {"serviceId": "acme"}
    old = None if before is None else before | service
    new = None if after is None else after | service
    assert reactions_to(path, old, new) == ([Publish(payload)] if is_queued else [])


def test_the_sms_of_a_campaign_are_queued_by_its_worker_alone() -> None:
    assert reactions_to(paths.campaign_sms("c1", "ann"), None, {"serviceId": "acme"}) == []


def test_a_new_or_retried_email_is_queued_and_an_answered_one_is_not() -> None:
    path, service = paths.email_notification("e1"), {"serviceId": "acme"}
    queued = [Publish(EmailQueued(job_id="e1", service_id="acme"))]
    failed, retried = {"delivery": {"state": "ERROR"}}, {"delivery": {"state": "RETRY"}}

    assert reactions_to(path, None, service) == queued
    assert reactions_to(path, service | failed, service | retried) == queued
    assert reactions_to(path, service, service | failed) == []
    assert reactions_to(path, service, None) == []


@pytest.mark.parametrize("service_id", [None, 7, "a/b"])
def test_a_mass_message_past_the_rules_is_queued_without_a_service(service_id: Any) -> None:
    fields = {"serviceId": service_id}
    queued = Publish(MassMessageQueued(job_id="m1"))
    assert reactions_to(paths.mass_message("m1"), None, fields) == [queued]


def test_a_written_user_record_is_mirrored() -> None:
    assert reactions_to(paths.user("ann"), None, {"displayName": "Ann"}) == [MirrorRecord("ann")]


def test_a_registration_claims_tokens_and_a_mute_does_not() -> None:
    path = paths.push_tokens("ann")
    held = {"devices": {"phone": PHONE}}

    assert reactions_to(path, None, held) == [ClaimTokens("ann", {})]
    assert reactions_to(path, held, {"devices": {}}) == [ClaimTokens("ann", {"t1": AT})]
    assert reactions_to(path, held, held | {"muted": {"c": True}}) == []


@pytest.mark.parametrize("path", [paths.profile("ann"), paths.user_chat("ann", "c"), "chats/c"])
def test_other_documents_fire_no_trigger(path: str) -> None:
    assert reactions_to(path, None, {"a": 1}) == []
