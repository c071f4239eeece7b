"""A minute of what one commit may hold hundreds of: the server counts it, and holds who does it."""

from __future__ import annotations

from typing import Any, Final

from bench.minute_world import ATTACKER, COMMITS_PER_SECOND, Minute, SmallWorld
from parley.domain.chats.post_paces import Edit
from parley.services.upkeep.sweep_direct_chats import PERIOD, SweepDirectChats
from parley.store import DELETE_FIELD, SERVER_TIME, Update
from parley.triggers import reactions_to
from schema import ids, limits, paths
from schema.patches import patch

PAGE_OF_MESSAGES: Final = 30
"""The messages that the client library shows, and listens to, at a time."""
_OTHERS: Final = limits.SMALL_GROUP - 1
_IN_COMMITS: Final = 340
"""Documents a second in commits of 500, as fast as the emulator takes them."""
_NOTICED_SECONDS: Final = 5
"""How long triggers and the hold or the mute take at most, as tests/e2e/test_holds.py sees it."""
_NEW_CHATS_A_SECOND: Final = 100
"""Commits of a chat and its two members, as fast as the emulator takes them."""
_CHATS_NOTICED_SECONDS: Final = int(PERIOD.total_seconds()) + _NOTICED_SECONDS
"""The period of the task that counts them, and the time of its pass and of the hold."""
_NEW_CHAT_RULES: Final = 5
_REFUSED_CHAT_RULES: Final = 2
"""Documents that the rules read for a direct chat (`tests/rules/attacks` counts them), and for one
that is refused: the hold, and the chat, which the rule of its members looks at."""


async def played_bursts() -> list[Minute]:
    """Return a minute of each."""
    return [await _direct_chats(), await _deletions(), await _edits_in_commits()]


async def _direct_chats() -> Minute:
    """Create chats with invented people, until that is held; then try on."""
    world = SmallWorld()
    uid, created = ATTACKER.uid, _NEW_CHATS_A_SECOND * _CHATS_NOTICED_SECONDS
    for number in range(created):
        chat = {"serviceId": "default", "kind": "direct", "createdBy": uid}
        chat_id = ids.direct_chat_id(uid, f"invented{number}")
        await world.write({paths.chat(chat_id): chat | {"createdAt": SERVER_TIME}})
    sweep = SweepDirectChats(store=world.store, clock=world.clock)
    counts = await world.counted(sweep.sweep(world.clock.now()))
    refused = (60 - _CHATS_NOTICED_SECONDS) * COMMITS_PER_SECOND
    return Minute(
        "direct chats with people who do not exist",
        times=created + refused,
        writes=created * 3 + counts.writes,
        reads=created * _NEW_CHAT_RULES + counts.reads + refused * _REFUSED_CHAT_RULES,
        held_by=f"held for a minute above {limits.CHATS_CREATED_A_MINUTE} a minute",
    )


async def _deletions() -> Minute:
    """Delete own messages of before, until that is held; then try on."""
    world, chat_id, messages = await _said_before()

    async def play() -> None:
        for message_id in messages:
            gone = {"body": DELETE_FIELD, "deletedAt": SERVER_TIME}
            await _change(world, chat_id, message_id, gone)
        await world.app.fan_out_messages.follow_changes(chat_id, messages)

    counts = await world.counted(play())
    refused = (60 - _NOTICED_SECONDS) * COMMITS_PER_SECOND
    return Minute(
        "deletions of own messages of before in a group of 100, 500 a commit",
        times=len(messages) + refused,
        writes=counts.writes + counts.deletes,
        # The hold, by the rules; the page, and row and chat of the last one, by all others.
        reads=counts.reads + len(messages) // 500 + refused + _OTHERS * (PAGE_OF_MESSAGES + 2),
        held_by=f"held for a minute above {limits.DELETIONS_A_MINUTE} a minute",
    )


async def _edits_in_commits() -> Minute:
    """Edit own messages of before, until the worker mutes; then try on."""
    world, chat_id, messages = await _said_before()
    foldings = _NOTICED_SECONDS // limits.CHANGED_ROWS_SECONDS

    async def play() -> None:
        for second in range(foldings):
            world.clock.advance(1)
            some = messages[second * _IN_COMMITS : (second + 1) * _IN_COMMITS]
            edited = [*some, messages[-1]] if second % limits.EDIT_SECONDS == 0 else some
            for message_id in edited:
                text = patch(body=f"Text {second}", edited_at=SERVER_TIME)
                await _change(world, chat_id, message_id, text)
            now = world.clock.now()
            edits = [Edit(each, ATTACKER.uid, now) for each in edited]
            await world.app.fan_out_messages.follow_changes(chat_id, edited, edits)

    counts = await world.counted(play())
    refused = (60 - _NOTICED_SECONDS) * COMMITS_PER_SECOND
    of_page = PAGE_OF_MESSAGES * (_NOTICED_SECONDS // limits.EDIT_SECONDS + 1)
    return Minute(
        "edits of own messages of before in a group of 100, 500 a commit",
        times=len(messages) + refused,
        writes=counts.writes + counts.deletes,
        reads=counts.reads + len(messages) // 500 + refused + _OTHERS * (of_page + 2 * foldings),
        held_by="the worker mutes above 60 a minute in a chat",
    )


async def _said_before() -> tuple[SmallWorld, str, list[str]]:
    """Return a group of 100 with as many messages of the attacker as come through in a burst."""
    world = SmallWorld()
    chat_id = await world.group(limits.SMALL_GROUP)
    messages = [f"m{number:04d}" for number in range(_IN_COMMITS * _NOTICED_SECONDS)]
    said = {"senderId": ATTACKER.uid, "body": "Hello", "createdAt": SERVER_TIME}
    for message_id in messages:
        await world.write({paths.message(chat_id, message_id): said})
    last = messages[-1]
    queued = {"senderId": ATTACKER.uid, "createdAt": SERVER_TIME}
    entry = queued | {"chatId": chat_id, "messageId": last, "shard": 1}
    await world.write({paths.message_queue(chat_id, last): entry})
    await world.app.fan_out_messages.fan_out(chat_id, [last])
    world.clock.advance(120)
    return world, chat_id, messages


async def _change(world: SmallWorld, chat_id: str, message_id: str, fields: dict[str, Any]) -> None:
    """Change a message, and do what its trigger does."""
    path = paths.message(chat_id, message_id)
    before = dict(world.store.document(path) or {})
    await world.store.commit([Update(path, fields)])
    for reaction in reactions_to(path, before, world.store.document(path)):
        await world.app.carry_out(reaction)
