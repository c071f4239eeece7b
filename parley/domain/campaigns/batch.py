"""One batch of a campaign: for each person what happens and why, as one list of writes.

Pure. The ledger's batch document is the fence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from parley.domain.campaigns.job import Campaign
from parley.domain.campaigns.message_writes import MessageWrites, Person
from parley.domain.campaigns.templates import TemplateError
from parley.domain.delivery import push
from parley.store import SERVER_TIME, Increment, Update, UpdatedAt, Write
from schema import changes, limits, paths
from schema.addressees import Addressee, UnreadableField
from schema.campaign_status import recipient_fields, tally
from schema.ledger import Recipients, StoredBatch
from schema.reasons import PushOutcome, RecipientReason, RecipientState
from schema.storable import check_text
from schema.visible import is_blank


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a person gets no message; ``detail`` is for staff."""

    state: RecipientState
    reason: RecipientReason
    detail: str | None = None


@dataclass(slots=True)
class ComposedPart:
    """A batch, or as much of it as goes into one commit.

    ``recipients`` are all of the batch as they stand after it; ``settled`` the people that it
    decides about, ``written`` how many of them get a message and ``last_written`` the last of
    these, ``previews`` what to push.
    """

    writes: list[Write]
    recipients: Recipients
    settled: list[str] = field(default_factory=list)
    written: int = 0
    last_written: str = ""
    previews: dict[str, str] = field(default_factory=dict)
    is_last: bool = False


def compose(
    campaign: Campaign,
    batch_id: str,
    batch: StoredBatch,
    batch_update_time: datetime,
    people: Sequence[Person],
    *,
    service_name: str,
    now: datetime,
    most: int = limits.CAMPAIGN_BATCH,
    refused: Mapping[str, Refusal] = MappingProxyType({}),
) -> ComposedPart:
    """Decide for planned people, in order; the commit's first write is the fence.

    It holds messages to at most ``most`` people, and no more than a commit can carry. ``refused``:
    people to whom a message could not be written, and why. The part is the last one when nobody
    of the batch is planned after it.
    """
    part = ComposedPart(writes=[], recipients=dict(batch.recipients))
    composer = _Composer(campaign, service_name, now)
    left = limits.COMMIT_BYTES
    for person in people:
        recipient, message = (
            (refused_recipient(refused[person.uid], now), None)
            if person.uid in refused
            else composer.outcome(person)
        )
        if message is not None:
            left -= message.size
            if part.written == most or (left < 0 and part.written):
                break
            part.written += 1
            part.last_written = person.uid
            part.writes += message.writes
            if message.is_pushed:
                part.previews[person.uid] = message.preview
        part.recipients[person.uid] = recipient
        part.settled.append(person.uid)
    settled = set(part.settled)
    part.is_last = all(uid in settled for uid in batch.planned)
    fence = Update(
        paths.campaign_batch(campaign.id, batch_id),
        changes.batch_sent(
            state="sent" if part.is_last else "planned",
            recipients=part.recipients,
            attempt=Increment(1),
            at=SERVER_TIME,
            **tally(part.recipients),
        ),
        UpdatedAt(batch_update_time),
    )
    part.writes.insert(0, fence)
    return part


def refused_recipient(refusal: Refusal, now: datetime) -> dict[str, Any]:
    """The ledger's entry for somebody who gets no message."""
    return recipient_fields(
        state=refusal.state, reason=refusal.reason, at=now, detail=refusal.detail
    )


@dataclass(frozen=True, slots=True)
class _Message:
    """A message to one person; ``size`` in bytes of a commit, not underestimated."""

    writes: list[Write]
    preview: str
    is_pushed: bool
    size: int


class _Composer:
    """Decides person by person; what they share is made once."""

    def __init__(self, campaign: Campaign, service_name: str, now: datetime) -> None:
        self._campaign = campaign
        self._now = now
        self._purpose = campaign.job.purpose
        self._attachments = campaign.job.message.attachments or ()
        self._message_writes = MessageWrites(campaign, service_name)
        self._service = {"name": service_name}
        self._about = {"name": campaign.job.name}
        self._reached = {
            may_push: recipient_fields(
                state=RecipientState.SENT,
                at=now,
                channel="chat",
                push=None if may_push else PushOutcome.NO_CONSENT,
            )
            for may_push in (True, False)
        }

    def outcome(self, person: Person) -> tuple[dict[str, Any], _Message | None]:
        """The person's entry in the ledger, and their message if they get one."""
        if person.user is None:
            return self._refused(RecipientState.SKIPPED, RecipientReason.NOT_IN_SERVICE)
        addressee = Addressee(person.user.fields)
        failed = RecipientState.FAILED
        try:
            if not addressee.consents_to("chat", self._purpose):
                return self._refused(RecipientState.SKIPPED, RecipientReason.NO_CONSENT)
            text = self._text(addressee)
        except UnreadableField as wrong:
            return self._refused(failed, RecipientReason.INVALID_USER, str(wrong))
        except TemplateError as wrong:
            return self._refused(failed, RecipientReason.TEMPLATE_ERROR, str(wrong))
        shows_nothing = is_blank(text)
        if shows_nothing and not self._attachments:
            return self._refused(failed, RecipientReason.EMPTY_BODY)
        if (length := limits.length(text)) > limits.CHAT_BODY:
            detail = f"the text has {length} characters (limit: {limits.CHAT_BODY})"
            return self._refused(failed, RecipientReason.BODY_TOO_LONG, detail)
        recipient, may_push = self._reached_by_push(addressee)
        preview = push.preview(text, len(self._attachments))
        writes = self._message_writes.to(person, None if shows_nothing else text, preview)
        size = self._message_writes.size + len(text if text.isascii() else text.encode())
        return recipient, _Message(writes, preview, may_push, size)

    def _text(self, addressee: Addressee) -> str:
        """The person's text; whatever their values make of the template concerns them alone."""
        user = addressee.shown_to_templates(self._campaign.user_fields)
        context = {"user": user, "service": self._service, "campaign": self._about}
        try:
            text = self._campaign.body.render(context)
            check_text(text)
        except TemplateError:
            raise
        except Exception as error:
            raise TemplateError(f"rendering failed: {type(error).__name__}: {error}") from error
        return text

    def _reached_by_push(self, addressee: Addressee) -> tuple[dict[str, Any], bool]:
        """The entry of somebody who gets the message, and whether they are pushed to."""
        try:
            may_push = addressee.consents_to("push", self._purpose)
        except UnreadableField as wrong:
            return self._reached[False] | {"detail": str(wrong)}, False
        return self._reached[may_push], may_push

    def _refused(
        self, state: RecipientState, reason: RecipientReason, detail: str | None = None
    ) -> tuple[dict[str, Any], None]:
        return refused_recipient(Refusal(state, reason, detail), self._now), None
