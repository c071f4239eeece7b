"""Accept and decline invitations to groups. Idempotent, one commit each."""

from __future__ import annotations

from parley.domain.access import Caller, Refused, not_in_chat, require_user
from parley.domain.chats.chat import Actor
from parley.domain.chats.chat_state import ChatState
from parley.domain.chats.invitations import accept_invitation, end_invitation, lapse_invitation
from parley.domain.chats.membership import RANK
from parley.domain.requests import AcceptInvite, DeclineInvite
from parley.services.chats.change_chats import ChangeChats
from parley.store import Snapshot, Write
from schema import paths
from schema.memberships import Member, PastMember
from schema.reasons import CallableReason
from schema.user_chats import UserChat


class AnswerInvitations:
    """``acceptInvite`` and ``declineInvite``."""

    def __init__(self, *, chats: ChangeChats) -> None:
        self._chats = chats
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
            if not await self._holds(state, by):
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
            if invited_by(row) is None:
                return []
            return end_invitation(state, uid, Actor(uid, uid, "member"), change_id)

        try:
            await self._chats.change(request.chat_id, decide, "group")
        except Refused as refused:
            # A group that does not exist is declined as one that nobody was invited to.
            if refused.reason != CallableReason.NOT_A_MEMBER:
                raise

    async def _holds(self, state: ChatState, inviter: str) -> bool:
        """Return whether the group has members, and the inviter was not put out or demoted."""
        if state.chat.member_count == 0:
            return False
        member, past = await self._store.get_many(
            [paths.chat_member(state.id, inviter), paths.past_member(state.id, inviter)]
        )
        if member is not None:
            return RANK[Member.parse(member.fields).role] >= RANK["admin"]
        left = None if past is None else PastMember.parse_or_none(past.fields)
        return left is not None and left.by == inviter


def invitation_of(row: Snapshot | None) -> UserChat | None:
    """Return a row that is an invitation, None for others."""
    parsed = None if row is None else UserChat.parse_or_none(row.fields)
    return parsed if parsed is not None and parsed.invited else None


def invited_by(row: Snapshot | None) -> str | None:
    """Return who invited the person of a row, None if it is no invitation."""
    invitation = invitation_of(row)
    return None if invitation is None else invitation.invited_by
