"""A mass message while one worker carries it out: what is known, and what is left to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from parley.domain.campaigns.part_sizes import PartSize
from parley.domain.chats.mass_posts import BATCH, MassPart, MassPost, kept_results
from parley.domain.delivery.jobs import Phase, phase_of
from schema import paths
from schema.delivery import Delivery
from schema.mass_messages import mass_info_fields
from schema.reasons import PushOutcome


class ClaimedMassMessage:
    """A claimed job.

    ``results`` are stored ones with the push outcomes that are known since. ``waiting`` are people
    whose push was not taken by the provider. ``refused`` are people whose message the store does
    not take, and why.
    """

    def __init__(
        self,
        post: MassPost,
        update_time: datetime,
        delivery: Delivery,
        leases: set[datetime],
        owed: Sequence[str] = (),
    ) -> None:
        self.post = post
        self.path = paths.mass_message(post.job_id)
        self.update_time = update_time
        self.delivery = delivery
        self.results = kept_results(_results(delivery), only_sent=False)
        self.owed = [uid for uid in owed if uid in self.results]
        self.waiting: dict[str, None] = {}
        self.retry_after: float | None = None
        self.refused: dict[str, str] = {}
        self.size = PartSize(BATCH)
        self.looks_for_messages = False
        self._leases = leases
        self._outcomes: dict[str, PushOutcome] = {}
        self._left_alone: set[str] = set()

    @staticmethod
    def info_kept(delivery: Delivery | None) -> dict[str, Any] | None:
        """Return the ``info`` that a new attempt begins with: nobody waits for a push."""
        if delivery is None or not delivery.info:
            return None
        only_sent = delivery.state == "RETRY"
        return mass_info_fields(kept_results(_results(delivery), only_sent=only_sent))

    def remaining(self) -> list[str]:
        """Return the next people without a result; none if only contended ones are left."""
        open_ = (uid for uid in self.post.uids if uid not in self.results)
        return [uid for uid in open_ if uid not in self._left_alone][: self.size.size]

    def in_doubt(self) -> list[str]:
        """Return people whom an earlier worker posted to, and may have pushed to."""
        owed = set(self.owed)
        return [
            uid
            for uid, result in self.results.items()
            if result["state"] == "sent" and result.get("push") is None and uid not in owed
        ]

    def progressed(self, part: MassPart, lease: datetime) -> Delivery:
        """Return the ``delivery`` after a part is posted, with the lease extended."""
        return self.delivery.model_copy(
            update={"info": self.info(part.results), "lease_expire_time": lease}
        )

    def info(self, added: Mapping[str, dict[str, Any]] | None = None) -> dict[str, Any]:
        """Return the ``info`` of everything that is known, and of ``added`` results."""
        return mass_info_fields({**self.results, **(added or {})}, list(self.waiting))

    def owns(self, stored: Delivery) -> bool:
        """Return whether the stored claim is this worker's."""
        return phase_of(stored) is Phase.IN_FLIGHT and stored.lease_expire_time in self._leases

    def adopt(self, update_time: datetime, stored: Delivery) -> None:
        """Go on from what is stored."""
        self.update_time = update_time
        self.delivery = stored
        self.results = kept_results(_results(stored), only_sent=False)
        self._note(self._outcomes)

    def expect(self, lease: datetime) -> datetime:
        """Remember a lease of our own before it is committed."""
        self._leases.add(lease)
        return lease

    def settle_pushes(self, outcomes: Mapping[str, PushOutcome]) -> None:
        """Note outcomes of pushes; the next commit stores them."""
        self._outcomes.update(outcomes)
        self._note(outcomes)

    def put_off_pushes(self, uids: Iterable[str], retry_after: float | None) -> None:
        """Note people whose push has to wait for the provider."""
        self.waiting.update(dict.fromkeys(uids))
        self.retry_after = max(self.retry_after or 0.0, retry_after or 0.0)

    def note_race(self, part: MassPart) -> None:
        """Note a commit that other writers of its chats outraced, or a message that stands."""
        self.looks_for_messages = True
        if self.size.raced(len(part.written)) and part.written:
            self._left_alone.add(part.written[0])

    def unfinished(self) -> tuple[str, str, float | None] | None:
        """Return why another attempt is needed: a code, a sentence, and how long to wait."""
        if self.waiting:
            sentence = f"{len(self.waiting)} pushes wait for the provider"
            return "pushesWait", sentence, self.retry_after
        if self._left_alone:
            sentence = f"others keep writing to the chats of {len(self._left_alone)} people"
            return "contended", sentence, None
        return None

    def _note(self, outcomes: Mapping[str, PushOutcome]) -> None:
        for uid, outcome in outcomes.items():
            if uid in self.results:
                self.results[uid]["push"] = str(outcome)


def _results(delivery: Delivery) -> Mapping[str, Any]:
    found = (delivery.info or {}).get("results")
    return found if isinstance(found, Mapping) else {}
