"""A campaign from its preview to its export, by the commands and callables of the whole stack."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from emulator.stack import Stack
from tests import patient_http

SECONDS = 120.0


def parley(stack: Stack, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / "parley"), *command],
        env=stack.environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def told(stack: Stack, *command: str) -> Any:
    """What a command prints as JSON."""
    ran = parley(stack, *command, "--json")
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def call(stack: Stack, uid: str, name: str, **data: Any) -> Any:
    """What a callable answers to somebody."""
    token = parley(stack, "token", uid).stdout.strip()
    answer = patient_http.post(
        f"{stack.environment['PARLEY_FUNCTIONS_URL']}/demo-parley/us-central1/{name}",
        json={"data": data},
        headers={"Authorization": f"Bearer {token}"},
        timeout=SECONDS,
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["result"]


def test_a_campaign_is_previewed_sent_explained_and_exported(stack: Stack, tmp_path: Path) -> None:
    prefix, campaign_id = (f"{kind}-{uuid.uuid4().hex[:8]}" for kind in ("run", "news"))
    assert (
        parley(
            stack, "seed", "--users", "3", "--prefix", prefix, "--service", prefix, "--sign-ins"
        ).returncode
        == 0
    )
    job = {
        "serviceId": prefix,
        "name": "News",
        "kind": "individual",
        "channels": ["chat"],
        "purpose": "marketing",
        "audience": {"userIds": [f"{prefix}-{number:06d}" for number in range(3)]},
        "message": {"body": 'Hello {{ user.displayName | default: "there" }}'},
        "schedule": {"expireAt": (datetime.now(UTC) + timedelta(hours=1)).isoformat()},
    }
    file = tmp_path / "news.json"
    file.write_text(json.dumps(job))
    first = f"{prefix}-000000"

    previewed = told(stack, "campaign", "preview", str(file), "--user", first)
    asked = call(stack, f"{prefix}-owner", "previewCampaign", job=job, userIds=[first])
    assert (previewed["audienceCount"], previewed["willSend"]) == (3, 3)
    assert asked["samples"] == previewed["samples"]
    assert asked["firestore"] == previewed["firestore"]

    sent = told(stack, "campaign", "send", str(file), "--id", campaign_id, "--wait")
    assert (sent["state"], sent["counts"]["sent"]) == ("completed", 3)
    ignored = parley(stack, "campaign", "pause", campaign_id)
    assert ignored.returncode == 1
    assert "pause was ignored: the campaign is completed" in ignored.stderr

    explained = told(stack, "campaign", "explain", campaign_id, first)
    asked = call(stack, f"{prefix}-owner", "explainRecipient", campaignId=campaign_id, userId=first)
    assert explained["state"] == asked["state"] == "sent"
    assert asked["text"] == explained["text"]
    exported = parley(stack, "campaign", "export", campaign_id)
    rows = list(csv.DictReader(io.StringIO(exported.stdout, newline="")))
    assert [row["state"] for row in rows] == ["sent"] * 3
    assert told(stack, "campaign", "retry-failed", campaign_id) == {"retried": 0}


def test_a_scheduled_campaign_is_paused_resumed_and_cancelled(stack: Stack, tmp_path: Path) -> None:
    service, campaign_id = (f"{kind}-{uuid.uuid4().hex[:8]}" for kind in ("shop", "later"))
    seeded = parley(
        stack, "seed", "--users", "1", "--prefix", service, "--service", service, "--sign-ins"
    )
    assert seeded.returncode == 0, seeded.stderr
    job = {
        "serviceId": service,
        "name": "Later",
        "kind": "individual",
        "channels": ["chat"],
        "purpose": "transactional",
        "audience": {"all": True},
        "message": {"body": "Hello"},
        "schedule": {"startAt": (datetime.now(UTC) + timedelta(hours=1)).isoformat()},
    }
    file = tmp_path / "later.json"
    file.write_text(json.dumps(job))
    told(stack, "campaign", "send", str(file), "--id", campaign_id)

    states = [
        told(stack, "campaign", command, campaign_id)["state"]
        for command in ("pause", "resume", "cancel")
    ]

    assert states == ["paused", "scheduled", "cancelled"]
