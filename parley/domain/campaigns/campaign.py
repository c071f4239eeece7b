"""A campaign that can run, as the planner and the senders use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from parley.domain.campaigns.filters import Predicate
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
    matches: Predicate | None
    user_fields: frozenset[str]
    fields_of_people: tuple[str, ...]

    @property
    def service_id(self) -> str:
        """The service that sends it."""
        return self.job.service_id
