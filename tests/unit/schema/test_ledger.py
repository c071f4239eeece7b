"""Statuses and batches are read leniently."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import pytest

from schema.batches import planned_batch_fields
from schema.campaign_status import status_fields
from schema.ledger import StoredBatch, StoredStatus, has_open_push
from schema.reasons import CampaignState
from schema.recipients import empty_counts, tally

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
WEIRD: list[Any] = [None, 7, 7.5, math.nan, -1, True, "x", b"x", [], [[1]], {}, {"a": {}}, AT]


def status(**changes: Any) -> dict[str, Any]:
    written = status_fields(
        service_id="shop", name="Autumn", kind="individual", state="running", updated_at=AT
    )
    return written | changes


def test_a_status_is_read_as_it_was_written() -> None:
    held = StoredStatus.read(
        status(audienceCount=3, failedBy={"emptyBody": 2}, notice="n", error={"code": "x"})
    )
    assert held.state is CampaignState.RUNNING
    assert (held.audience_count, held.counts) == (3, empty_counts())
    assert (held.failed_by, held.skipped_by) == ({"emptyBody": 2}, {})
    assert (held.notice, held.has_error) == ("n", True)


@pytest.mark.parametrize("field", sorted(status(notice="", error={})))
@pytest.mark.parametrize("value", WEIRD)
def test_no_field_of_a_status_breaks_reading(field: str, value: Any) -> None:
    held = StoredStatus.read(status() | {field: value})
    assert held.state in (CampaignState.RUNNING, None)
    assert held.audience_count is None or held.audience_count >= 0


def test_an_unknown_state_is_none() -> None:
    assert StoredStatus.read(status(state="draining")).state is None
    assert StoredStatus.read({}).state is None


def test_incomplete_counts_are_none_and_whole_doubles_count() -> None:
    counts: dict[str, Any] = empty_counts()
    assert StoredStatus.read(status(counts=counts | {"sent": 2.0})).counts == counts | {"sent": 2}
    del counts["held"]
    assert StoredStatus.read(status(counts=counts)).counts is None


def planned(**changes: Any) -> dict[str, Any]:
    fields = planned_batch_fields(
        service_id="shop",
        kind="individual",
        number=0,
        uids=["c", "a", "b"],
        skipped={"b": "notInService"},
        invalid={},
        at=AT,
    )
    return fields | changes


def test_the_planned_people_of_a_batch_keep_their_order() -> None:
    batch = StoredBatch.read(planned(), AT)
    assert (batch.state, batch.planned) == ("planned", ["c", "a"])
    assert not has_open_push(batch.recipients)


@pytest.mark.parametrize("field", sorted(planned()))
@pytest.mark.parametrize("value", WEIRD)
def test_no_field_of_a_batch_breaks_reading(field: str, value: Any) -> None:
    batch = StoredBatch.read(planned() | {field: value}, AT)
    assert sum(tally(batch.recipients)["counts"].values()) == len(batch.recipients)


@pytest.mark.parametrize("entry", [None, 7, "sent", [], {}, {"state": None}, {"state": "lost"}])
def test_a_recipient_whose_entry_cannot_be_read_has_failed(entry: Any) -> None:
    fields = planned()
    fields["recipients"]["a"] = entry
    batch = StoredBatch.read(fields, AT)

    assert batch.planned == ["c"]
    assert batch.recipients["a"]["reason"] == "givenUp"
    assert tally(batch.recipients)["failed_by"] == {"givenUp": 1}


def test_people_of_a_batch_without_uids_are_found_by_their_entries() -> None:
    assert sorted(StoredBatch.read(planned(uids=None), AT).planned) == ["a", "c"]


def test_a_person_with_an_unusable_record_is_failed_in_the_ledger() -> None:
    fields = planned_batch_fields(
        service_id="shop",
        kind="individual",
        number=0,
        uids=["a:b"],
        skipped={},
        invalid={"a:b": "no uid"},
        at=AT,
    )
    assert fields["counts"]["failed"] == 1
    assert fields["failedBy"] == {"invalidUser": 1}
    assert fields["recipients"]["a:b"]["detail"] == "no uid"
