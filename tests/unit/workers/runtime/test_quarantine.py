"""A suspect begins alone in its process, whichever queue it came from."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from parley.domain.ports import Received
from parley.services.upkeep.dead_letters import derived_id
from parley.store import Merge
from schema import paths
from schema.events import EmailQueued, MessageQueued
from tests.unit.workers.runtime.stage import NAME, Stage, until
from workers.runtime.handler import InFlightMessage, P
from workers.runtime.lanes import Call, Lanes
from workers.runtime.quarantine import BEGINNING_SECONDS, CLEARING_SECONDS, Quarantine

AT = datetime(2026, 1, 5, tzinfo=UTC)


class Queues:
    """The lanes of two queues of one process."""

    def __init__(self) -> None:
        self.now = 0.0
        self.quarantine = Quarantine(lambda: self.now)
        self.chat = Lanes[MessageQueued](
            max_running=4, monotonic=lambda: self.now, quarantine=self.quarantine
        )
        self.mail = Lanes[EmailQueued](
            max_running=4, monotonic=lambda: self.now, quarantine=self.quarantine
        )
        self.begun: list[str] = []
        self.quarantine.watch(lambda: self.take(self.mail))
        self.quarantine.watch(lambda: self.take(self.chat))
        self.calls: list[Call[MessageQueued] | Call[EmailQueued]] = []

    def take(self, lanes: Lanes[P]) -> None:
        while (call := lanes.next()) is not None:
            self.begun.append(call.lane)
            self.calls.append(call)  # type: ignore[arg-type]  # A call of one of the two queues.

    def end(self, lanes: Lanes[P], lane: str) -> None:
        (call,) = [one for one in self.calls if one.lane == lane]
        self.calls.remove(call)
        lanes.finish(call)  # type: ignore[arg-type]  # As above.
        self.take(lanes)


def message(chat: str, *, is_suspect: bool = False) -> InFlightMessage[MessageQueued]:
    payload = MessageQueued(chat_id=chat, message_id="m")
    return InFlightMessage(Received(chat, chat, b"", 1, AT), payload, is_suspect=is_suspect)


def email(job: str, *, is_suspect: bool = False) -> InFlightMessage[EmailQueued]:
    payload = EmailQueued(job_id=job)
    return InFlightMessage(Received(job, job, b"", 1, AT), payload, is_suspect=is_suspect)


def test_nothing_of_another_queue_begins_while_a_suspect_begins() -> None:
    queues = Queues()
    queues.chat.add(message("suspect", is_suspect=True))
    queues.take(queues.chat)
    queues.mail.add(email("mail"))
    queues.take(queues.mail)
    assert queues.begun == ["suspect"]

    queues.end(queues.chat, "suspect")
    assert queues.begun == ["suspect", "mail"]


def test_a_suspect_waits_for_what_runs_in_another_queue_but_not_for_long() -> None:
    queues = Queues()
    queues.mail.add(email("slow"))
    queues.take(queues.mail)
    queues.chat.add(message("suspect", is_suspect=True))
    queues.take(queues.chat)
    assert queues.begun == ["slow"]
    assert queues.chat.seconds_to_next() == CLEARING_SECONDS

    queues.now = CLEARING_SECONDS
    queues.take(queues.chat)
    assert queues.begun == ["slow", "suspect"]


def test_others_begin_beside_a_suspect_that_has_outlived_its_beginning() -> None:
    queues = Queues()
    queues.chat.add(message("suspect", is_suspect=True))
    queues.take(queues.chat)
    queues.mail.add(email("mail"))
    queues.take(queues.mail)
    assert queues.mail.seconds_to_next() == BEGINNING_SECONDS

    queues.now = BEGINNING_SECONDS
    queues.take(queues.mail)
    assert queues.begun == ["suspect", "mail"]


def test_two_suspects_of_two_queues_do_not_begin_together() -> None:
    queues = Queues()
    queues.chat.add(message("one", is_suspect=True))
    queues.mail.add(email("other", is_suspect=True))
    queues.take(queues.chat)
    queues.take(queues.mail)
    assert queues.begun == ["one"]

    queues.end(queues.chat, "one")
    assert queues.begun == ["one", "other"]


def test_between_two_suspects_the_other_queues_get_a_turn() -> None:
    queues = Queues()
    for number in range(3):
        queues.chat.add(message(f"suspect{number}", is_suspect=True))
    queues.take(queues.chat)
    queues.mail.add(email("mail"))
    queues.take(queues.mail)
    queues.end(queues.chat, "suspect0")
    assert queues.begun == ["suspect0", "mail"]

    queues.end(queues.mail, "mail")
    assert queues.begun == ["suspect0", "mail", "suspect1"]


def test_work_that_arrives_while_a_suspect_waits_does_not_block_it_for_ever() -> None:
    queues = Queues()
    queues.chat.add(message("suspect0", is_suspect=True))
    queues.chat.add(message("suspect1", is_suspect=True))
    queues.mail.add(email("slow"))
    queues.take(queues.mail)
    queues.take(queues.chat)
    queues.now = CLEARING_SECONDS
    queues.take(queues.chat)
    queues.end(queues.chat, "suspect0")
    queues.take(queues.chat)
    queues.chat.add(message("fresh"))
    queues.take(queues.chat)
    queues.now = 3 * CLEARING_SECONDS
    queues.take(queues.chat)
    assert "suspect1" in queues.begun
    queues.end(queues.chat, "suspect1")
    queues.end(queues.mail, "slow")
    queues.take(queues.chat)
    assert set(queues.begun) == {"slow", "suspect0", "suspect1", "fresh"}


def test_a_queue_that_drains_frees_the_others() -> None:
    queues = Queues()
    queues.mail.add(email("slow"))
    queues.take(queues.mail)
    queues.chat.add(message("suspect", is_suspect=True))
    queues.take(queues.chat)
    queues.mail.add(email("mail"))
    queues.take(queues.mail)
    assert queues.begun == ["slow"]

    queues.chat.clear()
    assert queues.begun == ["slow", "mail"]


async def test_a_suspect_that_only_waits_is_not_blamed_for_the_end_of_its_process() -> None:
    async def wait_long(ids: list[str]) -> None:
        await asyncio.Event().wait()

    stage = Stage(wait_long)
    await stage.publish("m1")
    await stage.deliver_unended(2)
    suspect = paths.suspect(derived_id(NAME, "ann:bob:m1"))

    def counted() -> tuple[object, object]:
        fields = stage.store.document(suspect) or {}
        return fields.get("begun"), fields.get("outlived")

    async with stage.running():
        await until(lambda: counted() == (1, None))
        await until(lambda: counted() == (0, 1))
    assert stage.dead_letters() == []


async def test_a_message_whose_workers_died_six_times_while_it_waited_is_done() -> None:
    stage = Stage()
    await stage.publish("m1")
    await stage.deliver_unended(6)
    suspect = paths.suspect(derived_id(NAME, "ann:bob:m1"))
    await stage.store.commit([Merge(suspect, {"begun": 0, "outlived": 6})])
    async with stage.running():
        await stage.drained()
    assert stage.handler.done == ["m1"]
    assert stage.dead_letters() == []
    assert stage.suspects() == []


async def test_a_message_that_outlived_ten_beginnings_and_never_ended_is_parked() -> None:
    stage = Stage()
    await stage.publish("m1")
    await stage.deliver_unended(12)
    suspect = paths.suspect(derived_id(NAME, "ann:bob:m1"))
    await stage.store.commit([Merge(suspect, {"begun": 0, "outlived": 10})])
    async with stage.running():
        await stage.drained()
    (letter,) = stage.dead_letters()
    assert letter["error"]["code"] == "poison"
    assert stage.suspects() == []
