"""Keep each push token with its last user, after a phone changed hands.

The service reads the documents themselves, so events that come twice, late or out of order lead to
the same owners. The fence is each token's owner document.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from parley.domain.delivery.token_owners import Holder, Owner, claim_tokens
from parley.errors import CommitOutcomeUnknown, Conflict
from parley.store import Snapshot, Store
from schema import paths
from schema.push_tokens import PushTokenOwner, PushTokens

_TRIES = 8
"""Conflicts come only from others who register the same phone within milliseconds."""


class ClaimPushTokens:
    """Brings ``pushTokenOwners`` up to date, and removes devices from earlier holders."""

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def claim(
        self,
        uid: str,
        *,
        given_up: Mapping[str, datetime] | None = None,
        known: Snapshot | None = None,
    ) -> bool:
        """Give ``uid`` the tokens that they registered last; return whether a device was removed.

        ``given_up`` are tokens that they no longer hold, and when each was registered. ``known`` is
        their document, if it was just read. Costs a read for that document, one for each token, and
        one for each other owner. Raises ``Conflict``.
        """
        gone = given_up or {}
        rivals: set[str] = set()
        is_taken = False
        for _ in range(_TRIES):
            if known is None:
                (known,) = await self._store.get_many([paths.push_tokens(uid)])
            holder = _holder(uid, known)
            known = None
            owners = await self._owners(sorted(holder.tokens | gone.keys()))
            # Owners of earlier tries are read again: one of them may have registered just before
            # the commit, and their own claim may have read before it too.
            rivals |= {owner.uid for owner in owners.values()} - {uid}
            writes = claim_tokens(holder, owners, await self._holders(sorted(rivals)), gone)
            if not writes:
                return is_taken
            try:
                await self._store.commit(writes)
            except (Conflict, CommitOutcomeUnknown):
                continue
            devices = {paths.push_tokens(one) for one in (uid, *rivals)}
            is_taken |= any(write.path in devices for write in writes)
        raise Conflict(f"the push tokens of {uid} are being registered by others")

    async def _owners(self, tokens: list[str]) -> dict[str, Owner]:
        if not tokens:
            return {}
        found = await self._store.get_many([paths.push_token_owner(token) for token in tokens])
        return {
            token: Owner(PushTokenOwner.parse(owner.fields).uid, owner.update_time)
            for token, owner in zip(tokens, found, strict=True)
            if owner is not None
        }

    async def _holders(self, uids: list[str]) -> list[Holder]:
        if not uids:
            return []
        found = await self._store.get_many([paths.push_tokens(uid) for uid in uids])
        return [_holder(uid, one) for uid, one in zip(uids, found, strict=True)]


def _holder(uid: str, snapshot: Snapshot | None) -> Holder:
    if snapshot is None:
        return Holder(uid, {})
    return Holder(uid, PushTokens.readable(snapshot.fields).devices, snapshot.update_time)
