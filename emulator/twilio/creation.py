"""The checks of a create, in the order in which Twilio reports them."""

import ipaddress
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

import phonenumbers

from emulator.twilio.errors import Refusal, words_of

LONGEST_BODY = 1600
LONGEST_VALIDITY = 36_000
SOONEST_SECONDS, LATEST_SECONDS = 300, 35 * 86_400

MAGIC_TO = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
MAGIC_FROM = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
"""Twilio's own test numbers (https://www.twilio.com/docs/iam/test-credentials)."""

_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
_NANP = re.compile(r"\+1[2-9]\d{2}[2-9]\d{6}")
"""A shortcut for the numbers that tests use most; `phonenumbers` takes a while."""
_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 &+_-]{1,11}")
_SHORT_CODE = re.compile(r"[0-9]{4,8}")
_HOST = re.compile(r"[A-Za-z0-9.-]+")


class Order(NamedTuple):
    """A create that passed the checks. `begins`: when to send it, by the clock."""

    to: str
    sender: str | None
    messaging_service_sid: str | None
    body: str
    media: int
    status_callback: str | None
    begins: float


def read_order(form: Mapping[str, str], media: int, now: float) -> Order:
    """Return what to send; raise the `Refusal` that Twilio would answer."""
    to = form.get("To", "").strip()
    if not to:
        raise Refusal(21604, "A 'To' phone number is required.")
    service, sender = form.get("MessagingServiceSid"), form.get("From")
    if not service and not sender:
        raise Refusal(21603, "A 'From' phone number is required.")
    body = form.get("Body", "")
    if not body and not media and not form.get("ContentSid"):
        raise Refusal(21602, "Message body is required.")
    if len(body) > LONGEST_BODY:
        limit = f"{LONGEST_BODY} character limit"
        raise Refusal(21617, f"The concatenated message body exceeds the {limit}.")
    if service and not _SERVICE.fullmatch(service):
        raise Refusal(21701, f"The Messaging Service {service} does not exist.")
    recipient = _recipient(to)
    if sender:
        _check_sender(sender, recipient)
    _check_validity(form.get("ValidityPeriod"))
    callback = form.get("StatusCallback")
    if callback and not _is_url(callback):
        raise Refusal(21609, f"The 'StatusCallback' URL {callback} is not a valid URL.")
    begins = _begins(form, service, now)
    return Order(recipient, sender or None, service or None, body, media, callback or None, begins)


def _recipient(to: str) -> str:
    if code := MAGIC_TO.get(to):
        raise Refusal(code, f"{words_of(code)}: {to}")
    if _NANP.fullmatch(to):
        return to
    try:
        number = phonenumbers.parse(to, "US")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise Refusal(21211, f"Invalid 'To' Phone Number: {to}")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _check_sender(sender: str, to: str) -> None:
    if code := MAGIC_FROM.get(sender):
        raise Refusal(code, f"{words_of(code)}: {sender}")
    if sender == to:
        raise Refusal(21266, f"'To' and 'From' number cannot be the same: {to}")
    if not _may_send(sender):
        raise Refusal(21212, f"Invalid From Number (caller ID): {sender}")


@lru_cache(maxsize=256)
def _may_send(sender: str) -> bool:
    is_number = sender.startswith("+") and sender[1:].isdigit() and len(sender) <= 16
    return is_number or bool(_NAME.fullmatch(sender) or _SHORT_CODE.fullmatch(sender))


def _check_validity(text: str | None) -> None:
    if text is None:
        return
    if not text.isdigit() or not 1 <= int(text) <= LONGEST_VALIDITY:
        limits = f"must be a whole number from 1 to {LONGEST_VALIDITY}"
        raise Refusal(20001, f"ValidityPeriod {limits}, not {text}")


def _begins(form: Mapping[str, str], service: str | None, now: float) -> float:
    """Return when a message is sent; only messaging services send at a set time."""
    text = form.get("SendAt")
    if not text and not form.get("ScheduleType"):
        return now
    if not service:
        raise Refusal(35118, "MessagingServiceSid is required to schedule a message")
    if form.get("ScheduleType") != "fixed":
        raise Refusal(35112, "ScheduleType must be fixed")
    if not text:
        raise Refusal(35111, "SendAt is required to schedule a message")
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(35113, f"SendAt must be in ISO 8601, not {text}") from None
    begins = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    if not SOONEST_SECONDS < begins - now <= LATEST_SECONDS:
        raise Refusal(35115, "SendAt must be more than 300 seconds and at most 35 days ahead")
    return begins


def _is_url(text: str) -> bool:
    """Check a callback as Twilio does, which takes no underscore in a host."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not host:
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return bool(_HOST.fullmatch(host))
    return True
