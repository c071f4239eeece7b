"""The ports: what services need of the outside world, and adapters and twins provide.

The store is Firestore-shaped, small and deep: repositories and services are written once on it,
and it has two implementations held to one contract suite (``tests/contract``).

The file is longer than others on purpose: services and adapters meet in this one place.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Literal, Protocol

from parley.domain.push import Notification, PushResult
from schema.events import Payload, QueueName

Value = Any
"""A Firestore value: None, bool, int, float, str, bytes, aware datetime, list or str-keyed dict.
In a write, a dict may also hold a :class:`Transform` (but not inside a list)."""


class Transform:
    """A change that the store itself computes when it commits."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class ServerTime(Transform):
    """The server's time at the request; the same for every field of one commit.

    To the millisecond only, as Firestore gives it: two commits may get the same, so a fence that
    must move with each write carries something more, such as an attempt.
    """


@dataclass(frozen=True, slots=True)
class Increment(Transform):
    """Add to a number; a missing field counts as 0."""

    by: int | float


@dataclass(frozen=True, slots=True)
class ArrayUnion(Transform):
    """Append the values that are not in the array yet, in order."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class ArrayRemove(Transform):
    """Remove every occurrence of the values."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class DeleteField(Transform):
    """Remove the field; in :class:`Update` and :class:`Merge` alone, at the top of a field path."""


SERVER_TIME: Final = ServerTime()
DELETE_FIELD: Final = DeleteField()


@dataclass(frozen=True, slots=True)
class Exists:
    """The document must exist (``True``) or must not exist (``False``)."""

    value: bool


@dataclass(frozen=True, slots=True)
class UpdatedAt:
    """The document must exist and have been changed last at exactly this time."""

    time: datetime


Precondition = Exists | UpdatedAt

MUST_EXIST: Final = Exists(True)
MUST_NOT_EXIST: Final = Exists(False)

FieldPath = str | tuple[str, ...]
"""A field by its name (which is never split at dots), or a tuple of names that leads into maps."""

Changes = Mapping[str, Value] | Mapping[FieldPath, Value]
"""The fields that a write changes, and their new values or transforms."""


class Overlay(Mapping[str, Value]):
    """The fields of one of many like documents: what they share, and its own laid over.

    ``shared`` is one object for all of them and never changed: the store encodes it once a commit.
    No field is in both, but that maps of the same name are merged, at any depth; anything else is a
    ``ValueError``.
    """

    __slots__ = ("own", "shared")

    def __init__(
        self, shared: Mapping[str, Value], own: Mapping[str, Value] = MappingProxyType({})
    ) -> None:
        for name, value in own.items():
            if name in shared:
                below = shared[name]
                if not (isinstance(below, Mapping) and isinstance(value, Mapping)):
                    raise ValueError(f"field {name}: it is shared, and an overlay's own")
                Overlay(below, value)
        self.shared = shared
        self.own = own

    def __getitem__(self, name: str) -> Value:
        if name not in self.own:
            return self.shared[name]
        value = self.own[name]
        return Overlay(self.shared[name], value) if name in self.shared else value

    def __iter__(self) -> Iterator[str]:
        yield from self.shared
        yield from (name for name in self.own if name not in self.shared)

    def __len__(self) -> int:
        return len(self.shared.keys() | self.own.keys())


@dataclass(frozen=True, slots=True)
class Set:
    """Put this document in place of whatever is there."""

    path: str
    fields: Mapping[str, Value]
    precondition: Precondition | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """Change the named fields of a document that exists; each value replaces the whole field."""

    path: str
    fields: Changes
    precondition: Precondition = MUST_EXIST


@dataclass(frozen=True, slots=True)
class Merge:
    """Change the named fields, creating the document if it is missing."""

    path: str
    fields: Changes


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete the document; without a precondition a missing one is fine."""

    path: str
    precondition: Precondition | None = None


Write = Set | Update | Merge | Delete


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A document as it was read."""

    path: str
    fields: dict[str, Value]
    update_time: datetime

    @property
    def id(self) -> str:
        """The last segment of the path."""
        return self.path.rsplit("/", 1)[-1]


Operator = Literal[
    "==", "!=", "<", "<=", ">", ">=", "in", "not-in", "array-contains", "array-contains-any"
]


