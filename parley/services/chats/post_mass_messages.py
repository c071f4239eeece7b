"""Post a mass message into the case chats of its people, and push to each.

A worker claims the job by the states of every delivery, and commits people by the hundred. Each
commit rewrites the job with the results so far, under its ``update_time``, so a person gets the
message once, even if queue messages repeat and workers die.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import ValidationError

from parley.domain.chats import mass_posts
from parley.domain.chats.mass_posts import (
    RULES,
    InvalidMassMessage,
    MassPart,
    MassPost,
    MassRecipient,
)
from parley.domain.chats.service_posts import CHAT_FIELDS
from parley.domain.delivery import jobs
from parley.domain.delivery.job_answers import Accepted, Answer, Temporary
from parley.domain.delivery.jobs import Step
from parley.domain.ports import Clock
from parley.errors import CommitOutcomeUnknown, Conflict, StoreContended, StoreRejected
from parley.services.chats.claimed_mass_message import ClaimedMassMessage
from parley.services.delivery.push_mass_messages import PushMassMessages
from parley.services.people.bans import Bans
from parley.services.people.names import Names
from parley.store import Snapshot, Store, Update, UpdatedAt
from parley.store.commit_loop import ATTEMPTS
from schema import ids, paths
from schema.delivery import Delivery, DeliveryReason, delivery_patch

_GIVE_UP_AFTER = RULES.retry_for + timedelta(minutes=10)
"""The longest that attempts may go on: a job that ends its worker each time ends here."""


class _TakenOver(Exception):
    """The job is in another worker's hands, or gone."""


