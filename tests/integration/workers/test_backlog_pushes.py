"""A backlog that several workers begin on at once pushes each message about once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from parley.store import Query
from schema import ids, paths
from schema.events import MessageQueued
from tests.integration.workers.conftest import Site

CHATS = 800
MESSAGES = 1
WAITED = timedelta(seconds=25)
QUIET = timedelta(seconds=12)


def waiting(number: int, posted_at: datetime) -> dict[str, dict[str, Any]]:
    """A direct chat whose messages wait in the outbox, and the device of its other member."""
    uid = f"r{number:04d}"
    chat_id = ids.direct_chat_id("ann", uid)
    documents: dict[str, dict[str, Any]] = {
        paths.chat(chat_id): {
            "serviceId": "default",
            "kind": "direct",
            "createdBy": "ann",
            "createdAt": posted_at,
        },
        paths.profile(uid): {"displayName": uid},
        paths.push_tokens(uid): {
            "devices": {
                "phone": {
                    "token": f"token-{uid}",
                    "kind": "fcmToken",
                    "platform": "ios",
                    "updatedAt": posted_at,
                }
            }
        },
    }
    for member in ("ann", uid):
        documents[paths.chat_member(chat_id, member)] = {"role": "member", "joinedAt": posted_at}
    for nth in range(MESSAGES):
        message = {"senderId": "ann", "createdAt": posted_at}
        documents[paths.message(chat_id, f"m{nth}")] = {**message, "body": "hi"}
        documents[paths.message_queue(chat_id, f"m{nth}")] = {
            **message,
            "chatId": chat_id,
            "messageId": f"m{nth}",
            "shard": number % 32,
        }
    return documents


@pytest.mark.timeout(240)
async def test_a_backlog_that_four_workers_begin_on_is_pushed_about_once(site: Site) -> None:
    posted_at = site.app.clock.now() - WAITED
    for number in range(CHATS):
        await site.write(waiting(number, posted_at))
    await site.publish(
        *(
            MessageQueued(chat_id=ids.direct_chat_id("ann", f"r{number:04d}"), message_id=f"m{n}")
            for number in range(CHATS)
            for n in range(MESSAGES)
        )
    )
    for _ in range(4):
        site.start_worker()

    seen = (0, site.app.clock.now())

    async def quiet() -> str | None:
        """Wait for an empty outbox, and until pushes have been quiet for a while."""
        nonlocal seen
        now, count = site.app.clock.now(), site.pushes().total()
        if count != seen[0]:
            seen = (count, now)
        left = [entry async for page in site.app.store.stream(QUEUED) for entry in page]
        is_done = not left and now - seen[1] >= QUIET
        return None if is_done else f"{len(left)} messages wait, {count} pushes"

    await site.until(quiet, seconds=180)
    pushes = site.pushes()
    print("pushes handed over:", pushes.total(), "of", len(pushes))
    assert len(pushes) == CHATS * MESSAGES
    assert pushes.total() <= 1.05 * len(pushes)


QUEUED = Query(paths.MESSAGE_QUEUE, select=())
