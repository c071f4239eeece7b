"""No function runs here: every trigger is lost, and the workers' own sweeper heals it."""

from __future__ import annotations

from schema import paths
from tests.integration.workers.conftest import Site


async def test_messages_and_campaigns_whose_triggers_were_lost_are_found_by_the_sweeper(
    site: Site,
) -> None:
    chat_id = await site.direct_chat()
    await site.person("bob", "bob-1")
    await site.service(people=30)
    site.start_worker()

    await site.post(chat_id, "m1", "ann")
    await site.campaign()

    await site.wait_for(paths.user_chat("bob", chat_id), messageCount=1)
    status = await site.wait_for(paths.campaign_status("c1"), state="completed")
    assert status["counts"]["sent"] == 30
    assert await site.read(paths.message_queue(chat_id, "m1")) is None
