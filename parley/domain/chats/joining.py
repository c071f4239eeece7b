"""Who is added to a group at once, who is invited, and whom it rings. Pure.

A person joins of their own will: strangers are invited, and so is everybody who left, was removed
or declined before. People who have blocked the adder stand among the invited and learn nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from parley.domain.chats.waiting_invitations import (
    forgotten_rings,
    given_way,
    has_rung_lately,
    last_invitation,
    may_ring,
)
from schema import limits
from schema.invitations import Forgotten, Invitations
from schema.memberships import PastMember
from schema.services import AddPolicy
from schema.users import WhoMayAdd


@dataclass(frozen=True, slots=True)
class Adder:
    """Who adds people: the ``member`` as whom they act, and by whose rules.

    ``is_staff``: the staff of the group's service, who may add its people at once.
    """

    member: str
    is_staff: bool
    policy: AddPolicy

    @property
    def is_quiet(self) -> bool:
        """Whether people who are added hear nothing until they open the group."""
        return self.policy == "open"


@dataclass(frozen=True, slots=True)
class Contact:
    """The direct chat of the adder and a candidate.

    ``has_answered``: the candidate has written in it. ``rang_at``: when the adder last rang them by
    adding them. ``changed_at``: when the document was changed last.
    """

    chat_id: str
    has_answered: bool
    rang_at: datetime | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who is no member. ``contact`` and ``invitations`` are read for those they decide on.

    ``noted_at``: when the document of these invitations was changed last, None if there is none.
    """

    uid: str
    choice: WhoMayAdd = "contacts"
    contact: Contact | None = None
    has_blocked: bool = False
    past: PastMember | None = None
    invitations: Invitations = field(default_factory=Invitations)
    noted_at: datetime | None = None

    def is_invited_to(self, chat_id: str) -> bool:
        """Return whether an invitation to this chat is noted, be it hidden."""
        return chat_id in self.invitations.pending or chat_id in self.invitations.hidden

    def needs_contact(self, adder: Adder) -> bool:
        """Return whether a direct chat with the adder decides."""
        asks = self.choice == "contacts" and not (adder.is_staff or adder.policy == "open")
        return asks and self.past is None and not self.has_blocked

    def is_added(self, adder: Adder) -> bool:
        """Return whether the person is added at once."""
        if self.past is not None or self.has_blocked or self.choice == "nobody":
            return False
        is_free = adder.is_staff or adder.policy == "open" or self.choice == "everyone"
        return is_free or self.contact is not None


@dataclass(frozen=True, slots=True)
class Invite:
    """One invitation to write; the group is told.

    ``is_hidden``: noted for the server alone. ``rings``: the person gets a push. ``gives_way``: the
    chat whose invitation makes room, and ``withdrawn_at`` when its row was changed last, if there
    is a row to take away. ``forgotten``: what is no longer kept. ``noted_at``: the candidate's. It
    fences the note, so that invitations of one moment are decided one after another.
    """

    uid: str
    is_hidden: bool
    rings: bool
    gives_way: str | None = None
    withdrawn_at: datetime | None = None
    forgotten: Forgotten = field(default_factory=dict)
    noted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ring:
    """An addition that rings. ``is_noted``: the person has not answered the adder.

    Then it is noted in their direct chat, or beside their invitations if they have none.
    ``forgotten``: what is no longer kept there.
    """

    person: Candidate
    is_noted: bool
    forgotten: Forgotten = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Joiners:
    """People to add, and invitations to write.

    ``answered`` had an invitation before. ``rings``: the pushes of those who are added.
    """

    added: Sequence[str]
    invites: Sequence[Invite]
    answered: frozenset[str] = frozenset()
    rings: Sequence[Ring] = ()

    @property
    def rung(self) -> frozenset[str]:
        """Who of the added gets a push."""
        return frozenset(ring.person.uid for ring in self.rings)


def decide_joining(
    chat_id: str,
    adder: Adder,
    candidates: Sequence[Candidate],
    now: datetime,
    *,
    is_new_group: bool,
) -> Joiners:
    """Return what adding these people comes to; a repeated invitation is none.

    Who is in a group from its beginning is not rung.
    """
    added = [one for one in candidates if one.is_added(adder)]
    others = [one for one in candidates if not one.is_added(adder)]
    found = (_invite(chat_id, adder, one, now) for one in others)
    invites = [invite for invite in found if invite is not None]
    if not are_named(invites):
        invites = [replace(invite, rings=False) for invite in invites]
    may_be_rung = added if are_named(added) and not is_new_group else ()
    rings = (_ring(chat_id, adder, one, now) for one in may_be_rung)
    return Joiners(
        [one.uid for one in added],
        invites,
        frozenset(one.uid for one in added if one.is_invited_to(chat_id)),
        [ring for ring in rings if ring is not None],
    )


def are_named(people: Sequence[object]) -> bool:
    """Return whether the group is told of each of these, so that each may be rung."""
    return len(people) <= limits.JOINED_NAMED


def rings_strangers(adder: Adder) -> bool:
    """Return whether it matters to a ring that the added person has answered the adder."""
    return not (adder.is_staff or adder.is_quiet)


def _ring(chat_id: str, adder: Adder, person: Candidate, now: datetime) -> Ring | None:
    """Return the push of somebody who is added; those who never answered are rung once in a while.

    Anybody may open a direct chat, so that it stands says nothing of the other's will.
    """
    if adder.is_quiet:
        return None
    contact = person.contact
    if not rings_strangers(adder) or (contact is not None and contact.has_answered):
        return Ring(person, is_noted=False)
    if contact is not None:
        return None if has_rung_lately(contact.rang_at, now) else Ring(person, is_noted=True)
    held = person.invitations
    if person.is_invited_to(chat_id) or not may_ring(held, adder.member, now):
        return None
    return Ring(person, is_noted=True, forgotten=forgotten_rings(held, now))


def _invite(chat_id: str, adder: Adder, candidate: Candidate, now: datetime) -> Invite | None:
    held = candidate.invitations
    last = last_invitation(held, chat_id, now)
    if last is not None and last.by == adder.member:
        return None
    is_hidden = candidate.has_blocked
    waiting = held.hidden if is_hidden else held.pending
    gives_way = given_way(waiting, chat_id, adder.member, now)
    is_first = last is None or chat_id not in held.pending
    ended = () if gives_way is None else (gives_way,)
    return Invite(
        candidate.uid,
        is_hidden=is_hidden,
        rings=(
            is_first
            and not is_hidden
            and candidate.past is None
            and candidate.choice != "nobody"
            and may_ring(held, adder.member, now)
        ),
        gives_way=gives_way,
        forgotten={"hidden" if is_hidden else "pending": ended, **forgotten_rings(held, now)},
        noted_at=candidate.noted_at,
    )
