"""Decide whether an SMS job may be sent, by what is known of service, author and person. Pure.

Each refusal has a reason and a sentence that names the field, its value, and the way out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from parley.domain.access import AGENTS, describe_author
from parley.domain.delivery.consent import has_opted_out, is_granted
from parley.domain.delivery.job_preparation import Unsendable
from parley.domain.delivery.phone_numbers import BadNumber, check_number
from parley.domain.delivery.sms import sms_job_id, sms_job_path
from parley.store import Snapshot
from schema import paths
from schema.addressees import Addressee, UnreadableField
from schema.channel_settings import SmsSettings
from schema.delivery import DeliveryReason
from schema.explain import describe_value, explain
from schema.sms import SmsJob, SmsToUser

_REASON = DeliveryReason


def check_path(path: str) -> Unsendable | None:
    """Refuse a job whose id callbacks could not name."""
    if sms_job_path(sms_job_id(path)) == path:
        return None
    sentence = f"the id of a job holds no colon and is {path.split('/')[-1][:64]!r}"
    return Unsendable(_REASON.INVALID_JOB, f"{sentence}; write the job under another id")


def check_author(job: SmsJob, service: object, role: object) -> Unsendable | None:
    """Refuse a job of a service that does not exist, or of somebody who may not write for it.

    ``service`` is None if there is none. ``role`` is the author's there.
    """
    if service is None:
        return Unsendable(
            _REASON.SERVICE_NOT_FOUND,
            f"serviceId: there is no service {job.service_id!r}; write a job for one that exists",
        )
    if role not in AGENTS:
        return Unsendable(
            _REASON.NOT_ALLOWED,
            f"createdBy: only an owner, admin or agent of {job.service_id!r} sends SMS, and "
            f"{job.created_by!r} {describe_author(role)}; let one of them write the job",
        )
    return None


def read_settings(
    service_id: str, fields: Mapping[str, Any], path: str
) -> SmsSettings | Unsendable | None:
    """Return a service's settings for SMS, None if it has none; ``path`` is the job's."""
    stored = fields.get("sms")
    if stored is None:
        return None
    try:
        return SmsSettings.parse(stored)
    except ValidationError as error:
        return Unsendable(
            _REASON.INVALID_SETTINGS,
            f"the settings sms of service {service_id!r} cannot be used: "
            f"{explain(error, with_values=True)} Correct them by updateService, and "
            f"{_send_again(path)}.",
        )


def no_sender(service_id: str, path: str) -> Unsendable:
    """Return the refusal of a service without a sender."""
    return Unsendable(
        _REASON.NO_SENDER,
        f"service {service_id!r} has no sender: name sms.messagingServiceSid or sms.from by "
        f"updateService, and {_send_again(path)}",
    )


def wait_for(when: str, path: str) -> str:
    """Return what to do about a limit; the people of a campaign wait without being told to."""
    begin = "another attempt may follow" if is_of_campaign(path) else _RETRY
    return f"{begin} {when}"


def is_of_campaign(path: str) -> bool:
    """Return whether a job is of a recipient of a campaign."""
    return path.startswith(paths.CAMPAIGN_STATUS)


_RETRY = "set delivery.state to RETRY"


def _send_again(path: str) -> str:
    return "call retryFailed for the campaign" if is_of_campaign(path) else _RETRY


def not_in_service(job: SmsJob, uid: str) -> Unsendable:
    """Return the refusal of a recipient whom the service does not know."""
    return Unsendable(
        _REASON.NOT_IN_SERVICE,
        f"to.userId: {uid!r} is no user of service {job.service_id!r}; write to one who is, or to "
        "a phone",
    )


def of_somebody_else(job: SmsJob) -> Unsendable:
    """Return the refusal of a campaign's recipient whose number another person has proved.

    The other one may be in the campaign too, and is not to get the texts of both.
    """
    uid = job.to.user_id if isinstance(job.to, SmsToUser) else "the recipient"
    return Unsendable(
        _REASON.NO_CONSENT,
        f"to.userId: {uid!r} states a number that another person of {job.service_id!r} has proved; "
        "have them sign in by this number, or write to another one",
    )


def find_phone(job: SmsJob, person: Snapshot | None) -> str | Unsendable:
    """Return the number as it is stored; ``person`` is the recipient's record."""
    if not isinstance(job.to, SmsToUser):
        return job.to.phone
    if person is None:
        return not_in_service(job, job.to.user_id)
    phone = person.fields.get("phone")
    if phone is None or phone == "":
        return Unsendable(
            _REASON.NO_PHONE,
            f"to.userId: {job.to.user_id!r} has no phone; they add one to users/{job.to.user_id}, "
            "or an import does",
        )
    if not isinstance(phone, str):
        return Unsendable(
            _REASON.INVALID_PHONE,
            f"to.userId: the phone of {job.to.user_id!r} must be a text{describe_value(phone)}",
        )
    return phone


def check_phone(job: SmsJob, phone: str, settings: SmsSettings | None) -> str | Unsendable:
    """Return the number in E.164, or why it gets no SMS from this service."""
    field = "to.userId: the phone" if isinstance(job.to, SmsToUser) else "to.phone:"
    number = check_number(phone, None if settings is None else settings.countries)
    if isinstance(number, BadNumber):
        return Unsendable(_REASON(number.reason.value), f"{field} {number.detail}")
    return number


def check_consents(
    job: SmsJob, people: Sequence[Snapshot], *, has_number_opted_out: bool
) -> Unsendable | None:
    """Refuse an SMS to a number one of whose holders does not accept it.

    ``people`` are those whose consents count. A number of nobody has given no consent either.
    """
    if has_number_opted_out:
        return _opted_out("this number")
    for person in people:
        refusal = _check_person(job, Addressee(person.fields), repr(person.id))
        if refusal is not None:
            return refusal
    return None if people else _check_person(job, Addressee({}), "the holder of this number")


def _check_person(job: SmsJob, person: Addressee, name: str) -> Unsendable | None:
    field = f"consents.sms.{job.purpose}"
    try:
        if is_granted(person, "sms", job.purpose):
            return None
        if has_opted_out(person, "sms", job.purpose):
            return _opted_out(name)
    except UnreadableField as wrong:
        return Unsendable(_REASON.INVALID_USER, f"the record of {name} cannot be read: {wrong}")
    return Unsendable(
        _REASON.NO_CONSENT,
        f"{name} has not agreed to {job.purpose} SMS ({field}); ask them, and record their answer "
        "by updateConsent",
    )


def _opted_out(name: str) -> Unsendable:
    return Unsendable(
        _REASON.OPTED_OUT,
        f"{name} has opted out of SMS; only they can opt in again, by sending START to the sender",
    )
