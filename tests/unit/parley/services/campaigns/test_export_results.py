"""Staff export the result of everybody, in pages."""

from __future__ import annotations

import csv
import io

import pytest

from parley.domain.access import Refused, UserCaller
from parley.domain.campaign_requests import ExportCampaign
from parley.domain.campaigns.result_rows import COLUMNS
from schema import paths
from schema.reasons import RecipientState
from schema.recipients import tally
from tests.unit.parley.services.campaigns_driven import planned
from tests.unit.parley.services.campaigns_seen import batches_of
from tests.unit.parley.services.conftest import TwinWorld as World

VIEWER = UserCaller("viewer")


async def pages(world: World, state: RecipientState | None = None) -> list[str]:
    """Each page of the export, as a dashboard asks for them."""
    found: list[str] = []
    cursor: str | None = None
    while True:
        request = ExportCampaign(campaign_id="c1", state=state, cursor=cursor)
        page = await world.app.export_results.export(caller=VIEWER, request=request)
        answer = page.answer()
        found.append(answer["csv"])
        cursor = answer.get("nextCursor")
        if cursor is None:
            return found


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


async def test_the_first_page_has_the_header_and_every_person_stands_on_one_page(
    world: World,
) -> None:
    await planned(world, 10_050)
    texts = await pages(world)

    assert len(texts) == 3
    assert tuple(rows(texts[0])[0]) == COLUMNS
    assert all(len(rows(text)) <= 5_001 for text in texts)
    uids = [row[0] for text in texts for row in rows(text)][1:]
    assert sorted(uids) == [f"p{number:06d}" for number in range(10_050)]


@pytest.mark.parametrize(("people", "size"), [(0, 100), (1, 100), (130, 1), (5_000, 100)])
async def test_small_ledgers_are_one_page(world: World, people: int, size: int) -> None:
    await planned(world, people, size)
    (text,) = await pages(world)

    assert len(rows(text)) == 1 + people


async def test_a_page_reads_its_batches_and_one_more(world: World) -> None:
    await planned(world, 10_000)
    before = world.store.counts

    request = ExportCampaign(campaign_id="c1")
    await world.app.export_results.export(caller=VIEWER, request=request)

    spent = world.store.counts - before
    assert spent.of("reads", "campaignStatus/batches") == 51


async def skip(world: World, count: int, of: int) -> set[str]:
    """Skip the first so many people of every so-manieth batch; return who they are."""
    skipped: set[str] = set()
    for number, batch_id in enumerate(sorted(batches_of(world))):
        if number % of:
            continue
        path = paths.campaign_batch("c1", batch_id)
        fields = world.at(path)
        uids = fields["uids"][:count]
        for uid in uids:
            entry = {"state": "skipped", "reason": "noConsent", "at": world.clock.now()}
            fields["recipients"][uid] = entry
        told = tally(fields["recipients"])
        await world.write({path: fields | {"counts": told["counts"]}})
        skipped |= set(uids)
    return skipped


async def test_people_in_a_state_are_found_by_reading_their_batches_alone(world: World) -> None:
    await planned(world, 10_000)
    skipped = await skip(world, 3, of=20)
    before = world.store.counts
    (text,) = await pages(world, RecipientState.SKIPPED)

    spent = world.store.counts - before
    assert spent.of("reads", "campaignStatus/batches") == 5
    assert {row[0] for row in rows(text)[1:]} == skipped
    assert len(rows(text)) == 1 + 15


async def test_people_in_a_state_stand_on_one_page_each_however_many_batches_have_some(
    world: World,
) -> None:
    await planned(world, 900, size=2)
    skipped = await skip(world, 1, of=1)
    texts = await pages(world, RecipientState.SKIPPED)

    assert len(texts) == 3
    found = [row[0] for text in texts for row in rows(text)][1:]
    assert sorted(found) == sorted(skipped)


async def test_nobody_in_a_state_is_a_page_with_the_header_alone(world: World) -> None:
    await planned(world, 300)
    (text,) = await pages(world, RecipientState.FAILED)

    assert rows(text) == [list(COLUMNS)]


async def test_a_cursor_of_everybody_is_refused_for_a_state(world: World) -> None:
    await planned(world, 5_100)
    export = world.app.export_results.export
    first = await export(caller=VIEWER, request=ExportCampaign(campaign_id="c1"))
    request = ExportCampaign(
        campaign_id="c1", state=RecipientState.PLANNED, cursor=first.next_cursor
    )

    with pytest.raises(Refused, match="no cursor of this list"):
        await export(caller=VIEWER, request=request)


async def test_what_was_sent_is_told_with_its_push(world: World) -> None:
    await world.service(people=1)
    await world.write({paths.staff("acme", "viewer"): {"role": "viewer", "displayName": "V"}})
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    await world.work()
    (text,) = await pages(world)
    row = dict(zip(*rows(text), strict=True))

    assert (row["userId"], row["state"], row["channel"], row["push"]) == (
        "p0000",
        "sent",
        "chat",
        "handedOver",
    )
    assert row["at"].endswith("Z")


async def test_a_cursor_of_something_else_is_refused(world: World) -> None:
    await planned(world, 1)

    with pytest.raises(Refused, match="no cursor of this list"):
        await world.app.export_results.export(
            caller=VIEWER, request=ExportCampaign(campaign_id="c1", cursor="none")
        )


async def test_strangers_may_not_export(world: World) -> None:
    await planned(world, 1)

    with pytest.raises(Refused, match="there is no campaign 'c1'"):
        await world.app.export_results.export(
            caller=UserCaller("stranger"), request=ExportCampaign(campaign_id="c1")
        )
