"""Read what decides whether people are added to a group or invited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime

from parley.domain.access import RefusalKind, Refused
from parley.domain.chats.chat import Actor
from parley.domain.chats.chat_state import ChatState
from parley.domain.chats.joining import (
    Adder,
    Candidate,
    Contact,
    Joiners,
    are_named,
    decide_joining,
    rings_strangers,
)
from parley.domain.ports import Clock
from parley.services.chats.load_invitations import invitation_of
from parley.store import Snapshot, Store
from schema import ids, paths
from schema.invitations import Invitations
from schema.memberships import PastMember
from schema.reasons import CallableReason
from schema.services import AddPolicy
from schema.users import WHO_MAY_ADD_ME, WhoMayAdd

_ADD_POLICY = "addPolicy"
_FIELDS = (_ADD_POLICY, WHO_MAY_ADD_ME, "leftAt", "by", "canPost", "mutedUntil")
_OF_CONTACTS = ("mutual", "rang", "lastMessage")
_NAMED = 10
"""The most people without a profile whom an error names."""


@dataclass(frozen=True, slots=True)
class Place:
    """The group that people come to; ``reads_past`` if it may have lost somebody."""

    chat_id: str
    service_id: str
    is_new: bool = True
    reads_past: bool = False
    has_invited: bool = False

    @classmethod
    def of(cls, state: ChatState) -> Place:
        """Return a group that stands."""
        return cls(
            state.id,
            state.service_id,
            is_new=False,
            reads_past=state.chat.has_past is not False,
            has_invited=bool(state.chat.has_invited),
        )


class LoadCandidates:
    """Reads in a few calls, however many people there are.

    For each: the profile, the person's own record, and their block of the adder; a direct chat if
    it decides; for those who are not added, or have no direct chat, what other invitations wait.
    A group that has lost somebody costs one more, the record of an earlier membership. So does an
    invitation that gives way, its row.
    """

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def decide(
        self, place: Place, actor: Actor, uids: Sequence[str]
    ) -> tuple[Adder, Joiners]:
        """Return whom to add and whom to invite of these people, who are no members.

        Raise ``Refused`` if one of them does not exist: then nobody is added.
        """
        adder, candidates = await self._first(place, actor, uids)
        asked = frozenset(one.uid for one in candidates if one.needs_contact(adder))
        candidates = await self._with_contacts(adder, candidates, asked)
        added = [one for one in candidates if one.is_added(adder)]
        strangers: frozenset[str] = frozenset()
        if are_named(added) and rings_strangers(adder) and not place.is_new:
            free = frozenset(one.uid for one in added if one.contact is None)
            candidates = await self._with_contacts(adder, candidates, free)
            strangers = frozenset(
                one.uid for one in candidates if one.uid in free and one.contact is None
            )
        candidates = await self._with_invitations(place, adder, candidates, strangers)
        joiners = decide_joining(
            place.chat_id, adder, candidates, self._clock.now(), is_new_group=place.is_new
        )
        return adder, await self._with_withdrawn(joiners)

    async def _first(
        self, place: Place, actor: Actor, uids: Sequence[str]
    ) -> tuple[Adder, list[Candidate]]:
        by_service = ids.service_of_member(actor.member) is not None
        needs_record = actor.is_staff or place.service_id != ids.DEFAULT_SERVICE
        parts: dict[str, list[str]] = {
            "record": [paths.user(uid) for uid in uids],
            # The dashboard's own people may have no profile yet, and cannot block it.
            "profile": [] if by_service else [paths.profile(uid) for uid in uids],
            "block": [] if by_service else [paths.user_block(uid, actor.member) for uid in uids],
            "known": [paths.service_user(place.service_id, uid) for uid in uids]
            if needs_record
            else [],
            "past": [paths.past_member(place.chat_id, uid) for uid in uids]
            if place.reads_past
            else [],
        }
        wanted = [path for part in parts.values() for path in part]
        service, *found = await self._store.get_many(
            [paths.service(place.service_id), *wanted], select=_FIELDS
        )
        there = dict(zip(wanted, found, strict=True))
        _require_all("profile", parts["profile"], uids, there)
        _require_all(f"record in service {place.service_id!r}", parts["known"], uids, there)
        adder = Adder(actor.member, actor.is_staff, _policy(service))
        candidates = [
            Candidate(
                uid,
                choice=_choice(there[paths.user(uid)]),
                has_blocked=there.get(paths.user_block(uid, actor.member)) is not None,
                past=_past(there.get(paths.past_member(place.chat_id, uid))),
            )
            for uid in uids
        ]
        return adder, candidates

    async def _with_contacts(
        self, adder: Adder, candidates: Sequence[Candidate], asked: AbstractSet[str]
    ) -> list[Candidate]:
        """Return the candidates with the direct chats that those asked for have with the adder."""
        chats = {uid: paths.chat(ids.direct_chat_id(uid, adder.member)) for uid in asked}
        if not chats or ids.service_of_member(adder.member) is not None:
            return list(candidates)
        found = await self._store.get_many(list(chats.values()), select=_OF_CONTACTS)
        standing = {snapshot.path: snapshot for snapshot in found if snapshot is not None}
        return [
            replace(one, contact=_contact(standing[chats[one.uid]], one.uid, adder.member))
            if chats.get(one.uid) in standing
            else one
            for one in candidates
        ]

    async def _with_invitations(
        self,
        place: Place,
        adder: Adder,
        candidates: Sequence[Candidate],
        strangers: AbstractSet[str],
    ) -> list[Candidate]:
        """Return the candidates with the invitations of those who may have, or get, some.

        ``strangers`` are added and may be rung, as somebody who is invited.
        """
        asked = [
            one.uid
            for one in candidates
            if place.has_invited or one.uid in strangers or not one.is_added(adder)
        ]
        if not asked:
            return list(candidates)
        found = await self._store.get_many([paths.invitations(uid) for uid in asked])
        notes = {
            uid: (Invitations.parse_or_none(one.fields) or Invitations(), one.update_time)
            for uid, one in zip(asked, found, strict=True)
            if one is not None
        }
        return [
            replace(one, invitations=notes[one.uid][0], noted_at=notes[one.uid][1])
            if one.uid in notes
            else one
            for one in candidates
        ]

    async def _with_withdrawn(self, joiners: Joiners) -> Joiners:
        """Return the invitations with the rows that give way to them, as they stand.

        A row may be a member's by now: a campaign adds people, and leaves the note behind.
        """
        rows = {
            invite.uid: paths.user_chat(invite.uid, invite.gives_way)
            for invite in joiners.invites
            if invite.gives_way is not None and not invite.is_hidden
        }
        if not rows:
            return joiners
        found = await self._store.get_many(list(rows.values()))
        changed_at = {
            uid: row.update_time
            for uid, row in zip(rows, found, strict=True)
            if row is not None and invitation_of(row) is not None
        }
        invites = [
            replace(invite, withdrawn_at=changed_at.get(invite.uid)) for invite in joiners.invites
        ]
        return replace(joiners, invites=invites)


def _require_all(
    what: str,
    wanted: Sequence[str],
    uids: Sequence[str],
    there: Mapping[str, Snapshot | None],
) -> None:
    missing = [uid for uid, path in zip(uids, wanted, strict=False) if there[path] is None]
    if not missing:
        return
    named = ", ".join(repr(uid) for uid in missing[:_NAMED])
    more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
    raise Refused(
        RefusalKind.NOT_FOUND,
        CallableReason.UNKNOWN_USER,
        f"userIds: no {what} for {named}{more} of {len(uids)}; nobody was added",
        "leave them out",
    )


def _contact(chat: Snapshot, uid: str, adder: str) -> Contact:
    """Return a direct chat, as clients and the server have written it."""
    last, rang = chat.fields.get("lastMessage"), chat.fields.get("rang")
    rang_at = rang.get(adder) if isinstance(rang, dict) else None
    return Contact(
        chat.id,
        has_answered=chat.fields.get("mutual") is True
        or (isinstance(last, dict) and last.get("senderId") == uid),
        rang_at=rang_at if isinstance(rang_at, datetime) else None,
        changed_at=chat.update_time,
    )


def _policy(service: Snapshot | None) -> AddPolicy:
    value = None if service is None else service.fields.get(_ADD_POLICY)
    return "open" if value == "open" else "invite"


def _choice(user: Snapshot | None) -> WhoMayAdd:
    value = None if user is None else user.fields.get(WHO_MAY_ADD_ME)
    if value == "everyone":
        return "everyone"
    return "nobody" if value == "nobody" else "contacts"


def _past(past: Snapshot | None) -> PastMember | None:
    """Return an earlier membership; one that cannot be read counts as ended by its person."""
    if past is None:
        return None
    return PastMember.parse_or_none(past.fields) or PastMember(left_at=past.update_time, by=past.id)
