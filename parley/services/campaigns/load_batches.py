"""Load the people of a batch, and the chats that their messages go into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from cachetools import FIFOCache

from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.kinds import Person, SharedChat
from parley.domain.campaigns.past_members import is_found_again
from parley.domain.delivery.routing import RouteContext
from parley.services.campaigns.load_reach import (
    IsTaken,
    LoadReach,
    needs_chats_first,
    needs_devices,
)
from parley.store import FieldPath, Snapshot, Store
from schema import paths
from schema.ledger import StoredBatch
from schema.push_tokens import PushTokens

_REMEMBERED = 1_000
"""The size of the cache that remembers which campaigns need no chats."""


@dataclass(slots=True)
class LoadedBatch:
    """A batch and its planned people, current until another writer changes one of them.

    ``chats_read`` is how many chats of their own were looked for.
    """

    batch_id: str
    batch: StoredBatch
    update_time: datetime
    people: list[Person]
    shared: SharedChat
    chats_read: int = 0


class LoadBatches:
    """Loads batches. One instance a process: it remembers which campaigns need no chats.

    If nobody in a campaign's first batch has a chat, later batches do not read chats. If somebody
    has one after all, the must-not-exist of a new chat fails, and ``read_chats_of`` ends the
    shortcut. ``is_taken``: as for ``LoadReach``.
    """

    def __init__(self, *, store: Store, is_taken: IsTaken | None = None) -> None:
        self._store = store
        self._reach = LoadReach(store=store, is_taken=is_taken)
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
        rule_fields: Sequence[str],
        context: RouteContext,
    ) -> LoadedBatch:
        """Load these people of a batch as they stand in the store now.

        ``rule_fields`` are those that the service's rules need of them beside the campaign's.
        """
        if campaign.sends_sms:
            return await self._load_reach(campaign, held, batch, uids, rule_fields, context)
        shared_id = campaign.kind.shared_chat_id(campaign)
        users = [paths.service_user(campaign.service_id, uid) for uid in uids]
        select = (*campaign.fields_of_people, *rule_fields, *campaign.kind.chat_fields)
        if shared_id is None:
            found, known = await self._with_own_chats(campaign, users, uids, select)
            chats_read = len(uids) if self._reads_chats.get(campaign.id, True) else 0
            self._remember(campaign.id, has_chats=any(known))
            shared = SharedChat(None, None)
            members: Sequence[Snapshot | None] = [None] * len(users)
            past: Mapping[str, Snapshot] = {}
        else:
            found, members, shared = await self._with_shared_chat(
                campaign, shared_id, users, uids, select
            )
            known, chats_read = [shared.chat] * len(users), 0
            past = await self._past(shared_id, shared, uids, members)
        people = zip(uids, found, known, members, strict=True)
        return LoadedBatch(
            batch_id=held.id,
            batch=batch,
            update_time=held.update_time,
            people=[
                Person(uid, user, chat, member, held.id, batch.recipients[uid], past=past.get(uid))
                for uid, user, chat, member in people
            ],
            shared=shared,
            chats_read=chats_read,
        )

    async def _load_reach(
        self,
        campaign: Campaign,
        held: Snapshot,
        batch: StoredBatch,
        uids: Sequence[str],
        rule_fields: Sequence[str],
        context: RouteContext,
    ) -> LoadedBatch:
        """Load people who may get an SMS."""
        reads_chats = self._reads_chats.get(campaign.id, True)
        service_id, kind = campaign.service_id, campaign.kind
        select = (*campaign.fields_of_people, *rule_fields, *kind.chat_fields, "devices")
        users = [paths.service_user(service_id, uid) for uid in uids]
        chats = [paths.chat(kind.chat_id(campaign.id, service_id, uid)) for uid in uids]
        parts = [
            users,
            chats if reads_chats and needs_chats_first(campaign) else [],
            [paths.push_tokens(uid) for uid in uids] if needs_devices(campaign) else [],
        ]
        found = iter(await self._store.get_many([*chain(*parts)], select=select))
        of_users, of_chats, of_devices = ([next(found) for _ in part] for part in parts)
        people = [
            Person(
                uid,
                of_users[at],
                of_chats[at] if of_chats else None,
                batch_id=held.id,
                entry=batch.recipients[uid],
                has_device=has_device(of_devices[at]) if of_devices else None,
            )
            for at, uid in enumerate(uids)
        ]
        reached = await self._reach.complete(campaign, context, people, reads_chats=reads_chats)
        chats_read = len(of_chats) + reached.chats_read
        if chats_read:
            self._remember(campaign.id, has_chats=any(one.chat for one in reached.people))
        return LoadedBatch(
            batch_id=held.id,
            batch=batch,
            update_time=held.update_time,
            people=reached.people,
            shared=SharedChat(None, None),
            chats_read=chats_read,
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


def has_device(tokens: Snapshot | None) -> bool:
    """Return whether a person has registered a device, by their tokens as stored."""
    return tokens is not None and bool(PushTokens.readable(tokens.fields).devices)
