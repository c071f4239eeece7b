"""Campaign decisions: is the job one that can run, where does it stand, is it complete."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from parley.domain.campaigns.filters import FilterError, Predicate, predicate
from parley.domain.campaigns.templates import BodyTemplate, TemplateError
from schema import ids, limits
from schema.addressees import addressee_fields
from schema.campaigns import CampaignJob, FilterAudience, ListAudience
from schema.explain import explain
from schema.reasons import CampaignError, CampaignState, RecipientState

SENDERS = frozenset({"owner", "admin"})
"""The roles of a service's staff that send campaigns."""


class InvalidCampaign(ValueError):
    """A campaign that cannot run: a code of the closed list and a sentence for its author."""

    def __init__(self, code: CampaignError, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign that was found able to run: its job, its text compiled, its filter parsed."""

    id: str
    job: CampaignJob
    body: BodyTemplate
    matches: Predicate | None
    """The audience's filter; None where everybody found is meant."""
    user_fields: frozenset[str]
    """The fields of ``user`` that the text names; ``"*"`` among them where it takes all."""
    fields_of_people: tuple[str, ...]
    """What is read of each person when sending: what consent needs and the text names."""

    @property
    def service_id(self) -> str:
        """The silo it is sent in."""
        return self.job.service_id


def read_campaign(campaign_id: str, fields: Mapping[str, Any]) -> Campaign:
    """Read a job as staff wrote it; raises :class:`InvalidCampaign` naming what to change."""
    try:
        job = CampaignJob.parse(fields)
    except ValidationError as error:
        wrong = explain(error, with_values=True)
        raise InvalidCampaign(CampaignError.INVALID_JOB, wrong) from error
    _check_storable(campaign_id, job)
    _check_supported(job)
    try:
        matches = (
            predicate(job.audience.where) if isinstance(job.audience, FilterAudience) else None
        )
    except FilterError as error:
        raise InvalidCampaign(CampaignError.INVALID_FILTER, f"audience.{error}") from error
    try:
        body = BodyTemplate(job.message.body)
    except TemplateError as error:
        raise InvalidCampaign(CampaignError.TEMPLATE_ERROR, f"message.body: {error}") from error
    named = body.fields_named("user")
    return Campaign(campaign_id, job, body, matches, named, addressee_fields(named))


def _check_storable(campaign_id: str, job: CampaignJob) -> None:
    """Refuse what would make the message of everybody one that cannot be written or read."""
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


def _check_supported(job: CampaignJob) -> None:
    """Refuse what the contract names and this version does not carry out.

    Ignoring it would be worse: a schedule that is not kept sends at the wrong hour.
    """
    unsupported = {
        "kind": job.kind if job.kind != "individual" else None,
        "audience": (isinstance(job.audience, ListAudience) and "a distribution list") or None,
        "schedule": job.schedule and "a schedule",
        "throttle": job.throttle and "a throttle",
    }
    for field, value in unsupported.items():
        if value is not None:
            raise InvalidCampaign(
                CampaignError.NOT_SUPPORTED,
                f"{field}: {value} is not carried out by this version; it sends campaigns of kind "
                "individual by chat, at once, to all, userIds or where",
            )


def author_refusal(
    service_id: str, author: object, *, is_service_known: bool, role: object
) -> InvalidCampaign | None:
    """Why this author may not send for this service, None if they may; ``role`` as staff there."""
    if not is_service_known:
        return InvalidCampaign(
            CampaignError.SERVICE_NOT_FOUND,
            f"serviceId: there is no service {service_id!r}; name one that exists.",
        )
    if role in SENDERS:
        return None
    stands = f"is {role} there" if isinstance(role, str) else "is not on its staff"
    return InvalidCampaign(
        CampaignError.NOT_ALLOWED,
        f"createdBy: only an owner or admin of {service_id!r} sends campaigns, and "
        f"{str(author)[:128]!r} {stands}; let one of them write the campaign.",
    )


def unreached(
    counts: Mapping[str, int], failed_by: Mapping[str, int], detail: str | None
) -> dict[str, str] | None:
    """The status' error where nobody was reached and all who failed did so for one reason."""
    failed = counts.get(RecipientState.FAILED, 0)
    skipped = counts.get(RecipientState.SKIPPED, 0)
    if not failed or failed + skipped != sum(counts.values()) or len(failed_by) != 1:
        return None
    (reason,) = failed_by
    people = "the one person" if failed == 1 else f"all {failed} people"
    beside = f", {skipped} were skipped" if skipped else ""
    why = f": {detail}" if detail else ""
    return {
        "code": str(CampaignError.ALL_FAILED),
        "message": f"{people} failed with {reason}{beside}; nobody got the message{why}",
    }


def completion(counts: Mapping[str, int], audience_count: int) -> CampaignState | None:
    """The final state once the terminal states add up to the audience, None before."""
    terminal = sum(n for state, n in counts.items() if RecipientState(state).is_terminal)
    if terminal != audience_count:
        return None
    failed = counts.get(RecipientState.FAILED, 0)
    return CampaignState.COMPLETED_WITH_ERRORS if failed else CampaignState.COMPLETED


def remaining(counts: Mapping[str, int]) -> int:
    """Recipients who are not in a terminal state."""
    return sum(n for state, n in counts.items() if not RecipientState(state).is_terminal)


def estimated_end(now: datetime, left: int, rate: float) -> datetime | None:
    """When the rest will be done at this many recipients a second."""
    return now + timedelta(seconds=left / rate) if rate > 0 and left else None


_NOT_CARRIED_OUT = {
    "pause": "pause is not carried out by this version; the campaign goes on",
    "cancel": "cancel is not carried out by this version; the campaign goes on",
    "resume": "resume was ignored: the campaign is not paused",
}


def command_notice(command: object, state: CampaignState) -> str | None:
    """What its staff are told of a command that changes nothing; None for ``start``."""
    if not isinstance(command, str) or command not in _NOT_CARRIED_OUT:
        return None
    if state.is_final:
        return f"{command} was ignored: the campaign is {state}"
    return _NOT_CARRIED_OUT[command]
