"""A campaign that can run, as the planner and the senders use it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from parley.domain.campaigns.filters import Predicate
from parley.domain.campaigns.pacing import lanes
from parley.domain.campaigns.templates import BodyTemplate
from schema.campaigns import CampaignJob

if TYPE_CHECKING:
    from parley.domain.campaigns.kinds.kind import Kind


@dataclass(frozen=True, slots=True)
class Campaign:
    """A validated campaign with its text and its filter compiled.

    ``matches`` is the audience's filter, None for everybody. ``user_fields`` are the fields of
    ``user`` that the text names, with ``"*"`` if it uses all. ``fields_of_people`` are the fields
    to read from each person's record when sending.
    """

    id: str
    job: CampaignJob
    kind: Kind
    body: BodyTemplate
    title: BodyTemplate | None
    matches: Predicate | None
    user_fields: frozenset[str]
    fields_of_people: tuple[str, ...]

    @property
    def service_id(self) -> str:
        """The service that sends it."""
        return self.job.service_id

    @property
    def expire_at(self) -> datetime | None:
        """When people who are left are skipped."""
        return self.job.schedule.expire_at if self.job.schedule is not None else None

    def chat_id(self, uid: str) -> str:
        """Return the chat that holds a person's message: their own, or the one that all share."""
        shared_id = self.kind.shared_chat_id(self)
        return shared_id or self.kind.chat_id(self.id, self.service_id, uid)

    @property
    def sends_sms(self) -> bool:
        """Whether some of its messages may go by SMS."""
        return "sms" in self.job.channels

    @property
    def falls_back(self) -> bool:
        """Whether those who are not reached in time get the other channel."""
        return self.job.fallback is not None

    @property
    def per_minute(self) -> int | None:
        """How many messages a minute all workers send together at most."""
        return self.job.throttle.per_minute if self.job.throttle is not None else None

    @property
    def lanes(self) -> int:
        """How many batches may be on their way at once; 0 for any number."""
        if self.per_minute is not None:
            return lanes(self.per_minute)
        return 1 if self.kind.is_sequential else 0
