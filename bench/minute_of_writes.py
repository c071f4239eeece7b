"""A minute of what clients write into chats, as far as the rules and the workers allow."""

from __future__ import annotations

from typing import Final

from bench.minute_of_bursts import PAGE_OF_MESSAGES
from bench.minute_world import ATTACKER, UNPACED, Minute, SmallWorld
from parley.domain.chats.post_paces import Edit
from parley.store import SERVER_TIME, Set, Update
from schema import limits, paths
from schema.patches import patch

_OTHERS: Final = limits.SMALL_GROUP - 1
_GROUPS: Final = 11
"""Groups that one person posts to in turn; eleven once in a second each."""
_POST_RULES: Final = 3
_REFUSED_POST_RULES: Final = 4
"""Documents that the rules read for a post to a group and for a post to one other;
`tests/rules/attacks` counts them."""


async def played_writes() -> list[Minute]:
    """Return a minute of each document of a chat that a client may write again and again."""
    return [
        _paced("receipt", limits.RECEIPT_SECONDS),
        _paced("typing", limits.TYPING_SECONDS),
        _receipts_everywhere(),
        await _edits(messages=1),
        await _edits(messages=PAGE_OF_MESSAGES),
        await _posts_everywhere(),
        await _posts(limits.SMALL_GROUP),
        await _posts(limits.PUSHED_GROUP),
        _flapping("typing, ended and begun anew", rules=1),
        _flapping("a reaction, taken back and set anew", rules=1.5),
        _flapping(
            f"a reaction to each of {PAGE_OF_MESSAGES} messages, taken back and set anew",
            rules=1.5,
            listeners=PAGE_OF_MESSAGES,
        ),
        _flapping("a profile that others look at", rules=0),
        Minute(
            "flags of own rows, 20 a commit",
            times=UNPACED,
            writes=UNPACED,
            reads=UNPACED,
            held_by="a member document is looked up for each row",
        ),
        Minute(
            "mutes, and `users/{uid}` of one who is in no service",
            times=UNPACED,
            writes=UNPACED,
            reads=0,
            held_by="the speed of one connection",
        ),
        Minute(
            "posts that are refused",
            times=UNPACED,
            writes=0,
            reads=UNPACED * _REFUSED_POST_RULES,
            held_by="the speed of one connection",
        ),
    ]


def _paced(what: str, seconds: int) -> Minute:
    """Return a document that the rules pace, and that everybody in a group of 100 listens to."""
    times = 60 // seconds
    return Minute(
        f"{what} in a group of 100",
        times=times,
        writes=times,
        reads=times * (1 + _OTHERS),
        held_by=f"rules: once in {seconds} s",
    )


