"""The ports of a process, and why its services are properties.

A service is imported and built when something first asks for it, so a process loads only what it
does: a function that opens chats knows nothing of campaigns. Each property names what its service
needs; it is cached, so everybody shares one instance.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

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


@dataclass(frozen=True, eq=False)
class WiredPorts:
    """The implementations that all services of a process share."""

    settings: Settings
    clock: Clock
    new_ids: IdFactory
    store: Store
    publisher: Publisher
    subscriber: Subscriber
    sender: PushSender
    accounts: Accounts
    sms: SmsProvider
    files: Files
    randomness: random.Random
    mail_server: JobSender[EmailRequest] | None = None
    price_list: SmsPrices | None = None
    campaign_kinds: Kinds | None = None
    aside: Aside = AT_ONCE

    @cached_property
    def kinds(self) -> Kinds:
        """The campaign kinds; all of them, unless others were given."""
        if self.campaign_kinds is not None:
            return self.campaign_kinds
        from parley.domain.campaigns.kinds import KINDS

        return KINDS

    @cached_property
    def mail(self) -> JobSender[EmailRequest]:
        """The mail server; without one, every email ends with a reason."""
        if self.mail_server is not None:
            return self.mail_server
        from parley.domain.delivery.email_provider import NO_MAIL_SERVER

        return NO_MAIL_SERVER

    @cached_property
    def sms_prices(self) -> SmsPrices:
        """What SMS cost, by the built-in list unless another was given."""
        if self.price_list is not None:
            return self.price_list
        from parley.domain.delivery.sms_prices import LIST_PRICES

        return LIST_PRICES
