"""Emails about unread messages on the real stack: from the message to the mail server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import httpx
import pytest

from emulator.stack import Stack
from parley.app import App
from parley.connect import build
from parley.domain.access import UserCaller
from parley.domain.people_requests import UpdateConsent
from parley.services.delivery.send_digests import SendDigests
from parley.settings import Settings
from parley.store import SERVER_TIME, Set, Snapshot, Update
from schema import ids, paths
from tests.world import World

SECONDS = 60.0

pytestmark = pytest.mark.timeout(480)


@pytest.fixture
async def app(stack: Stack) -> AsyncIterator[App]:
    async with build(Settings.from_environment(stack.environment)) as app:
        yield app


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(SECONDS):
        while not await is_so():
            await asyncio.sleep(0.1)


class Unread:
    """A service that tells of unread messages after a minute, and its people."""

    def __init__(self, app: App, stack: Stack) -> None:
        self._app = app
        self._world = World(app.store)
        self._smtp = stack.addresses["smtp"]
        self._posted = 0
        own = app.new_ids.new_id()
        self.service_id = f"news-{own}"
        self.ann, self.bob, self.cat = (f"{name}-{own}" for name in ("ann", "bob", "cat"))

    async def open(self) -> None:
        email = {"senders": ["hello@news.example"], "digestAfterMinutes": 1}
        service = {"name": "News", "kind": "dashboard", "email": email}
        await self._app.store.commit([Set(paths.service(self.service_id), service)])
        for uid in (self.ann, self.bob, self.cat):
            record = {
                "uid": uid,
                "displayName": uid[:3].title(),
                "email": f"{uid}@a.example",
                "attributes": {},
                "tags": [],
                "consents": {},
                "createdAt": SERVER_TIME,
            }
            await self._world.write({paths.service_user(self.service_id, uid): record})
            await self._app.open_chats.open_case(caller=UserCaller(uid), service_id=self.service_id)

    async def agree(self, uid: str) -> None:
        request = UpdateConsent(
            service_id=self.service_id, channel="email", purpose="transactional", granted=True
        )
        await self._app.consents.update(caller=UserCaller(uid), request=request)

    def chat_id(self, uid: str) -> str:
        return ids.case_chat_id(uid, self.service_id)

    async def answer(self, uid: str) -> Snapshot:
        """Let the service write to a person; return the row once the worker has counted it."""
        self._posted += 1
        chat_id, message_id = self.chat_id(uid), f"m{self._posted}"
        await self._world.post(chat_id, message_id, f"service:{self.service_id}")
        row: list[Snapshot] = []

        async def is_counted() -> bool:
            (found,) = await self._app.store.get_many([paths.user_chat(uid, chat_id)])
            if found is None or found.fields["lastMessage"]["id"] != message_id:
                return False
            row.append(found)
            return True

        await until(is_counted)
        return row[0]

    async def note(self, uid: str) -> Snapshot | None:
        (found,) = await self._app.store.get_many([paths.digest(uid, self.service_id)])
        return found

    async def read(self, uid: str) -> None:
        """Show a person everything, as their app writes it."""
        row = await self.answer(uid)
        receipt = {"readTo": row.fields["lastMessage"]["createdAt"], "readAt": SERVER_TIME}
        await self._app.store.commit(
            [
                Set(paths.read_receipt(self.chat_id(uid), uid), receipt),
                Update(row.path, {"readCount": row.fields["messageCount"]}),
            ]
        )

    def mails(self) -> list[tuple[list[str], str]]:
        """Recipients and subject of each mail to these people."""
        found = []
        for entry in httpx.get(f"{self._smtp}/_/messages").json():
            sent: dict[str, Any] = entry["request"]
            if any(one.endswith(f"{self.service_id[4:]}@a.example") for one in sent["to"]):
                parsed = message_from_bytes(sent["data"].encode(), policy=policy.default)
                found.append((sent["to"], str(parsed["Subject"])))
        return found


async def test_one_email_tells_who_agreed_and_has_not_read(app: App, stack: Stack) -> None:
    httpx.put(f"{stack.addresses['smtp']}/_/faults", json=[]).raise_for_status()
    unread = Unread(app, stack)
    await unread.open()
    for uid in (unread.ann, unread.cat):
        await unread.agree(uid)
    count = 0

    async def is_noted() -> bool:
        # The worker reads the settings of services every ten seconds.
        nonlocal count
        await unread.answer(unread.ann)
        count += 1
        return await unread.note(unread.ann) is not None

    await until(is_noted)
    await unread.answer(unread.bob)
    await unread.read(unread.cat)

    soon = app.clock.now() + timedelta(minutes=2)
    one, other = SendDigests(store=app.store), SendDigests(store=app.store)
    await asyncio.gather(one.send_due(soon), other.send_due(soon))

    async def is_told() -> bool:
        return bool(unread.mails())

    await until(is_told)
    await one.send_due(soon + timedelta(minutes=5))
    messages = "1 unread message" if count == 1 else f"{count} unread messages"
    assert unread.mails() == [([f"{unread.ann}@a.example"], f"{messages} in News")]
    note = await unread.note(unread.ann)
    assert note is not None
    assert note.fields["toldAt"] == soon
    assert await unread.note(unread.bob) is None, "silence is no agreement to emails"
    assert await unread.note(unread.cat) is None, "nothing is left to tell"
