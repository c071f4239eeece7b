"""The delivery engine: claim a job, call the provider, record the answer.

One engine for every document that carries ``delivery``; a ``JobChannel`` holds all differences.
Each commit is fenced by the document's ``update_time``. A worker may die at any point: the lease
lapses, and the next ``deliver`` goes on by what the document says.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from parley.domain.delivery import jobs
from parley.domain.delivery.job_answers import Accepted, Answer, Temporary
from parley.domain.delivery.job_channels import Invalid, Job, JobChannel
from parley.domain.delivery.jobs import Phase, Step
from parley.domain.ports import Clock, JobAttempt
from parley.domain.retry import Retry, RetryPolicy, retry
from parley.errors import CommitOutcomeUnknown, Conflict, RetryableError
from parley.store import Snapshot, Store, Update, UpdatedAt, Write
from parley.store.commit_loop import ATTEMPTS, commit_with_retry
from parley.structured_logging import error_text, get_log
from schema.delivery import Delivery, DeliveryReason, delivery_patch

Request = TypeVar("Request")

RECORD_RETRY = RetryPolicy(max_attempts=6, first_seconds=0.2, max_seconds=5.0)
"""An answer that cannot be recorded is as good as lost, so this waits out a short outage."""

LOOK_UP_PERIOD = timedelta(minutes=5)

_log = get_log("services.deliver_jobs")


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a job stands; ``delivery`` is None if its document is gone.

    ``due_at``: when to call ``deliver`` again; None once the job is settled.
    """

    delivery: Delivery | None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Seen:
    """A job document as read. ``is_readable``: its ``delivery`` is missing or well-formed."""

    snapshot: Snapshot
    delivery: Delivery | None
    is_readable: bool = True

    def change(self, delivery: Delivery) -> list[Write]:
        fence = UpdatedAt(self.snapshot.update_time)
        return [Update(self.snapshot.path, delivery_patch(delivery), fence)]


