"""Ordinary messages: fan-out and push."""

from __future__ import annotations

from collections.abc import Sequence

from parley.services.chats.fan_out_messages import FanOutMessages
from parley.services.chats.give_up_messages import GiveUpMessages
from schema.events import MessageQueued, QueueName
from schema.reasons import DeadLetterCode
from workers.handler import IsFirst


class MessageQueueHandler:
    """Messages of one chat, folded into one commit; and their changes into another."""

    queue = QueueName.MESSAGE_QUEUE

    def __init__(self, fan_out_messages: FanOutMessages, give_up_messages: GiveUpMessages) -> None:
        self._fan_out_messages = fan_out_messages
        self._give_up_messages = give_up_messages

    async def handle(self, payloads: Sequence[MessageQueued], *, is_first: IsFirst) -> None:
        chat_id = payloads[0].chat_id
        posted = [payload.message_id for payload in payloads if not payload.is_changed]
        changed = [payload.message_id for payload in payloads if payload.is_changed]
        if posted:
            await self._fan_out_messages.fan_out(chat_id, posted, is_first=is_first)
        if changed:
            await self._fan_out_messages.follow_changes(chat_id, changed)

    async def given_up(self, payload: MessageQueued, *, code: DeadLetterCode, error: str) -> None:
        """Nothing in the tree waits for a change to be followed."""
        if not payload.is_changed:
            await self._give_up_messages.message(payload.chat_id, payload.message_id, code)
