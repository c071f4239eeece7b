"""What people wrote reaches no log line, no error and no error of a dead letter."""

from __future__ import annotations

import logging

import pytest
from pydantic import ValidationError

from parley.errors import ParleyError
from parley.store import SERVER_TIME
from parley.structured_logging import JsonLines, error_text
from schema import paths
from schema.chats import Chat
from schema.events import MessageQueued
from schema.messages import Message
from tests.unit.parley.services.conftest import TwinWorld as World

SECRET = "the words that ann wrote"
CHAT = {"serviceId": "default", "kind": "direct", "createdBy": "ann", "createdAt": SERVER_TIME}
POST = {"senderId": "ann", "body": "Hello", "createdAt": SERVER_TIME}


@pytest.mark.parametrize(
    ("chat", "message"),
    [
        (CHAT, {**POST, "senderId": 7, "body": SECRET}),
        (CHAT, {**POST, "body": [SECRET]}),
        (CHAT, {**POST, "body": SECRET * 1_000}),
        (CHAT, {**POST, "body": SECRET, "mentions": SECRET}),
        ({**CHAT, "title": [SECRET]}, POST),
        ({**CHAT, "kind": SECRET, "title": SECRET}, POST),
    ],
)
async def test_a_message_that_cannot_be_read_is_named_and_not_quoted(
    world: World, chat: dict[str, object], message: dict[str, object]
) -> None:
    await world.write({paths.chat("ann:bob"): chat, paths.message("ann:bob", "m1"): message})
    with pytest.raises(ParleyError) as failed:
        await world.handle(MessageQueued(chat_id="ann:bob", message_id="m1"))

    for text in (str(failed.value), error_text(failed.value)):
        assert "ann:bob" in text
        assert SECRET not in text


@pytest.mark.parametrize("model", [Chat, Message], ids=lambda model: model.__name__)
def test_the_text_of_a_validation_error_does_not_repeat_the_value(model: type[Chat]) -> None:
    with pytest.raises(ValidationError) as wrong:
        model.parse({"serviceId": [SECRET], "senderId": [SECRET], "body": {SECRET: SECRET}})
    assert SECRET not in str(wrong.value)


async def test_a_person_who_cannot_be_mirrored_is_logged_without_their_name(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.write({paths.user("ann"): {"displayName": [SECRET], "createdAt": SERVER_TIME}})
    world.clock.advance(20)
    with caplog.at_level(logging.DEBUG, logger="parley"):
        await world.app.upkeep().run_once()

    assert caplog.records
    for record in caplog.records:
        assert SECRET not in JsonLines().format(record)
