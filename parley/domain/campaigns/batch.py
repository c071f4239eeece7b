"""Compose one batch of a campaign: each person's entry in the ledger, and all writes. Pure.

The batch's document in the ledger is the fence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.kinds import MessageWriter, Person
from parley.domain.campaigns.templates import TemplateError
from parley.domain.delivery import push
from parley.domain.delivery.routing import Exclusion, RouteContext, check_consent, choose_channel
from parley.store import SERVER_TIME, Increment, Update, UpdatedAt, Write
from schema import limits, paths
from schema.addressees import Addressee, UnreadableField
from schema.batches import recipients_patch
from schema.campaigns import CampaignChannel
from schema.ledger import Recipients, StoredBatch
from schema.reasons import PushOutcome, RecipientReason, RecipientState
from schema.recipients import recipient_fields
from schema.storable import check_text
from schema.visible import is_blank


@dataclass(slots=True)
class ComposedPart:
    """The part of a batch that goes into one commit; usually the whole batch.

    ``recipients`` are those of the whole batch after the commit. ``settled`` are the people decided
    here. ``written`` counts those who get a message; ``last_written`` is the last. ``previews``
    holds the text to push, by uid. ``is_last``: nobody in the batch is still planned.
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
    refused: Mapping[str, Exclusion] = MappingProxyType({}),
) -> ComposedPart:
    """Compose messages for planned people in order, as many as fit into one commit.

    The first write is the fence. At most ``most`` people get a message. ``refused`` holds people
    whose message the store rejected, and why.
    """
    part = ComposedPart(writes=[], recipients=dict(batch.recipients))
    composer = _Composer(campaign, service_name, now)
    left = limits.COMMIT_BYTES
    for person in people:
        recipient, message = (
            (excluded_recipient(refused[person.uid], now), None)
            if person.uid in refused
            else composer.compose(person)
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
        recipients_patch(
            part.recipients,
            state="sent" if part.is_last else "planned",
            attempt=Increment(1),
            at=SERVER_TIME,
        ),
        UpdatedAt(batch_update_time),
    )
    part.writes.insert(0, fence)
    return part


def excluded_recipient(exclusion: Exclusion, now: datetime) -> dict[str, Any]:
    """Return the ledger's entry for a person who gets no message."""
    return recipient_fields(
        state=exclusion.state, reason=exclusion.reason, at=now, detail=exclusion.detail
    )


@dataclass(frozen=True, slots=True)
class _Message:
    """A message to one person; ``size`` is an upper bound of its bytes in a commit."""

    writes: list[Write]
    preview: str
    is_pushed: bool
    size: int


_NOT_IN_SERVICE = Exclusion(RecipientState.SKIPPED, RecipientReason.NOT_IN_SERVICE)
_EMPTY_BODY = Exclusion(RecipientState.FAILED, RecipientReason.EMPTY_BODY)


class _Composer:
    """Composes person by person, and builds what they share once."""

    def __init__(self, campaign: Campaign, service_name: str, now: datetime) -> None:
        self._campaign = campaign
        self._now = now
        self._context = RouteContext(campaign.job.purpose, now)
        self._channels = campaign.job.channels
        self._attachments = campaign.job.message.attachments or ()
        self._writers = campaign.kind.writers(campaign, service_name)
        self._service = {"name": service_name}
        self._about = {"name": campaign.job.name}
        self._reached = {
            channel: self._reached_by(channel, writer) for channel, writer in self._writers.items()
        }

    def compose(self, person: Person) -> tuple[dict[str, Any], _Message | None]:
        """Return the person's entry in the ledger, and their message if they get one."""
        if person.user is None:
            return self._excluded(_NOT_IN_SERVICE)
        addressee = Addressee(person.user.fields)
        channel = choose_channel(addressee, self._channels, self._context)
        if isinstance(channel, Exclusion):
            return self._excluded(channel)
        try:
            text = self._text(addressee)
        except UnreadableField as wrong:
            return self._failed(RecipientReason.INVALID_USER, str(wrong))
        except TemplateError as wrong:
            return self._failed(RecipientReason.TEMPLATE_ERROR, str(wrong))
        shows_nothing = is_blank(text)
        if shows_nothing and not self._attachments:
            return self._excluded(_EMPTY_BODY)
        writer = self._writers[channel]
        if (length := limits.length(text)) > writer.body_limit:
            detail = f"the text has {length} characters (limit: {writer.body_limit})"
            return self._failed(RecipientReason.BODY_TOO_LONG, detail)
        recipient, is_pushed = self._recipient(addressee, channel)
        preview = push.preview(text, len(self._attachments))
        writes = writer.write(person, None if shows_nothing else text, preview)
        size = writer.size + len(text if text.isascii() else text.encode())
        return recipient, _Message(writes, preview, is_pushed, size)

    def _text(self, addressee: Addressee) -> str:
        """Render the person's text. An error fails only this person."""
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

    def _reached_by(
        self, channel: CampaignChannel, writer: MessageWriter
    ) -> dict[bool, dict[str, Any]]:
        """Return the entry of a person reached on a channel, by whether they may be pushed to."""
        return {
            may_push: recipient_fields(
                state=writer.state,
                at=self._now,
                channel=channel,
                push=None if may_push else PushOutcome.NO_CONSENT,
            )
            for may_push in (True, False)
        }

    def _recipient(
        self, addressee: Addressee, channel: CampaignChannel
    ) -> tuple[dict[str, Any], bool]:
        """Return the entry of a person who gets the message, and whether a push follows it."""
        reached = self._reached[channel]
        if channel not in self._campaign.kind.pushed_channels:
            return reached[True], False
        no_push = check_consent(addressee, "push", self._context)
        if no_push is None:
            return reached[True], True
        if no_push.detail is None:
            return reached[False], False
        return reached[False] | {"detail": no_push.detail}, False

    def _failed(self, reason: RecipientReason, detail: str) -> tuple[dict[str, Any], None]:
        return self._excluded(Exclusion(RecipientState.FAILED, reason, detail))

    def _excluded(self, exclusion: Exclusion) -> tuple[dict[str, Any], None]:
        return excluded_recipient(exclusion, self._now), None
