"""Requests of those who run the project; tests of campaigns, and one person's campaigns."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, Strict, model_validator

from schema import limits
from schema.base import DrawnId, Model, ServiceId, Uid, exactly_one
from schema.events import QueueName

LetterId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
LetterIds = Annotated[list[LetterId], Field(min_length=1, max_length=limits.LETTERS_AT_ONCE)]


class GetHealth(Model):
    """``getHealth``: what waits, what stands still, what was parked."""


class RedriveDeadLetters(Model):
    """``redriveDeadLetters``: named letters, or those of a queue that were not redriven yet."""

    ids: LetterIds | None = None
    queue: QueueName | None = None

    @model_validator(mode="after")
    def _names_some(self) -> Self:
        exactly_one("redriveDeadLetters", {"ids": self.ids, "queue": self.queue})
        return self


class ReconcileDrift(Model):
    """``reconcile``: recount some chats and campaigns; ``cursor`` is the page before's."""

    repair: Annotated[bool, Strict()] = False
    cursor: Annotated[str, Field(max_length=2_000)] | None = None


class SendTest(Model):
    """``sendTest``: what a campaign would send, to these people alone and counted nowhere.

    The same ``testId`` is the same test.
    """

    job: dict[str, Any]
    user_ids: Annotated[list[Uid], Field(min_length=1, max_length=limits.TEST_PEOPLE)]
    test_id: Annotated[DrawnId, Field(max_length=60)]


class CampaignsOf(Model):
    """``campaignsOf``: the service's last campaigns, and what each was to a person."""

    service_id: ServiceId
    user_id: Uid
    cursor: Annotated[str, Field(max_length=2_000)] | None = None
