"""No function runs here: every trigger is lost, and the workers' own sweeper heals it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from parley.store import DELETE_FIELD, Update
from schema import paths
from tests.integration.workers.conftest import Site


@pytest.mark.slow
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


async def test_a_sign_up_and_a_deletion_whose_triggers_were_lost_are_found_by_the_sweeper(
    site: Site,
) -> None:
    chat_id = await site.direct_chat()
    await site.post(chat_id, "m1", "ann", "a secret")
    await site.app.fan_out_messages.fan_out(chat_id, ["m1"])
    # Long enough ago for the worker's first pass to meet them.
    a_minute_ago = site.app.clock.now() - timedelta(minutes=1)
    change = {"body": DELETE_FIELD, "deletedAt": a_minute_ago}
    await site.app.store.commit([Update(paths.message(chat_id, "m1"), change)])
    await site.write({paths.user("cat"): {"displayName": "Cat", "createdAt": a_minute_ago}})

    site.start_worker("message-queue")

    await site.wait_for(paths.service_user("default", "cat"), displayName="Cat")
    shown = await site.read(paths.user_chat("bob", chat_id))
    assert shown is not None
    last = shown["lastMessage"] | {"preview": ""}
    await site.wait_for(paths.user_chat("bob", chat_id), lastMessage=last)
