"""``parley campaign send`` writes a job as somebody who may send."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from parley.cli.campaign_commands import send, status
from parley.cli.output import Failed
from schema import paths
from tests.unit.parley.services.campaigns_seen import status_of
from tests.unit.parley.services.conftest import TwinWorld as World


async def sent(world: World, folder: Path, **changed: Any) -> None:
    job = {
        "serviceId": "acme",
        "name": "News",
        "kind": "individual",
        "channels": ["chat"],
        "purpose": "marketing",
        "audience": {"all": True},
        "message": {"body": "Hi"},
    }
    file = folder / "job.json"
    file.write_text(json.dumps(job | changed))
    await send(world.app, file=file, campaign_id="c1", as_json=True)


async def test_a_job_without_an_author_is_sent_by_an_owner(world: World, tmp_path: Path) -> None:
    await world.service(people=2)
    await world.write({paths.staff("acme", "al"): {"role": "admin", "displayName": "Al"}})

    await sent(world, tmp_path)
    await world.work()

    assert world.at(paths.campaign("c1"))["createdBy"] == "staff1"
    assert status_of(world).state == "completed"


@pytest.mark.parametrize("author", ["al", "stranger"])
async def test_a_job_of_an_author_who_may_not_send_is_not_written(
    world: World, tmp_path: Path, author: str
) -> None:
    await world.service(people=2)
    await world.write({paths.staff("acme", "al"): {"role": "agent", "displayName": "Al"}})

    with pytest.raises(Failed, match=f"'{author}' is not an owner or admin"):
        await sent(world, tmp_path, createdBy=author)

    assert world.store.document(paths.campaign("c1")) is None


async def test_a_service_without_senders_is_refused(world: World, tmp_path: Path) -> None:
    await world.service()
    await world.write({paths.staff("acme", "staff1"): {"role": "viewer", "displayName": "V"}})

    with pytest.raises(Failed, match="no owner or admin who may send"):
        await sent(world, tmp_path)


@pytest.mark.parametrize("wait", [False, True])
async def test_the_status_of_a_campaign_that_was_never_written_is_refused_at_once(
    world: World, *, wait: bool
) -> None:
    with pytest.raises(Failed, match="there is no campaign c9"):
        await status(world.app, campaign_id="c9", wait=wait, timeout_seconds=60, as_json=True)
