"""Cases in numbers, as the server leaves them, written by the store."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from emulator.sign_ins import SERVICE
from parley.errors import CommitOutcomeUnknown, StoreContended
from parley.store import Set, Store, Write
from schema import ids, paths

DASHBOARD = ids.service_member(SERVICE)
_WRITES_A_COMMIT = 400
_COMMITS_AT_ONCE = 4
_TRIES = 6
_SAID = "Where is my parcel? I ordered it two weeks ago and have heard nothing since."


def person(number: int) -> str:
    """The uid of a case's person; the last one wrote last."""
    return f"person{number:05d}"


def case(number: int) -> str:
    return ids.case_chat_id(person(number), SERVICE)


async def write_cases(
    store: Store, count: int, numbers: range, *, with_thread: int, messages: int
) -> None:
    """Write these of ``count`` open cases, the last of them on top; the newest have a thread."""
    now = datetime.now(UTC)
    writes: list[Write] = []
    for number in numbers:
        has_thread = number >= count - with_thread
        at = now - timedelta(seconds=30 * (count - number))
        writes += _case(number, at, messages if has_thread else 1, is_whole=has_thread)
    await commit_all(store, writes)


async def commit_all(store: Store, writes: Sequence[Write]) -> None:
    starts = iter(range(0, len(writes), _WRITES_A_COMMIT))

    async def lane() -> None:
        for start in starts:
            await _commit(store, writes[start : start + _WRITES_A_COMMIT])

    await asyncio.gather(*(lane() for _ in range(_COMMITS_AT_ONCE)))


async def _commit(store: Store, writes: Sequence[Write]) -> None:
    """Commit the same writes again where a busy emulator did not take them in time."""
    for _ in range(_TRIES - 1):
        with suppress(CommitOutcomeUnknown, StoreContended):
            await store.commit(writes)
            return
    await store.commit(writes)


async def post(store: Store, number: int, body: str) -> None:
    """Write what a client's batch writes when the person of a case says something."""
    chat_id, message_id = case(number), uuid4().hex[:20]
    now = datetime.now(UTC)
    both = {"senderId": person(number), "createdAt": now}
    writes = [
        Set(paths.message(chat_id, message_id), {**both, "body": body}),
        Set(
            paths.message_queue(chat_id, message_id),
            {**both, "chatId": chat_id, "messageId": message_id, "shard": 0},
        ),
    ]
    # A second commit might come after the fan-out, and queue the message again.
    with suppress(CommitOutcomeUnknown):
        await store.commit(writes)


def _case(number: int, at: datetime, messages: int, *, is_whole: bool) -> Iterator[Write]:
    """Chat, row and the person's record; the rest for a case that is opened."""
    uid, chat_id = person(number), case(number)
    last = {"id": f"m{messages - 1:03d}", "senderId": uid, "preview": _SAID, "createdAt": at}
    both = {"serviceId": SERVICE, "kind": "case"}
    created = {"createdBy": uid, "createdAt": at}
    counted = {"messageCount": messages, "lastMessage": last}
    standing = {"state": "open", "stateAt": at, "memberIds": [uid, DASHBOARD], "memberCount": 2}
    yield Set(paths.chat(chat_id), both | created | counted | standing)
    row = {"otherUid": uid, "readCount": 0, "updatedAt": at, "assigneeId": None}
    flags = {"isUnread": True, "isUnanswered": True}
    yield Set(paths.user_chat(DASHBOARD, chat_id), both | counted | row | flags)
    yield Set(
        paths.service_user(SERVICE, uid),
        {
            "uid": uid,
            "displayName": f"Person {number:05d}",
            "locale": "en-GB",
            "createdAt": at,
            "attributes": {"plan": "pro", "visits": number % 50},
            "tags": ["customer"],
            "consents": {},
        },
    )
    if not is_whole:
        return
    yield Set(paths.profile(uid), {"displayName": f"Person {number:05d}"})
    for member in (uid, DASHBOARD):
        yield Set(paths.chat_member(chat_id, member), {"role": "member", "joinedAt": at})
    for turn in range(messages):
        said = {"senderId": uid, "createdAt": at - timedelta(minutes=messages - 1 - turn)}
        yield Set(paths.message(chat_id, f"m{turn:03d}"), {**said, "body": f"{turn}: {_SAID}"})
