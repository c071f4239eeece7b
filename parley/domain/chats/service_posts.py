"""Post messages of a service into the chats that each person has with it. Pure.

A case chat is answered by its person; a broadcast chat is read only. A person without the chat gets
one. A new case starts closed, and the dashboard lists it once the person answers (ADR 11). The
state of a chat does not change.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Literal

from parley.store import (
    MUST_NOT_EXIST,
    SERVER_TIME,
    Increment,
    Merge,
    Overlay,
    Set,
    Snapshot,
    Update,
    UpdatedAt,
    Value,
    Write,
)
from schema import ids, paths
from schema.chat_parts import listed_members, other_of_row, shown_last
from schema.chats import chat_fields, chat_members, chat_patch, last_message
from schema.memberships import member_fields
from schema.user_chats import row_fields

ServiceChat = Literal["case", "broadcast"]

CHAT_FIELDS = ("memberIds",)
"""Fields to read from a chat that is posted into."""

FIXED_BYTES = 8_000
"""The size of a post besides its texts: paths, previews, field names and times, about 1,600 bytes
in most projects. A person's id appears some ten times in up to five paths, and may be 512 bytes
long."""

_NOTHING: Mapping[str, Value] = MappingProxyType({})


def service_chat_id(kind: ServiceChat, uid: str, service_id: str) -> str:
    """Return the id of a person's chat of this kind with a service."""
    if kind == "case":
        return ids.case_chat_id(uid, service_id)
    return ids.broadcast_chat_id(uid, service_id)


class ServicePosts:
    """Builds what the posts share once. ``message`` holds the shared fields of the messages.

    ``chat`` holds what a post notes in each chat beside itself. ``is_new``: no message may stand
    under the id of a post.
    """

    def __init__(
        self,
        kind: ServiceChat,
        service_id: str,
        service_name: str,
        message: Mapping[str, Value],
        *,
        chat: Mapping[str, Value] = _NOTHING,
        is_new: bool = False,
    ) -> None:
        self._kind: ServiceChat = kind
        self._service_id = service_id
        self._dashboard = dashboard = ids.service_member(service_id)
        self._precondition = MUST_NOT_EXIST if is_new else None
        last = last_message(sender_id=dashboard, created_at=SERVER_TIME)
        row = partial(row_fields, service_id=service_id, kind=kind, last_message=last)
        self._message = message
        self._new_chat = dict(chat) | chat_fields(
            service_id=service_id,
            kind=kind,
            created_at=SERVER_TIME,
            state="closed" if kind == "case" else None,
            title=service_name,
            member_count=1,
            message_count=1,
            last_message=last,
        )
        self._new_member = Overlay(member_fields(role="member", joined_at=SERVER_TIME))
        self._new_row = row(title=service_name, message_count=1, read_count=0)
        self._posted = dict(chat) | chat_patch(last_message=last, message_count=Increment(1))
        self._row = row(title=service_name, message_count=Increment(1), read_count=Increment(0))
        self._dashboard_row = row(message_count=Increment(0), read_count=Increment(0))

    def chat_id(self, uid: str) -> str:
        """Return the chat that holds a person's message."""
        return service_chat_id(self._kind, uid, self._service_id)

    def write(
        self,
        uid: str,
        chat: Snapshot | None,
        *,
        message_id: str,
        preview: str,
        said: Mapping[str, Value] = _NOTHING,
        noted: Mapping[str, Value] = _NOTHING,
    ) -> list[Write]:
        """Return three or four writes for an existing chat, four for a first contact.

        ``chat`` holds ``CHAT_FIELDS``. ``said`` is what this message alone says, ``noted`` what it
        notes in this chat alone.
        """
        chat_id = self.chat_id(uid)
        last = shown_last(id=message_id, preview=preview)
        message = Set(
            paths.message(chat_id, message_id), Overlay(self._message, said), self._precondition
        )
        row_path = paths.user_chat(uid, chat_id)
        if chat is None:
            return [
                Set(
                    paths.chat(chat_id),
                    Overlay(self._new_chat, {**last, **listed_members([uid]), **noted}),
                    MUST_NOT_EXIST,
                ),
                Set(paths.chat_member(chat_id, uid), self._new_member),
                message,
                Set(row_path, Overlay(self._new_row, last)),
            ]
        writes: list[Write] = [
            Update(
                paths.chat(chat_id),
                Overlay(self._posted, {**last, **noted}),
                UpdatedAt(chat.update_time),
            ),
            message,
            Merge(row_path, Overlay(self._row, last)),
        ]
        if self._dashboard in chat_members(chat.fields):
            row = Overlay(self._dashboard_row, last | other_of_row(uid))
            writes.append(Merge(paths.user_chat(self._dashboard, chat_id), row))
        return writes