class DeliverJobs(Generic[Request]):
    """Delivers the jobs of one channel. Instances in any number of processes may race."""

    def __init__(
        self,
        channel: JobChannel[Request],
        *,
        store: Store,
        clock: Clock,
        randomness: random.Random,
    ) -> None:
        self._channel = channel
        self._store = store
        self._clock = clock
        self._randomness = randomness

    async def deliver(self, path: str) -> Progress:
        """Take a job as far as it goes now; idempotent, and safe to call at any time.

        Two reads and two commits for a job that the provider takes. Raise ``RetryableError`` if
        the store is away, ``Conflict`` if other writers win each time.
        """
        own_leases: set[datetime] = set()
        for _ in range(ATTEMPTS):
            seen = await self._load(path)
            if seen is None:
                return Progress(None)
            delivery, now = seen.delivery, self._clock.now()
            if delivery is not None and _is_claimed_by(own_leases, delivery):
                return await self._call(seen.snapshot, delivery)
            step = jobs.next_step(delivery, now, self._channel.rules)
            if step is Step.CLAIM:
                after = self._refusal(seen, now)
                if after is None:
                    after = jobs.claim(delivery, now, self._lease_end(now))
                    assert after.lease_expire_time is not None
                    own_leases.add(after.lease_expire_time)
            elif step is Step.MARK_UNKNOWN and delivery is not None:
                after = jobs.mark_unknown(delivery, now, self._channel.rules)
            elif step is Step.LOOK_UP and delivery is not None:
                return await self._look_up(seen, delivery)
            else:
                return self._progress(delivery)
            if await self._commit(seen.change(after)):
                if _is_claimed_by(own_leases, after):
                    return await self._call(seen.snapshot, after)
                return self._progress(after)
        raise Conflict(f"{path} is being changed by others: {ATTEMPTS} commits were outraced")

    async def settle(self, path: str, answer: Answer, *, attempt: int) -> Progress:
        """Apply a callback about an attempt. Repeats, late and old callbacks change nothing."""
        latest: Delivery | None = None

        async def decide() -> Sequence[Write]:
            nonlocal latest
            seen = await self._load(path)
            latest = seen.delivery if seen is not None else None
            if seen is None or latest is None:
                return []
            after = jobs.apply_answer(
                latest,
                answer,
                attempt=attempt,
                now=self._clock.now(),
                delay=self._delay(attempt, answer),
                rules=self._channel.rules,
            )
            if after is None:
                return []
            latest = after
            return seen.change(after)

        await retry(
            lambda: commit_with_retry(self._store, decide, what=path),
            policy=RECORD_RETRY,
            sleep=self._clock.sleep,
            randomness=self._randomness,
            when=_when_store_is_away,
        )
        return self._progress(latest)

    async def look_up(self, path: str) -> Progress:
        """Ask the provider about a job whose answer was lost; leave all other jobs alone."""
        seen = await self._load(path)
        if seen is None or seen.delivery is None:
            return Progress(None)
        if (
            jobs.next_step(seen.delivery, self._clock.now(), self._channel.rules)
            is not Step.LOOK_UP
        ):
            return self._progress(seen.delivery)
        return await self._look_up(seen, seen.delivery)

    async def _load(self, path: str) -> _Seen | None:
        (snapshot,) = await self._store.get_many([path])
        if snapshot is None:
            return None
        fields = snapshot.fields.get("delivery")
        if fields is None:
            return _Seen(snapshot, None)
        try:
            return _Seen(snapshot, Delivery.parse(fields))
        except ValidationError:
            return _Seen(snapshot, None, is_readable=False)

    def _refusal(self, seen: _Seen, now: datetime) -> Delivery | None:
        """Return the end of a job that must not be sent."""
        if not seen.is_readable:
            # It may have been sent before, which this document no longer tells.
            sentence = "delivery cannot be read, it is the server's to write; write a new job"
            return jobs.refuse(None, now, DeliveryReason.INVALID_JOB, sentence)
        job = self._parse(seen.snapshot)
        if isinstance(job, Invalid):
            sentence = f"{job.message} Write a new job with this mended."
            return jobs.refuse(seen.delivery, now, DeliveryReason.INVALID_JOB, sentence)
        if job.expire_at is not None and now >= job.expire_at:
            expired = f"expireAt was {job.expire_at.isoformat()}, and it is {now.isoformat()}"
            sentence = f"{expired}; write a new job with a later one, or none"
            return jobs.refuse(seen.delivery, now, DeliveryReason.EXPIRED, sentence)
        return None

    def _parse(self, snapshot: Snapshot) -> Job[Request] | Invalid:
        fields: dict[str, Any] = {**snapshot.fields}
        fields.pop("delivery", None)
        return self._channel.parse(fields)

    async def _commit(self, writes: Sequence[Write]) -> bool:
        """Commit; False if the document has to be read again to know."""
        try:
            await self._store.commit(writes)
        except (Conflict, CommitOutcomeUnknown):
            return False
        return True

    async def _call(self, snapshot: Snapshot, claimed: Delivery) -> Progress:
        """Call the provider for a claim of our own, and record its answer."""
        job = self._parse(snapshot)
        assert isinstance(job, Job)
        assert claimed.lease_expire_time is not None
        attempt = JobAttempt(snapshot.path, claimed.attempts, self._clock.now())
        answer: Answer
        if attempt.started_at >= claimed.lease_expire_time:
            # Others may have acted on the lapsed lease; a call now could be the second.
            answer = Temporary("leaseLapsed", "the worker was held up before it called")
        else:
            try:
                answer = Accepted(await self._channel.sender.send(job.request, attempt))
            except Exception as error:
                answer = self._channel.classify(error)
                _log.warning(
                    "delivery.notAccepted",
                    channel=self._channel.name,
                    path=snapshot.path,
                    attempt=attempt.attempt,
                    answer=type(answer).__name__,
                    error=error_text(error),
                )
        return await self.settle(snapshot.path, answer, attempt=attempt.attempt)

    async def _look_up(self, seen: _Seen, delivery: Delivery) -> Progress:
        path, answer = seen.snapshot.path, None
        job = self._parse(seen.snapshot)
        if self._channel.look_up is not None and isinstance(job, Job):
            lost_by = jobs.lost_by(delivery, self._channel.rules)
            attempt = JobAttempt(path, delivery.attempts, delivery.start_time, lost_by)
            try:
                answer = await self._channel.look_up.look_up(job.request, attempt)
            except Exception as error:
                # The job stays unknown, and is looked up again.
                _log.warning("delivery.lookUpFailed", path=path, error=error_text(error))
        if answer is not None:
            return await self.settle(path, answer, attempt=delivery.attempts)
        now = self._clock.now()
        after = jobs.stay_unknown(delivery, now, self._channel.rules)
        if after is None:
            return self._progress(delivery)
        if await self._commit(seen.change(after)):
            return self._progress(after)
        # Somebody else was first, or our answer was lost: either way, look again at once.
        return Progress(delivery, now)

    def _progress(self, delivery: Delivery | None) -> Progress:
        phase = jobs.phase_of(delivery)
        if delivery is None or phase in (Phase.SUCCEEDED, Phase.FAILED):
            return Progress(delivery)
        now = self._clock.now()
        due = delivery.lease_expire_time or now
        if phase is Phase.UNKNOWN and self._channel.look_up is not None:
            due = min(due, now + LOOK_UP_PERIOD)
        return Progress(delivery, due)

    def _lease_end(self, now: datetime) -> datetime:
        """The end of a new lease, drawn to the microsecond.

        After a lost answer, it tells our own claim from that of a worker who began with us.
        """
        return now + self._channel.rules.lease * self._randomness.uniform(1.0, 1.25)

    def _delay(self, attempt: int, answer: Answer) -> float:
        asked = answer.retry_after if isinstance(answer, Temporary) else None
        policy = self._channel.rules.back_off
        return policy.delay(attempt, asked=asked, randomness=self._randomness)


def _is_claimed_by(leases: set[datetime], delivery: Delivery) -> bool:
    return jobs.phase_of(delivery) is Phase.IN_FLIGHT and delivery.lease_expire_time in leases


def _when_store_is_away(error: Exception) -> Retry | None:
    return Retry(error.retry_after) if isinstance(error, RetryableError) else None
