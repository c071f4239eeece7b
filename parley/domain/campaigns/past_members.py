"""Leave out people whom no campaign may put into a group. Pure.

Those are people who left it or were removed, and people who let nobody add them to groups.
"""

from __future__ import annotations

from parley.domain.campaigns.kinds import Person, SharedChat
from parley.domain.campaigns.recipient_words import time_words
from parley.domain.delivery.routing import Exclusion
from schema.chats import Chat
from schema.memberships import PastMember
from schema.messages import Message
from schema.reasons import RecipientReason, RecipientState
from schema.users import WHO_MAY_ADD_ME


def is_found_again(shared: SharedChat) -> bool:
    """Return whether a shared chat stood there before the campaign posted into it.

    A new chat and the campaign's message come in one commit, so they have the same time. Nobody
    can have left a chat that is new.
    """
    chat = None if shared.chat is None else Chat.parse_or_none(shared.chat.fields)
    if chat is None:
        return False
    message = None if shared.message is None else Message.parse_or_none(shared.message.fields)
    return message is None or message.created_at > chat.created_at


def check_past(person: Person) -> Exclusion | None:
    """Skip a person who is no member any more, and say who ended it and when."""
    if person.past is None or person.member is not None:
        return None
    return Exclusion(RecipientState.SKIPPED, RecipientReason.BLOCKED, past_words(person))


UNWILLING = "they let nobody add them to groups"


def check_willing(person: Person, *, is_group: bool) -> Exclusion | None:
    """Skip a person who would join a group, but lets nobody add them."""
    if not is_group or person.member is not None or not is_unwilling(person):
        return None
    return Exclusion(RecipientState.SKIPPED, RecipientReason.BLOCKED, UNWILLING)


def is_unwilling(person: Person) -> bool:
    """Return whether the service's record says that nobody may add the person to groups."""
    return person.user is not None and person.user.fields.get(WHO_MAY_ADD_ME) == "nobody"


def past_words(person: Person) -> str:
    """Return how a past member's membership ended, in words for staff."""
    past = None if person.past is None else PastMember.parse_or_none(person.past.fields)
    if past is None:
        return "they are no member of the group any more"
    at = time_words(past.left_at)
    if past.by == person.uid:
        return f"they left the group on {at}"
    return f"{past.by} removed them from the group on {at}"
