"""Campaigns with one message for each person, into their own chat with the service. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.kinds.kind import MessageText, MessageWriter, Person, SharedChat
from parley.domain.campaigns.kinds.sms_messages import SmsWriter
from parley.domain.chats.service_posts import (
    CHAT_FIELDS,
    FIXED_BYTES,
    ServiceChat,
    ServicePosts,
    service_chat_id,
)
from parley.store import SERVER_TIME, Write
from schema import ids
from schema.campaigns import CampaignChannel, CampaignKind
from schema.messages import campaign_message_fields, message_text
from schema.reasons import RecipientState
from schema.replies import AWAITING_REPLY, awaited_replies, awaits_reply, still_awaited

_SPACE_OF_AN_ATTACHMENT = " " * 100


@dataclass(frozen=True, slots=True)
class ServiceChatKind:
    """A kind with one message for each person, into a chat of their own with the service."""

    name: CampaignKind
    chat_kind: ServiceChat
    channels: frozenset[CampaignChannel] = frozenset({"chat"})
    pushed_channels: frozenset[CampaignChannel] = frozenset({"chat"})
    is_sequential: bool = False
    person_fields: tuple[str, ...] = ()
    chat_fields: tuple[str, ...] = (*CHAT_FIELDS, AWAITING_REPLY)

    def shared_chat_id(self, campaign: Campaign) -> None:
        return None

    def chat_id(self, campaign_id: str, service_id: str, uid: str) -> str:
        return service_chat_id(self.chat_kind, uid, service_id)

    def message_id(self, campaign_id: str, uid: str) -> str:
        return ids.campaign_message_id(campaign_id, uid)

    def writers(
        self, campaign: Campaign, service_name: str
    ) -> Mapping[CampaignChannel, MessageWriter]:
        writers: dict[CampaignChannel, MessageWriter] = {
            "chat": ServiceChatWriter(self, campaign, service_name)
        }
        if "sms" in self.channels:
            writers["sms"] = SmsWriter(campaign)
        return writers


INDIVIDUAL: Final = ServiceChatKind("individual", "case")
"""Into ``{uid}:service:{serviceId}``, which is created closed (ADR 11)."""

ONE_WAY: Final = ServiceChatKind("oneWay", "broadcast", channels=frozenset({"chat", "sms"}))
"""Into ``{uid}:broadcast:{serviceId}``, where only staff write, or by SMS."""


class ServiceChatWriter:
    """Writes a campaign's message into chats with a service, and builds what they share once."""

    state: Final = RecipientState.SENT

    def __init__(self, kind: ServiceChatKind, campaign: Campaign, service_name: str) -> None:
        self._kind = kind
        self._campaign = campaign
        self._service_name = service_name
        self._posts: dict[str, ServicePosts] = {}
        self.size = message_bytes(campaign, service_name)

    def post(self, shared: SharedChat, text: MessageText) -> list[Write]:
        return []

    def join(self, shared: SharedChat, people: Sequence[Person]) -> list[Write]:
        return []

    def write(self, person: Person, text: MessageText) -> list[Write]:
        """Return three or four writes for an existing chat, four for a first contact."""
        campaign_id, chat = self._campaign.id, person.chat
        earlier = {} if chat is None else awaited_replies(chat.fields)
        return self._posts_of(person.batch_id).write(
            person.uid,
            chat,
            message_id=ids.campaign_message_id(campaign_id, person.uid),
            preview=text.preview,
            said=message_text(body=text.body, title=text.title),
            noted=still_awaited(campaign_id, earlier) if earlier else {},
        )

    def _posts_of(self, batch_id: str) -> ServicePosts:
        """Return the posts of a batch: built once, since the chat notes who awaits a reply."""
        posts = self._posts.get(batch_id)
        if posts is None:
            campaign = self._campaign
            attachments = [item.fields() for item in campaign.job.message.attachments or ()]
            message = campaign_message_fields(
                service_id=campaign.service_id,
                campaign_id=campaign.id,
                created_at=SERVER_TIME,
                attachments=attachments or None,
            )
            posts = self._posts[batch_id] = ServicePosts(
                self._kind.chat_kind,
                campaign.service_id,
                self._service_name,
                message,
                chat=awaits_reply(campaign.id, batch_id, SERVER_TIME),
            )
        return posts


def message_bytes(campaign: Campaign, service_name: str) -> int:
    """Return an upper bound of a message's bytes in a commit, without its text."""
    content = campaign.job.message
    shared = [content.title or "", service_name, service_name, service_name]
    for item in content.attachments or ():
        shared += [item.path, item.content_type, item.name, _SPACE_OF_AN_ATTACHMENT]
    return FIXED_BYTES + sum(len(text.encode()) for text in shared)