@dataclass(frozen=True, slots=True)
class Where:
    """A condition of a query; ``field`` is ``__name__`` for the document's path."""

    field: FieldPath
    operator: Operator
    value: Value


@dataclass(frozen=True, slots=True)
class OrderBy:
    """An order of a query; ``field`` is ``__name__`` for the document's path."""

    field: FieldPath
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A query of one collection, or with ``is_group`` of all collections whose last id it is.

    All of ``where`` must hold. ``start_after`` holds one value for each ``order_by`` (a path for
    ``__name__``). ``select`` names the fields wanted; an empty tuple asks for none but the path.
    """

    collection: str
    where: tuple[Where, ...] = ()
    order_by: tuple[OrderBy, ...] = ()
    start_after: tuple[Value, ...] | None = None
    limit: int | None = None
    select: tuple[FieldPath, ...] | None = None
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """The number of documents."""


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of a field over the documents in which it is a number; 0 for none."""

    field: FieldPath


Aggregation = Count | Sum


@dataclass(frozen=True, slots=True)
class CommitResult:
    """What a commit answered: one ``update_times`` entry a write, in order.

    A delete has the commit's own time.
    """

    commit_time: datetime
    update_times: Sequence[datetime]


class Store(Protocol):
    """The Firestore tree. Every method may raise ``StoreUnavailable`` or ``StoreRejected``."""

    async def get_many(
        self,
        paths: Sequence[str],
        *,
        select: tuple[FieldPath, ...] | None = None,
        read_time: datetime | None = None,
    ) -> list[Snapshot | None]:
        """Read documents in one call; the answer is in the order of ``paths``, None if missing.

        A path may be named twice. ``select`` leaves out all other fields.
        """
        ...

    def stream(
        self, query: Query, *, read_time: datetime | None = None
    ) -> AsyncIterator[list[Snapshot]]:
        """The documents of a query in chunks as they arrive, in the query's order.

        Memory stays flat however many there are. A chunk is never empty.
        """
        ...

    async def aggregate(
        self, query: Query, aggregations: Mapping[str, Aggregation]
    ) -> dict[str, int | float]:
        """Counts and sums over a query; at most five, as Firestore takes no more."""
        ...

    async def commit(self, writes: Sequence[Write]) -> CommitResult:
        """Apply all writes at once or none.

        Raises ``Conflict`` if a precondition failed, ``CommitOutcomeUnknown`` if the answer was
        lost, ``ValueError`` if one document is written twice (which Firestore refuses too).
        """
        ...


class Publisher(Protocol):
    """Puts payloads on their queues."""

    async def publish(self, payloads: Sequence[Payload]) -> None:
        """Returns when every payload is stored by the queue; raises ``QueueUnavailable``."""
        ...


@dataclass(frozen=True, slots=True)
class Received:
    """A queue message in hand. ``attempt`` counts deliveries from 1; 0 where nobody counts them."""

    ack_id: str
    message_id: str
    data: bytes
    attempt: int
    published_at: datetime
    attributes: Mapping[str, str] = field(default_factory=dict)


class Subscriber(Protocol):
    """Takes messages from queues. Each method raises ``QueueUnavailable``."""

    async def pull(self, queue: QueueName, *, max_messages: int) -> list[Received]:
        """Up to so many messages; waits a while for the first, and may answer with none."""
        ...

    async def acknowledge(self, queue: QueueName, ack_ids: Sequence[str]) -> None:
        """Done with these: they are not delivered again, as far as the queue can tell."""
        ...

    async def extend(self, queue: QueueName, ack_ids: Sequence[str], *, seconds: int) -> None:
        """Keep these for so long from now; 0 gives them back at once."""
        ...

    async def backlog(self, queue: QueueName) -> int | None:
        """Messages waiting or in hand, None where the queue cannot say."""
        ...


class PushSender(Protocol):
    """Hands notifications to the push provider."""

    async def send(self, notifications: Sequence[Notification]) -> list[PushResult]:
        """One result a notification, in order. Never raises for a single notification's fate."""
        ...


class Clock(Protocol):
    """The time, and the waiting for it, so that both can be virtual."""

    def now(self) -> datetime:
        """The current time, aware, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait; only for backing off, never for something that could be awaited."""
        ...


class IdFactory(Protocol):
    """Draws ids where nothing can be derived."""

    def new_id(self) -> str:
        """20 characters of ``A-Za-z0-9``, as Firestore's clients draw them."""
        ...
