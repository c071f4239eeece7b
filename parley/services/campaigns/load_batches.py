"""Load the people of a batch, and the chats that their messages go into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cachetools import FIFOCache

from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.kinds import Person, SharedChat
from parley.domain.campaigns.past_members import is_found_again
from parley.store import FieldPath, Snapshot, Store
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
    shared: SharedChat


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
        shared_id = campaign.kind.shared_chat_id(campaign)
        users = [paths.service_user(campaign.service_id, uid) for uid in uids]
        select = (*campaign.fields_of_people, *rule_fields, *campaign.kind.chat_fields)
        if shared_id is None:
            found, known = await self._with_own_chats(campaign, users, uids, select)
            shared = SharedChat(None, None)
            members: Sequence[Snapshot | None] = [None] * len(users)
            past: Mapping[str, Snapshot] = {}
        else:
            found, members, shared = await self._with_shared_chat(
                campaign, shared_id, users, uids, select
            )
            known = [shared.chat] * len(users)
            past = await self._past(shared_id, shared, uids, members)
        people = zip(uids, found, known, members, strict=True)
        return LoadedBatch(
            batch_id=held.id,
            batch=batch,
            update_time=held.update_time,
            people=[
                Person(uid, user, chat, member, held.id, past.get(uid))
                for uid, user, chat, member in people
            ],
            shared=shared,
        )

    async def _with_own_chats(
        self,
        campaign: Campaign,
        users: Sequence[str],
        uids: Sequence[str],
        select: tuple[FieldPath, ...],
    ) -> tuple[Sequence[Snapshot | None], Sequence[Snapshot | None]]:
        """Return each person's record and chat."""
        kind, service_id = campaign.kind, campaign.service_id
        chats = [paths.chat(kind.chat_id(campaign.id, service_id, uid)) for uid in uids]
        # One call with the fields of both, because a call costs as much as several documents.
        found = await self._store.get_many(
            [*users, *chats] if self._reads_chats.get(campaign.id, True) else users, select=select
        )
        known = found[len(users) :] or [None] * len(users)
        self._remember(campaign.id, has_chats=any(known))
        return found[: len(users)], known

    async def _with_shared_chat(
        self,
        campaign: Campaign,
        chat_id: str,
        users: Sequence[str],
        uids: Sequence[str],
        select: tuple[FieldPath, ...],
    ) -> tuple[Sequence[Snapshot | None], Sequence[Snapshot | None], SharedChat]:
        """Return each person's record and membership, and the chat with the message."""
        message_id = campaign.kind.message_id(campaign.id, "")
        members = [paths.chat_member(chat_id, uid) for uid in uids]
        shared = [paths.chat(chat_id), paths.message(chat_id, message_id)]
        found = await self._store.get_many([*users, *members, *shared], select=select)
        count = len(users)
        return found[:count], found[count : 2 * count], SharedChat(found[-2], found[-1])

    async def shared(self, campaign: Campaign, chat_id: str) -> SharedChat:
        """Return the chat that all share and the campaign's message there, as they stand now."""
        message_id = campaign.kind.message_id(campaign.id, "")
        chat, message = await self._store.get_many(
            [paths.chat(chat_id), paths.message(chat_id, message_id)],
            select=campaign.kind.chat_fields,
        )
        return SharedChat(chat, message)

    async def _past(
        self,
        chat_id: str,
        shared: SharedChat,
        uids: Sequence[str],
        members: Sequence[Snapshot | None],
    ) -> Mapping[str, Snapshot]:
        """Return who has been a member before, of those whom a chat found again would gain."""
        if not is_found_again(shared):
            return {}
        new = [uid for uid, member in zip(uids, members, strict=True) if member is None]
        found = await self._store.get_many([paths.past_member(chat_id, uid) for uid in new])
        return {uid: past for uid, past in zip(new, found, strict=True) if past is not None}

    def _remember(self, campaign_id: str, *, has_chats: bool) -> None:
        """Note what a campaign's first batch showed."""
        if campaign_id in self._reads_chats:
            return
        self._reads_chats[campaign_id] = has_chats
