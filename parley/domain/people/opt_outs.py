"""Decide what opting out and in by SMS does to the people of a number. Pure.

An opt-out withdraws both purposes of SMS and notes which it took; opting in gives those back. It
binds the number too, as long as it is in use.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from parley.domain.access import RefusalKind, Refused
from parley.domain.delivery.consent import NEED_AN_ENTRY, is_granted
from parley.domain.people.consent_changes import PURPOSES, Answer, change_consents, stored_entry
from parley.store import MUST_NOT_EXIST, SERVER_TIME, Set, Snapshot, Write
from schema import ids, paths
from schema.addressees import Addressee, UnreadableField
from schema.base import Purpose
from schema.consent_history import OPT_OUTS, ConsentSource, sms_opt_out_fields
from schema.messages import Via
from schema.reasons import CallableReason
from schema.received_sms import ReceivedSmsState, received_sms_fields
from schema.users import consent_fields

Decide = Callable[[Snapshot], Sequence[Answer]]
"""Return the answers of one person."""


@dataclass(frozen=True, slots=True)
class Texted:
    """An SMS that a person sent. ``phone`` is in its canonical form."""

    message_sid: str
    phone: str
    to: str
    body: str
    via: Via = "sms"


def opt_out(
    person: Snapshot,
    source: ConsentSource,
    *,
    by: str,
    at: Any = SERVER_TIME,
    code: str | None = None,
    message_sid: str | None = None,
    before: datetime | None = None,
) -> list[Answer]:
    """Return the withdrawal of both purposes of SMS; each notes whether it took a consent.

    ``before``: leave answers alone that were given at that time or later.
    """
    consents = person.fields.get("consents")
    answers = []
    for purpose in PURPOSES:
        entry = stored_entry(consents, "sms", purpose)
        given_at = entry.get("at") if entry is not None else None
        if before is not None and isinstance(given_at, datetime) and given_at >= before:
            continue
        answers.append(
            Answer(
                channel="sms",
                purpose=purpose,
                granted=False,
                source=source,
                by=by,
                at=at,
                took=_is_granted(person, purpose),
                code=code,
                message_sid=message_sid,
            )
        )
    return answers


def opted_out_consents() -> dict[str, Any]:
    """Return the consents of a new person whose number is opted out already."""
    source = str(ConsentSource.STOP)
    entries = {
        purpose: consent_fields(
            granted=False,
            at=SERVER_TIME,
            source=source,
            took=("sms", purpose) not in NEED_AN_ENTRY,
        )
        for purpose in PURPOSES
    }
    return {"sms": entries}


def opt_in(person: Snapshot, *, by: str, message_sid: str) -> list[Answer]:
    """Return what ends an opt-out: the consents that it took, given back, and no others.

    A consent that was withdrawn or missing before stays so; only its opt-out ends.
    """
    consents = person.fields.get("consents")
    return [
        Answer(
            channel="sms",
            purpose=purpose,
            granted=entry.get("took") is True,
            source=ConsentSource.START,
            by=by,
            message_sid=message_sid,
        )
        for purpose in PURPOSES
        if (entry := stored_entry(consents, "sms", purpose)) is not None
        and entry.get("granted") is False
        and entry.get("source") in OPT_OUTS
    ]


def change_all(
    people: Sequence[Snapshot],
    service_id: str,
    answers: Callable[[Snapshot], Sequence[Answer]],
    entry_id: str,
) -> list[Write]:
    """Return what changes for people who share a number."""
    return [
        write
        for person in people
        for write in change_consents(person, service_id, answers(person), entry_id)
    ]


def check_opt_out(person: Snapshot, answer: Answer) -> None:
    """Refuse a consent that staff record for somebody who opted out at the provider."""
    entry = stored_entry(person.fields.get("consents"), answer.channel, answer.purpose)
    if entry is None or entry.get("granted") is not False:
        return
    if answer.granted and entry.get("source") in OPT_OUTS:
        raise Refused(
            RefusalKind.FAILED_PRECONDITION,
            CallableReason.OPTED_OUT,
            f"granted: {person.id!r} opted out by SMS, and the provider sends them nothing",
            "only they can opt in again, by sending START to the number they opted out of",
        )


def number_opt_out(service_id: str, phone: str, source: ConsentSource, at: Any) -> Write:
    """Return the opt-out of a number, which must not stand."""
    fields = sms_opt_out_fields(at=at, source=str(source))
    return Set(paths.sms_opt_out(service_id, phone), fields, MUST_NOT_EXIST)


def received_write(
    service_id: str, texted: Texted, uids: list[str], state: ReceivedSmsState
) -> Write:
    """Return the record of an SMS that stands in no chat, which must not exist."""
    fields = received_sms_fields(
        from_=texted.phone,
        to=texted.to,
        body=texted.body,
        state=state,
        uids=uids,
        message_sid=texted.message_sid,
        at=SERVER_TIME,
    )
    path = paths.received_sms(service_id, ids.inbound_sms_id(texted.message_sid))
    return Set(path, fields, MUST_NOT_EXIST)


def _is_granted(person: Snapshot, purpose: Purpose) -> bool:
    """Return whether SMS of this purpose may be sent; a consent that cannot be read is none."""
    try:
        return is_granted(Addressee(person.fields), "sms", purpose)
    except UnreadableField:
        return False
