"""An SMS that somebody sent to one of our senders, in Parley's words. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

OptOutType = Literal["STOP", "START", "HELP"]


@dataclass(frozen=True, slots=True)
class InboundMedia:
    """A file that came with an SMS. ``url`` is the provider's; nothing here fetches it."""

    url: str
    content_type: str


@dataclass(frozen=True, slots=True)
class InboundSms:
    """One inbound SMS, MMS or RCS message.

    ``message_sid`` names the message, the same at each repeat of the provider's call. ``from_`` is
    the person's number in E.164, as the provider writes it, or a short code. ``to`` is our sender:
    a number, a short code, or the name of an RCS agent. ``messaging_service_sid``: the messaging
    service that our sender belongs to. ``opt_out_type``: what the provider itself understood and
    answered; None where it leaves keywords to us. ``body`` may be empty.
    """

    message_sid: str
    from_: str
    to: str
    body: str
    opt_out_type: OptOutType | None = None
    media: tuple[InboundMedia, ...] = ()
    messaging_service_sid: str | None = None
