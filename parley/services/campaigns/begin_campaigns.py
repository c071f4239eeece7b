"""Write a campaign's first status: planning, or failed with a reason that its author can act on.

The rules validate jobs too, but the Admin SDK bypasses them, so jobs are validated here again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeGuard, get_args

from parley.domain.campaigns.job import InvalidCampaign, author_refusal
from parley.services.campaigns.compiled_campaigns import CompiledCampaigns
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

    def __init__(self, *, store: Store, campaigns: CompiledCampaigns) -> None:
        self._store = store
        self._campaigns = campaigns

    async def begin(self, job: Snapshot) -> None:
        """Write the first status, and the plan of a job that can run; no-op if one exists."""
        invalid = await self._refusal(job)
        if invalid is not None:
            error = {"code": str(invalid.code), "message": f"{invalid.message} {_WAY_OUT}"}
            await create_once(self._store, [failed_at_once(job, error)])
            return
        campaign = self._campaigns.read(job)
        status = status_fields(
            service_id=campaign.service_id,
            name=campaign.job.name,
            kind=campaign.job.kind,
            state=CampaignState.PLANNING,
            updated_at=SERVER_TIME,
        )
        await create_once(
            self._store,
            [
                Set(paths.campaign_status(job.id), status, MUST_NOT_EXIST),
                Set(paths.campaign_plan(job.id), plan_fields(at=SERVER_TIME), MUST_NOT_EXIST),
            ],
        )

    async def _refusal(self, job: Snapshot) -> InvalidCampaign | None:
        """Return why the job cannot run; an unknown service or author is reported first."""
        service_id, author = job.fields.get("serviceId"), job.fields.get("createdBy")
        if _is_name(service_id) and _is_name(author):
            service, staff = await self._store.get_many(
                [paths.service(service_id), paths.staff(service_id, author)], select=("role",)
            )
            refusal = author_refusal(
                service_id,
                author,
                is_service_known=service is not None,
                role=staff.fields.get("role") if staff is not None else None,
            )
            if refusal is not None:
                return refusal
        try:
            self._campaigns.read(job)
        except InvalidCampaign as invalid:
            return invalid
        return None


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
