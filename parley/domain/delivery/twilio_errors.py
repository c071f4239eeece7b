"""Twilio's error codes: what each means for a message, and what staff do about it. Pure.

The codes are those of https://www.twilio.com/docs/api/errors that a message can end with, in an
answer of the API or in a status callback. Twilio adds codes and splits old ones, so nothing relies
on a code being listed: one that is not is kept, and counts as a failure that may pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from schema.delivery import DeliveryReason
from schema.reasons import RecipientReason

OPTED_OUT_CODE = "21610"


@dataclass(frozen=True, slots=True)
class TwilioError:
    """One code.

    ``is_final``: sending the same again fails again until somebody changes something. ``reason``:
    the recipient's; None for ``providerError:<code>``. ``meaning`` and ``way_out`` are phrases for
    staff.
    """

    code: str
    is_final: bool
    meaning: str
    way_out: str
    reason: RecipientReason | None = None

    @property
    def recipient_reason(self) -> str:
        """Return the reason as the campaign's ledger holds it."""
        return str(self.reason or f"{DeliveryReason.PROVIDER_ERROR}:{self.code}")

    @property
    def sentence(self) -> str:
        """Return what happened and what to do, for the job's ``delivery.error``."""
        return f"{self.meaning}; {self.way_out}"


_CORRECT_NUMBER = "correct the person's phone number"
_LATER = "send it again later"
_SENDER = "correct the sender in the settings of the service"
_SUPPORT = "look the message up in Twilio's console, and ask Twilio's support if it goes on"
_ACCOUNT = "an administrator of the Twilio account has to act"
_REGISTER = "register the sender at Twilio, or send from another"
_CONTENT = "change the text: links, capitals and offers are filtered most"
_BUG = "the message was put together wrongly; report it with this code"

_INVALID_NUMBER = {
    "21211": ("the number is not valid", _CORRECT_NUMBER),
    "21214": ("the number cannot be reached", _CORRECT_NUMBER),
    "21217": ("the number does not look valid", _CORRECT_NUMBER),
    "21265": ("the number is a short code, which gets no SMS", _CORRECT_NUMBER),
    "21268": ("the number is a premium or an information service's", _CORRECT_NUMBER),
    "21614": ("the number is not a mobile number", _CORRECT_NUMBER),
    "21635": ("the number is a landline, which gets no SMS", _CORRECT_NUMBER),
    "30005": ("the number does not exist or is out of service", _CORRECT_NUMBER),
    "30006": ("the number is a landline, or its carrier cannot be reached", _CORRECT_NUMBER),
    "63003": ("the channel does not know the number", _CORRECT_NUMBER),
    "63024": ("the channel cannot send to the number", _CORRECT_NUMBER),
}
"""The person's number is wrong, and stays so until it is corrected."""

