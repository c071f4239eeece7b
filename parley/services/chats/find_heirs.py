"""Find who takes over a group that its last owner leaves.

A dashboard inherits, or somebody with a profile. First come those who are there of their own will:
they founded the group, accepted an invitation, have opened it since they were added, or have said
or done something there. Only where nobody has, it is one of those who have not looked yet: a group
without an owner could neither add anybody nor be renamed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from parley.domain.chats.chat_state import ChatState
from parley.domain.chats.membership import Heir, in_order_of_inheritance
from parley.store import Query, Snapshot, Store, Where
from schema import ids, limits, paths
from schema.memberships import Member
from schema.receipts import ReadReceipt
from schema.users import WHO_MAY_ADD_ME

_AT_ONCE = 5
"""Candidates who are looked up at once: most often the first one inherits."""

_LOOKED_AT = 10
"""Candidates who never opened the group of whom other signs are looked for: three reads each."""


class FindHeirs:
    """Chooses an heir. Costs a read for each member or admin, and two for each candidate."""

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def first(self, state: ChatState, leaving: str) -> Heir | None:
        """Choose among up to 100 admins, or else up to 100 members, however large the chat."""
        unseen: list[Heir] = []
        for role in ("admin", None):
            silent: list[Heir] = []
            found = await self._members(state, role)
            heirs = in_order_of_inheritance([one for one in found if one.member != leaving])
            if role is None:
                heirs = [one for one in heirs if one.role != "admin"]
            async for heir, is_willing in self._known(state, heirs):
                if is_willing:
                    return heir
                silent.append(heir)
            seen = await self._first_seen(state, silent)
            if seen is not None:
                return seen
            unseen += silent
        return next(iter(unseen), None)

    async def _members(self, state: ChatState, role: str | None) -> list[Heir]:
        """Return the members, without those who were added by the policy ``open`` and never looked.

        These may not even have been rung.
        """
        where = () if role is None else (Where("role", "==", role),)
        query = Query(paths.chat_members(state.id), where=where, limit=limits.SMALL_GROUP)
        heirs = []
        async for page in self._store.stream(query):
            for snapshot in page:
                member = Member.parse(snapshot.fields)
                if not member.unopened and snapshot.id not in (state.chat.unopened or {}):
                    heirs.append(
                        Heir(snapshot.id, member.role, member.joined_at, member.added_by is None)
                    )
        return heirs

    async def _known(
        self, state: ChatState, heirs: Sequence[Heir]
    ) -> AsyncIterator[tuple[Heir, bool]]:
        """Yield dashboards and people with a profile, and whether they are there willingly.

        Of people: whether they came of their own will, opened the group, or said the last thing.
        """
        last = state.chat.last_message
        for start in range(0, len(heirs), _AT_ONCE):
            some = heirs[start : start + _AT_ONCE]
            people = [one for one in some if ids.service_of_member(one.member) is None]
            unasked = [
                one
                for one in people
                if not one.is_willing and (last is None or last.sender_id != one.member)
            ]
            found = await self._store.get_many(
                [
                    *(paths.profile(one.member) for one in people),
                    *(paths.read_receipt(state.id, one.member) for one in unasked),
                ],
                select=("readTo", "readAt"),
            )
            known = {one.id for one in found[: len(people)] if one is not None}
            receipts = dict(zip((one.member for one in unasked), found[len(people) :], strict=True))
            for one in some:
                if ids.service_of_member(one.member) is not None:
                    yield one, True
                elif one.member in known:
                    yield one, one.member not in receipts or _has_opened(one, receipts[one.member])

    async def _first_seen(self, state: ChatState, silent: Sequence[Heir]) -> Heir | None:
        """Return the first who lets everybody add them, or has said or done something there."""
        some = silent[:_LOOKED_AT]
        records = await self._store.get_many(
            [paths.user(one.member) for one in some], select=(WHO_MAY_ADD_ME,)
        )
        for one, record in zip(some, records, strict=True):
            if record is not None and record.fields.get(WHO_MAY_ADD_ME) == "everyone":
                return one
            said = (Where("senderId", "==", one.member),)
            did = (Where("by", "==", one.member),)
            signs = await asyncio.gather(
                self._is_any(Query(paths.messages(state.id), where=said, limit=1, select=())),
                self._is_any(Query(paths.chat_audits(state.id), where=did, limit=1, select=())),
            )
            if any(signs):
                return one
        return None

    async def _is_any(self, query: Query) -> bool:
        return any([True async for page in self._store.stream(query) for _ in page])


def _has_opened(heir: Heir, receipt: Snapshot | None) -> bool:
    """Return whether somebody has seen the group since they were added."""
    parsed = None if receipt is None else ReadReceipt.parse_or_none(receipt.fields)
    return parsed is not None and parsed.read_to >= heir.joined_at
