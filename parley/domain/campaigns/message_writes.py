"""The writes that put a campaign's message into the case chat of one person. Pure.

Case chats of people whom the service never wrote to are created with a must-not-exist, the others
carry their ``update_time``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from parley.domain.campaigns.job import Campaign
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
from schema import changes, ids, paths
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

_FIXED_BYTES = 8_000
"""Paths (a person's id stands in each of up to five some ten times, and may have 512 bytes),
previews, names of fields and times; some 1,600 in most projects."""

_SPACE_OF_AN_ATTACHMENT = " " * 100

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


class MessageWrites:
    """The writes that put a campaign's message into case chats; what they share is made once."""

    def __init__(self, campaign: Campaign, service_name: str) -> None:
        self._campaign_id = campaign.id
        self.size = _message_bytes(campaign, service_name)
        self._service_id = service_id = campaign.service_id
        self._dashboard = dashboard = ids.service_member(service_id)
        content = campaign.job.message
        last = last_message(sender_id=dashboard, created_at=SERVER_TIME)
        row = partial(row_fields, service_id=service_id, kind="case", last_message=last)
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

    def to(self, person: Person, text: str | None, preview: str) -> list[Write]:
        """Three writes into a chat that is there, four for a first contact; text may be none."""
        uid, chat = person.uid, person.chat
        chat_id = ids.case_chat_id(uid, self._service_id)
        message_id = ids.campaign_message_id(self._campaign_id, uid)
        last = shown_last(id=message_id, preview=preview)
        body = {} if text is None else message_body(text)
        message = Set(paths.message(chat_id, message_id), Overlay(self._message, body))
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


def _message_bytes(campaign: Campaign, service_name: str) -> int:
    """What a message costs of a commit, its text aside: an upper bound, the same for everybody."""
    content = campaign.job.message
    shared = [content.title or "", service_name, service_name, service_name]
    for item in content.attachments or ():
        shared += [item.path, item.content_type, item.name, _SPACE_OF_AN_ATTACHMENT]
    return _FIXED_BYTES + sum(len(text.encode()) for text in shared)
