"""The delivery engine: prepare a job, claim it, call the provider, record the answer.

One engine for every document that carries ``delivery``; a ``JobChannel`` holds all differences.
Each commit is fenced by the document's ``update_time``. A worker may die at any point: the lease
lapses, and the next ``deliver`` goes on by what the document says.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from parley.domain.delivery import jobs
from parley.domain.delivery.job_answers import Accepted, Answer, Refused, Temporary
from parley.domain.delivery.job_channels import Invalid, Job, JobChannel
from parley.domain.delivery.job_preparation import DraftJob, NotYet, Ready, Unsendable
from parley.domain.delivery.jobs import Phase, Step
from parley.domain.ports import Clock, JobAttempt
from parley.domain.retry import Retry, RetryPolicy, retry
from parley.errors import CommitOutcomeUnknown, Conflict, RetryableError
from parley.services.delivery.seen_job import SeenJob, load_job
from parley.store import Snapshot, Store, Write
from parley.store.commit_loop import ATTEMPTS, commit_with_retry
from parley.structured_logging import error_text, get_log
from schema.delivery import Delivery, DeliveryReason

Draft = TypeVar("Draft")
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


class DeliverJobs(Generic[Draft, Request]):
    """Delivers the jobs of one channel. Instances in any number of processes may race."""

    def __init__(
        self,
        channel: JobChannel[Draft, Request],
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
        claims: dict[datetime, Ready[Request]] = {}
        for _ in range(ATTEMPTS):
            seen = await load_job(self._store, path)
            if seen is None:
                return Progress(None)
            delivery, now = seen.delivery, self._clock.now()
            if delivery is not None and (ready := _own(claims, delivery)) is not None:
                return await self._call(path, delivery, ready)
            step = jobs.next_step(delivery, now, self._channel.rules)
            ready = None
            if step is Step.CLAIM:
                found = await self._prepare(seen, now)
                if isinstance(found, NotYet):
                    return Progress(delivery, found.until)
                if isinstance(found, Ready):
                    ready = found
                    after = jobs.claim(delivery, now, self._lease_end(now), ready.info)
                    assert after.lease_expire_time is not None
                    claims[after.lease_expire_time] = ready
                else:
                    after = found
            elif step is Step.MARK_UNKNOWN and delivery is not None:
                after = jobs.mark_unknown(delivery, now, self._channel.rules)
            elif step is Step.LOOK_UP and delivery is not None:
                return await self._look_up(seen, delivery)
            else:
                return self._progress(delivery)
            if await self._commit(seen.change(after), ready):
                if ready is not None:
                    return await self._call(path, after, ready)
                return self._progress(after)
        raise Conflict(f"{path} is being changed by others: {ATTEMPTS} commits were outraced")

    async def settle(self, path: str, answer: Answer, *, attempt: int) -> Progress:
        """Apply a callback about an attempt. Repeats, late and old callbacks change nothing."""
        return await self._settle(path, answer, attempt, None)

    async def _settle(
        self, path: str, answer: Answer, attempt: int, ready: Ready[Request] | None
    ) -> Progress:
        """Apply an answer; ``ready`` is the attempt's, if we made it ourselves."""
        latest: Delivery | None = None
        given_back = ready.writes_if_refused if ready is not None else ()

        async def decide() -> Sequence[Write]:
            nonlocal latest, given_back
            seen = await load_job(self._store, path)
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
            extra, given_back = given_back, ()
            if after.state == "ERROR" and isinstance(answer, Refused | Temporary):
                # Once only: a repeat may find that what it gives back to is gone.
                return [*seen.change(after), *extra]
            return seen.change(after)

        await retry(
            lambda: commit_with_retry(self._store, decide, what=path),
            policy=RECORD_RETRY,
            sleep=self._clock.sleep,
            randomness=self._randomness,
            when=_when_store_is_away,
        )
        is_over = latest is not None and latest.state == "ERROR"
        if ready is not None and is_over and isinstance(answer, Refused | Temporary):
            ready.undo()
        return self._progress(latest)

    async def look_up(self, path: str) -> Progress:
        """Ask the provider about a job whose answer was lost; leave all other jobs alone."""
        seen = await load_job(self._store, path)
        if seen is None or seen.delivery is None:
            return Progress(None)
        if (
            jobs.next_step(seen.delivery, self._clock.now(), self._channel.rules)
            is not Step.LOOK_UP
        ):
            return self._progress(seen.delivery)
        return await self._look_up(seen, seen.delivery)

    async def _prepare(self, seen: SeenJob, now: datetime) -> Ready[Request] | NotYet | Delivery:
        """Return what to send, when to ask again, or the end of a job that must not be sent."""
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
        draft = DraftJob(seen.snapshot.path, job.draft, seen.delivery, now)
        found = await self._channel.preparation.prepare(draft)
        if isinstance(found, Unsendable):
            return jobs.refuse(seen.delivery, now, found.reason, found.sentence)
        return found

    def _parse(self, snapshot: Snapshot) -> Job[Draft] | Invalid:
        fields: dict[str, Any] = {**snapshot.fields}
        fields.pop("delivery", None)
        return self._channel.parse(fields)

    async def _commit(self, writes: Sequence[Write], ready: Ready[Request] | None = None) -> bool:
        """Commit, with what belongs to a claim; False if the document has to be read again."""
        try:
            await self._store.commit([*writes, *(ready.writes if ready is not None else ())])
        except CommitOutcomeUnknown:
            return False
        except Exception as error:
            if ready is not None:
                ready.undo()
            if isinstance(error, Conflict):
                return False
            raise
        return True

    async def _call(self, path: str, claimed: Delivery, ready: Ready[Request]) -> Progress:
        """Call the provider for a claim of our own, and record its answer."""
        assert claimed.lease_expire_time is not None
        attempt = JobAttempt(path, claimed.attempts, self._clock.now())
        answer: Answer
        if attempt.started_at >= claimed.lease_expire_time:
            # Others may have acted on the lapsed lease; a call now could be the second.
            answer = Temporary("leaseLapsed", "the worker was held up before it called")
        else:
            try:
                answer = Accepted(await self._channel.sender.send(ready.request, attempt))
            except Exception as error:
                answer = self._channel.classify(error)
                _log.warning(
                    "delivery.notAccepted",
                    channel=self._channel.name,
                    path=path,
                    attempt=attempt.attempt,
                    answer=type(answer).__name__,
                    error=error_text(error),
                )
        return await self._settle(path, answer, attempt.attempt, ready)

    async def _look_up(self, seen: SeenJob, delivery: Delivery) -> Progress:
        path, answer = seen.snapshot.path, None
        job = self._parse(seen.snapshot)
        if self._channel.look_up is not None and isinstance(job, Job):
            lost_by = jobs.lost_by(delivery, self._channel.rules)
            attempt = JobAttempt(path, delivery.attempts, delivery.start_time, lost_by)
            draft = DraftJob(path, job.draft, delivery, self._clock.now())
            try:
                request = await self._channel.preparation.recall(draft)
                if request is not None:
                    answer = await self._channel.look_up.look_up(request, attempt)
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


def _own(claims: Mapping[datetime, Ready[Request]], delivery: Delivery) -> Ready[Request] | None:
    """Return what we prepared for a claim that turns out to be our own."""
    if jobs.phase_of(delivery) is not Phase.IN_FLIGHT or delivery.lease_expire_time is None:
        return None
    return claims.get(delivery.lease_expire_time)


def _when_store_is_away(error: Exception) -> Retry | None:
    return Retry(error.retry_after) if isinstance(error, RetryableError) else None
