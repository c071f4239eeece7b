"""Load the people of a batch, and the chats that their messages go into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cachetools import FIFOCache

from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.kinds import Person
from parley.store import Snapshot, Store
from schema import paths
from schema.ledger import StoredBatch

_REMEMBERED = 1_000
"""The size of the cache that remembers which campaigns need no chats."""


@dataclass(slots=True)
class LoadedBatch:
    """A batch and its planned people, current until another writer changes one of them."""

    batch_id: str
    batch: StoredBatch
    update_time: datetime
    people: list[Person]


class LoadBatches:
    """Loads batches. One instance a process: it remembers which campaigns need no chats.

    If nobody in a campaign's first batch has a chat, later batches do not read chats. If somebody
    has one after all, the must-not-exist of a new chat fails, and ``read_chats_of`` ends the
    shortcut.
    """

    def __init__(self, *, store: Store) -> None:
        self._store = store
        self._reads_chats: FIFOCache[str, bool] = FIFOCache(_REMEMBERED)

    def read_chats_of(self, campaign_id: str) -> None:
        """Read the chats of this campaign's people from now on."""
        self._reads_chats[campaign_id] = True

    async def load(
        self,
        campaign: Campaign,
        held: Snapshot,
        batch: StoredBatch,
        uids: Sequence[str],
        rule_fields: Sequence[str] = (),
    ) -> LoadedBatch:
        """Load these people of a batch as they stand in the store now.

        ``rule_fields`` are those that the service's rules need of them beside the campaign's.
        """
        service_id = campaign.service_id
        users = [paths.service_user(service_id, uid) for uid in uids]
        chats = [paths.chat(campaign.kind.chat_id(campaign.id, service_id, uid)) for uid in uids]
        # One call with the fields of both, because a call costs as much as several documents.
        found = await self._store.get_many(
            [*users, *chats] if self._reads_chats.get(campaign.id, True) else users,
            select=(*campaign.fields_of_people, *rule_fields, *campaign.kind.chat_fields),
        )
        known = found[len(users) :] or [None] * len(users)
        self._remember(campaign.id, has_chats=any(known))
        people = zip(uids, found[: len(users)], known, strict=True)
        return LoadedBatch(
            batch_id=held.id,
            batch=batch,
            update_time=held.update_time,
            people=[Person(uid, user, chat, held.id) for uid, user, chat in people],
        )

    def _remember(self, campaign_id: str, *, has_chats: bool) -> None:
        """Note what a campaign's first batch showed."""
        if campaign_id in self._reads_chats:
            return
        self._reads_chats[campaign_id] = has_chats
