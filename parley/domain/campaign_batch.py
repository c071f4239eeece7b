"""One batch of a campaign: for each person what happens and why, as one list of writes.

Pure. Case chats of people whom the service never wrote to are created with a must-not-exist,
the others carry their ``update_time``; the ledger's batch document is the fence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from pydantic import ValidationError

from parley.domain import push
from parley.domain.campaigns import Campaign
from parley.domain.ports import (
    MUST_NOT_EXIST,
    SERVER_TIME,
    Increment,
    Merge,
    Overlay,
    Set,
    Snapshot,
    Update,
    UpdatedAt,
    Write,
)
from parley.domain.templates import TemplateError
from schema import changes, ids, limits, paths
from schema.campaign_status import Batch, empty_counts, recipient_fields
from schema.chats import (
    chat_fields,
    chat_members,
    last_message,
    listed_members,
    member_fields,
    other_of_row,
    row_fields,
    shown_last,
)
from schema.messages import campaign_message_fields, message_body
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
        if held.state is not RecipientState.PLANNED
    }
    sent = SentBatch(writes=[])
    reached = {
        may_push: recipient_fields(
            state=RecipientState.SENT,
            at=now,
            channel="chat",
            push=None if may_push else PushOutcome.NO_CONSENT,
        )
        for may_push in (True, False)
    }
    message_writes = _MessageWrites(campaign, service_name)
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
        recipients[person.uid] = reached[may_push]
        sent.writes += message_writes.to(person, text, preview)
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


class _MessageWrites:
    """The writes that put a campaign's message into case chats; what they share is made once."""

    def __init__(self, campaign: Campaign, service_name: str) -> None:
        self._campaign_id = campaign.id
        self._service_id = service_id = campaign.service_id
        self._dashboard = dashboard = ids.service_member(service_id)
        content = campaign.job.message
        last = last_message(sender_id=dashboard, created_at=SERVER_TIME)
        row = partial(
            row_fields,
            service_id=service_id,
            kind="case",
            last_message=last,
            updated_at=SERVER_TIME,
        )
        self._message = campaign_message_fields(
            service_id=service_id,
            campaign_id=campaign.id,
            created_at=SERVER_TIME,
            title=content.title,
            attachments=[item.fields() for item in content.attachments or ()] or None,
        )
        self._new_chat = chat_fields(
            service_id=service_id,
            kind="case",
            created_by=dashboard,
            created_at=SERVER_TIME,
            state="closed",
            title=service_name,
            member_count=1,
            message_count=1,
            last_message=last,
        )
        self._new_member = Overlay(member_fields(role="member", joined_at=SERVER_TIME))
        self._new_row = row(title=service_name, message_count=1, read_count=0)
        self._posted = changes.chat_posted(last_message=last, message_count=Increment(1))
        self._row = row(title=service_name, message_count=Increment(1), read_count=Increment(0))
        self._dashboard_row = row(message_count=Increment(0), read_count=Increment(0))

    def to(self, person: Person, text: str, preview: str) -> list[Write]:
        """Three writes into a chat that is there, four for a first contact."""
        uid, chat = person.uid, person.chat
        chat_id = ids.case_chat_id(uid, self._service_id)
        message_id = ids.campaign_message_id(self._campaign_id, uid)
        last = shown_last(id=message_id, preview=preview)
        message = Set(
            paths.message(chat_id, message_id), Overlay(self._message, message_body(text))
        )
        row_path = paths.user_chat(uid, chat_id)
        if chat is None:
            return [
                Set(
                    paths.chat(chat_id),
                    Overlay(self._new_chat, last | listed_members([uid])),
                    MUST_NOT_EXIST,
                ),
                Set(paths.chat_member(chat_id, uid), self._new_member),
                message,
                Set(row_path, Overlay(self._new_row, last)),
            ]
        writes: list[Write] = [
            Update(paths.chat(chat_id), Overlay(self._posted, last), UpdatedAt(chat.update_time)),
            message,
            Merge(row_path, Overlay(self._row, last)),
        ]
        if self._dashboard in chat_members(chat.fields):
            writes.append(
                Merge(
                    paths.user_chat(self._dashboard, chat_id),
                    Overlay(self._dashboard_row, last | other_of_row(uid)),
                )
            )
        return writes
