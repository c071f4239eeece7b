"""Cases that sleep, and worker processes of which each would wake them."""

from __future__ import annotations

from datetime import timedelta

from parley.domain.requests import UpdateCase
from schema import ids, paths
from tests.integration.workers.conftest import Site


async def test_a_snoozed_case_is_opened_once_when_its_time_has_come(site: Site) -> None:
    await site.service(people=1)
    await site.write({paths.staff("acme", "agent"): {"role": "agent", "displayName": "Al"}})
    chat_id = (await site.app.open_chats.open_case(uid="p0000", service_id="acme")).chat_id
    for _ in range(2):
        site.start_worker("message-queue")
    until = site.app.clock.now() + timedelta(seconds=2)
    asked = UpdateCase(chat_id=chat_id, state="snoozed", snoozed_until=until)
    await site.app.update_chats.update_case(uid="agent", request=asked)

    chat = await site.wait_for(paths.chat(chat_id), state="open")

    assert site.app.clock.now() >= until
    assert "snoozedUntil" not in chat
    assert await site.read(paths.user_chat(ids.service_member("acme"), chat_id)) is not None
    audit = (await site.documents(paths.chat_audits(chat_id))).values()
    assert sorted((entry["action"], entry["by"]) for entry in audit) == [
        ("opened", "p0000"),
        ("opened", "system"),
        ("snoozed", "agent"),
    ]
