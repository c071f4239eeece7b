"""I7: nothing goes to a person on a channel after they opted out of it, even if it was planned.

Opt-outs, opt-ins, jobs, campaigns and the workers are interleaved at random. The judges are what
the provider of SMS accepted, which pushes were handed over, and which messages stand in chats.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable
from typing import Final, Literal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.domain.delivery.consent import is_granted
from parley.domain.people.proven_phones import holders
from parley.errors import Conflict, RetryableError
from parley.store import Snapshot
from parley.testing.faults import StoreCall
from schema import ids, paths
from schema.addressees import Addressee
from schema.base import Purpose
from schema.events import CampaignBatchReady, SmsQueued
from tests.unit.parley.services.conftest import TwinWorld
from tests.unit.parley.services.people.consents_seen import answer, person, receive, texting_world

Action = Literal["job", "job to the phone", "work", "STOP", "START", "agree", "withdraw", "refused"]
Step = tuple[list[tuple[Action, int, bool]], int]
"""What happens at once, each with a person and whether it is about marketing; and a seed."""

PHONES: Final = ("+12125550123", "+12125550123", "+13105550199")
"""By person: the first two share a phone."""

ACTIONS: Final[tuple[Action, ...]] = (
    *("job", "job", "job to the phone", "work", "work", "work"),
    *("STOP", "STOP", "START", "agree", "withdraw", "refused"),
)
STEPS = st.lists(
    st.tuples(
        st.lists(
            st.tuples(st.sampled_from(ACTIONS), st.integers(0, 2), st.booleans()),
            min_size=1,
            max_size=4,
        ),
        st.integers(0, 10**6),
    ),
    max_size=12,
)
AT_RANDOM = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


class Texting:
    """Three people of a service, its SMS jobs, and what was allowed when each was claimed."""

    def __init__(self) -> None:
        self.world = TwinWorld()
        self.number = 0
        self.allowed: dict[tuple[str, int], bool] = {}
        """By job and attempt: whether all whose consents count agreed when it was claimed."""
        self.randomness = random.Random(0)

    async def begin(self) -> None:
        world = self.world
        await texting_world(world)
        service = world.at(paths.service("acme"))
        limits = {"maxPerPersonPerDay": 1_000, "segmentsPerSecond": 10_000.0}
        await world.write({paths.service("acme"): service | {"sms": service["sms"] | limits}})
        for number, phone in enumerate(PHONES):
            await person(world, f"u{number}", phone=phone)
        await person(world, "ann", phone=None)
        world.store.faults.append(self._judge)
        world.store.faults.append(self._yield)

    async def act(self, action: Action, who: int, is_marketing: bool) -> None:
        purpose: Purpose = "marketing" if is_marketing else "transactional"
        uid, phone = f"u{who}", PHONES[who]
        self.number += 1
        sid = f"SM{self.number}"
        match action:
            case "job":
                await self._write({"userId": uid}, purpose)
            case "job to the phone":
                await self._write({"phone": phone}, purpose)
            case "work":
                await self._work()
            case "STOP" | "START":
                await receive(self.world, action, sid, from_=phone)
            case "agree":
                await answer(self.world, granted=True, by=uid, purpose=purpose)
            case "withdraw":
                await answer(self.world, granted=False, by=uid, purpose=purpose)
            case "refused":
                await self.world.app.consents.withdraw_by_provider(
                    "acme", phone, self.world.clock.now(), "21610"
                )

    async def _write(self, to: dict[str, str], purpose: Purpose) -> None:
        job_id = f"j{self.number}"
        job = {
            "serviceId": "acme",
            "createdBy": "agent",
            "createdAt": self.world.clock.now(),
            "to": to,
            "body": "Hi",
            "purpose": purpose,
        }
        await self.world.write({paths.non_chat_sms(job_id): job})
        self.world.publisher.published.append(SmsQueued(job_id=job_id, service_id="acme"))

    async def _work(self) -> None:
        """Deliver what is queued, each job by two workers at once."""
        queued = [one for one in self.world.publisher.take() if isinstance(one, SmsQueued)]
        await asyncio.gather(*(_tolerant(self.world.handle(one)) for one in queued * 2))

    async def _yield(self, call: StoreCall) -> None:
        """Let others go first, for a moment that is drawn."""
        for _ in range(self.randomness.randint(0, 3)):
            await asyncio.sleep(0)

    def _judge(self, call: StoreCall) -> None:
        """Note at each claim what its people had agreed to then."""
        if call.operation != "commit" or call.moment != "after":
            return
        for write in call.writes:
            if write.path.startswith(f"{paths.NON_CHAT_SMS_QUEUE}/"):
                job = self.world.at(write.path)
                delivery = job.get("delivery") or {}
                if delivery.get("state") == "PROCESSING":
                    key = (write.path, delivery["attempts"])
                    self.allowed.setdefault(key, self._may_send(job))

    def _may_send(self, job: dict[str, object]) -> bool:
        to = job["to"]
        assert isinstance(to, dict)
        uids = (
            [to["userId"]]
            if "userId" in to
            else [f"u{number}" for number, phone in enumerate(PHONES) if phone == to["phone"]]
        )
        purpose: Purpose = "marketing" if job["purpose"] == "marketing" else "transactional"
        known = [paths.service_user("acme", uid) for uid in uids]
        people = [Snapshot(path, self.world.at(path), self.world.clock.now()) for path in known]
        return all(is_granted(Addressee(one.fields), "sms", purpose) for one in holders(people))


async def _tolerant(call: Awaitable[None]) -> None:
    """The queue delivers again what could not be done now; here the next work does."""
    with contextlib.suppress(Conflict, RetryableError):
        await call


@AT_RANDOM
@given(STEPS)
def test_no_sms_is_claimed_after_an_opt_out_is_recorded(steps: list[Step]) -> None:
    asyncio.run(_sms(steps))


async def _sms(steps: list[Step]) -> None:
    texting = Texting()
    await texting.begin()
    for actions, seed in steps:
        texting.randomness = random.Random(seed)
        await asyncio.gather(*(_tolerant(texting.act(*action)) for action in actions))
        texting.world.clock.advance(1)
    await texting.act("work", 0, False)

    sent = texting.world.sms.sent
    assert all(texting.allowed[one.path, one.attempt.attempt] for one in sent)
    assert len({one.path for one in sent}) == len(sent)

    # Those who opt in again are reached, so silence alone does not pass.
    for who in (0, 2):
        await texting.act("START", who, False)
        await texting.act("agree", who, False)
        before = len(texting.world.sms.sent_to(PHONES[who]))
        await texting.act("job", who, False)
        await texting.act("work", who, False)
        assert len(texting.world.sms.sent_to(PHONES[who])) == before + 1


@AT_RANDOM
@given(st.lists(st.tuples(st.sampled_from(["chat", "push"]), st.integers(0, 5)), max_size=6))
def test_no_planned_message_or_push_goes_out_after_an_opt_out(
    withdrawals: list[tuple[Literal["chat", "push"], int]],
) -> None:
    asyncio.run(_campaign(withdrawals))


async def _campaign(withdrawals: list[tuple[Literal["chat", "push"], int]]) -> None:
    world = TwinWorld(batch_size=2)
    await world.service(people=6)
    await world.campaign()
    await world.app.run_campaigns.run("c1")
    batches = [one for one in world.publisher.take() if isinstance(one, CampaignBatchReady)]
    assert len(batches) == 3

    refused: set[tuple[str, str]] = set()
    for number, batch in enumerate(batches):
        for channel, who in withdrawals[number * 2 : number * 2 + 2]:
            uid = f"p{who:04d}"
            is_written = world.store.document(
                paths.message(ids.case_chat_id(uid, "acme"), ids.campaign_message_id("c1", uid))
            )
            await answer(world, granted=False, by=uid, channel=channel)
            # Pushes go out when all batches are written.
            if is_written is None or channel == "push":
                refused.add((channel, uid))
        await world.handle(batch)
    await world.work()

    pushed = {one.device.uid for one in world.sender.sent}
    for number in range(6):
        uid = f"p{number:04d}"
        message_id = ids.campaign_message_id("c1", uid)
        message = world.store.document(paths.message(ids.case_chat_id(uid, "acme"), message_id))
        assert (message is None) == (("chat", uid) in refused)
        assert (uid in pushed) == (not refused & {("chat", uid), ("push", uid)})
