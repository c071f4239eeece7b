"""Campaigns of kind ``group``: one message into one chat with the whole audience. Pure.

The message is posted first, in a commit of its own. Then the audience joins batch by batch, as of
just before the message, so that it is unread for everybody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.kinds.kind import MessageText, MessageWriter, Person, SharedChat
from parley.domain.campaigns.kinds.service_chats import message_bytes
from parley.domain.chats.chat import members_patch
from parley.domain.chats.chat_state import ChatState
from parley.domain.delivery import push
from parley.store import (
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
from schema import ids, limits, paths
from schema.campaigns import CampaignChannel, CampaignKind
from schema.chat_history import reads_from
from schema.chats import Chat, chat_fields, chat_patch, last_message
from schema.memberships import member_fields
from schema.messages import Message, campaign_message_fields, message_text
from schema.reasons import RecipientState
from schema.user_chats import row_fields
from schema.users import WHO_MAY_ADD_ME

_JUST_BEFORE = timedelta(milliseconds=1)
"""Firestore's server times are to the millisecond, and only what follows the joining is unread."""


class Group:
    """Writes into one group, whose owner is ``service:{serviceId}``."""

    name: Final[CampaignKind] = "group"
    channels: Final[frozenset[CampaignChannel]] = frozenset({"chat"})
    pushed_channels: Final[frozenset[CampaignChannel]] = channels
    is_sequential: Final = True
    person_fields: Final[tuple[str, ...]] = (WHO_MAY_ADD_ME,)
    chat_fields: Final[tuple[str, ...]] = (
        "serviceId",
        "kind",
        "createdBy",
        "createdAt",
        "senderId",
        "body",
        "title",
        "memberIds",
        "memberCount",
        "messageCount",
        "lastMessage",
        "historyFor",
        "large",
    )

    def shared_chat_id(self, campaign: Campaign) -> str:
        """Return the group of that unique name within the service, else one of the campaign."""
        chat = campaign.job.chat
        if chat is not None and chat.unique_name is not None:
            return ids.group_chat_id(ids.service_member(campaign.service_id), chat.unique_name)
        return ids.group_chat_id(f"campaigns/{campaign.service_id}", campaign.id)

    def chat_id(self, campaign_id: str, service_id: str, uid: str) -> str:
        raise ValueError("a group campaign has one chat, which its batches name")

    def message_id(self, campaign_id: str, uid: str) -> str:
        return ids.group_message_id(campaign_id)

    def writers(
        self, campaign: Campaign, service_name: str
    ) -> Mapping[CampaignChannel, MessageWriter]:
        return {"chat": GroupWriter(self.shared_chat_id(campaign), campaign, service_name)}


