"""Orders of pushes, and those that could not be handed over yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from parley.domain.delivery import push
from parley.errors import RetryableError
from schema.base import Purpose
from schema.push_tokens import PushTokens
from schema.reasons import PushOutcome
from schema.services import PushSettings


@dataclass(frozen=True, slots=True)
class PushOrder:
    """One message for one person, to be shown on each of their devices.

    ``settings`` are the service's. ``is_repeat``: it may have been shown before. ``posted_at``: the
    time of a message that somebody wrote in a chat, which is folded when many come; None for
    campaigns, events and summaries. ``tag``: replaces the message's own.
    ``purpose``: whose consent it needs; None if it is not known.
    """

    uid: str
    title: str
    body: str
    data: dict[str, str]
    is_mention: bool = False
    settings: PushSettings = push.DEFAULT_SETTINGS
    is_repeat: bool = False
    posted_at: datetime | None = None
    tag: str | None = None
    purpose: Purpose | None = "transactional"

    @property
    def chat_id(self) -> str:
        """Return the chat; people who muted it get no push."""
        return self.data["chatId"]

    @property
    def message_id(self) -> str:
        """Return the message; of a summary, the newest that it counts."""
        return self.data["messageId"]


class PushIncomplete(RetryableError):
    """Some notifications wait for the provider. ``outcomes``: the settled ones, by order."""

    def __init__(
        self, outcomes: Mapping[int, PushOutcome], waiting: int, retry_after: float | None
    ) -> None:
        super().__init__(f"{waiting} notifications wait for the provider", retry_after=retry_after)
        self.outcomes = dict(outcomes)
        self.waiting = waiting


def is_muted(tokens: PushTokens, chat_id: str, now: datetime) -> bool:
    """Return whether the person muted the chat."""
    muted = (tokens.muted or {}).get(chat_id)
    return muted > now if isinstance(muted, datetime) else bool(muted)


def is_refused(tokens: PushTokens, order: PushOrder) -> bool:
    """Return whether the person withdrew consent to such pushes of the service."""
    return order.purpose is not None and tokens.has_withdrawn(
        order.data["serviceId"], order.purpose
    )
