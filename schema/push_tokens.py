"""``userPushTokens/{uid}``: where a person's notifications go, and which chats are silent."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schema import limits
from schema.base import Document, Length, Time

TokenKind = Literal["fcmToken", "fid"]
Platform = Literal["ios", "android", "web"]
Mentions = Literal["always", "unlessMuted"]


class PushDevice(Document):
    """One installation of the app; ``kind`` tells an FCM token from an installation id."""

    token: Annotated[str, Length(1, limits.PUSH_TOKEN)]
    kind: TokenKind
    platform: Platform
    locale: str | None = None
    updated_at: Time


class PushTokens(Document):
    """``devices`` by installation id, ``muted`` by chat id: for good (true) or until a time.

    ``mentions``: whether a message that names the person is pushed in a muted chat too, which it
    always is unless they say otherwise.
    """

    devices: Annotated[dict[str, PushDevice], Field(max_length=limits.DEVICES)] = Field(
        default_factory=dict
    )
    muted: dict[str, Literal[True] | Time] | None = None
    mentions: Mentions | None = None