def _receipts_everywhere() -> Minute:
    """Return receipts in many groups, as often as the listeners of each take them without a rest.

    Who writes them faster is heard less: six times, and once more after a minute.
    """
    times = _GROUPS * (60 // limits.FLAPPING_SECONDS) * (limits.RECEIPT_CHANGES - 1)
    return Minute(
        f"receipts in {_GROUPS} groups of {limits.SMALL_GROUP}, 5 in 10 s in each",
        times=times,
        writes=times,
        reads=times * (1 + _OTHERS),
        held_by=f"listeners rest after {limits.RECEIPT_CHANGES} receipts of one person in "
        f"{limits.FLAPPING_SECONDS} s",
    )


def _flapping(what: str, *, rules: float, listeners: int = 1) -> Minute:
    """Return what listeners of the client library rest from; half of the writes change it back.

    ``rules``: the documents that the rules read for a write, on average. Listeners that rest
    together begin again once a minute, and then read all that they listen to.
    """
    return Minute(
        f"{what}, in a group of 100",
        times=UNPACED,
        writes=UNPACED,
        reads=int(UNPACED * rules) + _OTHERS * (2 * limits.FLAPPING_CHANGES + listeners),
        held_by=f"listeners rest after {limits.FLAPPING_CHANGES} changes in "
        f"{limits.FLAPPING_SECONDS} s",
    )


async def _edits(*, messages: int) -> Minute:
    """Edit the newest messages of a group of 100, each at its pace; rows follow once a second.

    The last message has its turn whenever the rules let it, since its edits are the dearest.
    """
    world = SmallWorld()
    chat_id = await world.group(limits.SMALL_GROUP)
    for number in range(messages):
        await _post(world, chat_id, f"m{number}")
        world.clock.advance(1)
    times = min(messages * 60 // limits.EDIT_SECONDS, limits.POSTS_PER_MINUTE)
    foldings = 60 // limits.EDIT_SECONDS
    world.clock.advance(60)

    async def play() -> None:
        for number in range(times):
            world.clock.advance(60 / times)
            is_last = messages == 1 or number % 2 == 0
            edited = f"m{messages - 1 if is_last else number % (messages - 1)}"
            text = patch(body=f"Text {number}", edited_at=SERVER_TIME)
            await world.store.commit([Update(paths.message(chat_id, edited), text)])
            edit = Edit(edited, ATTACKER.uid, world.clock.now())
            await world.app.fan_out_messages.follow_changes(chat_id, [edited], [edit])

    counts = await world.counted(play())
    held_by = "the worker mutes above 60 a minute in a chat"
    one = "the last message" if messages == 1 else f"the last {messages} messages"
    return Minute(
        f"edits of {one} of a group of 100",
        times=times,
        # A trigger keeps what each edit replaced.
        writes=counts.writes + counts.deletes + times,
        # Of the message, of the row and of the chat, by all others; and what the rules read.
        reads=counts.reads + times * (_OTHERS + 1) + foldings * 2 * _OTHERS,
        held_by=f"rules: once in {limits.EDIT_SECONDS} s" if messages == 1 else held_by,
    )


async def _posts(size: int) -> Minute:
    """Post once a second, as fast as nobody is muted for. Each post is fanned out alone."""
    world = SmallWorld()
    chat_id = await world.group(size)
    is_small = size <= limits.SMALL_GROUP
    times = 60

    async def play() -> None:
        for number in range(times):
            world.clock.advance(1)
            await world.app.summaries.send_due()
            await _post(world, chat_id, f"m{number}")

    # What is remembered, such as names, is read before.
    await _post(world, chat_id, "first")
    counts = await world.counted(play())
    others = limits.SMALL_GROUP - 1
    shown = 3 if is_small else 2
    return Minute(
        f"posts in a group of {size:,}",
        times=times,
        writes=counts.writes + counts.deletes,
        reads=counts.reads + times * (_POST_RULES + shown * others),
        held_by="the worker mutes above 60 a minute in a chat",
    )


async def _posts_everywhere() -> Minute:
    """Post to one group of 100 after another, eleven times a second, until muted in all of them."""
    world = SmallWorld()
    chats = [await world.group(limits.SMALL_GROUP)]
    chats += [await world.another_group(limits.SMALL_GROUP) for _ in range(_GROUPS - 1)]
    times = 0

    async def play() -> None:
        nonlocal times
        for number in range(60 * _GROUPS):
            if number % _GROUPS == 0:
                await world.app.summaries.send_due()
            world.clock.advance(1 / _GROUPS)
            chat_id = chats[number % _GROUPS]
            member = world.store.document(paths.chat_member(chat_id, ATTACKER.uid)) or {}
            if "mutedUntil" not in member or member["mutedUntil"] <= world.clock.now():
                times += 1
                await _post(world, chat_id, f"m{number}")

    counts = await world.counted(play())
    return Minute(
        f"posts in {_GROUPS} groups of {limits.SMALL_GROUP}, {_GROUPS} a second",
        times=times,
        writes=counts.writes + counts.deletes,
        reads=counts.reads + times * (_POST_RULES + 3 * _OTHERS),
        held_by=f"the worker mutes above {limits.PERSON_ROWS_PER_MINUTE:,} rows a minute",
    )


async def _post(world: SmallWorld, chat_id: str, message_id: str) -> None:
    sender = {"senderId": ATTACKER.uid, "createdAt": SERVER_TIME}
    entry = {"chatId": chat_id, "messageId": message_id, "shard": 1}
    await world.store.commit(
        [
            Set(paths.message(chat_id, message_id), sender | {"body": "Hello"}),
            Set(paths.message_queue(chat_id, message_id), sender | entry),
        ]
    )
    await world.app.fan_out_messages.fan_out(chat_id, [message_id])
