"""An in-memory push provider that records notifications."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from parley.domain.delivery.push import Notification, PushFate, PushResult

CODES = {
    PushFate.ACCEPTED: None,
    PushFate.DEAD_TOKEN: "UNREGISTERED",
    PushFate.WRONG_SENDER: "SENDER_ID_MISMATCH",
    PushFate.RETRY: "UNAVAILABLE",
    PushFate.REFUSED: "UNAUTHENTICATED",
    PushFate.REJECTED: "INVALID_ARGUMENT",
}

PAYLOAD_BYTES = 4_096
"""Keys and values of ``data``, title and body
(https://firebase.google.com/docs/cloud-messaging/concept-options)."""
TAG_BYTES = 64
"""``apns-collapse-id``, which the tag becomes."""
_RESERVED_KEYS = frozenset({"from", "message_type"})
_RESERVED_PREFIXES = ("google.", "gcm.notification.")


class RecordingPushSender:
    """Records notifications in order and answers each with the fate its token was given.

    A token without a fate is accepted. What FCM takes for no device is rejected, as FCM does. A
    result stands for every send to that token until changed; set ``fates[token]`` to a list to
    answer one after the other, the last for good.
    """

    def __init__(self) -> None:
        self.sent: list[Notification] = []
        self.fates: dict[str, PushResult | list[PushResult]] = {}
        self.hangs_until: asyncio.Event | None = None
        """Nothing is sent or answered before this is set."""

    def give(self, token: str, *fates: PushFate, retry_after: float | None = None) -> None:
        """Answer sends to this token with these fates in turn, then always with the last."""
        self.fates[token] = [
            PushResult(fate, code=CODES[fate], retry_after=retry_after) for fate in fates
        ]

    def sent_to(self, token: str) -> list[Notification]:
        """Return what was sent to one token, with any outcome."""
        return [one for one in self.sent if one.device.token == token]

    async def send(self, notifications: Sequence[Notification]) -> list[PushResult]:
        await asyncio.sleep(0)
        if self.hangs_until is not None:
            await self.hangs_until.wait()
        return [self._send(notification) for notification in notifications]

    def _send(self, notification: Notification) -> PushResult:
        self.sent.append(notification)
        if not _is_sendable(notification):
            return PushResult(PushFate.REJECTED, code=CODES[PushFate.REJECTED])
        fate = self.fates.get(notification.device.token)
        if isinstance(fate, list):
            fate = fate.pop(0) if len(fate) > 1 else fate[0]
        return fate or PushResult(PushFate.ACCEPTED, provider_id=f"push-{len(self.sent)}")


def _is_sendable(notification: Notification) -> bool:
    shown = {"title": notification.title, "body": notification.body}
    pairs = [*notification.data.items(), *shown.items()]
    if not all(isinstance(text, str) for _, text in pairs):
        return False
    if any(key in _RESERVED_KEYS or key.startswith(_RESERVED_PREFIXES) for key, _ in pairs):
        return False
    size = sum(len(key.encode()) + len(text.encode()) for key, text in pairs)
    return size <= PAYLOAD_BYTES and len(notification.tag.encode()) <= TAG_BYTES
