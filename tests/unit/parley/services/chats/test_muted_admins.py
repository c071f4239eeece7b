"""An admin who may not post does not speak by the title, topic or attributes of a group either."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from parley.domain.access import Refused, UserCaller
from parley.domain.requests import UpdateChat
from parley.store import Update
from schema import paths
from tests.unit.parley.services.group import Group

MUTES: dict[str, Any] = {
    "muted": {"mutedUntil": timedelta(minutes=1)},
    "kept from posting": {"canPost": False},
}


async def silence(group: Group, how: str) -> None:
    """Let ann, who owns the group, not post in it."""
    fields = {
        name: group.world.clock.now() + value if isinstance(value, timedelta) else value
        for name, value in MUTES[how].items()
    }
    await group.world.store.commit([Update(paths.chat_member(group.id, "ann"), fields)])


async def describe(group: Group, **asked: Any) -> None:
    request = UpdateChat.model_validate({"chatId": group.id, **asked})
    await group.world.app.update_chats.update_chat(caller=UserCaller("ann"), request=request)


@pytest.mark.parametrize("how", MUTES)
@pytest.mark.parametrize(
    "words", [{"title": "No way"}, {"topic": "Hear me"}, {"attributes": {"motto": "Hear me"}}]
)
async def test_new_words_are_refused(group: Group, how: str, words: dict[str, Any]) -> None:
    await silence(group, how)
    before = group.chat

    with pytest.raises(Refused, match=f"{next(iter(words))}: you (are muted|may not post)") as told:
        await describe(group, **words)

    assert (told.value.reason, group.chat) == ("notAllowed", before)


async def test_settings_are_no_words(group: Group) -> None:
    await silence(group, "muted")

    await describe(group, slowModeSeconds=30)

    assert group.chat.slow_mode_seconds == 30


async def test_the_title_that_stands_is_no_new_word(group: Group) -> None:
    await silence(group, "kept from posting")

    await describe(group, title=group.chat.title)


async def test_words_are_free_when_a_mute_is_over(group: Group) -> None:
    await silence(group, "muted")
    group.world.clock.advance(60)

    await describe(group, title="Hikers again")

    assert group.chat.title == "Hikers again"
