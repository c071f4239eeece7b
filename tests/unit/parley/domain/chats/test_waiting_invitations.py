from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from parley.domain.chats.waiting_invitations import given_way, may_ring
from schema import limits
from schema.invitations import Invitation, Invitations

START = datetime(2026, 1, 5, 12, tzinfo=UTC)
INVITERS = [f"u{number}" for number in range(12)]


@given(st.lists(st.tuples(st.sampled_from(INVITERS), st.integers(0, 200)), max_size=300))
def test_every_invitation_is_taken_and_none_of_the_bounds_is_passed(
    acts: list[tuple[str, int]],
) -> None:
    waiting: dict[str, Invitation] = {}
    now = START
    for inviter, chat in acts:
        now += timedelta(hours=1)
        chat_id = f"c{chat:03d}"
        gone = given_way(waiting, chat_id, inviter, now)
        assert gone != chat_id
        if gone is not None:
            del waiting[gone]
        waiting[chat_id] = Invitation(by=inviter, at=now)
        own = [one for one in waiting.values() if one.by == inviter]
        assert len(own) <= limits.PENDING_FROM_ONE
        assert len(waiting) <= limits.PENDING_INVITATIONS


@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.floats(0, 3), st.booleans()), min_size=1, max_size=200
    )
)
def test_whom_a_person_has_not_answered_ring_seldom(acts: list[tuple[int, float, bool]]) -> None:
    rang: dict[str, datetime] = {}
    declined: dict[str, datetime] = {}
    now = START
    rings: list[datetime] = []
    for number, hours, declines in acts:
        now += timedelta(hours=hours)
        inviter = f"u{number}"
        if may_ring(Invitations(rang=rang, declined=declined), inviter, now):
            rang[inviter] = now
            if declines:
                declined[inviter] = now
            else:
                rings.append(now)
    week = timedelta(days=limits.INVITER_DAYS)
    pace = limits.RINGING_INVITERS + week / timedelta(hours=limits.RINGING_PAUSE_HOURS)
    for end in rings:
        assert sum(end - week < at <= end for at in rings) <= pace
