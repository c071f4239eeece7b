"""Mass messages: which jobs may run, who gets the message, and the writes of a commit. Pure.

The job's document is the fence: each commit rewrites its ``delivery`` with the results so far.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from parley.domain.access import AGENTS, describe_author
from parley.domain.chats.service_posts import FIXED_BYTES, ServicePosts
from parley.domain.delivery import push
from parley.domain.delivery.jobs import DeliveryRules
from parley.domain.delivery.routing import Exclusion, RouteContext, check_consent
from parley.store import SERVER_TIME, Snapshot, Write
from schema import ids, limits
from schema.addressees import Addressee
from schema.delivery import DeliveryReason
from schema.explain import explain
from schema.mass_messages import (
    ALREADY_SENT,
    MassMessageJob,
    mass_message_fields,
    mass_result_fields,
)
from schema.reasons import PushOutcome, RecipientReason, RecipientState

BATCH = 100
"""People of one commit."""

RULES = DeliveryRules(repeats_after_lost_answer=True, lease=timedelta(seconds=12))
"""Derived ids make a repeat harmless. A lease is drawn up to a quarter longer, so work of a dead
worker is taken over within 30 seconds, the period of the sweep included."""

RETRY_WAY_OUT = "set delivery.state to RETRY to send to the people who have no message"

NOT_IN_SERVICE = Exclusion(RecipientState.SKIPPED, RecipientReason.NOT_IN_SERVICE)


class InvalidMassMessage(ValueError):
    """A job that cannot run: a reason and a sentence for its author."""

    def __init__(self, reason: DeliveryReason, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class MassPost:
    """A valid job, and what its messages share; ``size`` bounds the bytes of each."""

    job_id: str
    job: MassMessageJob
    posts: ServicePosts
    preview: str
    size: int

    @classmethod
    def build(cls, job_id: str, job: MassMessageJob, service_name: str) -> MassPost:
        """Return the posts of a job for a service of this name."""
        message = mass_message_fields(
            service_id=job.service_id,
            staff_id=job.created_by,
            body=job.message.body,
            created_at=SERVER_TIME,
        )
        posts = ServicePosts("case", job.service_id, service_name, message, is_new=True)
        texts = (job.message.body, service_name, service_name, service_name)
        size = FIXED_BYTES + sum(len(text.encode()) for text in texts)
        return cls(job_id, job, posts, push.preview(job.message.body), size)

    @property
    def uids(self) -> list[str]:
        """The people, each once, in the job's order."""
        return list(dict.fromkeys(self.job.user_ids))

    def message_id(self, uid: str) -> str:
        """Return the id of a person's message."""
        return ids.mass_message_id(self.job_id, uid)

    def write(self, person: MassRecipient) -> list[Write]:
        """Return the writes of one person's message; it must not exist."""
        message_id = self.message_id(person.uid)
        return self.posts.write(
            person.uid, person.chat, message_id=message_id, preview=self.preview
        )


@dataclass(frozen=True, slots=True)
class MassRecipient:
    """A person as loaded for sending; ``is_sent``: a message of this id stands in their chat."""

    uid: str
    user: Snapshot | None
    chat: Snapshot | None
    is_sent: bool = False


@dataclass(slots=True)
class MassPart:
    """The people of one commit: their results, the writes, and who is pushed to afterwards."""

    results: dict[str, dict[str, Any]] = field(default_factory=dict)
    writes: list[Write] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    pushed: list[str] = field(default_factory=list)


def read_job(job_id: str, fields: Mapping[str, Any]) -> MassMessageJob:
    """Validate a job without its ``delivery``; raise ``InvalidMassMessage``."""
    if re.fullmatch(ids.DRAWN_ID_PATTERN, job_id) is None:
        raise InvalidMassMessage(
            DeliveryReason.INVALID_JOB,
            "the id of a job must be 1 to 64 letters, digits, hyphens or underscores and is "
            f"{job_id[:64]!r}. Write it again under such an id.",
        )
    try:
        return MassMessageJob.parse({**fields, "delivery": None})
    except ValidationError as error:
        wrong = explain(error, with_values=True)
        sentence = f"{wrong} Write a new job with this mended."
        raise InvalidMassMessage(DeliveryReason.INVALID_JOB, sentence) from error


def check_author(job: MassMessageJob, *, is_service_known: bool, role: object) -> None:
    """Raise ``InvalidMassMessage`` if the author may not write for this service.

    ``role`` is the author's role in the service, None if they are not staff.
    """
    if not is_service_known:
        raise InvalidMassMessage(
            DeliveryReason.SERVICE_NOT_FOUND,
            f"serviceId: there is no service {job.service_id!r}; write a job for one that exists",
        )
    if role not in AGENTS:
        raise InvalidMassMessage(
            DeliveryReason.NOT_ALLOWED,
            f"createdBy: only an owner, admin or agent of {job.service_id!r} sends mass messages, "
            f"and {job.created_by!r} {describe_author(role)}; let one of them write the job",
        )


def compose(
    post: MassPost, people: Sequence[MassRecipient], now: datetime, refused: Mapping[str, str]
) -> MassPart:
    """Compose as many people, in order, as fit into one commit; at least one.

    ``refused`` holds people whose message the store does not take, and why.
    """
    context = RouteContext("transactional", now)
    part = MassPart()
    size = 0
    for person in people:
        excluded = _exclusion(person, context, refused)
        if excluded is not None:
            part.results[person.uid] = mass_result_fields(
                state="failed" if excluded.state is RecipientState.FAILED else "skipped",
                at=now,
                reason=excluded.reason,
                detail=excluded.detail,
            )
            continue
        if person.is_sent:
            part.results[person.uid] = mass_result_fields(
                state="skipped", at=now, reason=ALREADY_SENT
            )
            continue
        size += post.size
        if part.written and size > limits.COMMIT_BYTES:
            break
        no_push = person.user and check_consent(Addressee(person.user.fields), "push", context)
        part.results[person.uid] = mass_result_fields(
            state="sent", at=now, push=PushOutcome.NO_CONSENT if no_push else None
        )
        part.writes += post.write(person)
        part.written.append(person.uid)
        if not no_push:
            part.pushed.append(person.uid)
    return part


def failures(results: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Return a sentence about people who failed, None if nobody did."""
    reasons: dict[str, int] = {}
    for result in results.values():
        if result["state"] == "failed":
            reason = str(result.get("reason"))
            reasons[reason] = reasons.get(reason, 0) + 1
    if not reasons:
        return None
    counted = ", ".join(f"{reason} {count}" for reason, count in sorted(reasons.items()))
    failed = sum(reasons.values())
    people = "1 person" if len(results) == 1 else f"{len(results)} people"
    return f"{failed} of {people} got no message: {counted}; {RETRY_WAY_OUT}"


def kept_results(results: Mapping[str, Any], *, only_sent: bool) -> dict[str, dict[str, Any]]:
    """Return the stored results to go on with; after a ``RETRY``, of people with a message."""
    return {
        uid: dict(result)
        for uid, result in results.items()
        if isinstance(result, Mapping)
        and result.get("state") in (("sent",) if only_sent else ("sent", "skipped", "failed"))
    }


def _exclusion(
    person: MassRecipient, context: RouteContext, refused: Mapping[str, str]
) -> Exclusion | None:
    if person.uid in refused:
        why = refused[person.uid]
        return Exclusion(RecipientState.FAILED, RecipientReason.STORE_REJECTED, why)
    if person.user is None:
        return NOT_IN_SERVICE
    return check_consent(Addressee(person.user.fields), "chat", context)
