"""Words for the states and reasons of one person of a campaign, to be read out. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from schema.reasons import PushOutcome, RecipientReason, RecipientState

_REASON, _STATE, _PUSH = RecipientReason, RecipientState, PushOutcome

REASONS: Final[Mapping[str, str]] = {
    _REASON.NO_CONSENT: "they have not agreed to messages of this kind",
    _REASON.OPTED_OUT: "they have opted out of this sender's messages",
    _REASON.NO_PHONE: "they have no phone number",
    _REASON.INVALID_PHONE: "their phone number is not valid",
    _REASON.NO_DEVICE: "they have no device with the app",
    _REASON.BLOCKED: "they are not to be written to",
    _REASON.DUPLICATE_PHONE: "another person of the campaign has the same phone number",
    _REASON.FREQUENCY_CAP: "they have got as many messages as the service allows",
    _REASON.OUTSIDE_WINDOW: "it is outside the hours in which the campaign may be sent",
    _REASON.EXPIRED: "the campaign expired first",
    _REASON.CANCELLED: "the campaign was cancelled first",
    _REASON.NOT_IN_SERVICE: "the service does not know them",
    _REASON.TEMPLATE_ERROR: "the text could not be rendered for them",
    _REASON.EMPTY_BODY: "the text shows nothing for them",
    _REASON.BODY_TOO_LONG: "the text is too long for them",
    _REASON.INVALID_USER: "their record has a field that is wrong",
    _REASON.STORE_REJECTED: "the database did not accept the message",
    _REASON.GIVEN_UP: "the work was given up after too many failures",
    _REASON.ANSWER_LOST: "the provider's answer was lost",
    _REASON.PERSON_LIMIT: "they have got as many SMS on that day as the service allows",
    _REASON.PREFIX_LIMIT: "their block of numbers has got as many SMS in that hour as allowed",
    _REASON.SPEND_CAP: "the service has spent what it may spend on SMS on that day",
    _REASON.NO_SENDER: "the service has no sender for SMS",
    _REASON.INVALID_SETTINGS: "the service's settings for SMS cannot be used",
}

REACHED: Final[Mapping[str, str]] = {
    _STATE.SENDING: "is being sent",
    _STATE.SENT: "was sent",
    _STATE.DELIVERED: "was delivered",
    _STATE.READ: "was read",
    _STATE.REPLIED: "was answered",
}
"""What became of a message; its channel and time follow."""

PUSHES: Final[Mapping[str, str]] = {
    _PUSH.HANDED_OVER: "The push was handed over to the provider.",
    _PUSH.NO_DEVICE: "No push followed: they had no device with the app.",
    _PUSH.MUTED: "No push followed: they had muted the chat.",
    _PUSH.NO_CONSENT: "No push followed: they have not agreed to pushes of this kind.",
    _PUSH.ALREADY_READ: "No push followed: they had read the message by then.",
    _PUSH.UNCONFIRMED: "It is not known whether the push was shown.",
    _PUSH.FAILED: "The push failed.",
}

_PROVIDER = "providerError:"


def reason_words(reason: str | None, detail: str | None = None) -> str:
    """Return why, as the second half of a sentence, with the detail in brackets."""
    if reason is None:
        words = "no reason was recorded"
    elif reason.startswith(_PROVIDER):
        words = f"the provider refused it with the code {reason.removeprefix(_PROVIDER)}"
    else:
        words = REASONS.get(reason, f"the reason is {reason}")
    return f"{words} ({detail})" if detail else words


def time_words(at: object) -> str:
    """Return a time as it is read out; the tree holds UTC."""
    return f"{at:%d %B %Y at %H:%M} UTC" if isinstance(at, datetime) else "an unknown time"
