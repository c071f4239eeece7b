"""Ids that tell what they name: chat ids, derived message ids, members that are services.

A chat's id tells its kind and its people, so rules and workers need no read to know them
(``direct``: ``a:b`` sorted, ``case``: ``uid:service:S``, ``broadcast``: ``uid:broadcast:S``,
``group``: anything without ``:``).
"""

from __future__ import annotations

import hashlib
import re
from typing import Literal, NamedTuple

ChatKind = Literal["direct", "group", "case", "broadcast"]

RESERVED_NAMES = ("service", "broadcast", "system")
"""Never a uid or a service id: they are the words inside ids and senders."""

DEFAULT_SERVICE = "default"
"""The silo that everybody is in."""

NOT_AN_ID = r"\.|\.\.|__[^/]*__"
"""What Firestore takes for no document's id (firebase.google.com/docs/firestore/quotas)."""

NAME_PATTERN = rf"^(?!(?:{'|'.join(RESERVED_NAMES)}|{NOT_AN_ID})$)[^:/]{{1,128}}$"
"""A uid or service id. Firebase Auth allows uids of 1 to 128 characters."""

DRAWN_ID_PATTERN = r"^[A-Za-z0-9_-]{1,64}$"

SYSTEM_SENDER = "system"

_NAME = re.compile(NAME_PATTERN)


class ChatId(NamedTuple):
    """A chat id taken apart. ``uids`` are the people it names (none for a group)."""

    kind: ChatKind
    uids: tuple[str, ...]
    service_id: str | None


def is_name(value: str) -> bool:
    """Whether this may be a uid or a service id."""
    return _NAME.fullmatch(value) is not None


def direct_chat_id(uid: str, other_uid: str) -> str:
    """The only chat that two people can have; ``ValueError`` for oneself or a bad uid."""
    if uid == other_uid or not (is_name(uid) and is_name(other_uid)):
        raise ValueError(f"a direct chat needs two different uids, got {uid!r} and {other_uid!r}")
    # By UTF-16 code units, as clients in JavaScript, Kotlin and Swift and the rules compare texts.
    first, second = sorted((uid, other_uid), key=lambda name: name.encode("utf-16-be"))
    return f"{first}:{second}"


def case_chat_id(uid: str, service_id: str) -> str:
    """The case chat of one person with one service's dashboard."""
    return f"{uid}:service:{service_id}"


def broadcast_chat_id(uid: str, service_id: str) -> str:
    """The one-way chat of one service with one person."""
    return f"{uid}:broadcast:{service_id}"


def group_chat_id(service_id: str, unique_name: str) -> str:
    """The group that a caller finds again by its name: a hash of service and name."""
    return hashlib.sha256(f"{service_id}/{unique_name}".encode()).hexdigest()[:32]


def parse_chat_id(chat_id: str) -> ChatId:
    """Take a chat id apart; an id that is none of the other kinds is a group's."""
    parts = chat_id.split(":")
    if len(parts) == 2:
        return ChatId("direct", (parts[0], parts[1]), DEFAULT_SERVICE)
    if len(parts) == 3 and parts[1] == "service":
        return ChatId("case", (parts[0],), parts[2])
    if len(parts) == 3 and parts[1] == "broadcast":
        return ChatId("broadcast", (parts[0],), parts[2])
    return ChatId("group", (), None)


def service_member(service_id: str) -> str:
    """The member and sender that stands for a service's dashboard."""
    return f"service:{service_id}"


def service_of_member(member: str) -> str | None:
    """The service id of a ``service:`` member, None for a person."""
    return member.removeprefix("service:") if member.startswith("service:") else None


def message_queue_id(chat_id: str, message_id: str) -> str:
    """The id of a message's ``messageQueue`` document."""
    return f"{chat_id}:{message_id}"


def report_id(chat_id: str, message_id: str, reporter: str) -> str:
    """The one report of a person on a message: derived, so a repeat cannot make a second."""
    return hashlib.sha256(f"{chat_id}/{message_id}/{reporter}".encode()).hexdigest()[:32]


def push_token_id(token: str) -> str:
    """The id under which the owner of a push token is kept: a token may be longer than an id."""
    return hashlib.sha256(token.encode()).hexdigest()


def campaign_message_id(campaign_id: str, uid: str) -> str:
    """A campaign's one message to one person: derived, so a repeat cannot make a second."""
    return f"{campaign_id}:{uid}"


def campaign_batch_id(campaign_id: str, number: int) -> str:
    """The id of a campaign's n-th batch: derived, and not in key order.

    A planner writes one after the other, and so heats no single key range.
    """
    return hashlib.sha256(f"{campaign_id}/{number}".encode()).hexdigest()[:20]


def notification_tag(chat_id: str, message_id: str) -> str:
    """The id under which a repeated push replaces itself: Android ``tag``, ``apns-collapse-id``.

    32 hex digits, since APNs allows 64 bytes and FCM no more.
    """
    return hashlib.sha256(f"{chat_id}/{message_id}".encode()).hexdigest()[:32]
