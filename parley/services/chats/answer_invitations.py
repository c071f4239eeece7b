"""Accept and decline invitations to groups. Idempotent, one commit each."""

from __future__ import annotations

from parley.domain.access import Caller, Refused, not_in_chat, require_user
from parley.domain.chats.chat import Actor
from parley.domain.chats.chat_state import ChatState
from parley.domain.chats.invitations import accept_invitation, end_invitation, lapse_invitation
from parley.domain.requests import AcceptInvite, DeclineInvite
from parley.services.chats.change_chats import ChangeChats
from parley.services.chats.load_invitations import LoadInvitations, invitation_of, invited_by
from parley.store import Snapshot, Write
from schema import paths
from schema.memberships import PastMember
from schema.reasons import CallableReason


class AnswerInvitations:
    """``acceptInvite`` and ``declineInvite``."""

    def __init__(self, *, chats: ChangeChats, invitations: LoadInvitations) -> None:
        self._chats = chats
        self._invitations = invitations
        self._store = chats.store

    async def accept(self, *, caller: Caller, request: AcceptInvite) -> None:
        """Make the caller a member of a group that they were invited to; members stay as they are.

        An invitation ends with its inviter's right to invite, and with the group's last member.
        Then it is taken away, and refused as one that there never was.
        """
        uid = require_user(caller)
        has_lapsed = False

        async def decide(state: ChatState, change_id: str) -> list[Write]:
            nonlocal has_lapsed
            has_lapsed = False
            row, member, past = await self._store.get_many(
                [
                    paths.user_chat(uid, state.id),
                    paths.chat_member(state.id, uid),
                    paths.past_member(state.id, uid),
                ]
            )
            if member is not None:
                return []
            invitation = invitation_of(row)
            by = None if invitation is None else invitation.invited_by
            if invitation is None or by is None:
                # As of a group that does not exist.
                raise not_in_chat(state.id)
            if not await self._invitations.holds(state.id, state.chat, invitation):
                has_lapsed = True
                return lapse_invitation(state, uid, change_id)
            left = None if past is None else PastMember.parse_or_none(past.fields)
            return accept_invitation(
                state,
                uid,
                by=by,
                past=left,
                reads_from=invitation.reads_from,
                change_id=change_id,
            )

        await self._chats.change(request.chat_id, decide, "group")
        if has_lapsed:
            raise not_in_chat(request.chat_id, "ask to be invited again")

    async def decline(self, *, caller: Caller, request: DeclineInvite) -> None:
        """Take the caller's invitation away; no-op without one. Who adds them again invites."""
        uid = require_user(caller)

        async def decide(state: ChatState, change_id: str) -> list[Write]:
            (row,) = await self._store.get_many([paths.user_chat(uid, state.id)])
            return decline_writes(state, uid, row, change_id)

        try:
            await self._chats.change(request.chat_id, decide, "group")
        except Refused as refused:
            # A group that does not exist is declined as one that nobody was invited to.
            if refused.reason != CallableReason.NOT_A_MEMBER:
                raise


def decline_writes(state: ChatState, uid: str, row: Snapshot | None, change_id: str) -> list[Write]:
    """Return the writes with which a person declines what their row invites to, if it does."""
    inviter = invited_by(row)
    if inviter is None:
        return []
    actor = Actor(uid, uid, "member")
    return end_invitation(state, uid, actor, change_id, declined=inviter)
