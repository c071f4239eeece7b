"""A stranger who makes groups, people who do not know him, and what reaches their phones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parley.domain.access import UserCaller
from parley.domain.requests import CreateGroup
from parley.store import SERVER_TIME
from schema import paths
from tests.unit.parley.services.group import Group

if TYPE_CHECKING:
    from tests.unit.parley.services.conftest import TwinWorld as World


async def bring_strangers(world: World) -> None:
    """Mal, and people with a phone: blake blocks him, and ned lets nobody add him."""
    for uid in ("mal", "vic", "blake", "ned", "flo"):
        await world.person(uid, f"{uid}-phone")
    await world.write({paths.user_block("blake", "mal"): {"createdAt": SERVER_TIME}})
    await world.people("ned", adds="nobody")


async def mals_group(world: World, *uids: str, title: str = "Prize draw") -> Group:
    return await group_of(world, "mal", *uids, title=title)


async def group_of(world: World, owner: str, *uids: str, title: str = "Prize draw") -> Group:
    request = CreateGroup(title=title, user_ids=list(uids))
    opened = await world.app.open_chats.create_group(caller=UserCaller(owner), request=request)
    return Group(world, opened.chat_id)


async def talk(world: World, *uids: str) -> str:
    """Have two people write to one another; return their direct chat."""
    chat_id = await world.direct_chat(*uids)
    for uid in uids:
        await world.post(chat_id, f"from-{uid}", uid)
        await world.app.fan_out_messages.fan_out(chat_id, [f"from-{uid}"])
    return chat_id


async def push_all(world: World) -> None:
    """Fan out everything that waits in the outbox."""
    for path in [one for one in world.store.paths() if one.startswith("messageQueue/")]:
        entry = world.at(path)
        await world.app.fan_out_messages.fan_out(entry["chatId"], [entry["messageId"]])


def pushes(world: World, uid: str) -> list[tuple[str, str]]:
    return [(one.title, one.body) for one in world.sender.sent_to(f"{uid}-phone")]
