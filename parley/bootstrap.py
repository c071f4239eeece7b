"""The composition root: wire the services on any implementation of the ports.

`parley.wiring` says what each service needs, one module for each subject.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from parley.app import App
from parley.domain.aside import AT_ONCE, Aside

if TYPE_CHECKING:
    from parley.domain.campaigns.kinds import Kinds
    from parley.domain.delivery.email_provider import EmailRequest
    from parley.domain.delivery.sms_prices import SmsPrices
    from parley.domain.delivery.sms_provider import SmsProvider
    from parley.domain.ports import (
        Accounts,
        Clock,
        Files,
        IdFactory,
        JobSender,
        Publisher,
        PushSender,
        Subscriber,
    )
    from parley.settings import Settings
    from parley.store import Store


def wire(
    settings: Settings,
    *,
    clock: Clock,
    new_ids: IdFactory,
    store: Store,
    publisher: Publisher,
    subscriber: Subscriber,
    sender: PushSender,
    accounts: Accounts,
    sms: SmsProvider,
    mail: JobSender[EmailRequest] | None = None,
    files: Files,
    randomness: random.Random,
    sms_prices: SmsPrices | None = None,
    kinds: Kinds | None = None,
    aside: Aside = AT_ONCE,
) -> App:
    """Wire services on any implementation of the ports: the adapters, or their twins in tests.

    Without ``mail`` there is no mail server, without ``sms_prices`` the built-in list counts, and
    without ``kinds`` all kinds of campaigns.
    """
    return App(
        settings=settings,
        clock=clock,
        new_ids=new_ids,
        store=store,
        publisher=publisher,
        subscriber=subscriber,
        sender=sender,
        accounts=accounts,
        sms=sms,
        files=files,
        randomness=randomness,
        mail_server=mail,
        price_list=sms_prices,
        campaign_kinds=kinds,
        aside=aside,
    )
