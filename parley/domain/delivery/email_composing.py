"""Make an email of a job and of what the store knows: sender, recipients, text. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from parley.domain.access import AGENTS, describe_author
from parley.domain.delivery.consent import is_granted
from parley.domain.delivery.email_addresses import (
    InvalidEmail,
    Mailbox,
    checked_address,
    parse_mailbox,
    parse_mailboxes,
)
from parley.domain.delivery.email_messages import Mail, MailFile, build, message_id
from parley.domain.delivery.email_provider import EmailRequest
from parley.domain.delivery.email_templates import one_line, texts_of
from schema import ids, limits, paths
from schema.addressees import Addressee, UnreadableField
from schema.channel_settings import EmailSettings
from schema.delivery import DeliveryReason
from schema.email import EmailJob
from schema.explain import describe_value, explain

LOCAL_ADDRESS = "no-reply@parley.example"
"""What a service without settings sends from on the local stack."""


@dataclass(frozen=True, slots=True)
class EmailFacts:
    """What the store knows of a job; each is None if it is not there.

    ``service``, ``role`` (the author's), ``people`` (by uid, of the service), ``template`` and
    ``partials`` (those that it renders, by name) are stored fields. ``is_local``: a service may
    send without settings.
    """

    service: Mapping[str, Any] | None
    role: object
    people: Mapping[str, Mapping[str, Any] | None] = field(default_factory=dict)
    template: Mapping[str, Any] | None = None
    partials: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    is_local: bool = False


def uids_of(job: EmailJob) -> list[str]:
    """Return the people whose records an email needs, each once."""
    return list(dict.fromkeys([*(job.to_uids or ()), *(job.cc_uids or ()), *(job.bcc_uids or ())]))


def compose(
    job: EmailJob, facts: EmailFacts, files: Sequence[MailFile], *, path: str, now: datetime
) -> EmailRequest:
    """Return what the mail server gets; raise :class:`InvalidEmail`."""
    sender = check_sender(job, facts)
    left_out: dict[str, str] = {}
    to = [*parse_mailboxes(job.to, "to"), *_people(job.to_uids, facts, left_out)]
    cc = [*parse_mailboxes(job.cc, "cc"), *_people(job.cc_uids, facts, left_out)]
    bcc = [*parse_mailboxes(job.bcc, "bcc"), *_people(job.bcc_uids, facts, left_out)]
    subject, text, html = texts_of(job, facts.template, facts.partials, now)
    mail = Mail(
        sender=sender,
        to=to,
        cc=cc,
        bcc=bcc,
        subject=subject,
        text=text,
        html=html,
        reply_to=parse_mailboxes(job.reply_to, "replyTo"),
        headers=job.headers or {},
        files=files,
    )
    recipients = mail.recipients
    if not recipients:
        told = ", ".join(f"{uid!r} ({why})" for uid, why in list(left_out.items())[:10])
        raise InvalidEmail(
            f"nobody is left to send to: {told}; mend their records and set delivery.state to "
            "RETRY",
            DeliveryReason.NO_RECIPIENTS,
        )
    if len(recipients) > limits.EMAIL_RECIPIENTS:
        raise InvalidEmail(
            f"to, cc and bcc have {len(recipients)} recipients, and an email takes up to "
            f"{limits.EMAIL_RECIPIENTS}; write several jobs"
        )
    own_id = message_id(path, sender.domain)
    shown = (sender, *to, *cc, *bcc, *mail.reply_to)
    return EmailRequest(
        sender=sender.address,
        recipients=recipients,
        data=build(mail, message_id=own_id, date=now),
        message_id=own_id,
        needs_utf8=not all(one.address.isascii() for one in shown),
        left_out=left_out,
    )


def check_sender(job: EmailJob, facts: EmailFacts) -> Mailbox:
    """Return who an email is from, if its author may send for the service."""
    if facts.service is None:
        raise InvalidEmail(
            f"serviceId: there is no service {job.service_id!r}; write a job for one that exists",
            DeliveryReason.SERVICE_NOT_FOUND,
        )
    if job.created_by != ids.SYSTEM_SENDER and facts.role not in AGENTS:
        raise InvalidEmail(
            f"createdBy: only an owner, admin or agent of {job.service_id!r} sends emails, and "
            f"{job.created_by!r} {describe_author(facts.role)}; let one of them write the job",
            DeliveryReason.NOT_ALLOWED,
        )
    senders = _senders(job.service_id, facts)
    if job.from_ is None:
        return senders[0]
    wanted = parse_mailbox(job.from_, "from")
    for sender in senders:
        if sender.address == wanted.address and wanted.name in ("", sender.name):
            return wanted
    listed = ", ".join(sender.header() for sender in senders)
    raise InvalidEmail(
        f"from must be one of the senders of {job.service_id!r}, which are {listed}"
        f"{describe_value(job.from_)}; leave it out, or add it by updateService"
    )


def _senders(service_id: str, facts: EmailFacts) -> list[Mailbox]:
    service, where = facts.service or {}, f"{paths.service(service_id)}.email"
    stored = service.get("email")
    if stored is None and facts.is_local:
        name = service.get("name")
        return [Mailbox(LOCAL_ADDRESS, name if isinstance(name, str) else "")]
    if stored is None:
        raise InvalidEmail(
            f"{where}.senders is missing; set it by updateService",
            DeliveryReason.NO_SENDER,
        )
    try:
        settings = EmailSettings.parse(stored)
        return [
            parse_mailbox(text, f"{where}.senders[{place}]")
            for place, text in enumerate(settings.senders)
        ]
    except (ValidationError, InvalidEmail) as error:
        told = explain(error) if isinstance(error, ValidationError) else str(error)
        raise InvalidEmail(
            f"{where} cannot be used: {told} Correct it by updateService",
            DeliveryReason.INVALID_SETTINGS,
        ) from error


def _people(
    uids: Sequence[str] | None, facts: EmailFacts, left_out: dict[str, str]
) -> list[Mailbox]:
    """Return the mailboxes of people; why others have none goes into ``left_out``."""
    found: list[Mailbox] = []
    for uid in uids or ():
        record = facts.people.get(uid)
        if record is None:
            left_out[uid] = "notInService"
            continue
        try:
            if not is_granted(Addressee(record), "email", "transactional"):
                left_out[uid] = "noConsent"
                continue
        except UnreadableField:
            left_out[uid] = "invalidUser"
            continue
        address, name = record.get("email"), record.get("displayName")
        if not isinstance(address, str) or not address:
            left_out[uid] = "noEmail"
            continue
        try:
            found.append(Mailbox(checked_address(address, "email"), one_line(name) if name else ""))
        except InvalidEmail:
            left_out[uid] = "invalidEmail"
    return found
