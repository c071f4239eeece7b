"""Who is added to a group at once, who is invited, and whom an invitation rings. Pure.

A person joins of their own will: strangers are invited, and so is everybody who left, was removed
or declined before. People who have blocked the adder stand among the invited and learn nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from schema import limits
from schema.invitations import Invitation, Invitations
from schema.memberships import PastMember
from schema.services import AddPolicy
from schema.users import WhoMayAdd

_INVITER_AGE = timedelta(days=limits.INVITER_DAYS)


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
class Candidate:
    """Somebody who is no member. ``invitations`` are read for those who may have some.

    ``noted_at``: when the document of these invitations was changed last, None if there is none.
    """

    uid: str
    choice: WhoMayAdd = "contacts"
    is_contact: bool = False
    has_blocked: bool = False
    past: PastMember | None = None
    invitations: Invitations = field(default_factory=Invitations)
    noted_at: datetime | None = None

    def needs_contact(self, adder: Adder) -> bool:
        """Return whether a direct chat with the adder decides."""
        asks = self.choice == "contacts" and not (adder.is_staff or adder.policy == "open")
        return asks and self.past is None and not self.has_blocked

    def is_added(self, adder: Adder) -> bool:
        """Return whether the person is added at once."""
        if self.past is not None or self.has_blocked or self.choice == "nobody":
            return False
        is_free = adder.is_staff or adder.policy == "open" or self.choice == "everyone"
        return is_free or self.is_contact


@dataclass(frozen=True, slots=True)
class Invite:
    """One invitation to write.

    ``is_hidden``: noted for the server alone. ``is_told``: the group is told. ``rings``: the person
    gets a push, too. ``forgotten``: inviters who rang so long ago that they are no longer kept.
    ``noted_at``: the candidate's. It fences the note, so that invitations of one moment are decided
    one after another.
    """

    uid: str
    is_hidden: bool
    is_told: bool
    rings: bool
    forgotten: tuple[str, ...] = ()
    noted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Joiners:
    """People to add, and invitations to write. ``answered`` had an invitation before."""

    added: Sequence[str]
    invites: Sequence[Invite]
    answered: frozenset[str] = frozenset()


def decide_joining(
    chat_id: str, adder: Adder, candidates: Sequence[Candidate], now: datetime
) -> Joiners:
    """Return what adding these people comes to; a repeated invitation is none."""
    added = [one for one in candidates if one.is_added(adder)]
    others = [one for one in candidates if not one.is_added(adder)]
    found = (_invite(chat_id, adder, one, now) for one in others)
    return Joiners(
        [one.uid for one in added],
        [invite for invite in found if invite is not None],
        frozenset(one.uid for one in added if chat_id in one.invitations.pending),
    )


def _invite(chat_id: str, adder: Adder, candidate: Candidate, now: datetime) -> Invite | None:
    pending, rang = candidate.invitations.pending, candidate.invitations.rang
    before = pending.get(chat_id)
    if before is not None and (before.by == adder.member or candidate.has_blocked):
        return None
    if before is None and _is_full(pending, adder.member):
        return None
    is_told = candidate.past is None and candidate.choice != "nobody" and before is None
    recent = {inviter for inviter, at in rang.items() if at > now - _INVITER_AGE}
    may_ring = is_told or (before is not None and bool(before.hidden) and candidate.past is None)
    rings = (
        may_ring
        and candidate.choice != "nobody"
        and not candidate.has_blocked
        and adder.member not in recent
        and len(recent) < limits.RINGING_INVITERS
    )
    return Invite(
        candidate.uid,
        is_hidden=candidate.has_blocked,
        is_told=is_told or rings,
        rings=rings,
        forgotten=tuple(inviter for inviter in rang if inviter not in recent),
        noted_at=candidate.noted_at,
    )


def _is_full(pending: Mapping[str, Invitation], inviter: str) -> bool:
    """Return whether a person has so many invitations that one more does not reach them."""
    from_one = sum(one.by == inviter for one in pending.values())
    return len(pending) >= limits.PENDING_INVITATIONS or from_one >= limits.PENDING_FROM_ONE
