"""Find where the counts of a campaign differ from its ledger, and correct them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from parley.domain.upkeep.drift import Drift, DriftKind, Found
from parley.store import SERVER_TIME, Increment, Snapshot, Update, UpdatedAt
from schema.batches import batch_patch
from schema.campaign_status import status_patch
from schema.ledger import StoredBatch, StoredStatus
from schema.reasons import CampaignState
from schema.recipients import tally

Tallied = Mapping[str, Mapping[str, int]]
"""``counts``, ``skipped_by`` and ``failed_by``."""


def batch_drift(batch: Snapshot, now: datetime) -> tuple[Tallied, Found]:
    """Return what a batch's recipients add up to, and where its counts differ."""
    told = tally(StoredBatch.read(batch.fields, now).recipients)
    stored = {
        "counts": batch.fields.get("counts"),
        "skipped_by": batch.fields.get("skippedBy"),
        "failed_by": batch.fields.get("failedBy"),
    }
    if stored == told:
        return told, Found([], [])
    # The attempt rises, so that the write changes a value in any case.
    patch = batch_patch(
        counts=told["counts"],
        skipped_by=told["skipped_by"],
        failed_by=told["failed_by"],
        attempt=Increment(1),
        updated_at=SERVER_TIME,
    )
    drift = Drift(DriftKind.BATCH_COUNTS, batch.path, stored, told)
    return told, Found([drift], [Update(batch.path, patch, UpdatedAt(batch.update_time))])


def status_drift(status: Snapshot, batches: Iterable[Tallied]) -> Found:
    """Compare a campaign's status with the sums of its batches.

    The status of a campaign that is at work lags behind its ledger and catches up.
    """
    stored = StoredStatus.read(status.fields)
    sums: dict[str, Counter[str]] = {
        name: Counter() for name in ("counts", "skipped_by", "failed_by")
    }
    for told in batches:
        for name, counts in told.items():
            sums[name].update(counts)
    if stored.state is None or not stored.state.is_final or not sums["counts"]:
        return Found([], [])
    expected: dict[str, Any] = {
        "counts": dict(sums["counts"]),
        "skipped_by": {name: count for name, count in sums["skipped_by"].items() if count},
        "failed_by": {name: count for name, count in sums["failed_by"].items() if count},
    }
    shown: dict[str, Any] = {
        "counts": None if stored.counts is None else dict(stored.counts),
        "skipped_by": dict(stored.skipped_by),
        "failed_by": dict(stored.failed_by),
    }
    if stored.state is not CampaignState.FAILED:
        expected["audience_count"] = sum(expected["counts"].values())
        shown["audience_count"] = stored.audience_count
    if shown == expected:
        return Found([], [])
    patch = status_patch(**expected, updated_at=SERVER_TIME)
    drift = Drift(DriftKind.CAMPAIGN_COUNTS, status.path, shown, expected)
    return Found([drift], [Update(status.path, patch, UpdatedAt(status.update_time))])
