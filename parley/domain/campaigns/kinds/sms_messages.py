"""The SMS of a campaign: a job for the SMS workers, and the claim of its number. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.kinds.kind import MessageText, Person, SharedChat
from parley.domain.people.proven_phones import proves_number
from parley.store import MUST_NOT_EXIST, SERVER_TIME, Set, UpdatedAt, Write
from schema import paths
from schema.campaign_sms import campaign_sms_fields, number_holder_fields
from schema.delivery import Delivery
from schema.reasons import RecipientState

_FIXED_BYTES: Final = 1_200
"""Names, ids and times of the job and of the claim."""


class SmsWriter:
    """Writes a campaign's SMS jobs; their workers send them (``paths.campaign_sms``)."""

    state: Final = RecipientState.SENDING
    size: Final = _FIXED_BYTES

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign

    def post(self, shared: SharedChat, text: MessageText) -> list[Write]:
        return []

    def join(self, shared: SharedChat, people: Sequence[Person]) -> list[Write]:
        return []

    def write(self, person: Person, text: MessageText) -> list[Write]:
        """Return the job, and the claim of the number unless it is the person's already.

        The job of a later attempt replaces the one before, which must stand as it was read. Once
        the other channel takes over, a job that still waits is not sent any more.
        """
        job, earlier = self._campaign.job, person.sms
        ends = [time for time in (self._campaign.expire_at, text.until) if time is not None]
        fields = campaign_sms_fields(
            service_id=job.service_id,
            created_by=job.created_by,
            created_at=SERVER_TIME,
            uid=person.uid,
            body=text.body or "",
            purpose=job.purpose,
            batch_id=person.batch_id,
            attempt=person.attempt,
            expire_at=min(ends, default=None),
            delivery=None if earlier is None else _begun_again(earlier.fields),
        )
        fence = MUST_NOT_EXIST if earlier is None else UpdatedAt(earlier.update_time)
        writes: list[Write] = [
            Set(paths.campaign_sms(self._campaign.id, person.uid), fields, fence)
        ]
        if person.number_holder is None and text.number is not None:
            before = person.number_claim
            claim = number_holder_fields(person.uid, is_proven=proves_number(person.user))
            fence = MUST_NOT_EXIST if before is None else UpdatedAt(before.update_time)
            path = paths.campaign_number(self._campaign.id, text.number)
            writes.append(Set(path, claim, fence))
        return writes


def _begun_again(fields: Any) -> dict[str, Any] | None:
    """Return the ``delivery`` of a job that begins anew, with the number of its calls so far."""
    before = Delivery.parse_or_none(fields.get("delivery") or {})
    if before is None:
        return None
    return Delivery(
        state="PENDING", attempts=before.attempts, start_time=before.start_time
    ).fields()
