"""Reactions to written documents: (path parameters, before, after) to what has to be done.

Pure. Entry points decode an event, call ``react`` and carry out the reaction; nothing else happens
in a trigger. An event may be lost, late, or delivered twice: sweeps repair what is lost, and every
reaction is idempotent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from parley.domain.chats.message_versions import new_deletion, new_edit, replaced_version
from parley.domain.delivery.token_owners import is_registration, tokens_given_up
from parley.store import Set
from schema import ids, paths
from schema.events import (
    CampaignQueued,
    EmailQueued,
    JobQueued,
    MassMessageQueued,
    MessageQueued,
    Payload,
    SmsQueued,
)
from schema.messages import only_marks_sms

Fields = Mapping[str, Any]
Parameters = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Publish:
    """Put a payload on its queue."""

    payload: Payload


@dataclass(frozen=True, slots=True)
class FollowChange:
    """Keep the version of a message that a change replaced, and queue the change.

    ``deletion``: whose message it was and when, if it was deleted and is a person's.
    """

    payload: Payload
    version: Set | None
    deletion: tuple[str, datetime] | None = None


@dataclass(frozen=True, slots=True)
class MirrorRecord:
    """Mirror a user's record into the services that know them."""

    uid: str


@dataclass(frozen=True, slots=True)
class ClaimTokens:
    """Give a user the tokens of their devices, and take ``given_up`` from them."""

    uid: str
    given_up: Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class FollowBlock:
    """Note that somebody blocks another person, or no longer does."""

    uid: str
    other_uid: str


Reaction = Publish | FollowChange | MirrorRecord | ClaimTokens | FollowBlock
Decide = Callable[[Parameters, Fields | None, Fields | None], Reaction | None]


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger: its deployed name, the documents and the kind of write it follows."""

    name: str
    document: str
    on: Literal["created", "updated", "written"]
    decide: Decide

    def react(
        self, parameters: Parameters, before: Fields | None, after: Fields | None
    ) -> Reaction | None:
        """Return what to do about a write; None stands for a document that does not exist."""
        match self.on:
            case "created":
                is_followed = before is None and after is not None
            case "updated":
                is_followed = before is not None and after is not None
            case "written":
                is_followed = True
        return self.decide(parameters, before, after) if is_followed else None


def queue_message(
    _parameters: Parameters, _before: Fields | None, after: Fields | None
) -> Reaction | None:
    """Queue the message of a new outbox entry.

    The id joins two ids that may hold its separator, so the fields name chat and message. Raise
    ``pydantic.ValidationError`` for an entry that the rules would have refused.
    """
    entry = after or {}
    names = {"chatId": entry.get("chatId"), "messageId": entry.get("messageId")}
    return Publish(MessageQueued.model_validate(names))


def queue_changed_message(
    parameters: Parameters, before: Fields | None, after: Fields | None
) -> Reaction | None:
    """Queue an edited or deleted message, so that lists show the change; keep what it said.

    Ignore the mark of a message that goes out as SMS, which lists do not show.
    """
    old, new = before or {}, after or {}
    if only_marks_sms(old, new):
        return None
    chat_id, message_id = parameters["chatId"], parameters["messageId"]
    edited_at = new_edit(old, new)
    changed = MessageQueued(
        chat_id=chat_id,
        message_id=message_id,
        is_changed=True,
        edited_by=None if edited_at is None else new.get("senderId"),
        edited_at=edited_at,
    )
    version = replaced_version(chat_id, message_id, old, new)
    return FollowChange(changed, version, new_deletion(old, new))


def queue_campaign(
    parameters: Parameters, _before: Fields | None, after: Fields | None
) -> Reaction | None:
    """Queue a new or changed campaign; the worker reads its command from the document."""
    if after is None:
        return None
    return Publish(
        CampaignQueued(campaign_id=parameters["campaignId"], service_id=ids.named_service(after))
    )


def queue_job(payload: type[JobQueued]) -> Decide:
    """Return what queues a new job, and one that staff try again; it ignores workers' answers."""

    def queue(
        parameters: Parameters, before: Fields | None, after: Fields | None
    ) -> Publish | None:
        if after is None or (before is not None and not _is_retry(before, after)):
            return None
        service_id = ids.named_service(after)
        return Publish(payload(job_id=parameters["jobId"], service_id=service_id))

    return queue


def mirror_record(
    parameters: Parameters, _before: Fields | None, _after: Fields | None
) -> Reaction | None:
    """Mirror a changed user record."""
    return MirrorRecord(parameters["uid"])


def claim_tokens(
    parameters: Parameters, before: Fields | None, after: Fields | None
) -> Reaction | None:
    """Claim the tokens of added or removed devices; ignore other writes, such as mutes."""
    old, new = dict(before or {}), dict(after or {})
    if not is_registration(old, new):
        return None
    return ClaimTokens(parameters["uid"], tokens_given_up(old, new))


def follow_block(
    parameters: Parameters, _before: Fields | None, _after: Fields | None
) -> Reaction | None:
    """Follow a block, or the end of one; the service reads which it is."""
    return FollowBlock(parameters["uid"], parameters["otherUid"])


def _is_retry(before: Fields, after: Fields) -> bool:
    return _delivery_state(after) == "RETRY" != _delivery_state(before)


def _delivery_state(fields: Fields) -> object:
    delivery = fields.get("delivery")
    return delivery.get("state") if isinstance(delivery, Mapping) else None


TRIGGERS = (
    Trigger("on_block_written", paths.user_block("{uid}", "{otherUid}"), "written", follow_block),
    Trigger("on_campaign_written", paths.campaign("{campaignId}"), "written", queue_campaign),
    Trigger(
        "on_email_written", paths.email_notification("{jobId}"), "written", queue_job(EmailQueued)
    ),
    Trigger(
        "on_mass_message_written",
        paths.mass_message("{jobId}"),
        "written",
        queue_job(MassMessageQueued),
    ),
    Trigger(
        "on_message_changed",
        paths.message("{chatId}", "{messageId}"),
        "updated",
        queue_changed_message,
    ),
    Trigger("on_message_queued", f"{paths.MESSAGE_QUEUE}/{{queueId}}", "created", queue_message),
    Trigger("on_push_tokens_written", paths.push_tokens("{uid}"), "written", claim_tokens),
    Trigger("on_sms_written", paths.non_chat_sms("{jobId}"), "written", queue_job(SmsQueued)),
    Trigger("on_user_written", paths.user("{uid}"), "written", mirror_record),
)


def parameters_of(pattern: str, path: str) -> Parameters | None:
    """Return the parameters of a path that fits the pattern, None for any other path."""
    parts, names = path.split("/"), pattern.split("/")
    if len(parts) != len(names):
        return None
    found: dict[str, str] = {}
    for part, name in zip(parts, names, strict=True):
        if name.startswith("{"):
            found[name[1:-1]] = part
        elif name != part:
            return None
    return found


def reactions_to(path: str, before: Fields | None, after: Fields | None) -> list[Reaction]:
    """Return what all triggers do about one written document."""
    reactions = []
    for trigger in TRIGGERS:
        parameters = parameters_of(trigger.document, path)
        if parameters is not None:
            reaction = trigger.react(parameters, before, after)
            if reaction is not None:
                reactions.append(reaction)
    return reactions