_OTHER_FINAL = {
    "20003": ("Twilio refused our credentials", "check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"),
    "21212": ("the sender is not valid", _SENDER),
    "21266": ("the number is the sender's own", _CORRECT_NUMBER),
    "21267": ("a trial account cannot send under a name", _ACCOUNT),
    "21408": (
        "the Twilio account may not send to this country",
        "allow it under Messaging, Settings, Geo permissions in Twilio's console",
    ),
    "21601": ("the sender cannot send SMS", _SENDER),
    "21602": ("the text is empty", _BUG),
    "21603": ("there is no sender", _SENDER),
    "21606": ("the sender is not the account's, or cannot reach this country", _SENDER),
    "21608": (
        "a trial account sends to verified numbers alone",
        "verify the number in Twilio's console, or upgrade the account",
    ),
    "21609": ("the address for status callbacks is not valid", "check PARLEY_PUBLIC_URL"),
    "21612": ("this sender cannot reach this number", "send from a sender of the same country"),
    "21617": ("the text is longer than 1,600 characters", "shorten it"),
    "21624": ("the validity period is not valid", _BUG),
    "21659": ("the sender is not a number of Twilio's", _SENDER),
    "21660": ("the sender belongs to another account", _SENDER),
    "21661": ("the sender cannot send SMS", _SENDER),
    "21701": ("the messaging service does not exist", _SENDER),
    "21703": ("the messaging service has no sender for this number", _SENDER),
    "21704": ("the messaging service has no senders", _SENDER),
    "21705": ("the messaging service is not valid", _SENDER),
    "30002": ("the Twilio account is suspended", _ACCOUNT),
    "30004": (
        "the number blocks this sender, or cannot get SMS",
        "ask the person whether they blocked the sender, or reach them another way",
    ),
    "30007": ("the carrier or Twilio filtered the message as unwanted", _CONTENT),
    "30010": ("the message costs more than its highest price", "raise the price, or leave it out"),
    "30019": ("the content is too large for the carrier", "shorten it"),
    "30024": ("the carrier does not know this sender's name", _REGISTER),
    "30032": ("the toll-free sender is not verified", _REGISTER),
    "30034": ("the sender is not registered for messages to the United States", _REGISTER),
    "30038": ("the text holds a one-time password, which Twilio blocks here", _CONTENT),
    "30042": ("the sender's name is blocked", _REGISTER),
    "30450": (
        "Twilio's protection against SMS pumping stopped the message",
        "check who asks for messages; then allow the number in Twilio's console",
    ),
    "30453": ("Twilio takes the message for fraud", _CONTENT),
    "63002": ("the channel does not know the sender", _SENDER),
    "63007": ("the account has no such sender on this channel", _SENDER),
    "63036": (
        "the phone cannot get RCS now",
        "send by a messaging service that has SMS senders too",
    ),
}
"""Somebody has to change the sender, the account, the text or the way to the person."""

_PASSING = {
    "20429": ("Twilio took too many requests at once", _LATER),
    "21611": ("the sender's queue at Twilio is full", f"{_LATER}, or send from more senders"),
    "30001": ("the queue at Twilio overflowed", f"{_LATER}, or more slowly"),
    "30003": (
        "the phone is off, out of reach, or gets no SMS",
        f"{_LATER}; if it goes on, ask the person for another number",
    ),
    "30008": ("the carrier gave no reason", f"{_LATER}; {_SUPPORT}"),
    "30009": ("a part of the message was lost", _LATER),
    "30017": ("the carrier's network is congested", _LATER),
    "30022": ("the sender's limit at United States carriers is used up", f"{_LATER}, more slowly"),
    "30023": ("the sender's limit of the day is used up", "send it again tomorrow"),
    "30027": ("T-Mobile's limit of the day is used up", "send it again tomorrow"),
    "30410": ("the carrier did not answer in time", _LATER),
    "63018": ("the channel's rate limit is used up", f"{_LATER}, more slowly"),
    "63038": ("the Twilio account's limit of the day is used up", "send it again tomorrow"),
}
"""Another attempt may work without any change."""

_TABLE: Mapping[str, TwilioError] = MappingProxyType(
    {
        OPTED_OUT_CODE: TwilioError(
            OPTED_OUT_CODE,
            True,
            "the person answered STOP to this sender",
            "only START from their phone lets Twilio send again",
            RecipientReason.OPTED_OUT,
        ),
        "30036": TwilioError(
            "30036",
            False,
            "the message waited longer than its validity period",
            "send it again with a later expireAt, or none",
            RecipientReason.EXPIRED,
        ),
        **{
            code: TwilioError(code, True, *words, RecipientReason.INVALID_PHONE)
            for code, words in _INVALID_NUMBER.items()
        },
        **{code: TwilioError(code, True, *words) for code, words in _OTHER_FINAL.items()},
        **{code: TwilioError(code, False, *words) for code, words in _PASSING.items()},
    }
)


def twilio_error(code: str) -> TwilioError:
    """Return what a code means. One that is not listed is kept, and may pass."""
    known = _TABLE.get(code)
    if known is not None:
        return known
    meaning = f"Twilio reports error {code}"
    return TwilioError(code, False, meaning, f"see https://www.twilio.com/docs/api/errors/{code}")


def listed_codes() -> frozenset[str]:
    """Return the codes that the table knows."""
    return frozenset(_TABLE)
