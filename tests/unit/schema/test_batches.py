from datetime import UTC, datetime
from typing import Any

import pytest

from schema.batches import Batch, batch_patch, planned_batch_fields, pushes_patch, recipients_patch
from schema.reasons import PushOutcome, RecipientReason, RecipientState
from schema.recipients import Recipient, recipient_fields

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def planned(**changes: Any) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "service_id": "shop",
        "kind": "oneWay",
        "number": 3,
        "uids": ["a", "b", "c"],
        "skipped": {"b": RecipientReason.NO_CONSENT},
        "at": AT,
    }
    return planned_batch_fields(**arguments | changes)


def test_a_planned_batch_is_a_batch_in_which_everybody_has_one_state() -> None:
    fields = planned()
    batch = Batch.parse(fields)

    assert batch.fields() == fields
    assert batch.skipped_by == {"noConsent": 1}
    assert batch.count == batch.counts.total == len(batch.uids) == len(batch.recipients) == 3
    assert batch.counts.planned == 2
    assert batch.counts.skipped == 1
    assert batch.state == "planned"
    assert batch.recipients["a"] == Recipient(state=RecipientState.PLANNED, at=AT)
    assert batch.recipients["b"] == Recipient(
        state=RecipientState.SKIPPED, reason="noConsent", at=AT
    )


def test_a_planned_batch_holds_plain_values_that_no_two_recipients_share() -> None:
    recipients = planned()["recipients"]

    assert type(recipients["a"]["state"]) is str
    assert type(recipients["b"]["reason"]) is str
    assert recipients["a"] is not recipients["c"]


def test_the_time_of_a_batch_may_be_the_store_s_to_set() -> None:
    transform = object()

    assert planned(at=transform)["recipients"]["a"]["at"] is transform


def test_a_batch_without_a_kind_is_of_the_first_one() -> None:
    fields = planned()
    del fields["kind"]

    assert Batch.parse(fields).kind == "individual"


@pytest.mark.parametrize(
    ("state", "has_sent_at"),
    [("sent", True), ("planned", False), ("done", False)],
)
def test_only_a_batch_that_becomes_sent_gets_a_sent_time(state: Any, has_sent_at: bool) -> None:
    recipients = {"a": recipient_fields(state="sent", at=AT, channel="chat")}

    changed = recipients_patch(recipients, state=state, attempt=1, at=AT, delete_field=None)

    assert ("sentAt" in changed) is has_sent_at
    assert changed["counts"]["sent"] == 1
    assert changed["state"] == state


@pytest.mark.parametrize("is_done", [True, False])
def test_recording_pushes_releases_the_claim(is_done: bool) -> None:
    gone = object()

    changed = pushes_patch({"a": PushOutcome.MUTED}, is_done=is_done, at=AT, delete_field=gone)

    assert changed["recipients", "a", "push"] == "muted"
    assert changed["pushClaimedAt"] is gone
    assert changed.get("state") == ("done" if is_done else None)
    assert ("notifiedAt" in changed) is is_done


def test_a_patch_omits_unset_fields_and_keeps_none() -> None:
    assert batch_patch(sent_at=None) == {"sentAt": None}
    assert batch_patch() == {}
