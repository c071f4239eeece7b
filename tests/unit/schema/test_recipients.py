from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from schema.reasons import RecipientReason, RecipientState
from schema.recipients import Counts, Recipient, empty_counts

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


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


@pytest.mark.parametrize("reason", ["providerError:30007", *RecipientReason])
def test_a_recipient_s_reason_is_of_the_closed_list_or_the_provider_s_code(reason: str) -> None:
    fields = {"state": "failed", "reason": str(reason), "at": AT, "channel": "sms", "attempt": 1}

    assert Recipient.parse(fields).fields() == fields


@pytest.mark.parametrize("reason", ["because", "providerError:", ""])
def test_another_reason_is_refused(reason: str) -> None:
    with pytest.raises(ValidationError):
        Recipient.parse({"state": "failed", "reason": reason, "at": AT})
