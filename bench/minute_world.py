"""A small world in memory in which the acts of one minute are counted."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from parley.app import App
from parley.bootstrap import wire
from parley.domain.access import Caller, Refused, UserCaller
from parley.domain.requests import AddMembers, CreateGroup
from parley.settings import Settings
from parley.store import SERVER_TIME, Set
from parley.store.counting import Counts
from parley.testing.clock import FixedClock, SequentialIds
from parley.testing.firestore_indexes import Indexes
from parley.testing.in_memory_accounts import InMemoryAccounts
from parley.testing.in_memory_files import InMemoryFiles
from parley.testing.in_memory_mail import InMemoryMail
from parley.testing.in_memory_publisher import InMemoryPublisher
from parley.testing.in_memory_push import RecordingPushSender
from parley.testing.in_memory_queue import InMemoryQueue
from parley.testing.in_memory_sms import InMemorySms
from parley.testing.in_memory_store import InMemoryStore
from schema import ids, limits, paths

COMMITS_PER_SECOND: Final = 160
"""The most commits of one connection, one after another, before there was a pace: receipts, on two
cores, with the emulator beside the client. A connection to production makes fewer."""
UNPACED: Final = 60 * COMMITS_PER_SECOND
"""The commits of a minute that nothing paces."""
ATTACKER: Final = UserCaller("mal")

_INDEXES = Path(__file__).resolve().parents[1] / "rules" / "firestore.indexes.json"


@dataclass(frozen=True, slots=True)
class Minute:
    """One act, done all through a minute: documents written and read by everybody for it."""

    act: str
    times: int
    writes: int
    reads: int
    held_by: str
    is_held: bool = True


class SmallWorld:
    """The app on the twins, with people who are there and can be added at once."""

    def __init__(self) -> None:
        self.clock = FixedClock()
        self.store = InMemoryStore(self.clock, Indexes.read(_INDEXES))
        self.publisher = InMemoryPublisher()
        self.app: App = wire(
            Settings(project_id="demo-parley"),
            clock=self.clock,
            new_ids=SequentialIds(),
            store=self.store,
            publisher=self.publisher,
            subscriber=InMemoryQueue(self.clock),
            sender=RecordingPushSender(),
            accounts=InMemoryAccounts(),
            sms=InMemorySms(self.clock).provider(),
            mail=InMemoryMail(),
            files=InMemoryFiles(),
            randomness=random.Random(1),
        )

    async def people(self, count: int) -> list[str]:
        """Write people who let everybody add them, each with a device."""
        uids = [f"u{number:04d}" for number in range(count)]
        for uid in [ATTACKER.uid, *uids]:
            device = {
                "token": f"token-{uid}",
                "kind": "fcmToken",
                "platform": "ios",
                "updatedAt": SERVER_TIME,
            }
            user = {"displayName": uid, "createdAt": SERVER_TIME, "whoMayAddMe": "everyone"}
            await self.write(
                {
                    paths.user(uid): user,
                    paths.profile(uid): {"displayName": uid},
                    paths.push_tokens(uid): {"devices": {"d": device}},
                    # Contacts are added at once, who are dearer than the invited.
                    paths.chat(ids.direct_chat_id(ATTACKER.uid, uid) if uid != "mal" else "-"): {
                        "serviceId": "default",
                        "kind": "direct",
                        "createdBy": ATTACKER.uid,
                        "createdAt": SERVER_TIME,
                    },
                }
            )
        return uids

    async def group(self, size: int) -> str:
        """Return a group of the attacker's with so many members in all."""
        await self.people(size - 1)
        return await self.another_group(size)

    async def another_group(self, size: int) -> str:
        """Return a group of people who are there."""
        uids = [f"u{number:04d}" for number in range(size - 1)]
        most = limits.MEMBERS_PER_CALL
        request = CreateGroup(title="Group", user_ids=uids[:most])
        made = await self.app.open_chats.create_group(caller=ATTACKER, request=request)
        for first in range(most, len(uids), most):
            more = AddMembers(chat_id=made.chat_id, user_ids=uids[first : first + most])
            await self.app.change_members.add(caller=ATTACKER, request=more)
        self.clock.advance(120)
        return made.chat_id

    async def write(self, documents: dict[str, dict[str, Any]]) -> None:
        """Write documents as clients and the server do; not counted by ``counted``."""
        await self.store.commit([Set(path, fields) for path, fields in documents.items()])

    async def follow(self) -> None:
        """Fan out all that stands in the outbox, chat by chat."""
        outbox = f"{paths.MESSAGE_QUEUE}/"
        waiting: dict[str, list[str]] = {}
        for path in [path for path in self.store.paths() if path.startswith(outbox)]:
            entry = self.store.document(path) or {}
            waiting.setdefault(str(entry["chatId"]), []).append(str(entry["messageId"]))
        for chat_id, messages in waiting.items():
            await self.app.fan_out_messages.fan_out(chat_id, messages)

    async def counted(self, work: Awaitable[object]) -> Counts:
        """Do some work and return what it cost."""
        before = self.store.counts
        await work
        return self.store.counts - before

    async def call_all_minute(
        self,
        call: Callable[[int], Awaitable[object]],
        reserve: int = 0,
        caller: Caller = ATTACKER,
    ) -> int:
        """Make as many calls as a minute takes, as the functions do; return how many passed."""
        passed = 0
        for number in range(limits.CALLS_PER_MINUTE):
            try:
                self.app.call_budgets.admit(caller)
                await self.app.bans.require_not_banned(caller.id)
                await self.app.call_budgets.run(caller, _nth(call, number), reserve=reserve)
            except Refused as refused:
                if refused.retry_after is None:
                    raise
                continue
            passed += 1
        return passed


def _nth(call: Callable[[int], Awaitable[object]], number: int) -> Callable[[], Awaitable[object]]:
    return lambda: call(number)
