"""Find the campaign that staff ask about, and check that it is theirs."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from parley.domain.access import Caller, Refused, not_found, require_staff, role_in
from parley.domain.campaigns.campaign import Campaign
from parley.services.campaigns.compiled_campaigns import CompiledCampaigns
from parley.store import Snapshot, Store
from schema import ids, paths
from schema.ledger import StoredStatus
from schema.reasons import CallableReason
from schema.services import StaffRole


@dataclass(frozen=True, slots=True)
class FoundCampaign:
    """A campaign's documents; ``error`` is what its status tells its author."""

    job: Snapshot
    service_id: str
    status: StoredStatus | None
    error: str | None
    is_frozen: bool
    campaigns: CompiledCampaigns

    def campaign(self) -> Campaign:
        """Return the campaign; raise ``InvalidCampaign`` for one that could never run."""
        return self.campaigns.read(self.job)


class FindCampaigns:
    """Reads campaigns for their staff."""

    def __init__(self, *, store: Store, campaigns: CompiledCampaigns) -> None:
        self._store = store
        self._campaigns = campaigns

    async def find(
        self, caller: Caller, campaign_id: str, allowed: AbstractSet[StaffRole]
    ) -> FoundCampaign:
        """Return a campaign; refuse callers without one of these roles in its service.

        To those who are not on its staff, the campaign of another service is as one that does not
        exist.
        """
        job, status, plan = await self._store.get_many(
            [
                paths.campaign(campaign_id),
                paths.campaign_status(campaign_id),
                paths.campaign_plan(campaign_id),
            ]
        )
        service_id = job.fields.get("serviceId") if job is not None else None
        if job is None or not isinstance(service_id, str) or not ids.is_name(service_id):
            raise _unknown(campaign_id)
        (staff,) = await self._store.get_many([paths.staff(service_id, caller.id)])
        if role_in(caller, service_id, staff) is None:
            raise _unknown(campaign_id)
        require_staff(caller, service_id, staff, allowed, field="campaignId")
        return FoundCampaign(
            job=job,
            service_id=service_id,
            status=None if status is None else StoredStatus.read(status.fields),
            error=None if status is None else _message(status),
            is_frozen=plan is not None and plan.fields.get("state") == "frozen",
            campaigns=self._campaigns,
        )


def _unknown(campaign_id: str) -> Refused:
    return not_found(
        CallableReason.UNKNOWN_CAMPAIGN,
        f"campaignId: there is no campaign {campaign_id!r} in a service whose staff you are",
    )


def _message(status: Snapshot) -> str | None:
    error = status.fields.get("error")
    message = error.get("message") if isinstance(error, dict) else None
    return message if isinstance(message, str) else None
