"""Results move people forward only, whatever arrives in whatever order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.domain.campaigns.results import Advanced, Evidence, Seen, advance
from schema.ledger import StoredBatch
from schema.recipients import recipient_fields

SENT = datetime(2026, 1, 1, tzinfo=UTC)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
ORDER = ["sent", "delivered", "read", "replied"]


def minutes(count: float) -> datetime:
    return SENT + timedelta(minutes=count)


def batch(stands: str = "done", /, **entry: Any) -> StoredBatch:
    sent = recipient_fields(state="sent", at=SENT, channel="chat", push="handedOver") | entry
    return StoredBatch("acme", stands, {"ann": sent}, sent_at=SENT)


def seen(read_to: datetime = NEVER, delivered_to: datetime | None = None) -> Evidence:
    return Evidence(Seen(read_to, minutes(5), delivered_to))


def advanced(stored: StoredBatch, evidence: Evidence, **times: datetime) -> Advanced:
    return advance(stored, {"ann": evidence}, times)


@pytest.mark.parametrize(
    ("evidence", "state"),
    [
        (seen(SENT), "read"),
        (seen(minutes(3)), "read"),
        (seen(delivered_to=SENT), "delivered"),
        (seen(SENT, SENT), "read"),
        (Evidence(replied_at=minutes(1)), "replied"),
        (Evidence(Seen(SENT, SENT), minutes(1)), "replied"),
    ],
)
def test_a_horizon_at_the_message_has_reached_it(evidence: Evidence, state: str) -> None:
    assert advanced(batch(), evidence).changed["ann"]["state"] == state


def test_a_horizon_before_the_message_has_not_reached_it() -> None:
    result = advanced(batch(), seen(minutes(-60), minutes(-60)))

    assert (result.changed, result.unclear) == ({}, [])


def test_a_horizon_near_a_message_of_several_commits_asks_for_its_own_time() -> None:
    stored = replace(batch(), sent_at=minutes(2))

    assert advanced(stored, seen(minutes(1))).unclear == ["ann"]
    assert advanced(stored, seen(minutes(1)), ann=SENT).changed["ann"]["state"] == "read"
    assert advanced(stored, seen(minutes(1)), ann=minutes(1.5)).changed == {}


@pytest.mark.parametrize("state", ["planned", "held", "failed", "skipped", "unknown"])
def test_somebody_without_the_message_stays(state: str) -> None:
    assert advanced(batch(state=state), seen(minutes(9))).changed == {}


def test_an_sms_has_no_receipt() -> None:
    assert advanced(batch(channel="sms"), seen(minutes(9))).changed == {}


def test_a_batch_whose_pushes_are_claimed_is_left_for_later() -> None:
    result = advanced(replace(batch("sent"), is_push_claimed=True), seen(minutes(9)))

    assert (result.changed, result.later) == ({}, ["ann"])


def test_a_push_follows_a_message_that_was_received_but_not_one_that_was_read() -> None:
    waiting = StoredBatch(
        "acme",
        "sent",
        {"ann": recipient_fields(state="sent", at=SENT, channel="chat")},
        sent_at=SENT,
    )

    received = advanced(waiting, seen(delivered_to=minutes(1)))
    assert (received.changed, received.later) == ({}, ["ann"])
    read = advanced(waiting, seen(minutes(1))).changed["ann"]
    assert (read["state"], read["push"]) == ("read", "alreadyRead")


EVIDENCE = st.lists(
    st.builds(
        Evidence,
        st.none()
        | st.builds(
            Seen,
            st.sampled_from([NEVER, minutes(-1), SENT, minutes(1)]),
            st.just(minutes(2)),
            st.sampled_from([None, minutes(-1), SENT, minutes(1)]),
        ),
        st.none() | st.just(minutes(1)),
    ),
    max_size=6,
)


@given(EVIDENCE, st.randoms(use_true_random=False), st.booleans())
def test_any_order_and_any_repeat_end_in_the_same_state(
    evidence: list[Evidence], order: Any, is_late: bool
) -> None:
    def ended(some: list[Evidence]) -> str:
        stored = replace(batch(), sent_at=minutes(2) if is_late else SENT)
        for one in some:
            before = str(stored.recipients["ann"]["state"])
            result = advance(stored, {"ann": one}, {})
            if result.unclear:
                result = advance(stored, {"ann": one}, {"ann": SENT})
            stored = replace(stored, recipients=stored.recipients | result.changed)
            assert ORDER.index(stored.recipients["ann"]["state"]) >= ORDER.index(before)
        return str(stored.recipients["ann"]["state"])

    shuffled = [*evidence, *evidence]
    order.shuffle(shuffled)

    assert ended(shuffled) == ended(evidence)
