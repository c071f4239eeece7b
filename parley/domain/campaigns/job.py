"""Read a campaign as staff wrote it, and refuse what cannot run. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from parley.domain.access import ADMINS, describe_author
from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.filters import FilterError, Predicate, predicate
from parley.domain.campaigns.kinds import KINDS, Kind, Kinds
from parley.domain.campaigns.templates import BodyTemplate, OutOfBudget, TemplateError
from parley.domain.people.proven_phones import HOLDER_FIELDS
from schema import ids, limits
from schema.addressees import addressee_fields
from schema.campaigns import CampaignJob, FilterAudience
from schema.channel_settings import SmsSettings
from schema.explain import explain
from schema.reasons import CampaignError
from schema.visible import is_line


@dataclass(frozen=True, slots=True)
class SmsAbility:
    """Whether SMS can be sent: the variables that are ``missing``.

    ``is_local``: on the local stack a service needs no sender of its own.
    """

    missing: tuple[str, ...] = ()
    is_local: bool = False


class InvalidCampaign(ValueError):
    """A campaign that cannot run: a ``CampaignError`` and a sentence for its author."""

    def __init__(self, code: CampaignError, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def read_campaign(campaign_id: str, fields: Mapping[str, Any], kinds: Kinds = KINDS) -> Campaign:
    """Validate and compile a job; raise :class:`InvalidCampaign` naming what to change."""
    try:
        job = CampaignJob.parse(fields)
    except ValidationError as error:
        wrong = explain(error, with_values=True)
        raise InvalidCampaign(CampaignError.INVALID_JOB, wrong) from error
    _check_storable(campaign_id, job)
    kind = _supported_kind(job, kinds)
    matches = _read_filter(job)
    body = _compile("message.body", job.message.body)
    title = None if job.message.title is None else _compile("message.title", job.message.title)
    named = body.named_fields("user") | (title.named_fields("user") if title else frozenset())
    if kind.is_sequential:
        # One text for all names nobody.
        named = frozenset()
    return Campaign(
        id=campaign_id,
        job=job,
        kind=kind,
        body=body,
        title=title,
        matches=matches,
        user_fields=named,
        fields_of_people=tuple(
            dict.fromkeys(
                (
                    *addressee_fields(named),
                    *kind.person_fields,
                    *(HOLDER_FIELDS if "sms" in job.channels else ()),
                )
            )
        ),
    )


def author_refusal(
    service_id: str, author: object, *, is_service_known: bool, role: object
) -> InvalidCampaign | None:
    """Return why this author may not send for this service, None if they may.

    ``role`` is the author's role in the service, None if they are not staff.
    """
    if not is_service_known:
        return InvalidCampaign(
            CampaignError.SERVICE_NOT_FOUND,
            f"serviceId: there is no service {service_id!r}; name one that exists.",
        )
    if role in ADMINS:
        return None
    return InvalidCampaign(
        CampaignError.NOT_ALLOWED,
        f"createdBy: only an owner or admin of {service_id!r} sends campaigns, and "
        f"{str(author)[:128]!r} {describe_author(role)}; let one of them write the campaign.",
    )


def sms_refusal(
    service_id: str, service: Mapping[str, Any], *, sms: SmsAbility
) -> InvalidCampaign | None:
    """Return why a service's campaigns cannot go by SMS here, None if they can."""
    if sms.missing:
        return InvalidCampaign(
            CampaignError.NOT_SUPPORTED,
            f"channels: sms is not set up here: {' and '.join(sms.missing)} must be set where the "
            "workers run; or send by chat.",
        )
    settings = SmsSettings.parse_or_none(service["sms"]) if "sms" in service else None
    has_sender = settings is not None and (settings.messaging_service_sid or settings.from_)
    if has_sender or sms.is_local:
        return None
    return InvalidCampaign(
        CampaignError.NOT_SUPPORTED,
        f"channels: the service {service_id!r} has no sender of SMS; set sms.messagingServiceSid "
        "or sms.from by updateService, or send by chat.",
    )


def _compile(field: str, text: str) -> BodyTemplate:
    try:
        template = BodyTemplate(text)
        _try_out(template)
    except TemplateError as error:
        raise InvalidCampaign(CampaignError.TEMPLATE_ERROR, f"{field}: {error}") from error
    return template


_SAMPLE = {
    "user": {
        "displayName": "Ann Example",
        "locale": "en",
        "timeZone": "UTC",
        "attributes": {},
        "tags": ["sample"],
    },
    "service": {"name": "Service"},
    "campaign": {"name": "Campaign"},
}


def _try_out(template: BodyTemplate) -> None:
    """Render a text for a made-up person; raise ``OutOfBudget`` if it takes too much.

    Other errors may be due to fields that this person lacks.
    """
    try:
        template.render(_SAMPLE)
    except OutOfBudget:
        raise
    except TemplateError:
        return


def _read_filter(job: CampaignJob) -> Predicate | None:
    if not isinstance(job.audience, FilterAudience):
        return None
    try:
        return predicate(job.audience.where)
    except FilterError as error:
        raise InvalidCampaign(CampaignError.INVALID_FILTER, f"audience.{error}") from error


def _check_storable(campaign_id: str, job: CampaignJob) -> None:
    """Refuse an id or attachments that no message can hold."""
    if re.fullmatch(ids.DRAWN_ID_PATTERN, campaign_id) is None:
        raise InvalidCampaign(
            CampaignError.INVALID_JOB,
            f"the id of a campaign must be 1 to 64 letters, digits, hyphens or underscores and is "
            f"{campaign_id[:64]!r}.",
        )
    for number, item in enumerate(job.message.attachments or ()):
        for name, text, limit in (
            ("contentType", item.content_type, limits.ATTACHMENT_TYPE),
            ("name", item.name, limits.ATTACHMENT_NAME),
        ):
            if not 1 <= len(text) <= limit:
                raise InvalidCampaign(
                    CampaignError.INVALID_JOB,
                    f"message.attachments[{number}].{name} must be 1 to {limit} characters long "
                    f"and is {len(text)}.",
                )
        if not is_line(item.name):
            raise InvalidCampaign(
                CampaignError.INVALID_JOB,
                f"message.attachments[{number}].name must be one line without control or direction "
                "characters.",
            )


def _supported_kind(job: CampaignJob, kinds: Kinds) -> Kind:
    """Return the job's kind; refuse features of the contract that this version lacks.

    Ignoring it would be worse: the message would go to others, or by another channel.
    """
    kind = kinds.get(job.kind)
    unusable = [one for one in job.channels if kind is not None and one not in kind.channels]
    unsupported = {
        "kind": job.kind if kind is None else None,
        "channels": " and ".join(unusable) or None,
    }
    for field, value in unsupported.items():
        if value is not None:
            channels = sorted({channel for one in kinds.values() for channel in one.channels})
            raise InvalidCampaign(
                CampaignError.NOT_SUPPORTED,
                f"{field}: {value} is not carried out by this version; it sends campaigns of kind "
                f"{' or '.join(kinds)} by {' or '.join(channels)}",
            )
    assert kind is not None
    return kind
