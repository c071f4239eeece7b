"""How posts of a chat are shown in pushes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from parley.domain.chats.chat_pushes import notification_text
from parley.domain.chats.chat_state import ChatState, Post
from parley.domain.delivery.push import message_data
from parley.services.delivery.push_orders import PushOrder
from schema.services import PushSettings


@dataclass(frozen=True, slots=True)
class ShownPosts:
    """Names and title, the sound, and which posts may be repeats."""

    state: ChatState
    names: Mapping[str, str]
    title: str | None
    settings: PushSettings
    repeats: frozenset[str]
    _texts: dict[str, tuple[str, str, dict[str, str]]] = field(default_factory=dict)
    """Title, body and data by post: everybody's pushes share them."""

    def order(self, post: Post, uid: str) -> PushOrder:
        title, body, data = self._texts.get(post.id) or self._shown(post)
        return PushOrder(
            uid=uid,
            title=title,
            body=body,
            data=data,
            is_mention=uid in post.message.mentioned,
            settings=self.settings,
            is_repeat=post.id in self.repeats,
            posted_at=post.message.created_at if post.message.event is None else None,
        )

    def _shown(self, post: Post) -> tuple[str, str, dict[str, str]]:
        title, body = notification_text(self.state, post, self.names[post.speaker], self.title)
        data = message_data(
            chat_id=self.state.id,
            message_id=post.id,
            service_id=self.state.service_id,
            kind=self.state.chat.kind,
            sender_id=post.message.sender_id,
        )
        shown = self._texts[post.id] = title, body, data
        return shown
