from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from schema.campaign_status import (
    Batch,
    CampaignStatus,
    Counts,
    Plan,
    Recipient,
    empty_counts,
    plan_fields,
    planned_batch_fields,
    status_fields,
)
from schema.reasons import RecipientReason, RecipientState

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def planned(**changes: Any) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "service_id": "shop",
        "number": 3,
        "uids": ["a", "b", "c"],
        "skipped": {"b": RecipientReason.NO_CONSENT},
        "at": AT,
    }
    return planned_batch_fields(**arguments | changes)


def test_counts_have_all_ten_states_and_add_up() -> None:
    counts = Counts.parse({state: number for number, state in enumerate(RecipientState)})

    assert set(empty_counts()) == {str(state) for state in RecipientState}
    assert len(empty_counts()) == 10
    assert Counts.parse(empty_counts()).total == 0
    assert counts.total == sum(range(10))


def test_counts_without_one_state_are_refused() -> None:
    counts = empty_counts()
    del counts["held"]

    with pytest.raises(ValidationError):
        Counts.parse(counts)


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


@pytest.mark.parametrize("reason", ["providerError:30007", *RecipientReason])
def test_a_recipient_s_reason_is_of_the_closed_list_or_the_provider_s_code(reason: str) -> None:
    fields = {"state": "failed", "reason": str(reason), "at": AT, "channel": "sms", "attempt": 1}

    assert Recipient.parse(fields).fields() == fields


@pytest.mark.parametrize("reason", ["because", "providerError:", ""])
def test_another_reason_is_refused(reason: str) -> None:
    with pytest.raises(ValidationError):
        Recipient.parse({"state": "failed", "reason": reason, "at": AT})


def test_a_status_is_stored_as_the_contract_spells_it() -> None:
    fields = {
        "serviceId": "shop",
        "name": "Autumn",
        "kind": "oneWay",
        "state": "completedWithErrors",
        "audienceCount": 2,
        "counts": empty_counts() | {"sent": 1, "failed": 1},
        "skippedBy": {},
        "failedBy": {"providerError:30007": 1},
        "rate": 12.5,
        "startedAt": AT,
        "finishedAt": AT,
        "updatedAt": AT,
        "error": {"code": "invalidJob", "message": "name is missing."},
    }

    assert CampaignStatus.parse(fields).fields() == fields


def test_a_new_status_has_nobody_in_its_audience() -> None:
    status = CampaignStatus.parse(
        status_fields(
            service_id="shop",
            name="Autumn",
            kind="oneWay",
            state="failed",
            updated_at=AT,
            error={"code": "invalidJob", "message": "name is missing."},
        )
    )

    assert status.audience_count == status.counts.total == 0
    assert status.error is not None
    assert status.error.message == "name is missing."


def test_a_plan_begins_without_cursor_or_time() -> None:
    plan = Plan.parse(plan_fields(at=AT))

    assert plan == Plan(state="planning", epoch=0, batch_count=0, audience_count=0)
