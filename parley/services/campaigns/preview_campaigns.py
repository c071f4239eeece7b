"""Preview a campaign: what sending it would do, without a write."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from weakref import WeakValueDictionary

from cachetools import TTLCache

from parley.domain.access import ADMINS, Caller, RefusalKind, Refused, require_staff
from parley.domain.campaign_requests import PreviewCampaign
from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.durations import forecast, messages_per_minute
from parley.domain.campaigns.job import InvalidCampaign, SmsAbility, read_campaign, sms_refusal
from parley.domain.campaigns.job_times import read_times
from parley.domain.campaigns.kinds import Kinds
from parley.domain.campaigns.preview_warnings import warnings_of
from parley.domain.campaigns.previews import Preview
from parley.domain.delivery.sender_rates import choose_sender
from parley.domain.delivery.sms_prices import SmsPrices
from parley.domain.people.call_budgets import Spent, seconds_to_wait, spend
from parley.domain.ports import Clock
from parley.services.campaigns.play_campaigns import PlayCampaign
from parley.services.campaigns.service_settings import ServiceSettings
from parley.services.people.spend_budgets import too_many
from parley.services.turns import SlowWork
from parley.store import Store
from schema import ids, limits, paths
from schema.campaigns import completed_job
from schema.reasons import CallableReason

_ID = "preview"
"""Stands for the id that the campaign does not have yet."""

_SERVICES: Final = 5_000
_REMEMBERED_SECONDS: Final = 70.0


class PreviewCampaigns:
    """Previews campaigns that are not written yet."""

    def __init__(
        self,
        *,
        store: Store,
        kinds: Kinds,
        settings: ServiceSettings,
        clock: Clock,
        batch_size: int,
        sms: SmsAbility,
        prices: SmsPrices,
        slow: SlowWork,
        people_per_minute: int = limits.PREVIEWED_PER_MINUTE,
        ramp: int = 0,
    ) -> None:
        self._people_per_minute = people_per_minute
        self._ramp = ramp
        self._slow = slow
        self._sms = sms
        self._prices = prices
        self._store = store
        self._kinds = kinds
        self._settings = settings
        self._clock = clock
        self._batch_size = min(batch_size, limits.CAMPAIGN_BATCH)
        self._looked_at: TTLCache[str, Spent] = TTLCache(
            _SERVICES, _REMEMBERED_SECONDS, lambda: clock.now().timestamp()
        )
        self._lanes: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def preview(self, *, caller: Caller, request: PreviewCampaign) -> dict[str, Any]:
        """Return what the campaign would do if it were written now.

        Refuse callers who may not send it, and a job that could not run, naming the field. Each
        preview reads its whole audience, so refuse it too if the last ones of the service read as
        many people as a minute has. Previews of one service wait for one another.
        """
        campaign = await self._read(caller, request.job, self._clock.now())
        async with self._lanes.setdefault(campaign.service_id, asyncio.Lock()):
            return await self._play(campaign, request)

    async def _play(self, campaign: Campaign, request: PreviewCampaign) -> dict[str, Any]:
        now = self._clock.now()
        lately = self._looked_at.get(campaign.service_id, {})
        if wait := seconds_to_wait(lately, now, 1, self._people_per_minute):
            what = f"previews of more than {self._people_per_minute:,} people in a minute"
            raise too_many(what, wait)
        rules = await self._settings.of(campaign.service_id)
        start = _start(campaign, now)
        play = PlayCampaign(
            store=self._store,
            clock=self._clock,
            campaign=campaign,
            rules=rules,
            start=start,
            batch_size=self._batch_size,
            prices=self._prices,
            slow=self._slow,
        )
        try:
            tally = await play.play(wanted=request.user_ids or ())
        except InvalidCampaign as invalid:
            raise _invalid(invalid.message) from invalid
        lately = self._looked_at.get(campaign.service_id, {})
        self._looked_at[campaign.service_id] = spend(lately, now, tally.audience)
        sender = choose_sender(rules.sms, is_local=self._sms.is_local)
        preview = Preview(
            campaign=campaign,
            tally=tally,
            samples=(
                await play.samples()
                if request.user_ids
                else tally.chooser.chosen(request.sample_count)
            ),
            cost=play.cost(),
            start=start,
            sms_sender=sender if campaign.sends_sms else None,
            forecast=forecast(
                tally.waiting,
                per_minute=messages_per_minute(
                    campaign, rules, people=sum(tally.waiting.values()), ramp=self._ramp
                ),
                window=tally.window,
                start=start,
                expire_at=campaign.expire_at,
            ),
        )
        return preview.answer(warnings_of(preview))

    async def _read(self, caller: Caller, job: Mapping[str, Any], now: datetime) -> Campaign:
        service_id = job.get("serviceId")
        if not isinstance(service_id, str) or not ids.is_name(service_id):
            raise _invalid("serviceId must name a service")
        service, staff = await self._store.get_many(
            [paths.service(service_id), paths.staff(service_id, caller.id)]
        )
        require_staff(caller, service_id, staff, ADMINS, field="job.serviceId")
        if service is None:
            raise Refused(
                RefusalKind.NOT_FOUND,
                CallableReason.UNKNOWN_SERVICE,
                f"job.serviceId: there is no service {service_id!r}",
            )
        author = caller.id if ids.is_name(caller.id) else _ID
        completed = completed_job(read_times(job), created_by=author, created_at=now)
        try:
            campaign = await self._slow.run(
                lambda: read_campaign(_ID, completed, self._kinds), service_id=service_id
            )
        except InvalidCampaign as invalid:
            raise _invalid(invalid.message) from invalid
        if campaign.sends_sms:
            refusal = sms_refusal(service_id, service.fields, sms=self._sms)
            if refusal is not None:
                raise _invalid(refusal.message) from refusal
        return campaign


def _invalid(message: str) -> Refused:
    return Refused(RefusalKind.INVALID, CallableReason.INVALID_ARGUMENT, f"job.{message}")


def _start(campaign: Campaign, now: datetime) -> datetime:
    schedule = campaign.job.schedule
    start_at = schedule.start_at if schedule is not None else None
    return now if start_at is None else max(now, start_at)
