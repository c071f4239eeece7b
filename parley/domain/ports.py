"""The ports beside the store: services use them, adapters and twins implement them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from parley.domain.delivery.job_answers import Answer
from parley.domain.delivery.job_preparation import DraftJob, Prepared
from parley.domain.delivery.push import Notification, PushResult
from schema.events import Payload, QueueName

Draft = TypeVar("Draft")
Prepares = TypeVar("Prepares")
Request = TypeVar("Request", contravariant=True)


class Publisher(Protocol):
    """Puts payloads on their queues."""

    async def publish(self, payloads: Sequence[Payload]) -> None:
        """Return once the queue has stored every payload. Raise ``QueueUnavailable``."""
        ...


@dataclass(frozen=True, slots=True)
class Received:
    """An in-flight queue message. ``attempt`` counts deliveries from 1; 0 if the queue does not."""

    ack_id: str
    message_id: str
    data: bytes
    attempt: int
    published_at: datetime
    attributes: Mapping[str, str] = field(default_factory=dict)


class Subscriber(Protocol):
    """Pulls messages from queues. Each method may raise ``QueueUnavailable``."""

    async def pull(self, queue: QueueName, *, max_messages: int) -> list[Received]:
        """Return up to ``max_messages``; the list is empty if none comes for a while."""
        ...

    async def acknowledge(self, queue: QueueName, ack_ids: Sequence[str]) -> None:
        """Acknowledge messages, so that the queue does not deliver them again. Best effort."""
        ...

    async def extend(self, queue: QueueName, ack_ids: Sequence[str], *, seconds: int) -> None:
        """Extend the leases to ``seconds`` from now; 0 returns them to the queue at once."""
        ...

    async def backlog(self, queue: QueueName) -> int | None:
        """Return the number of unacknowledged messages; None if the queue cannot tell."""
        ...


class PushSender(Protocol):
    """Hands notifications to the push provider."""

    async def send(self, notifications: Sequence[Notification]) -> list[PushResult]:
        """Return a result for each notification, in order. Do not raise if some of them fail."""
        ...


@dataclass(frozen=True, slots=True)
class JobAttempt:
    """One attempt at a job. Providers that report back are given it with the request.

    ``started_at``: when the call begins; to a look-up, when the job began, which the attempt came
    after. ``lost_by``: to a look-up, a time by which the call was over and its answer lost.
    """

    path: str
    attempt: int
    started_at: datetime
    lost_by: datetime | None = None


class JobPreparation(Protocol[Draft, Prepares]):
    """Makes what a channel's sender gets out of a job document and what the store knows."""

    async def prepare(self, job: DraftJob[Draft]) -> Prepared[Prepares]:
        """Return what to send, why it must not be sent, or when to ask again.

        It is called before each attempt, and again if the claim was outraced.
        """
        ...

    async def recall(self, job: DraftJob[Draft]) -> Prepares | None:
        """Return what an attempt sent whose answer was lost, to look it up; None if unknown."""
        ...


class JobSender(Protocol[Request]):
    """Hands one job of a channel to its provider."""

    async def send(self, request: Request, attempt: JobAttempt) -> Mapping[str, Any]:
        """Return the provider's acceptance, for ``delivery.info``.

        Answer within the channel's lease. Raise anything else; the channel classifies it.
        """
        ...


class JobLookUp(Protocol[Request]):
    """Asks a provider whether it took an attempt whose answer was lost."""

    async def look_up(self, request: Request, attempt: JobAttempt) -> Answer | None:
        """Return what the provider knows; None if it cannot tell.

        ``Temporary`` shows that the attempt was *not* taken, and lets the job be sent again.
        """
        ...


class Accounts(Protocol):
    """The accounts that people sign in with.

    Each method may raise ``RetryableError``.
    """

    async def disable(self, uid: str) -> None:
        """Let nobody sign in with the account, and revoke its refresh tokens.

        A uid without an account gets one that is disabled.
        """
        ...

    async def enable(self, uid: str) -> None:
        """Let the person sign in again; a uid without an account is left alone."""
        ...

    async def phone_of(self, uid: str) -> str | None:
        """Return the number by which the person signs in, in E.164; None if there is none."""
        ...


class Files(Protocol):
    """Files that staff and people have uploaded, by their path in the bucket."""

    def open(self, path: str) -> AsyncIterator[bytes]:
        """Yield a file in chunks, in order.

        Raise ``FileMissing`` if there is none, ``FilesUnavailable`` if it cannot be read now.
        """
        ...


class Clock(Protocol):
    """The time and sleeping, so that both can be virtual."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Sleep to back off. Never poll with it for something that can be awaited."""
        ...


class IdFactory(Protocol):
    """Draws ids where none can be derived."""

    def new_id(self) -> str:
        """Return 20 characters of ``A-Za-z0-9``, like the ids of Firestore's clients."""
        ...
