"""Wire the delivery of SMS, for the composition root."""

from __future__ import annotations

import random

from parley.domain.delivery.sms_channel import sms_channel
from parley.domain.delivery.sms_prices import SmsPrices
from parley.domain.delivery.sms_provider import SmsProvider
from parley.domain.ports import Clock
from parley.services.delivery.deliver_jobs import DeliverJobs
from parley.services.delivery.due_jobs import DueJobs
from parley.services.delivery.give_up_jobs import GiveUpJobs
from parley.services.delivery.prepare_sms import PrepareSms
from parley.services.delivery.reserve_usage import ReserveUsage
from parley.services.delivery.sender_turns import SenderTurns
from parley.services.delivery.sms_authors import SmsAuthors
from parley.services.delivery.sms_jobs import SmsJobs
from parley.services.people.bans import Bans
from parley.services.people.people_by_phone import PeopleByPhone
from parley.store import Store


def wire_sms_jobs(
    sms: SmsProvider,
    *,
    prices: SmsPrices,
    due: DueJobs,
    is_local: bool,
    store: Store,
    bans: Bans,
    clock: Clock,
    randomness: random.Random,
) -> SmsJobs:
    """Return the service that delivers SMS by a provider.

    ``is_local``: services without a sender use the local stack's.
    """
    turns = SenderTurns(store=store, clock=clock)
    preparation = PrepareSms(
        store=store,
        authors=SmsAuthors(store=store, bans=bans, clock=clock),
        people=PeopleByPhone(store=store),
        usage=ReserveUsage(store=store),
        turns=turns,
        prices=prices,
        is_local=is_local,
    )
    engine = DeliverJobs(
        sms_channel(sms, preparation), store=store, clock=clock, randomness=randomness
    )
    give_up = GiveUpJobs(store=store, clock=clock)
    return SmsJobs(engine=engine, turns=turns, due=due, give_up=give_up)
