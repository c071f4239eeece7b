"""One batch of a campaign: for each person what happens and why, as one list of writes.

Pure. Case chats of people whom the service never wrote to are created with a must-not-exist,
the others carry their ``update_time``; the ledger's batch document is the fence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from parley.domain import push
from parley.domain.campaigns import Campaign
from parley.domain.ports import (
    MUST_NOT_EXIST,
    SERVER_TIME,
    Increment,
    Merge,
    Set,
    Snapshot,
    Update,
    UpdatedAt,
    Write,
)
from parley.domain.templates import TemplateError
from schema import changes, ids, limits, paths
from schema.campaign_status import Batch, empty_counts, recipient_fields
from schema.chats import chat_fields, chat_members, last_message, member_fields, row_fields
from schema.messages import campaign_message_fields
from schema.reasons import PushOutcome, RecipientReason, RecipientState
from schema.users import Addressee

CHAT_FIELDS = ("memberIds",)
"""What is read of a case chat, beside the ``update_time`` that its commit is fenced by."""


@dataclass(frozen=True, slots=True)
class Person:
    """A recipient as found when sending: the service's record of them, and their case chat.

    Of both only what a campaign needs has to be there: ``Campaign.fields_of_people`` and
    ``CHAT_FIELDS``.
    """

    uid: str
    user: Snapshot | None
    chat: Snapshot | None


@dataclass(slots=True)
class SentBatch:
    """What a batch comes to: the writes of its one commit, and the previews to push."""

    writes: list[Write]
    previews: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Refusal:
    state: RecipientState
    reason: RecipientReason


def compose(
    campaign: Campaign,
    batch_id: str,
    batch: Batch,
    batch_update_time: datetime,
    people: Sequence[Person],
    *,
    service_name: str,
    now: datetime,
) -> SentBatch:
    """Decide for each planned person; the commit's first write is the fence."""
    recipients: dict[str, Any] = {
        uid: recipient_fields(state=held.state, reason=held.reason, at=held.at)
        for uid, held in batch.recipients.items()
    }
    sent = SentBatch(writes=[])
    service = {"name": service_name}
    about = {"name": campaign.job.name}
    for person in people:
        outcome = _text_for(campaign, person, service, about)
        if isinstance(outcome, _Refusal):
            recipients[person.uid] = recipient_fields(
                state=outcome.state, reason=outcome.reason, at=now
            )
            continue
        text, user = outcome
        preview = push.preview(text, len(campaign.job.message.attachments or ()))
        may_push = user.consents_to("push", campaign.job.purpose)
        if may_push:
            sent.previews[person.uid] = preview
        recipients[person.uid] = recipient_fields(
            state=RecipientState.SENT,
            at=now,
            channel="chat",
            push=None if may_push else PushOutcome.NO_CONSENT,
        )
        sent.writes += _message_writes(campaign, person, text, preview, service_name)
    fence = Update(
        paths.campaign_batch(campaign.id, batch_id),
        changes.batch_sent(
            state="sent",
            recipients=recipients,
            attempt=Increment(1),
            at=SERVER_TIME,
            **tally(recipients),
        ),
        UpdatedAt(batch_update_time),
    )
    sent.writes.insert(0, fence)
    return sent


def tally(recipients: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """Counts of the ten states, and of the reasons for skipping and failing."""
    counts = empty_counts()
    reasons: dict[str, Counter[str]] = {"skipped": Counter(), "failed": Counter()}
    for held in recipients.values():
        counts[held["state"]] += 1
        if held["state"] in reasons:
            reasons[held["state"]][held["reason"]] += 1
    return {
        "counts": counts,
        "skipped_by": dict(reasons["skipped"]),
        "failed_by": dict(reasons["failed"]),
    }


def _text_for(
    campaign: Campaign, person: Person, service: Mapping[str, Any], about: Mapping[str, Any]
) -> tuple[str, Addressee] | _Refusal:
    """The person's text, or why they get none."""
    if person.user is None:
        return _Refusal(RecipientState.SKIPPED, RecipientReason.NOT_IN_SERVICE)
    try:
        user = Addressee.parse(person.user.fields)
    except ValidationError:
        return _Refusal(RecipientState.FAILED, RecipientReason.INVALID_USER)
    if not user.consents_to("chat", campaign.job.purpose):
        return _Refusal(RecipientState.SKIPPED, RecipientReason.NO_CONSENT)
    try:
        text = campaign.body.render(
            {"user": user.shown_to_templates(), "service": service, "campaign": about}
        )
    except TemplateError:
        return _Refusal(RecipientState.FAILED, RecipientReason.TEMPLATE_ERROR)
    if not text.strip() and not campaign.job.message.attachments:
        return _Refusal(RecipientState.FAILED, RecipientReason.EMPTY_BODY)
    if limits.length(text) > limits.CHAT_BODY:
        return _Refusal(RecipientState.FAILED, RecipientReason.BODY_TOO_LONG)
    return text, user


def _message_writes(
    campaign: Campaign, person: Person, text: str, preview: str, service_name: str
) -> list[Write]:
    """Three writes into a chat that is there, four for a first contact."""
    uid, service_id = person.uid, campaign.service_id
    chat_id = ids.case_chat_id(uid, service_id)
    message_id = ids.campaign_message_id(campaign.id, uid)
    dashboard = ids.service_member(service_id)
    last = last_message(id=message_id, sender_id=dashboard, preview=preview, created_at=SERVER_TIME)
    content = campaign.job.message
    message = Set(
        paths.message(chat_id, message_id),
        campaign_message_fields(
            service_id=service_id,
            campaign_id=campaign.id,
            body=text,
            created_at=SERVER_TIME,
            title=content.title,
            attachments=[item.fields() for item in content.attachments or ()] or None,
        ),
    )
    if person.chat is None:
        return [
            Set(
                paths.chat(chat_id),
                chat_fields(
                    service_id=service_id,
                    kind="case",
                    created_by=dashboard,
                    created_at=SERVER_TIME,
                    state="closed",
                    title=service_name,
                    member_ids=[uid],
                    member_count=1,
                    message_count=1,
                    last_message=last,
                ),
                MUST_NOT_EXIST,
            ),
            Set(
                paths.chat_member(chat_id, uid),
                member_fields(role="member", joined_at=SERVER_TIME),
            ),
            message,
            Set(
                paths.user_chat(uid, chat_id),
                row_fields(
                    service_id=service_id,
                    kind="case",
                    title=service_name,
                    last_message=last,
                    message_count=1,
                    read_count=0,
                    updated_at=SERVER_TIME,
                ),
            ),
        ]
    rows = {uid: 1}
    if dashboard in chat_members(person.chat.fields):
        rows[dashboard] = 0
    return [
        Update(
            paths.chat(chat_id),
            changes.chat_posted(last_message=last, message_count=Increment(1)),
            UpdatedAt(person.chat.update_time),
        ),
        message,
        *(
            Merge(
                paths.user_chat(member, chat_id),
                row_fields(
                    service_id=service_id,
                    kind="case",
                    title=None if member == dashboard else service_name,
                    other_uid=uid if member == dashboard else None,
                    last_message=last,
                    message_count=Increment(by_others),
                    read_count=Increment(0),
                    updated_at=SERVER_TIME,
                ),
            )
            for member, by_others in rows.items()
        ),
    ]
