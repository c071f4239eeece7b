"""List the campaigns of a service for its staff."""

from __future__ import annotations

from parley.domain.access import STAFF, Caller, require_staff
from parley.domain.reading import ListCampaigns, Page
from parley.services.paging import read_page
from parley.store import OrderBy, Query, Store, Where
from schema import paths
from schema.campaign_status import CampaignStatus


class ReadCampaigns:
    """Reads pages of campaign statuses."""

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def statuses(self, *, caller: Caller, request: ListCampaigns) -> Page[CampaignStatus]:
        """Return a page of the statuses of a service's campaigns."""
        service_id = request.service_id
        (staff,) = await self._store.get_many([paths.staff(service_id, caller.id)])
        require_staff(caller, service_id, staff, STAFF, field="serviceId")
        where: tuple[Where, ...] = (Where("serviceId", "==", service_id),)
        if request.state is not None:
            where = (*where, Where("state", "==", str(request.state)))
        query = Query(paths.CAMPAIGN_STATUS, where=where, order_by=(OrderBy("__name__"),))
        return await read_page(self._store, query, request, CampaignStatus)
