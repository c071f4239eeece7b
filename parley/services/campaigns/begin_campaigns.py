"""Write a campaign's first status; one that cannot run fails with a reason for its author.

The rules validate jobs too, but the Admin SDK bypasses them, so jobs are validated here again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeGuard, get_args

from parley.domain.campaigns.advancing import EXPIRED_AT_ONCE, first_wake
from parley.domain.campaigns.job import (
    InvalidCampaign,
    SmsAbility,
    author_refusal,
    sms_refusal,
)
from parley.domain.campaigns.lifecycle import Command, Facts, Move, parse_command, step
from parley.domain.ports import Clock
from parley.services.campaigns.audience import Audience
from parley.services.campaigns.compiled_campaigns import CompiledCampaigns
from parley.services.people.bans import Bans
from parley.store import MUST_NOT_EXIST, SERVER_TIME, Set, Snapshot, Store
from parley.store.commit_loop import create_once
from schema import ids, limits, paths
from schema.batches import DEFAULT_KIND
from schema.campaign_plan import plan_fields
from schema.campaign_status import status_fields
from schema.campaigns import CampaignKind
from schema.reasons import CampaignState

_WAY_OUT = "Write a corrected campaign under a new id."


class BeginCampaigns:
    """Validates jobs that have no status yet."""

    def __init__(
        self,
        *,
        store: Store,
        campaigns: CompiledCampaigns,
        audience: Audience,
        bans: Bans,
        clock: Clock,
        sms: SmsAbility,
    ) -> None:
        self._bans = bans
        self._sms = sms
        self._store = store
        self._audience = audience
        self._clock = clock
        self._campaigns = campaigns

    async def begin(self, job: Snapshot) -> None:
        """Write the first status; no-op if there is one."""
        invalid = await self.refusal(job)
        if invalid is not None:
            await create_once(self._store, [failed_at_once(job, refusal_error(invalid))])
            return
        campaign = await self._campaigns.load(job)
        now, schedule = self._clock.now(), campaign.job.schedule
        if campaign.expire_at is not None and campaign.expire_at <= now:
            await create_once(self._store, [failed_at_once(job, EXPIRED_AT_ONCE)])
            return
        start_at = schedule.start_at if schedule is not None else None
        state = _first_state(campaign.job.command, start_at, now)
        status = status_fields(
            service_id=campaign.service_id,
            name=campaign.job.name,
            kind=campaign.job.kind,
            state=state,
            updated_at=SERVER_TIME,
            finished_at=SERVER_TIME if state.is_final else None,
            expire_at=campaign.expire_at,
            answered_at=job.update_time,
            wake_at=first_wake(state, start_at, campaign.expire_at, now),
            chat_id=campaign.kind.shared_chat_id(campaign),
            channels=campaign.job.channels,
            falls_back=True if campaign.job.fallback is not None else None,
        )
        writes = [Set(paths.campaign_status(job.id), status, MUST_NOT_EXIST)]
        if state is CampaignState.PLANNING:
            writes.append(new_plan(job.id))
        await create_once(self._store, writes)

    async def refusal(self, job: Snapshot) -> InvalidCampaign | None:
        """Return why the job cannot run; an unknown service or author is reported first."""
        service_id, author = job.fields.get("serviceId"), job.fields.get("createdBy")
        service: Snapshot | None = None
        if _is_name(service_id) and _is_name(author):
            service, staff = await self._store.get_many(
                [paths.service(service_id), paths.staff(service_id, author)], select=("role", "sms")
            )
            written_at = job.fields.get("createdAt")
            role = await self._bans.role_of_author(
                author,
                staff.fields.get("role") if staff is not None else None,
                written_at=written_at if isinstance(written_at, datetime) else None,
            )
            refusal = author_refusal(
                service_id, author, is_service_known=service is not None, role=role
            )
            if refusal is not None:
                return refusal
        try:
            campaign = await self._campaigns.load(job)
            await self._audience.check(campaign)
        except InvalidCampaign as invalid:
            return invalid
        if service is not None and campaign.sends_sms:
            return sms_refusal(campaign.service_id, service.fields, sms=self._sms)
        return None


def new_plan(campaign_id: str) -> Set:
    """Return the write with which the planning of a campaign begins."""
    return Set(paths.campaign_plan(campaign_id), plan_fields(at=SERVER_TIME), MUST_NOT_EXIST)


def refusal_error(invalid: InvalidCampaign) -> dict[str, str]:
    """Return the error of a job that cannot run, as its author reads it."""
    return {"code": str(invalid.code), "message": f"{invalid.message} {_WAY_OUT}"}


def _first_state(command: str, start_at: datetime | None, now: datetime) -> CampaignState:
    """Return the state after the command that a job was written with; anything starts it."""
    first = parse_command(command)
    stops = first in (Command.PAUSE, Command.CANCEL)
    trigger = first if first is not None and stops else Command.START
    outcome = step(CampaignState.QUEUED, trigger, now, Facts(start_at=start_at))
    return outcome.state if isinstance(outcome, Move) else CampaignState.QUEUED


def failed_at_once(job: Snapshot, error: Mapping[str, str]) -> Set:
    """Return the status of a job that cannot run, with what is readable of the job.

    Staff find it by its service. If the job names none, it goes to the service ``default``.
    """
    service_id, name, kind = (job.fields.get(field) for field in ("serviceId", "name", "kind"))
    fields = status_fields(
        service_id=service_id if _is_name(service_id) else ids.DEFAULT_SERVICE,
        name=name[: limits.CAMPAIGN_NAME] if isinstance(name, str) and name else job.id,
        kind=str(kind) if kind in get_args(CampaignKind) else DEFAULT_KIND,
        state=CampaignState.FAILED,
        updated_at=SERVER_TIME,
        finished_at=SERVER_TIME,
        error=error,
    )
    return Set(paths.campaign_status(job.id), fields, MUST_NOT_EXIST)


def _is_name(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and ids.is_name(value)