class PostMassMessages:
    """Posts mass messages. Instances in any number of processes may race."""

    def __init__(
        self,
        *,
        store: Store,
        push: PushMassMessages,
        names: Names,
        bans: Bans,
        clock: Clock,
        randomness: random.Random,
    ) -> None:
        self._bans = bans
        self._store = store
        self._push = push
        self._names = names
        self._clock = clock
        self._randomness = randomness

    async def post(self, job_id: str) -> None:
        """Take a job as far as it goes now; idempotent, and safe to call at any time."""
        claim = await self._claim(job_id)
        if claim is None:
            return
        try:
            await self._push.again(claim)
            while people := claim.remaining():
                await self._post_some(claim, people)
            await self._settle(claim)
        except _TakenOver:
            return

    async def give_up(self, job_id: str, why: str) -> None:
        """End a job whose queue message was dead-lettered; its results stay."""
        for _ in range(ATTEMPTS):
            (held,) = await self._store.get_many([paths.mass_message(job_id)])
            if held is None:
                return
            delivery = _delivery(held)
            if delivery is not None and delivery.state in ("SUCCESS", "ERROR"):
                return
            sentence = f"{why[:500].rstrip('.')}; {mass_posts.RETRY_WAY_OUT}"
            now = self._clock.now()
            ended = jobs.refuse(delivery, now, DeliveryReason.GIVEN_UP, sentence)
            if await self._replace(held, _with_info_of(ended, delivery)) is not None:
                return
        raise Conflict(f"{job_id}: others keep changing the job")

    async def _claim(self, job_id: str) -> ClaimedMassMessage | None:
        """Claim the job, or end one that cannot run; None if there is nothing to do now."""
        leases: set[datetime] = set()
        owed: Sequence[str] = ()
        for _ in range(ATTEMPTS):
            (held,) = await self._store.get_many([paths.mass_message(job_id)])
            if held is None:
                return None
            delivery, now = _delivery(held), self._clock.now()
            if delivery is not None and delivery.lease_expire_time in leases:
                # The answer to our claim was lost.
                return await self._claimed(held, held.update_time, delivery, leases, owed)
            is_readable = delivery is not None or held.fields.get("delivery") is None
            if is_readable and jobs.next_step(delivery, now, RULES) is not Step.CLAIM:
                return None
            try:
                await self._check(held, delivery, now)
            except InvalidMassMessage as invalid:
                ended = jobs.refuse(delivery, now, invalid.reason, invalid.sentence)
                if await self._replace(held, _with_info_of(ended, delivery)) is not None:
                    return None
                continue
            lease = self._lease_end()
            leases.add(lease)
            owed = ((delivery.info or {}) if delivery is not None else {}).get("waiting") or ()
            kept = ClaimedMassMessage.info_kept(delivery)
            claimed = jobs.claim(delivery, now, lease).model_copy(update={"info": kept})
            update_time = await self._replace(held, claimed)
            if update_time is not None:
                return await self._claimed(held, update_time, claimed, leases, owed)
        raise Conflict(f"{job_id}: others keep changing the job")

    async def _check(self, held: Snapshot, delivery: Delivery | None, now: datetime) -> None:
        """Raise ``InvalidMassMessage`` for a job that must not be carried out."""
        if delivery is None and held.fields.get("delivery") is not None:
            raise InvalidMassMessage(
                DeliveryReason.INVALID_JOB,
                "delivery cannot be read, it is the server's to write; write a new job",
            )
        if (
            delivery is not None
            and delivery.state == "PROCESSING"
            and now >= delivery.start_time + _GIVE_UP_AFTER
        ):
            raise InvalidMassMessage(
                DeliveryReason.GIVEN_UP,
                f"{delivery.attempts} attempts since {delivery.start_time.isoformat()} did not end "
                f"the job; {mass_posts.RETRY_WAY_OUT}",
            )
        job = mass_posts.read_job(held.id, held.fields)
        service, staff = await self._store.get_many(
            [paths.service(job.service_id), paths.staff(job.service_id, job.created_by)],
            select=("role",),
        )
        role = await self._bans.role_of_author(
            job.created_by,
            staff.fields.get("role") if staff is not None else None,
            written_at=job.created_at,
        )
        mass_posts.check_author(job, is_service_known=service is not None, role=role)

    async def _claimed(
        self,
        held: Snapshot,
        update_time: datetime,
        delivery: Delivery,
        leases: set[datetime],
        owed: Sequence[str],
    ) -> ClaimedMassMessage:
        job = mass_posts.read_job(held.id, held.fields)
        dashboard = ids.service_member(job.service_id)
        names = await self._names.of([dashboard])
        post = MassPost.build(held.id, job, names[dashboard])
        return ClaimedMassMessage(post, update_time, delivery, leases, owed)

    async def _post_some(self, claim: ClaimedMassMessage, uids: Sequence[str]) -> None:
        """Commit some people and push to them; after a failure, fewer are tried next."""
        people = await self._load(claim, uids)
        part = mass_posts.compose(claim.post, people, self._clock.now(), claim.refused)
        try:
            is_applied = await self._commit(
                claim, claim.progressed(part, claim.expect(self._lease_end())), part
            )
        except (StoreRejected, ValueError) as rejection:
            if not part.written:
                raise
            if len(part.written) == 1:
                claim.refused[part.written[0]] = str(rejection)
            claim.size.refused(len(part.written))
            return
        if not is_applied:
            claim.note_race(part)
            return
        claim.size.passed()
        await self._push.fresh(claim, part.pushed)

    async def _load(self, claim: ClaimedMassMessage, uids: Sequence[str]) -> list[MassRecipient]:
        service_id = claim.post.job.service_id
        chats = [claim.post.posts.chat_id(uid) for uid in uids]
        users = [paths.service_user(service_id, uid) for uid in uids]
        messages = [
            paths.message(chat, claim.post.message_id(uid))
            for chat, uid in zip(chats, uids, strict=True)
        ]
        found = await self._store.get_many(
            [*users, *map(paths.chat, chats), *(messages if claim.looks_for_messages else ())],
            select=("consents", *CHAT_FIELDS),
        )
        count = len(uids)
        sent = found[2 * count :] or [None] * count
        return [
            MassRecipient(uid, user, chat, message is not None)
            for uid, user, chat, message in zip(
                uids, found[:count], found[count : 2 * count], sent, strict=True
            )
        ]

    async def _settle(self, claim: ClaimedMassMessage) -> None:
        """End the job, or have it wait for another attempt."""
        while True:
            now = self._clock.now()
            failed = mass_posts.failures(claim.results)
            unfinished = claim.unfinished()
            if unfinished is not None:
                after = self._answered(claim, Temporary(*unfinished), now)
            elif failed is not None:
                after = jobs.refuse(claim.delivery, now, DeliveryReason.SOME_FAILED, failed)
            else:
                after = self._answered(claim, Accepted({}), now)
            if await self._commit(claim, after.model_copy(update={"info": claim.info()})):
                return

    def _answered(self, claim: ClaimedMassMessage, answer: Answer, now: datetime) -> Delivery:
        attempt = claim.delivery.attempts
        asked = answer.retry_after if isinstance(answer, Temporary) else None
        delay = RULES.back_off.delay(attempt, asked=asked, randomness=self._randomness)
        after = jobs.apply_answer(
            claim.delivery, answer, attempt=attempt, now=now, delay=delay, rules=RULES
        )
        assert after is not None, "an attempt that is in flight takes its answer"
        return after

    async def _commit(
        self, claim: ClaimedMassMessage, after: Delivery, part: MassPart | None = None
    ) -> bool:
        """Commit under the claim; False if other writers of a chat were first.

        Raise ``_TakenOver`` if the job is no longer ours, or has ended.
        """
        fence = Update(claim.path, delivery_patch(after), UpdatedAt(claim.update_time))
        try:
            result = await self._store.commit([fence, *(part.writes if part else ())])
        except (Conflict, StoreContended, CommitOutcomeUnknown):
            (held,) = await self._store.get_many([claim.path])
            stored = _delivery(held) if held is not None else None
            if held is None or stored is None or not claim.owns(stored):
                raise _TakenOver from None
            is_applied = stored.lease_expire_time == after.lease_expire_time
            claim.adopt(held.update_time, stored)
            return is_applied
        claim.adopt(result.update_times[0], after)
        return True

    async def _replace(self, held: Snapshot, after: Delivery) -> datetime | None:
        """Write ``delivery``; None if the job has to be read again to know."""
        write = Update(held.path, delivery_patch(after), UpdatedAt(held.update_time))
        try:
            result = await self._store.commit([write])
        except (Conflict, StoreContended, CommitOutcomeUnknown):
            return None
        return result.update_times[0]

    def _lease_end(self) -> datetime:
        """The end of a new lease, drawn so that it tells our claims from another worker's."""
        return self._clock.now() + RULES.lease * self._randomness.uniform(1.0, 1.25)


def _delivery(held: Snapshot) -> Delivery | None:
    """Return the stored delivery, None for one that is missing or cannot be read."""
    fields = held.fields.get("delivery")
    try:
        return None if fields is None else Delivery.parse(fields)
    except ValidationError:
        return None


def _with_info_of(after: Delivery, before: Delivery | None) -> Delivery:
    return after.model_copy(update={"info": before.info if before is not None else None})
