"""The content of a push, and the meaning of its outcome. Pure: adapters encode it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from schema import ids, limits
from schema.services import PushSettings
from schema.visible import as_line, is_blank, strip_blank_start

DEFAULT_SETTINGS = PushSettings()
"""For a service without push settings."""


@dataclass(frozen=True, slots=True)
class Device:
    """One device of a person, as read from ``userPushTokens/{uid}``."""

    uid: str
    installation_id: str
    token: str
    kind: Literal["fcmToken", "fid"]


@dataclass(frozen=True, slots=True)
class Notification:
    """One notification for one device.

    ``tag`` lets a repeat replace itself; ``thread`` groups by chat. ``data`` holds strings only.
    ``sound`` is None for one that plays none; ``is_mutable`` lets the app change it before it is
    shown.
    """

    device: Device
    title: str
    body: str
    data: Mapping[str, str]
    tag: str
    thread: str
    sound: str | None = "default"
    is_mutable: bool = True


class PushFate(StrEnum):
    """What the provider's answer means for the sender."""

    ACCEPTED = "accepted"
    DEAD_TOKEN = "deadToken"
    WRONG_SENDER = "wrongSender"
    """The token and our credentials belong to different projects; either may be wrong."""
    RETRY = "retry"
    REFUSED = "refused"
    """Our credentials or our project are refused, not this notification: retry later."""
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class PushResult:
    """The outcome of one notification. ``code`` is the provider's; ``retry_after`` in seconds.

    ``status`` is HTTP's, None without an answer; ``detail`` describes a failure of our own.
    ``is_in_doubt``: the request may have been accepted, but its answer was lost.
    """

    fate: PushFate
    provider_id: str | None = None
    code: str | None = None
    retry_after: float | None = None
    status: int | None = None
    detail: str | None = None
    is_in_doubt: bool = False


def preview(body: str | None, attachment_count: int = 0) -> str:
    """Return the text for notifications and chat list rows: one line of 140 UTF-16 units.

    It is empty if there is nothing to see; such a message is not pushed.
    """
    text = _one_line(body or "")
    if is_blank(text):
        if not attachment_count:
            return ""
        return "1 attachment" if attachment_count == 1 else f"{attachment_count} attachments"
    if limits.length(text) <= limits.PREVIEW:
        return text
    head = _head(text)
    return (_head(strip_blank_start(text)) if is_blank(head) else head) + "…"


def _one_line(text: str) -> str:
    """Return a text in one line that cannot turn what stands before it, such as a name."""
    line = " ".join(text.split())
    # The common text is printable, which is asked in a hundredth of the time.
    return line if line.isprintable() else " ".join(as_line(line).split())


def _head(text: str) -> str:
    """Return the start of a long text that leaves room for the ellipsis; no character is split."""
    kept, used = [], 1
    for character in text:
        used += 2 if ord(character) > 0xFFFF else 1
        if used > limits.PREVIEW:
            break
        kept.append(character)
    return "".join(kept)


def message_data(
    *,
    chat_id: str,
    message_id: str,
    service_id: str,
    kind: str,
    sender_id: str,
    campaign_id: str | None = None,
) -> dict[str, str]:
    """Return the ``data`` of a message's push, as the contract defines it."""
    data = {
        "type": "message",
        "chatId": chat_id,
        "messageId": message_id,
        "serviceId": service_id,
        "kind": kind,
        "senderId": sender_id,
    }
    if campaign_id is not None:
        data["campaignId"] = campaign_id
    return data


def summary_text(count: int) -> str:
    """Return the body of a summary of folded messages."""
    return "1 new message" if count == 1 else f"{count} new messages"


def summary_data(message: Mapping[str, str], *, count: int, newest: str) -> dict[str, str]:
    """Return the ``data`` of a summary of a chat; ``message`` is that of any of its messages."""
    return {
        "type": "messages",
        "chatId": message["chatId"],
        "messageId": newest,
        "serviceId": message["serviceId"],
        "kind": message["kind"],
        "count": str(count),
    }


def notifications(
    devices: list[Device],
    *,
    title: str,
    body: str,
    data: dict[str, str],
    settings: PushSettings = DEFAULT_SETTINGS,
    is_repeat: bool = False,
    tag: str | None = None,
) -> list[Notification]:
    """Return one notification for each device of a person; a repeat plays no sound.

    The message gives the tag, unless another is named.
    """
    if tag is None:
        tag = ids.notification_tag(data["chatId"], data["messageId"])
    return [
        Notification(
            device=device,
            title=title,
            body=body,
            data=data,
            tag=tag,
            thread=data["chatId"],
            sound=None if is_repeat else settings.sound,
            is_mutable=settings.mutable_content,
        )
        for device in devices
    ]
