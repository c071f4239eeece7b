"""Prepare an SMS: author, settings, person and limits, read just before the job is claimed.

A job of its own costs four reads and one write beside the engine's: service, author, person, the
number's opt-out, and the person's count in the commit of the claim. A number that nobody has
proved costs two reads and a write more: who has proved it after all, and its count. For campaigns,
service and author are read at most every ten seconds in a process. A prefix limit, a spend cap and
a sender's pace add a read and a write for each block (``ReserveUsage``, ``SenderTurns``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from parley.domain.delivery import sms_checks, sms_limits
from parley.domain.delivery.job_preparation import DraftJob, NotYet, Prepared, Ready, Unsendable
from parley.domain.delivery.phone_numbers import canonical_number, read_number
from parley.domain.delivery.sender_rates import SmsSender, choose_sender, sms_request
from parley.domain.delivery.sms import SmsRequest
from parley.domain.delivery.sms_checks import wait_for
from parley.domain.delivery.sms_limits import Recipient, TextingCampaign
from parley.domain.delivery.sms_prices import MICROS, SmsPrices
from parley.domain.delivery.sms_segments import SmsSize, measure_sms
from parley.domain.people.proven_phones import proves_number
from parley.services.delivery.reserve_usage import ReserveUsage
from parley.services.delivery.sender_turns import SenderTurns
from parley.services.delivery.sms_authors import SmsAuthors
from parley.services.people.people_by_phone import PeopleByPhone
from parley.store import Snapshot, Store
from schema import limits, paths
from schema.campaign_sms import CampaignSmsJob
from schema.channel_settings import SmsSettings
from schema.delivery import DeliveryReason
from schema.sms import SmsInfo, SmsJob, SmsToUser


@dataclass(frozen=True, slots=True)
class _Sms:
    """What is sent: its sender, its recipient, its size and its price."""

    job: DraftJob[SmsJob]
    settings: SmsSettings
    sender: SmsSender
    to: Recipient
    size: SmsSize
    micros: int


class PrepareSms:
    """Makes an ``SmsRequest`` of a job, and counts it against the limits of its service."""

    def __init__(
        self,
        *,
        store: Store,
        authors: SmsAuthors,
        people: PeopleByPhone,
        usage: ReserveUsage,
        turns: SenderTurns,
        prices: SmsPrices,
        is_local: bool,
    ) -> None:
        self._store = store
        self._authors = authors
        self._people = people
        self._usage = usage
        self._turns = turns
        self._prices = prices
        self._is_local = is_local

    async def prepare(self, job: DraftJob[SmsJob]) -> Prepared[SmsRequest]:
        """Return what to send, why it must not be sent, or when the sender's turn comes."""
        sms = await self._check(job)
        if isinstance(sms, Unsendable | NotYet):
            return sms
        limit = sms.settings.max_per_person_per_day or limits.SMS_PER_PERSON_PER_DAY
        if not job.is_counted and sms.to.count(job.now) >= limit:
            return _over_person_limit(sms, limit)
        turn = await self._turns.take(job.path, sms.sender, sms.size.segments)
        if turn is not None:
            return NotYet(turn)
        over = None if job.is_counted else await self._reserve(sms)
        if over is not None:
            self._turns.give_back(sms.sender, sms.size.segments)
            return over
        info = SmsInfo(
            to=sms.to.phone,
            from_=sms.sender.name,
            segments=sms.size.segments,
            encoding=sms.size.encoding,
        )
        draft = job.draft
        return Ready(
            request=sms_request(sms.sender.name, sms.to.phone, draft.body, draft.expire_at),
            info=info.fields(),
            writes=sms.to.count_up(job.now, 0 if job.is_counted else 1, _campaign_of(job)),
            writes_if_refused=sms.to.count_down(),
            undo=partial(self._give_back, sms),
        )

    async def recall(self, job: DraftJob[SmsJob]) -> SmsRequest | None:
        """Return what was sent, by the number and the sender that the claim has noted."""
        info = SmsInfo.parse_or_none((job.delivery.info if job.delivery else None) or {})
        if info is None or info.to is None or info.from_ is None:
            return None
        return sms_request(info.from_, info.to, job.draft.body, job.draft.expire_at)

    async def _check(self, job: DraftJob[SmsJob]) -> _Sms | Unsendable | NotYet:
        draft = job.draft
        wrong = sms_checks.check_path(job.path)
        if wrong is not None:
            return wrong
        is_of_campaign = sms_checks.is_of_campaign(job.path)
        author = await self._authors.of(
            draft.service_id,
            draft.created_by,
            may_be_known=is_of_campaign,
            # The server wrote the job of a campaign, however long after its author.
            written_at=None if is_of_campaign else draft.created_at,
        )
        wrong = sms_checks.check_author(draft, author.service, author.role)
        if wrong is not None:
            return wrong
        settings = sms_checks.read_settings(draft.service_id, author.service or {}, job.path)
        if isinstance(settings, Unsendable):
            return settings
        sender = choose_sender(settings, is_local=self._is_local)
        if sender is None:
            return sms_checks.no_sender(draft.service_id, job.path)
        size = measure_sms(draft.body)
        turn = self._turns.wait(job.path, sender, size.segments)
        if turn is not None:
            return NotYet(turn)
        to = await self._recipient(draft, settings, is_of_campaign=is_of_campaign)
        if isinstance(to, Unsendable):
            return to
        number = read_number(to.phone)
        country = None if number is None else number.country
        micros = self._prices.micros(country, size.segments)
        return _Sms(job, settings or SmsSettings(), sender, to, size, micros)

    async def _recipient(
        self, draft: SmsJob, settings: SmsSettings | None, *, is_of_campaign: bool
    ) -> Recipient | Unsendable:
        person: Snapshot | None = None
        if isinstance(draft.to, SmsToUser):
            path = paths.service_user(draft.service_id, draft.to.user_id)
            (person,) = await self._store.get_many([path])
        phone = sms_checks.find_phone(draft, person)
        if isinstance(phone, str):
            phone = sms_checks.check_phone(draft, phone, settings)
        if isinstance(phone, Unsendable):
            return phone
        if proves_number(person):
            others: Sequence[Snapshot] = ()
            (opt_out,) = await self._store.get_many([_opt_out_path(draft, phone)])
            usage = None
        else:
            find = self._people.holders_of_service
            if person is not None:
                find = self._people.proven_of_service
            usage_path = sms_limits.number_usage_path(draft.service_id, phone)
            others, (opt_out, usage) = await asyncio.gather(
                find(draft.service_id, phone),
                self._store.get_many([_opt_out_path(draft, phone), usage_path]),
            )
        if is_of_campaign and others:
            return sms_checks.of_somebody_else(draft)
        people = others if person is None else [person, *others]
        refusal = sms_checks.check_consents(draft, people, has_number_opted_out=opt_out is not None)
        if refusal is not None:
            return refusal
        is_sure = proves_number(people[0] if people else None)
        return Recipient(
            draft.service_id,
            phone,
            people,
            counts_person=person is not None or is_sure,
            counts_number=not is_sure,
            usage=usage,
        )

    async def _reserve(self, sms: _Sms) -> Unsendable | None:
        """Take from the limits that many SMS share; return the one that is reached."""
        service_id, now = sms.job.draft.service_id, sms.job.now
        phone, per_hour = sms.to.phone, sms.settings.max_per_prefix_per_hour
        prefix_path = sms_limits.prefix_usage_path(service_id, phone)
        hour, day = sms_limits.hour_of(now), sms_limits.day_of(now)
        if per_hour is not None and not await self._usage.take(
            prefix_path, hour, amount=1, limit=per_hour
        ):
            return Unsendable(
                DeliveryReason.PREFIX_LIMIT,
                f"{sms_limits.prefix_of(phone)}... got {per_hour} SMS in the hour {hour}Z, which "
                f"is sms.maxPerPrefixPerHour; {wait_for('in the next hour', sms.job.path)}, or "
                "raise it",
            )
        cap = sms.settings.daily_spend_cap
        spend_path = sms_limits.spend_usage_path(service_id, now)
        if cap is not None and not await self._usage.take(
            spend_path, day, amount=sms.micros, limit=int(cap * MICROS)
        ):
            if per_hour is not None:
                self._usage.give_back(prefix_path, hour, 1)
            return Unsendable(
                DeliveryReason.SPEND_CAP,
                f"this SMS costs about {sms.micros / MICROS:.4f} US dollars, and service "
                f"{service_id!r} has spent what sms.dailySpendCap allows on {day} ({cap:g}); "
                f"{wait_for('on the next day (UTC)', sms.job.path)}, or raise the cap",
            )
        return None

    def _give_back(self, sms: _Sms) -> None:
        service_id, now = sms.job.draft.service_id, sms.job.now
        self._turns.give_back(sms.sender, sms.size.segments)
        if sms.settings.max_per_prefix_per_hour is not None:
            path = sms_limits.prefix_usage_path(service_id, sms.to.phone)
            self._usage.give_back(path, sms_limits.hour_of(now), 1)
        if sms.settings.daily_spend_cap is not None:
            path = sms_limits.spend_usage_path(service_id, now)
            self._usage.give_back(path, sms_limits.day_of(now), sms.micros)


def _opt_out_path(draft: SmsJob, phone: str) -> str:
    return paths.sms_opt_out(draft.service_id, canonical_number(phone))


def _campaign_of(job: DraftJob[SmsJob]) -> TextingCampaign | None:
    """Return the campaign of a job, None for one of its own."""
    if not isinstance(job.draft, CampaignSmsJob) or not sms_checks.is_of_campaign(job.path):
        return None
    return TextingCampaign(paths.campaign_of_batch(job.path), job.draft.campaign.batch_id)


def _over_person_limit(sms: _Sms, limit: int) -> Unsendable:
    who = sms.to.people[0].id if sms.to.counts_person else sms.to.phone
    return Unsendable(
        DeliveryReason.PERSON_LIMIT,
        f"{who!r} got {sms.to.count(sms.job.now)} SMS on {sms_limits.day_of(sms.job.now)}, and "
        f"sms.maxPerPersonPerDay is {limit}; "
        f"{wait_for('on the next day (UTC)', sms.job.path)}, or raise it",
    )
