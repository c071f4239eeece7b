"""Play a campaign through without a write, to count what sending would do.

The audience is streamed, its people are loaded and its batches are composed exactly as sending
does, by the same functions; the writes are counted and thrown away. Memory holds one page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import compress

from parley.domain.campaigns.batch import ComposedPart, Sending, compose, post_shared
from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.costs import (
    PLANNED_AT_ONCE,
    START,
    Cost,
    batch_cost,
    notify_cost,
    pace_cost,
    planning_cost,
    sms_cost,
)
from parley.domain.campaigns.decisions import Decider, Decision
from parley.domain.campaigns.kinds import Person
from parley.domain.campaigns.pacing import Gate, paced_batch
from parley.domain.campaigns.played_group import PlayedGroup
from parley.domain.campaigns.played_pace import PlayedPace, Rate
from parley.domain.campaigns.previews import Tally
from parley.domain.campaigns.samples import Sample
from parley.domain.campaigns.service_rules import ServiceRules
from parley.domain.delivery.routing import Exclusion
from parley.domain.delivery.sms_prices import SmsPrices
from parley.domain.people.proven_phones import proves_number
from parley.domain.ports import Clock
from parley.services.campaigns.audience import Audience, AudienceMember
from parley.services.campaigns.compose_batches import ComposeBatches
from parley.services.campaigns.counted_reads import CountedReads
from parley.services.campaigns.load_batches import LoadBatches
from parley.services.turns import SlowWork
from parley.store import Snapshot, Store
from schema import ids, paths
from schema.batches import planned_batch_fields
from schema.campaigns import CampaignChannel
from schema.ledger import StoredBatch

_SHOWN = ("displayName", "phone", "timeZone")
"""Fields of people that a preview looks at, whether sending reads them or not."""


class PlayCampaign:
    """One campaign, played once."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        campaign: Campaign,
        rules: ServiceRules,
        start: datetime,
        batch_size: int,
        prices: SmsPrices,
        slow: SlowWork,
    ) -> None:
        # All previews have the same id, so each remembers only whether its own texts are dear.
        self._compose = ComposeBatches(slow)
        self._slow = slow
        self._store = store
        self._audience = CountedReads(store)
        self._clock = clock
        self._campaign = campaign
        self._rules = rules
        self._start = start
        self._people = CountedReads(store)
        self._load_batches = LoadBatches(store=self._people, is_taken=self._is_taken)
        # Whether somebody has a chat decides what is written, so all are looked at.
        self._load_batches.read_chats_of(campaign.id)
        per_minute = campaign.per_minute
        self._size = batch_size if per_minute is None else paced_batch(per_minute, batch_size)
        self._gates = _gates(campaign, rules)
        self._pace = PlayedPace(campaign.lanes, _rates(campaign, rules))
        self._context = rules.context(campaign, start)
        self._fields = tuple(dict.fromkeys((*rules.person_fields(campaign), *_SHOWN)))
        self._tally = Tally(self._context.window, campaign.expire_at, prices=prices)
        self._wanted: dict[str, Sample | None] = {}
        self._cost = Cost()
        self._batches = 0
        self._chats = 0
        self._chats_of_first = 0
        self._has_chats = campaign.kind.is_sequential
        self._has_pushes = False
        self._group: PlayedGroup | None = None
        self._holders: set[int] = set()
        self._proven_holders: set[int] = set()

    async def play(self, *, wanted: Sequence[str] = ()) -> Tally:
        """Decide for everybody, batch by batch, and return the sums.

        ``wanted`` are the people whose samples are asked for.
        """
        self._wanted = dict.fromkeys(wanted)
        page: list[AudienceMember] = []
        async for member in Audience(store=self._audience, slow=self._slow).members(self._campaign):
            page.append(member)
            if len(page) == PLANNED_AT_ONCE:
                await self._play_page(page)
                page = []
        await self._play_page(page)
        return self._tally

    def cost(self) -> Cost:
        """Return what sending costs. It reads no chats when its first batch shows none."""
        chats = self._chats if self._has_chats else self._chats_of_first
        names = 1 if self._has_pushes else 0
        planning = planning_cost(self._tally.audience, self._batches)
        lanes, gates = self._campaign.lanes, len(self._gates)
        pace = pace_cost(lanes=lanes, gates=gates, batches=self._batches)
        shared = Cost() if self._group is None else self._group.cost
        documents = Cost(reads=self._audience.reads + chats + names + self._pace.reads_again)
        sms = sms_cost(self._tally.sms_messages, unproven=self._tally.sms_unproven)
        return START + planning + pace + shared + self._cost + sms + documents

    async def samples(self) -> list[Sample]:
        """Return the samples of the wanted people, in order; outsiders are marked."""
        outside = [uid for uid, sample in self._wanted.items() if sample is None]
        service_id = self._campaign.service_id
        records = await self._store.get_many([paths.service_user(service_id, u) for u in outside])
        decider = Decider(self._campaign, self._rules.name, self._context)
        for uid, record in zip(outside, records, strict=True):
            decision = decider.decide(Person(uid, record, None))
            self._wanted[uid] = Sample(uid, decision, is_in_audience=False)
        return [sample for sample in self._wanted.values() if sample is not None]

    async def _play_page(self, page: Sequence[AudienceMember]) -> None:
        for first in range(0, len(page), self._size):
            await self._play_batch(page[first : first + self._size])

    async def _play_batch(self, members: Sequence[AudienceMember]) -> None:
        campaign, number = self._campaign, self._batches
        self._batches += 1
        batch_id = ids.campaign_batch_id(campaign.id, number)
        fields = planned_batch_fields(
            service_id=campaign.service_id,
            kind=campaign.kind.name,
            number=number,
            uids=[member.uid for member in members],
            skipped={one.uid: str(one.skipped) for one in members if one.skipped},
            invalid={one.uid: one.invalid for one in members if one.invalid},
            at=self._start,
        )
        held = Snapshot(paths.campaign_batch(campaign.id, batch_id), fields, self._start)
        batch = StoredBatch.read(fields, self._start)
        before = self._people.reads
        loaded = await self._load_batches.load(
            campaign, held, batch, batch.planned, self._fields, self._context
        )
        self._has_chats |= any(person.chat is not None for person in loaded.people)
        self._chats += loaded.chats_read
        self._chats_of_first = self._chats_of_first or loaded.chats_read
        # The claims of numbers, and the devices where an SMS may take the place of a push.
        beside = self._people.reads - before - len(loaded.people) - loaded.chats_read
        records = {person.uid: person.user for person in loaded.people}
        decided: dict[str, Decision | Exclusion] = {}
        sending = Sending(
            campaign, self._rules, self._start, self._gates, {}, loaded.shared, decided
        )
        people, written = loaded.people, 0
        if campaign.kind.shared_chat_id(campaign) is not None:
            if self._group is None:
                posted = await self._compose.compose(sending, post_shared)
                written += len(posted)
                self._group = PlayedGroup(
                    campaign, loaded.shared, self._start, is_posted=bool(posted)
                )
            sending = replace(sending, shared=self._group.shared)
        sent_by: Counter[CampaignChannel] = Counter()
        while True:
            part = await self._compose.compose(
                sending, partial(_part, batch_id, batch, self._start, people)
            )
            written += len(part.writes)
            sent_by += part.written_by
            if part.is_last:
                break
            settled = set(part.settled)
            people = [person for person in people if person.uid not in settled]
            planned = [uid for uid in batch.planned if uid not in settled]
            batch = replace(batch, recipients=part.recipients, planned=planned)
        if self._group is not None:
            sent_to = (isinstance(decided.get(one.uid), Decision) for one in loaded.people)
            self._group.add(compress(loaded.people, sent_to))
        pushes = notify_cost(part.recipients, is_shared=self._group is not None)
        self._has_pushes |= pushes.reads > 0
        self._pace.send(number, sent_by, has_pushes=pushes.reads > 0)
        sent = batch_cost(people=len(loaded.people), gates=len(self._gates), commit_writes=written)
        self._cost = self._cost + sent + pushes + Cost(reads=beside)
        for phone, uid in sending.holders.items():
            is_sure = proves_number(records.get(uid))
            (self._proven_holders if is_sure else self._holders).add(hash(phone))
        self._tally.add_batch(part.recipients, records, decided)
        for uid, decision in decided.items():
            if uid in self._wanted:
                self._wanted[uid] = Sample(uid, decision)

    def _is_taken(self, number: str, is_proven_too: bool) -> bool:
        """Return whether somebody keeps the SMS for a number since an earlier batch."""
        key = hash(number)
        return key in self._proven_holders or (not is_proven_too and key in self._holders)


def _part(
    batch_id: str,
    batch: StoredBatch,
    at: datetime,
    people: Sequence[Person],
    sending: Sending,
) -> ComposedPart:
    return compose(sending, batch_id, batch, at, people)


def _rates(campaign: Campaign, rules: ServiceRules) -> tuple[Rate, ...]:
    """Return each pace that a batch of the campaign keeps."""
    rates = [] if campaign.per_minute is None else [Rate(campaign.per_minute)]
    for channel in campaign.job.channels:
        budget = rules.budget(channel)
        if budget is not None:
            rates.append(Rate(budget, channel))
    return tuple(rates)


def _gates(campaign: Campaign, rules: ServiceRules) -> list[Gate]:
    """Return a gate for each pace that a batch of the campaign keeps."""
    gates = []
    if campaign.per_minute is not None:
        gates.append(Gate(paths.campaign_pace(campaign.id, 0), campaign.per_minute, None))
    for channel in campaign.job.channels:
        budget = rules.budget(channel)
        if budget is not None:
            path = paths.service_pace(campaign.service_id, channel, 0)
            gates.append(Gate(path, budget, None, channel))
    return gates
