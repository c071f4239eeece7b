"""Build and parse ids: chat ids, derived message ids, members that are services.

A chat's id tells its kind and its people, so rules and workers need no read to know them
(``direct``: ``a:b`` sorted, ``case``: ``uid:service:S``, ``broadcast``: ``uid:broadcast:S``,
``group``: anything without ``:``).
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

ChatKind = Literal["direct", "group", "case", "broadcast"]

RESERVED_NAMES = ("service", "broadcast", "system")
"""Reserved words inside ids and senders; never a uid or a service id."""

DEFAULT_SERVICE = "default"
"""The service that everybody is in."""

NOT_AN_ID = r"\.|\.\.|__[^/]*__"
"""Ids that Firestore refuses (firebase.google.com/docs/firestore/quotas)."""

NAME_PATTERN = rf"^(?!(?:{'|'.join(RESERVED_NAMES)}|{NOT_AN_ID})$)[^:/]{{1,128}}$"
"""A uid or service id. Firebase Auth allows uids of 1 to 128 characters."""

DRAWN_ID_PATTERN = r"^[A-Za-z0-9_-]{1,64}$"

SYSTEM_SENDER = "system"

_NAME = re.compile(NAME_PATTERN)


class ChatId(NamedTuple):
    """A parsed chat id. ``uids`` are the people it names (none for a group)."""

    kind: ChatKind
    uids: tuple[str, ...]
    service_id: str | None


def is_name(value: str) -> bool:
    """Return whether this can be a uid or a service id."""
    return _NAME.fullmatch(value) is not None


def named_service(fields: Mapping[str, object]) -> str | None:
    """Return the service that stored fields name, None if they name none that could be."""
    service_id = fields.get("serviceId")
    return service_id if isinstance(service_id, str) and is_name(service_id) else None


def direct_chat_id(uid: str, other_uid: str) -> str:
    """Return the id of the only chat of two people; ``ValueError`` for oneself or a bad uid."""
    if uid == other_uid or not (is_name(uid) and is_name(other_uid)):
        raise ValueError(f"a direct chat needs two different uids, got {uid!r} and {other_uid!r}")
    # By UTF-16 code units, as JavaScript, Kotlin and Swift clients and the rules compare texts.
    first, second = sorted((uid, other_uid), key=lambda name: name.encode("utf-16-be"))
    return f"{first}:{second}"


def case_chat_id(uid: str, service_id: str) -> str:
    """Return the id of a person's case chat with a service."""
    return f"{uid}:service:{service_id}"


def broadcast_chat_id(uid: str, service_id: str) -> str:
    """Return the id of a service's one-way chat with a person."""
    return f"{uid}:broadcast:{service_id}"


def group_chat_id(owner: str, unique_name: str) -> str:
    """Return the id of a group with a unique name: a hash of the name and of whose it is."""
    return hashlib.sha256(f"{owner}/{unique_name}".encode()).hexdigest()[:32]


def named_group_id(uid: str, unique_name: str, generation: int = 0) -> str:
    """Return the id of a person's group with a unique name: the same name of two makes two groups.

    ``generation`` counts the earlier groups of that name that everybody has left.
    """
    owner = f"user:{uid}" if generation == 0 else f"user:{uid}:{generation}"
    return group_chat_id(owner, unique_name)


@functools.lru_cache(maxsize=4_096)
def parse_chat_id(chat_id: str) -> ChatId:
    """Parse a chat id. An id of no other kind is a group's."""
    parts = chat_id.split(":")
    if len(parts) == 2:
        return ChatId("direct", (parts[0], parts[1]), DEFAULT_SERVICE)
    if len(parts) == 3 and parts[1] == "service":
        return ChatId("case", (parts[0],), parts[2])
    if len(parts) == 3 and parts[1] == "broadcast":
        return ChatId("broadcast", (parts[0],), parts[2])
    return ChatId("group", (), None)


def service_member(service_id: str) -> str:
    """Return the member id, also the sender id, of a service's dashboard."""
    return f"service:{service_id}"


