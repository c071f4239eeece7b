"""Read whether somebody may read a group, and join it, by an invitation."""

from __future__ import annotations

from parley.domain.chats.standing_invitations import invitation_holds
from parley.store import Snapshot, Store
from schema import paths
from schema.chats import Chat
from schema.memberships import Member, PastMember
from schema.user_chats import UserChat


class LoadInvitations:
    """Reads what an invitation depends on: two documents more than its row."""

    def __init__(self, *, store: Store) -> None:
        self._store = store

    async def standing(self, uid: str, chat_id: str, chat: Chat) -> UserChat | None:
        """Return the invitation of a person to a group by which they read it, None for others."""
        (row,) = await self._store.get_many([paths.user_chat(uid, chat_id)])
        invitation = invitation_of(row)
        if invitation is None or not await self.holds(chat_id, chat, invitation):
            return None
        return invitation

    async def holds(self, chat_id: str, chat: Chat, invitation: UserChat) -> bool:
        """Return whether an invitation has not ended meanwhile."""
        inviter = invitation.invited_by
        member, past = None, None
        if inviter is not None:
            member, past = await self._store.get_many(
                [paths.chat_member(chat_id, inviter), paths.past_member(chat_id, inviter)]
            )
        return invitation_holds(
            chat,
            invitation,
            None if member is None else Member.parse(member.fields),
            None if past is None else PastMember.parse_or_none(past.fields),
        )


def invitation_of(row: Snapshot | None) -> UserChat | None:
    """Return a row that is an invitation, None for others."""
    parsed = None if row is None else UserChat.parse_or_none(row.fields)
    return parsed if parsed is not None and parsed.invited else None


def invited_by(row: Snapshot | None) -> str | None:
    """Return who invited the person of a row, None if it is no invitation."""
    invitation = invitation_of(row)
    return None if invitation is None else invitation.invited_by
