"""What one call that writes a batch has learnt: what is committed, refused, or lost to others."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from parley.domain.campaigns.batch import ComposedPart
from parley.domain.campaigns.part_sizes import PartSize
from parley.domain.delivery.routing import Exclusion
from parley.errors import Conflict
from parley.services.campaigns.load_batches import LoadedBatch
from parley.store import CommitResult
from schema import limits
from schema.campaigns import CampaignChannel
from schema.reasons import RecipientReason, RecipientState

_RACES = 20
"""Commits that one call may lose to other writers: enough to split 100 people down to one."""


@dataclass(slots=True)
class BatchWriting:
    """What one call has learnt about a batch.

    ``refused``: people whose message the store rejects. ``left_alone``: people whose documents
    others kept changing; the batch comes back for them. ``races``: commits lost to other writers.
    ``written_by`` counts the people whose message is committed, by channel.
    """

    size: PartSize = field(default_factory=lambda: PartSize(limits.CAMPAIGN_BATCH))
    previews: dict[str, str] = field(default_factory=dict)
    refused: dict[str, Exclusion] = field(default_factory=dict)
    left_alone: set[str] = field(default_factory=set)
    races: int = 0
    written_by: Counter[CampaignChannel] = field(default_factory=Counter)

    def apply(self, part: ComposedPart, result: CommitResult, loaded: LoadedBatch) -> None:
        """Update this and the loaded batch with a committed part."""
        self.size.passed()
        self.previews |= part.previews
        self.written_by += part.written_by
        settled = set(part.settled)
        loaded.people = [person for person in loaded.people if person.uid not in settled]
        loaded.batch = replace(
            loaded.batch,
            state=part.state,
            recipients=part.recipients,
            planned=[uid for uid in loaded.batch.planned if uid not in settled],
        )
        loaded.update_time = result.update_times[0]

    def note_race(self, loaded: LoadedBatch, part: ComposedPart, race: Exception) -> None:
        """Count a commit lost to other writers; raise ``Conflict`` after too many."""
        self.races += 1
        if self.races >= _RACES:
            raise Conflict(
                f"batch {loaded.batch_id}: other writers of its chats won {_RACES} times"
            ) from race
        if self.size.raced(part.written) and part.last_written:
            self.left_alone.add(part.last_written)

    def note_rejection(self, part: ComposedPart, rejection: Exception) -> None:
        """Make smaller parts of what the store rejects; refuse the one person who causes it."""
        if part.written == 1:
            self.refused[part.last_written] = Exclusion(
                RecipientState.FAILED, RecipientReason.STORE_REJECTED, str(rejection)
            )
        self.size.refused(part.written)
