"""``parley campaign`` pauses, resumes, cancels, previews, explains and retries."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from parley.cli import campaign_reports
from parley.cli.campaign_commands import send
from parley.cli.campaign_control import give_command
from parley.cli.output import Failed
from parley.domain.campaigns.lifecycle import Command
from schema import paths
from tests.unit.parley.services.campaigns_seen import status_of
from tests.unit.parley.services.conftest import TwinWorld as World

Captured = pytest.CaptureFixture[str]
JOB: dict[str, Any] = {
    "serviceId": "acme",
    "name": "News",
    "kind": "individual",
    "channels": ["chat"],
    "purpose": "marketing",
    "audience": {"all": True},
    "message": {"body": "Hi {{ user.displayName }}"},
}


async def give(world: World, command: Command, *, as_json: bool = False) -> None:
    """Give a command while a worker runs beside it."""
    giving = asyncio.create_task(
        give_command(
            world.app, campaign_id="c1", command=command, timeout_seconds=5, as_json=as_json
        )
    )
    while not giving.done():
        await asyncio.sleep(0)
        if world.store.document(paths.campaign("c1")):
            await world.app.run_campaigns.run("c1")
    await giving


async def begin(world: World, people: int = 3) -> None:
    await world.service(people=people)
    await world.campaign()
    await world.app.run_campaigns.run("c1")


async def test_a_command_prints_the_state_that_answers_it(world: World, capsys: Captured) -> None:
    await begin(world)
    await give(world, Command.PAUSE)
    assert capsys.readouterr().out == "campaign c1 is paused\n"

    await give(world, Command.RESUME, as_json=True)
    assert json.loads(capsys.readouterr().out) == {"campaignId": "c1", "state": "running"}


async def test_a_command_that_is_ignored_fails_with_the_notice(
    world: World, capsys: Captured
) -> None:
    await begin(world)
    await world.work()

    with pytest.raises(Failed, match=r"^pause was ignored: the campaign is completed$"):
        await give(world, Command.PAUSE)
    assert capsys.readouterr().out == ""

    with pytest.raises(Failed, match="cancel was ignored"):
        await give(world, Command.CANCEL, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["notice"].startswith("cancel was ignored")


async def test_a_repeated_command_is_answered_at_once(world: World, capsys: Captured) -> None:
    await begin(world)
    await give(world, Command.PAUSE)
    await give(world, Command.PAUSE)

    assert capsys.readouterr().out == "campaign c1 is paused\n" * 2


async def test_a_command_for_an_unknown_campaign_names_it(world: World) -> None:
    with pytest.raises(Failed, match="there is no campaign c1"):
        await give(world, Command.PAUSE)


async def test_without_a_worker_the_command_says_so(world: World) -> None:
    await begin(world)

    with pytest.raises(Failed, match="no worker answered it"):
        await give_command(
            world.app, campaign_id="c1", command=Command.PAUSE, timeout_seconds=0, as_json=False
        )


async def test_a_preview_shows_counts_texts_and_warnings(
    world: World, tmp_path: Path, capsys: Captured
) -> None:
    await world.service(people=3)
    file = tmp_path / "job.json"
    file.write_text(json.dumps(JOB))
    await campaign_reports.preview(world.app, file=file, uids=["p0001"], as_json=False)
    told = capsys.readouterr().out
    assert "will get it  3" in told
    assert "p0001: Hi Person 1" in told

    await campaign_reports.preview(world.app, file=file, uids=[], as_json=True)
    assert json.loads(capsys.readouterr().out)["audienceCount"] == 3


async def test_the_times_of_a_file_are_iso_8601(world: World, tmp_path: Path) -> None:
    await world.service(people=1)
    file = tmp_path / "job.json"
    file.write_text(json.dumps(JOB | {"schedule": {"startAt": "2030-01-01T09:00:00+01:00"}}))
    await send(world.app, file=file, campaign_id="c1", as_json=True)
    await world.work()

    assert status_of(world).state == "scheduled"
    start = world.at(paths.campaign("c1"))["schedule"]["startAt"]
    assert start.isoformat() == "2030-01-01T08:00:00+00:00"


async def test_an_explanation_is_read_out_with_its_checks(world: World, capsys: Captured) -> None:
    await begin(world)
    await world.work()
    await campaign_reports.explain(world.app, campaign_id="c1", uid="p0000", as_json=False)
    told = capsys.readouterr().out
    assert "Their message was sent by chat" in told
    assert "consent.chat" in told

    await campaign_reports.explain(world.app, campaign_id="c1", uid="p0000", as_json=True)
    assert json.loads(capsys.readouterr().out)["inAudience"] is True


async def test_an_export_is_csv_or_a_json_list(world: World, capsys: Captured) -> None:
    await begin(world)
    await world.work()
    await campaign_reports.export(world.app, campaign_id="c1", output=None, as_json=False)
    assert capsys.readouterr().out.startswith("userId,state,reason,")

    await campaign_reports.export(world.app, campaign_id="c1", output=None, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert [row["state"] for row in told] == ["sent"] * 3


async def test_a_retry_prints_how_many_people_get_another_attempt(
    world: World, capsys: Captured
) -> None:
    await begin(world)
    await world.work()
    await campaign_reports.retry_failed(world.app, campaign_id="c1", as_json=True)

    assert json.loads(capsys.readouterr().out) == {"retried": 0}


async def test_a_wrong_id_is_named_before_anything_is_read(world: World) -> None:
    with pytest.raises(Failed, match="campaignId must be 1 to 64 letters"):
        await campaign_reports.retry_failed(world.app, campaign_id="a/b", as_json=False)
