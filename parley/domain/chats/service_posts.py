"""Post one message of a dashboard into many case chats. Pure.

As at a campaign's first contact, a person without a case chat gets one that is closed, and the
dashboard lists it once the person answers (ADR 11). The state of a chat does not change.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from parley.domain.delivery.push import preview
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
    Write,
)
from schema import ids, paths
from schema.chats import (
    chat_fields,
    chat_members,
    chat_patch,
    last_message,
    listed_members,
    member_fields,
    other_of_row,
    row_fields,
    shown_last,
)

CHAT_FIELDS = ("memberIds",)
"""Fields to read from a chat that is posted into."""

_FIXED_BYTES = 8_000
"""Paths, previews, field names and times; a uid of 512 bytes appears some ten times."""


class CasePosts:
    """Builds what the posts share once. ``message`` holds all fields of the message."""

    def __init__(self, service_id: str, service_name: str, message: Mapping[str, Any]) -> None:
        self._service_id = service_id
        self._dashboard = dashboard = ids.service_member(service_id)
        self.preview = preview(message["body"])
        self.size = _FIXED_BYTES + len(message["body"].encode()) + 3 * len(service_name.encode())
        last = last_message(sender_id=dashboard, created_at=SERVER_TIME)
        row = partial(row_fields, service_id=service_id, kind="case", last_message=last)
        self._message = Overlay(dict(message))
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
        self._posted = chat_patch(last_message=last, message_count=Increment(1))
        self._row = row(title=service_name, message_count=Increment(1), read_count=Increment(0))
        self._dashboard_row = row(message_count=Increment(0), read_count=Increment(0))

    def chat_id(self, uid: str) -> str:
        """Return the chat that holds a person's message."""
        return ids.case_chat_id(uid, self._service_id)

    def write(self, uid: str, message_id: str, chat: Snapshot | None) -> list[Write]:
        """Return three or four writes for an existing chat, four for a first contact.

        ``chat`` holds ``CHAT_FIELDS``. The message must not exist, so no id is ever used twice.
        """
        chat_id = self.chat_id(uid)
        last = shown_last(id=message_id, preview=self.preview)
        message = Set(paths.message(chat_id, message_id), self._message, MUST_NOT_EXIST)
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
            row = Overlay(self._dashboard_row, last | other_of_row(uid))
            writes.append(Merge(paths.user_chat(self._dashboard, chat_id), row))
        return writes
