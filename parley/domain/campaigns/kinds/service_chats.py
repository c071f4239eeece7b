"""Campaigns with one message for each person, into their own chat with the service. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.kinds.kind import MessageText, MessageWriter, Person, SharedChat
from parley.store import (
    MUST_NOT_EXIST,
    SERVER_TIME,
    Increment,
    Merge,
    Overlay,
    Set,
    Update,
    UpdatedAt,
    Write,
)
from schema import ids, paths
from schema.campaigns import CampaignChannel, CampaignKind
from schema.chats import (
    ChatState,
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
from schema.ids import ChatKind
from schema.messages import campaign_message_fields, message_text
from schema.reasons import RecipientState

_FIXED_BYTES = 8_000
"""Paths, previews, field names and times: about 1,600 bytes in most projects.

A person's id appears some ten times in up to five paths, and may be 512 bytes long."""

_SPACE_OF_AN_ATTACHMENT = " " * 100


@dataclass(frozen=True, slots=True)
class ServiceChatKind:
    """A kind with one message for each person, into a chat of their own with the service.

    ``chat_id_of`` derives the chat of a person and a service. ``chat_state`` is that of a chat
    that the campaign creates.
    """

    name: CampaignKind
    chat_kind: ChatKind
    chat_state: ChatState | None
    chat_id_of: Callable[[str, str], str]
    channels: frozenset[CampaignChannel] = frozenset({"chat"})
    pushed_channels: frozenset[CampaignChannel] = frozenset({"chat"})
    is_sequential: bool = False
    person_fields: tuple[str, ...] = ()
    chat_fields: tuple[str, ...] = ("memberIds",)

    def shared_chat_id(self, campaign: Campaign) -> None:
        return None

    def chat_id(self, campaign_id: str, service_id: str, uid: str) -> str:
        return self.chat_id_of(uid, service_id)

    def message_id(self, campaign_id: str, uid: str) -> str:
        return ids.campaign_message_id(campaign_id, uid)

    def writers(
        self, campaign: Campaign, service_name: str
    ) -> Mapping[CampaignChannel, MessageWriter]:
        return {"chat": ServiceChatWriter(self, campaign, service_name)}


INDIVIDUAL: Final = ServiceChatKind("individual", "case", "closed", ids.case_chat_id)
"""Into ``{uid}:service:{serviceId}``, which is created closed (ADR 11)."""

ONE_WAY: Final = ServiceChatKind("oneWay", "broadcast", None, ids.broadcast_chat_id)
"""Into ``{uid}:broadcast:{serviceId}``, where only staff write."""


class ServiceChatWriter:
    """Writes a campaign's message into chats with a service, and builds what they share once."""

    state: Final = RecipientState.SENT

    def __init__(self, kind: ServiceChatKind, campaign: Campaign, service_name: str) -> None:
        self._kind = kind
        self._campaign_id = campaign.id
        self.size = message_bytes(campaign, service_name)
        self._service_id = service_id = campaign.service_id
        self._dashboard = dashboard = ids.service_member(service_id)
        content = campaign.job.message
        last = last_message(sender_id=dashboard, created_at=SERVER_TIME)
        row = partial(row_fields, service_id=service_id, kind=kind.chat_kind, last_message=last)
        self._message = campaign_message_fields(
            service_id=service_id,
            campaign_id=campaign.id,
            created_at=SERVER_TIME,
            attachments=[item.fields() for item in content.attachments or ()] or None,
        )
        self._new_chat = chat_fields(
            service_id=service_id,
            kind=kind.chat_kind,
            created_by=dashboard,
            created_at=SERVER_TIME,
            state=kind.chat_state,
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

    def post(self, shared: SharedChat, text: MessageText) -> list[Write]:
        return []

    def join(self, shared: SharedChat, people: Sequence[Person]) -> list[Write]:
        return []

    def write(self, person: Person, text: MessageText) -> list[Write]:
        """Return three or four writes for an existing chat, four for a first contact."""
        uid, chat = person.uid, person.chat
        chat_id = self._kind.chat_id_of(uid, self._service_id)
        message_id = ids.campaign_message_id(self._campaign_id, uid)
        last = shown_last(id=message_id, preview=text.preview)
        said = message_text(body=text.body, title=text.title)
        message = Set(paths.message(chat_id, message_id), Overlay(self._message, said))
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


def message_bytes(campaign: Campaign, service_name: str) -> int:
    """Return an upper bound of a message's bytes in a commit, without its text."""
    content = campaign.job.message
    shared = [content.title or "", service_name, service_name, service_name]
    for item in content.attachments or ():
        shared += [item.path, item.content_type, item.name, _SPACE_OF_AN_ATTACHMENT]
    return _FIXED_BYTES + sum(len(text.encode()) for text in shared)
