"""What ends among the dead letters, and how it is found there."""

from parley.errors import PermanentError, StoreUnavailable
from parley.testing.faults import failing
from tests.unit.workers.runtime.stage import NAME, Stage


async def test_malformed_and_unknown_messages_are_parked_with_what_they_held() -> None:
    stage = Stage()
    stage.queue.put(NAME, b"\xff\x00")
    stage.queue.put(NAME, b"not json")
    stage.queue.put(NAME, b'{"v": 2, "chatId": "a:b", "messageId": "m"}')
    stage.queue.put(NAME, b'{"v": 1, "chatId": 7, "serviceId": "acme"}')
    await stage.publish("good")
    async with stage.running():
        await stage.drained()
    assert stage.handler.done == ["good"]
    letters = {str(letter["payload"]): letter for letter in stage.dead_letters()}
    codes = {payload: letter["error"]["code"] for payload, letter in letters.items()}
    assert codes == {
        "base64:/wA=": "malformed",
        "not json": "malformed",
        "{'v': 2, 'chatId': 'a:b', 'messageId': 'm'}": "unknownVersion",
        "{'v': 1, 'chatId': 7, 'serviceId': 'acme'}": "malformed",
    }
    assert letters["{'v': 1, 'chatId': 7, 'serviceId': 'acme'}"]["serviceId"] == "acme"


async def test_a_message_that_cannot_be_parked_is_kept_and_parked_later() -> None:
    stage = Stage()
    stage.store.faults.append(failing(StoreUnavailable("away"), times=2))
    stage.queue.put(NAME, b"not json")
    async with stage.running():
        await stage.drained()
    assert len(stage.dead_letters()) == 1


async def test_what_is_published_and_parked_again_stays_one_dead_letter() -> None:
    async def never(ids: list[str]) -> None:
        raise PermanentError("unreadable")

    stage = Stage(never)
    for _ in range(3):
        await stage.publish("m1", "m2")
        async with stage.running():
            await stage.drained()
    assert {letter["payload"]["messageId"] for letter in stage.dead_letters()} == {"m1", "m2"}
    assert len(stage.dead_letters()) == 2


async def test_a_dead_letter_tells_of_the_first_publication_and_the_last_error() -> None:
    async def never(ids: list[str]) -> None:
        raise PermanentError(f"at {len(stage.handler.begun)}")

    stage = Stage(never)
    begun = stage.clock.now()
    for _ in range(2):
        await stage.publish("m1")
        async with stage.running():
            await stage.drained()
        await stage.clock.sleep(60)
    (letter,) = stage.dead_letters()
    assert letter["firstAt"] == begun
    assert letter["error"]["message"] == "PermanentError: at 2"


async def test_a_dead_letter_of_a_case_is_for_the_owner_of_its_service() -> None:
    async def never(ids: list[str]) -> None:
        raise PermanentError("unreadable")

    stage = Stage(never)
    await stage.publish("m1", chat="ann:service:acme")
    await stage.publish("m2", chat="ann:bob")
    async with stage.running():
        await stage.drained()
    letters = stage.dead_letters()
    owners = {letter["payload"]["chatId"]: letter.get("serviceId") for letter in letters}
    assert owners == {"ann:service:acme": "acme", "ann:bob": None}
