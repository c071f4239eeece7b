"""The callables about campaigns answer in the JSON that the contract promises."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from callable_table import TABLE
from callable_values import encoded
from http_errors import https_error
from pydantic import ValidationError

from parley.domain.access import UserCaller
from tests.unit.parley.services.conftest import TwinWorld

STAFF = UserCaller("staff1")
ROWS = {row.name: row for row in TABLE}
JOB = {
    "serviceId": "acme",
    "name": "News",
    "kind": "individual",
    "channels": ["chat"],
    "purpose": "marketing",
    "audience": {"all": True},
    "message": {"body": "Hello {{ user.displayName }}"},
}


async def call(world: TwinWorld, name: str, **data: Any) -> Any:
    """What a client reads of the answer."""
    row = ROWS[name]
    request = row.model.model_validate(data)
    result = await row.call(world.app, STAFF, request)
    return json.loads(json.dumps(encoded(row.answer(request, result))))


async def sent(people: int = 3) -> TwinWorld:
    world = TwinWorld()
    await world.service(people=people)
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    await world.work()
    return world


async def test_a_preview_is_json_with_every_field_of_the_contract() -> None:
    world = TwinWorld()
    await world.service(people=3)
    opens = world.clock.now() + timedelta(hours=2)
    window = {"from": f"{opens:%H:%M}", "to": f"{opens + timedelta(hours=1):%H:%M}"}
    job = JOB | {"schedule": {"window": {**window, "timeZone": "UTC"}}}
    answer = await call(world, "previewCampaign", job=job, userIds=["p0000"])

    assert answer.keys() >= {
        "audienceCount",
        "willSend",
        "excluded",
        "samples",
        "firestore",
        "durationSeconds",
        "warnings",
    }
    assert answer["firestore"].keys() == {"reads", "writes", "deletes", "price"}
    assert answer["heldUntil"].endswith("Z")
    assert "sms" not in answer


async def test_an_explanation_has_its_attempts_with_times_in_iso_8601() -> None:
    answer = await call(await sent(), "explainRecipient", campaignId="c1", userId="p0001")

    assert answer.keys() == {
        "inAudience",
        "state",
        "channel",
        "attempts",
        "checks",
        "text",
    }
    assert answer["attempts"][0]["at"].endswith("Z")
    assert all(one.keys() == {"check", "ok", "detail"} for one in answer["checks"])


async def test_an_export_and_a_retry_answer_what_the_contract_names() -> None:
    world = await sent()
    page = await call(world, "exportCampaign", campaignId="c1")

    assert page.keys() == {"csv"}
    assert len(list(csv.reader(io.StringIO(page["csv"], newline="")))) == 4
    assert await call(world, "retryFailed", campaignId="c1") == {"retried": 0}


@pytest.mark.parametrize(
    ("name", "data", "field"),
    [
        ("previewCampaign", {}, "job"),
        ("previewCampaign", {"job": "x"}, "job"),
        ("previewCampaign", {"job": JOB, "userIds": ["a", "b", "c", "d"]}, "userIds"),
        ("previewCampaign", {"job": JOB, "userIds": ["a:b"]}, "userIds"),
        ("explainRecipient", {"campaignId": "c1"}, "userId"),
        ("explainRecipient", {"campaignId": "a/b", "userId": "ann"}, "campaignId"),
        ("explainRecipient", {"campaignId": "c1", "userId": 5}, "userId"),
        ("exportCampaign", {"campaignId": "c1", "cursor": 5}, "cursor"),
        ("exportCampaign", {"campaignId": "c1", "cursor": "x" * 2_001}, "cursor"),
        ("retryFailed", {"campaignId": "x" * 65}, "campaignId"),
        ("retryFailed", {"campaignId": "c1", "colour": "red"}, "colour"),
    ],
)
def test_a_wrong_argument_is_named(name: str, data: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        ROWS[name].model.model_validate(data)

    answer = https_error(wrong.value)
    assert answer.code == "invalid-argument"
    assert field in str(answer.details)
