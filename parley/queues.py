"""All queues: topic, subscription, dead-letter topic, payload, lease and retry policy.

Provisioning, the emulators and the workers read this list.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from parley.domain.retry import RetryPolicy
from parley.errors import PermanentError
from schema import events, limits
from schema.events import Payload, QueueName

MAX_DELIVERY_ATTEMPTS = 100
"""Pub/Sub's own dead-letter limit (5 to 100). It counts every expired lease, so it is only the net
behind the runner's own dead letters: a few killed workers must not dead-letter innocent
messages."""

LAST_DELIVERY = MAX_DELIVERY_ATTEMPTS - 20
"""A message that fails at this delivery is dead-lettered: soon Pub/Sub would move it to its own
dead-letter topic, which keeps no reason."""

MESSAGE_BYTES = 9_000_000
"""The longest message to publish. Pub/Sub takes 10 MB in one call, framing included
(cloud.google.com/pubsub/quotas)."""

KEEP_SECONDS = 7 * 24 * 3_600
"""How long an unacknowledged message is kept on a queue and its dead-letter queue: the default."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A Pub/Sub topic with one subscription and one dead-letter topic."""

    payload: type[Payload]
    ack_deadline_seconds: int = 15
    """The lease, extended while work runs. A dead worker's work comes back after it, well within 30
    seconds."""
    handler_seconds: int = 60
    """The time that one call of the handler may take."""
    max_in_hand: int = 2_000
    """Messages pulled and not acknowledged yet, per process: services take turns within these, so a
    backlog of one service below this number keeps no other waiting."""
    max_waiting_bytes: int = 32_000_000
    """Data of those that have not begun, above which nothing is pulled."""
    pull_size: int = 1_000
    pull_loops: int = 2
    lanes: int = 32
    """Lanes worked on at once, per process."""
    lanes_of_service: int | None = None
    """The same for one service; None for as many as there are."""
    goes_first: bool = False
    gives_way: bool = False
    """Of two queues in one process, the second begins nothing while a message of the first is
    late."""
    lanes_beside_chat: int | None = None
    """Of a queue that gives way, with large commits: how many lanes are worked on at once while
    messages come to the one that goes first. None for as many as ever."""
    retry: RetryPolicy = field(default_factory=RetryPolicy)

    @property
    def name(self) -> QueueName:
        return self.payload.queue

    @property
    def topic(self) -> str:
        return str(self.name)

    @property
    def subscription(self) -> str:
        return f"{self.name}-workers"

    @property
    def dead_letter_topic(self) -> str:
        return f"{self.name}-dead"

    @property
    def dead_letter_subscription(self) -> str:
        return f"{self.name}-dead-keep"


QUEUES: dict[QueueName, Queue] = {
    queue.name: queue
    for queue in (
        Queue(
            events.CampaignQueued,
            handler_seconds=3_600,
            pull_size=20,
            lanes=20,
            lanes_of_service=limits.CAMPAIGNS_IN_PLANNING,
            gives_way=True,
        ),
        Queue(
            events.CampaignBatchReady,
            pull_size=8,
            lanes=5,
            lanes_of_service=4,
            gives_way=True,
            lanes_beside_chat=1,
        ),
        Queue(
            events.CampaignBatchSent,
            handler_seconds=300,
            pull_size=8,
            lanes=5,
            lanes_of_service=4,
            gives_way=True,
        ),
        Queue(
            events.MassMessageQueued,
            pull_size=50,
            lanes=5,
            lanes_of_service=4,
            gives_way=True,
        ),
        # A hundred folded posts in a group of 1,000 are 100,000 pushes: over a minute of work.
        # Many chats at once, because their reads and commits travel together.
        Queue(
            events.MessageQueued,
            handler_seconds=limits.REPEATED_PUSH_SECONDS,
            lanes=256,
            goes_first=True,
        ),
        Queue(events.SmsQueued, pull_size=100, lanes=36, lanes_of_service=32),
        # A part of a hundred cases takes seconds; a job of 10,000 begins anew where it stands.
        Queue(
            events.BulkQueued,
            handler_seconds=600,
            pull_size=10,
            lanes=4,
            lanes_of_service=2,
        ),
        # A mail server may take 45 seconds for one email.
        Queue(
            events.EmailQueued,
            handler_seconds=180,
            pull_size=32,
            lanes=10,
            lanes_of_service=8,
        ),
    )
}


def encode(payload: Payload) -> bytes:
    """Return a payload as the data of a queue message; ``PermanentError`` if it is too long."""
    data = payload.model_dump_json(by_alias=True, exclude_none=True).encode()
    if len(data) > MESSAGE_BYTES:
        raise PermanentError(
            f"a {type(payload).__name__} of {len(data)} bytes is over the limit of "
            f"{MESSAGE_BYTES} bytes of one queue message; split it"
        )
    return data