def service_of_member(member: str) -> str | None:
    """Return the service id of a ``service:`` member, None for a person."""
    return member.removeprefix("service:") if member.startswith("service:") else None


def message_queue_id(chat_id: str, message_id: str) -> str:
    """Return the id of a message's ``messageQueue`` document."""
    return f"{chat_id}:{message_id}"


def report_id(chat_id: str, message_id: str, reporter: str, edited_at: datetime | None) -> str:
    """Return the id of a person's report of one version of a message; a repeat adds none.

    ``edited_at``: the message's last edit, None if it was never edited.
    """
    version = "" if edited_at is None else f"/{message_version_id(edited_at)}"
    return hashlib.sha256(f"{chat_id}/{message_id}/{reporter}{version}".encode()).hexdigest()[:32]


def message_version_id(until: datetime) -> str:
    """Return the id of the version that an edit at this time replaced; ids sort by time."""
    since = until - datetime(1970, 1, 1, tzinfo=UTC)
    return f"{since // timedelta(microseconds=1):017d}"


def push_token_id(token: str) -> str:
    """Return the id of a push token's owner document: a hash, as tokens may be longer than ids."""
    return hashlib.sha256(token.encode()).hexdigest()


def campaign_message_id(campaign_id: str, uid: str) -> str:
    """Return the id of a campaign's message to a person, derived so that a repeat adds none."""
    return f"{campaign_id}:{uid}"


def mass_message_id(job_id: str, uid: str) -> str:
    """Return the id of a mass message to a person, derived so that a repeat adds none."""
    return f"{job_id}:{uid}"


def group_message_id(campaign_id: str) -> str:
    """Return the id of a campaign's one message to a group."""
    return f"{campaign_id}:group"


def campaign_sms_job_id(campaign_id: str, uid: str) -> str:
    """Return the id by which the SMS job of one recipient of a campaign is queued."""
    return f"{campaign_id}:{uid}"


def is_campaign_sms_job(job_id: str) -> bool:
    """Return whether an SMS job is of a campaign; the ids of others hold no colon."""
    return ":" in job_id


def inbound_sms_id(message_sid: str) -> str:
    """Return the id of an inbound SMS and of its message, derived so that a repeat adds none."""
    is_plain = re.fullmatch(r"[A-Za-z0-9_-]{1,56}", message_sid) is not None
    return f"sms-{message_sid if is_plain else _digest(message_sid)}"


def texting_uid(service_id: str, phone: str) -> str:
    """Return the id of the person a service has for an unknown number that sent an SMS."""
    return f"sms-{_digest(f'{service_id}/{phone}')}"


def sms_answer_id(chat_id: str, message_id: str) -> str:
    """Return the id of the SMS job that carries a message of a case chat to its person."""
    return f"chat-{_digest(f'{chat_id}/{message_id}')}"


def phone_id(phone: str) -> str:
    """Return the id of a document about a phone number: a hash, so that no path shows it."""
    return _digest(phone)


def digest_job_id(uid: str, service_id: str, since: datetime) -> str:
    """Return the id of the email about messages that are unread since this time.

    It is derived so that a repeat adds none.
    """
    return f"digest-{_digest(f'{uid}/{service_id}/{since.isoformat()}')}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def campaign_batch_id(campaign_id: str, number: int) -> str:
    """Return the id of a campaign's n-th batch: derived, and not in key order.

    A planner writes batches in sequence; their ids spread the writes over all key ranges.
    """
    return hashlib.sha256(f"{campaign_id}/{number}".encode()).hexdigest()[:20]


def notification_tag(chat_id: str, message_id: str) -> str:
    """Return the id under which a repeated push replaces itself.

    It is Android's ``tag`` and ``apns-collapse-id``: 32 hex digits, because APNs allows 64 bytes
    and FCM no more.
    """
    return hashlib.sha256(f"{chat_id}/{message_id}".encode()).hexdigest()[:32]


def summary_tag(chat_id: str, uid: str) -> str:
    """Return the id under which the summaries of a chat replace one another, for one person.

    No message has it: message ids hold no slash.
    """
    return hashlib.sha256(f"{chat_id}/{uid}/messages".encode()).hexdigest()[:32]