class GroupWriter:
    """Posts a campaign's message into its group, and lets the audience join."""

    state: Final = RecipientState.SENT

    def __init__(self, chat_id: str, campaign: Campaign, service_name: str) -> None:
        self.size = message_bytes(campaign, service_name)
        self._chat_id = chat_id
        self._campaign = campaign
        self._service = ids.service_member(campaign.service_id)
        self._message_id = ids.group_message_id(campaign.id)

    def write(self, person: Person, text: MessageText) -> list[Write]:
        return []

    def post(self, shared: SharedChat, text: MessageText) -> list[Write]:
        """Return the message's commit, with the new chat or the rows of its members."""
        if shared.message is not None:
            return []
        content = self._campaign.job.message
        fields = campaign_message_fields(
            service_id=self._campaign.service_id,
            campaign_id=self._campaign.id,
            created_at=SERVER_TIME,
            attachments=[item.fields() for item in content.attachments or ()] or None,
        ) | message_text(body=text.body, title=text.title)
        message = Set(paths.message(self._chat_id, self._message_id), fields, MUST_NOT_EXIST)
        last = last_message(
            id=self._message_id,
            sender_id=self._service,
            preview=text.preview,
            created_at=SERVER_TIME,
        )
        if shared.chat is None:
            return [*self._new_chat(last), message]
        state = self._state(shared.chat)
        patch = chat_patch(last_message=last, message_count=Increment(1))
        chat = Update(shared.chat.path, patch, UpdatedAt(shared.chat.update_time))
        if state.is_large:
            return [chat, message]
        rows = [
            self._row(state, uid, last, unread=0 if uid == self._service else 1)
            for uid in state.members
        ]
        return [chat, message, *rows]

    def join(self, shared: SharedChat, people: Sequence[Person]) -> list[Write]:
        """Return the writes with which those who are no members yet become members."""
        new = [person.uid for person in people if person.member is None]
        if not new:
            return []
        if shared.chat is None or shared.message is None:
            raise ValueError("the message must be posted before anybody joins")
        posted_at = Message.parse(shared.message.fields).created_at
        state = self._state(shared.chat)
        count = (state.chat.member_count or len(state.members)) + len(new)
        is_large = state.is_large or count > limits.SMALL_GROUP
        listed = None if state.is_large else [*state.members, *new]
        patch = members_patch(state, listed, count) | chat_patch(last_joined_at=SERVER_TIME)
        chat = Update(shared.chat.path, patch, UpdatedAt(shared.chat.update_time))
        joined_at = posted_at - _JUST_BEFORE
        member = member_fields(
            role="member",
            joined_at=joined_at,
            reads_from=reads_from(state.chat.history_for, joined_at),
            added_by=self._service,
        )
        said = state.chat.last_message
        last = said.fields() if said is not None else _last_of(shared.message)
        row = row_fields(
            service_id=state.service_id,
            kind="group",
            title=state.chat.title,
            last_message=last,
            message_count=1,
            read_count=0,
            large=True if is_large else None,
        )
        writes: list[Write] = [
            # A large chat lists no members; they are counted once all have joined.
            *(() if state.is_large else (chat,)),
            *(Set(paths.chat_member(state.id, uid), member, MUST_NOT_EXIST) for uid in new),
            *(Set(paths.user_chat(uid, state.id), row) for uid in new),
        ]
        if is_large and not state.is_large:
            writes += [self._row(state, uid, last, unread=0, large=True) for uid in state.members]
        return writes

    def _new_chat(self, last: dict[str, Any]) -> list[Write]:
        about = self._campaign.job.chat
        chat = chat_fields(
            service_id=self._campaign.service_id,
            kind="group",
            created_by=self._service,
            created_at=SERVER_TIME,
            title=about.title if about is not None else None,
            topic=about.topic if about is not None else None,
            unique_name=about.unique_name if about is not None else None,
            member_ids=[self._service],
            member_count=1,
            message_count=1,
            last_message=last,
        )
        owner = member_fields(role="owner", joined_at=SERVER_TIME)
        return [
            Set(paths.chat(self._chat_id), chat, MUST_NOT_EXIST),
            Set(paths.chat_member(self._chat_id, self._service), owner),
        ]

    def _row(
        self,
        state: ChatState,
        uid: str,
        last: dict[str, Any],
        *,
        unread: int,
        large: bool | None = None,
    ) -> Write:
        row = row_fields(
            service_id=state.service_id,
            kind="group",
            title=state.chat.title,
            last_message=last,
            message_count=Increment(unread),
            read_count=Increment(0),
            large=large,
        )
        return Merge(paths.user_chat(uid, state.id), row)

    def _state(self, chat: Snapshot) -> ChatState:
        return ChatState(self._chat_id, Chat.parse(chat.fields), chat.update_time)


def _last_of(message: Snapshot) -> dict[str, Any]:
    """Return a message as ``lastMessage``, for a chat that names none."""
    posted = Message.parse(message.fields)
    return last_message(
        id=message.id,
        sender_id=posted.sender_id,
        preview=push.preview(posted.body, len(posted.attachments or ())),
        created_at=posted.created_at,
    )


GROUP: Final = Group()
