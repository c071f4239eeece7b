"""Load how the people of a batch can be reached, where that takes more than their records.

Only campaigns with SMS need it. The first call of a batch reads the records, the chats of a
campaign whose first channel is the chat, and the devices if an SMS may take its place. This reads
the rest: one document for each number that would get an SMS, the chats of those who would get a
message there instead, and what became of earlier attempts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.decisions import channels_of
from parley.domain.campaigns.fallbacks import last_channel
from parley.domain.campaigns.kinds import Person
from parley.domain.campaigns.number_claims import in_order_of_claims, with_claim
from parley.domain.delivery.routing import (
    Exclusion,
    RouteContext,
    choose_channel,
    sms_number,
)
from parley.domain.people.proven_phones import proves_number
from parley.store import Snapshot, Store
from schema import paths
from schema.campaigns import CampaignChannel
from schema.recipients import may_have_sms

IsTaken = Callable[[str, bool], bool]
"""Return whether a number is another's, also for somebody who proved it (True)."""


def needs_chats_first(campaign: Campaign) -> bool:
    """Return whether most people of a campaign get a message in a chat."""
    return campaign.job.channels[0] == "chat"


def needs_devices(campaign: Campaign) -> bool:
    """Return whether somebody without a device gets another channel than the chat."""
    return "chat" in campaign.job.channels[:-1]


@dataclass(slots=True)
class Reached:
    """The people with all that was read, and how many of their chats that were."""

    people: list[Person]
    chats_read: int = 0


class LoadReach:
    """Completes loaded people for the decision about them.

    ``is_taken`` tells of numbers that others have beside those that the store knows of.
    """

    def __init__(self, *, store: Store, is_taken: IsTaken | None = None) -> None:
        self._store = store
        self._is_taken = is_taken

    async def complete(
        self,
        campaign: Campaign,
        context: RouteContext,
        people: Sequence[Person],
        *,
        reads_chats: bool,
    ) -> Reached:
        """Return the people with what their decision needs; at most two calls."""
        numbers = {one.uid: _number(campaign, context, one) for one in people}
        people = in_order_of_claims(people, numbers)
        by_chat: list[str] = []
        if reads_chats and not needs_chats_first(campaign) and "chat" in campaign.job.channels:
            by_chat = _by_chat(people, numbers)
        plan = _Plan(campaign, people, numbers, by_chat)
        wanted = plan.paths()
        found = await self._store.get_many(wanted) if wanted else []
        known = dict(zip(wanted, found, strict=True))
        completed = [self._after_others(plan.completed(one, known), numbers) for one in people]
        count = len(by_chat)
        taken = [
            one.uid
            for one in completed
            if one.number_holder not in (None, one.uid) and one.uid not in by_chat
        ]
        if taken and reads_chats and campaign.job.channels == ["sms", "chat"]:
            chats = [_chat_path(campaign, uid) for uid in taken]
            found = await self._store.get_many(chats)
            by_uid = dict(zip(taken, found, strict=True))
            completed = [replace(one, chat=by_uid.get(one.uid, one.chat)) for one in completed]
            count += len(taken)
        return Reached(completed, count)

    def _after_others(self, one: Person, numbers: Mapping[str, str | None]) -> Person:
        number = numbers[one.uid]
        if self._is_taken is None or number is None:
            return one
        if not self._is_taken(number, proves_number(one.user)):
            return one
        return replace(one, number_holder=_ANOTHER)


_ANOTHER = "another"
"""Stands for a person whose uid does not matter."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which documents are read for each person."""

    campaign: Campaign
    people: Sequence[Person]
    numbers: dict[str, str | None]
    by_chat: Sequence[str]

    def paths(self) -> list[str]:
        """Return every document once."""
        chats = [_chat_path(self.campaign, uid) for uid in self.by_chat]
        claims = [self._claim(number) for number in self.numbers.values() if number is not None]
        earlier = [path for one in self.people for path in self._earlier(one)]
        return list(dict.fromkeys((*chats, *claims, *earlier)))

    def completed(self, one: Person, known: dict[str, Snapshot | None]) -> Person:
        """Return a person with what was found."""
        number = self.numbers[one.uid]
        claim = None if number is None else known.get(self._claim(number))
        sms, message, receipt = self._paths_of_earlier(one.uid)
        return replace(
            with_claim(one, claim),
            chat=known.get(_chat_path(self.campaign, one.uid), one.chat),
            sms=known.get(sms),
            message=known.get(message),
            receipt=known.get(receipt),
        )

    def _claim(self, number: str) -> str:
        return paths.campaign_number(self.campaign.id, number)

    def _earlier(self, one: Person) -> Sequence[str]:
        """Return what tells about a person's earlier attempts."""
        channels = {attempt.get("channel") for attempt in one.entry.get("attempts", ())}
        sms, message, receipt = self._paths_of_earlier(one.uid)
        fell_back = last_channel(one.entry) is not None
        chat = (message, receipt) if "chat" in channels and fell_back else ()
        return (*((sms,) if may_have_sms(one.entry) else ()), *chat)

    def _paths_of_earlier(self, uid: str) -> tuple[str, str, str]:
        kind, campaign = self.campaign.kind, self.campaign
        chat_id = kind.chat_id(campaign.id, campaign.service_id, uid)
        return (
            paths.campaign_sms(campaign.id, uid),
            paths.message(chat_id, kind.message_id(campaign.id, uid)),
            paths.read_receipt(chat_id, uid),
        )


def _number(campaign: Campaign, context: RouteContext, one: Person) -> str | None:
    """Return the number that a person's SMS goes to if nobody else has it, None if none does."""
    if one.user is None:
        return None
    addressee = one.addressee()
    channel: CampaignChannel | Exclusion = choose_channel(
        addressee, channels_of(campaign, one), context
    )
    if channel != "sms":
        return None
    number = sms_number(addressee, context)
    return number if isinstance(number, str) else None


def _by_chat(people: Sequence[Person], numbers: dict[str, str | None]) -> list[str]:
    """Return who may get a message in their chat: those without an SMS, and whose number recurs."""
    seen: set[str] = set()
    by_chat = []
    for one in people:
        number = numbers[one.uid]
        if number is None or number in seen:
            by_chat.append(one.uid)
        else:
            seen.add(number)
    return by_chat


def _chat_path(campaign: Campaign, uid: str) -> str:
    return paths.chat(campaign.kind.chat_id(campaign.id, campaign.service_id, uid))
