from datetime import UTC, datetime

from schema.campaign_status import CampaignStatus, status_fields, status_patch
from schema.reasons import CampaignState
from schema.recipients import empty_counts

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


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


def test_a_patch_of_a_status_changes_only_its_fields() -> None:
    assert status_patch(state=CampaignState.RUNNING) == {"state": "running"}
    assert status_patch(eta_at=None, audience_count=0) == {"etaAt": None, "audienceCount": 0}
