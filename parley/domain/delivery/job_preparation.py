"""What a job needs between being read and being sent: its recipient, sender, settings and limits.

A channel prepares each attempt just before its claim. What it counts goes into the commit of the
claim, so two workers cannot both pass a limit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from parley.domain.delivery.jobs import Phase, phase_of
from parley.store import Write
from schema.delivery import Delivery, DeliveryReason

Draft = TypeVar("Draft")
Request = TypeVar("Request")


@dataclass(frozen=True, slots=True)
class DraftJob(Generic[Draft]):
    """A valid job document at ``path``, before an attempt; ``delivery`` as it is stored."""

    path: str
    draft: Draft
    delivery: Delivery | None
    now: datetime

    @property
    def is_counted(self) -> bool:
        """Whether an earlier attempt of this run was counted, and was not taken."""
        return phase_of(self.delivery) is Phase.WAITING


def _nothing() -> None:
    """Undo nothing."""


@dataclass(frozen=True, slots=True)
class Ready(Generic[Request]):
    """An attempt that may be made.

    ``writes`` go into the commit of the claim, ``writes_if_refused`` into the one that ends the job
    because the provider did not take it. ``info`` is stored with the claim. ``undo`` takes back
    what this process holds in memory: it is called if the claim was not applied, and if the
    provider did not take the job in the end.
    """

    request: Request
    info: Mapping[str, Any] | None = None
    writes: Sequence[Write] = ()
    writes_if_refused: Sequence[Write] = ()
    undo: Callable[[], None] = _nothing


@dataclass(frozen=True, slots=True)
class Unsendable:
    """A job that must not be sent. ``sentence``: field, value, limit and the way out."""

    reason: DeliveryReason
    sentence: str


@dataclass(frozen=True, slots=True)
class NotYet:
    """A job that waits for its turn; it is not claimed."""

    until: datetime


Prepared = Ready[Request] | Unsendable | NotYet


class SendAsWritten(Generic[Draft]):
    """The preparation of a channel whose documents hold everything that is sent."""

    async def prepare(self, job: DraftJob[Draft]) -> Prepared[Draft]:
        """Return the document itself as the request."""
        return Ready(job.draft)

    async def recall(self, job: DraftJob[Draft]) -> Draft | None:
        """Return the document itself, which does not change."""
        return job.draft
