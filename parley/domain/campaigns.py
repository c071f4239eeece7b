"""Campaign decisions: is the job one that can run, where does it stand, is it complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from parley.domain.filters import FilterError, Predicate, predicate
from parley.domain.templates import BodyTemplate, TemplateError
from schema.campaigns import CampaignJob, FilterAudience, ListAudience
from schema.explain import explain
from schema.reasons import CampaignError, CampaignState, RecipientState
from schema.users import addressee_fields


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
        raise InvalidCampaign(CampaignError.INVALID_JOB, explain(error)) from error
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
    return Campaign(campaign_id, job, body, matches, addressee_fields(body.fields_named("user")))


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
    if command not in _NOT_CARRIED_OUT:
        return None
    if state.is_final:
        return f"{command} was ignored: the campaign is {state}"
    return _NOT_CARRIED_OUT[str(command)]
