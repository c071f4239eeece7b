"""How long an invitation to a group may be read by and accepted. Pure.

``rules/firestore.rules`` asks the same of those who read by an invitation.
"""

from __future__ import annotations

from typing import Final

from schema.chats import Chat
from schema.memberships import Member, MemberRole, PastMember
from schema.user_chats import UserChat

_INVITING_ROLES: Final[frozenset[MemberRole]] = frozenset({"owner", "admin"})


def invitation_holds(
    chat: Chat, invitation: UserChat, inviter: Member | None, past: PastMember | None
) -> bool:
    """Return whether an invitation holds; ``past`` matters for an ``inviter`` who is no member.

    It ends with the group's last member, and with the inviter's right to invite: when they are
    removed or demoted. It outlives an inviter who left, and is nobody's if it names none.
    """
    if chat.member_count == 0:
        return False
    if invitation.invited_by is None:
        return True
    if inviter is not None:
        # One who was removed and came back has not invited anybody since.
        return inviter.joined_at <= invitation.updated_at and inviter.role in _INVITING_ROLES
    return past is not None and past.by == invitation.invited_by
