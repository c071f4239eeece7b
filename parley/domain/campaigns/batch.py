"""Compose one batch of a campaign: each person's entry in the ledger, and all writes. Pure.

The batch's document in the ledger is the fence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.decisions import Decider, Decision
from parley.domain.campaigns.fallbacks import last_channel, left_alone, reached_before
from parley.domain.campaigns.kinds import MessageWriter, Person, SharedChat
from parley.domain.campaigns.pacing import Gate
from parley.domain.campaigns.service_rules import ServiceRules
from parley.domain.campaigns.sms_results import read_result
from parley.domain.campaigns.templates import Allowance
from parley.domain.delivery.routing import Exclusion, RouteContext, counted_campaigns
from parley.store import (
    DELETE_FIELD,
    SERVER_TIME,
    FieldPath,
    Increment,
    Snapshot,
    Update,
    UpdatedAt,
    Value,
    Write,
)
from schema import limits, paths
from schema.batches import BatchState, recipients_patch
from schema.campaigns import CampaignChannel
from schema.ledger import Recipients, StoredBatch, has_open_push
from schema.patches import UNSET
from schema.reasons import PushOutcome, RecipientState
from schema.recipients import again, as_before, recipient_fields
from schema.users import RECENT_CAMPAIGNS


@dataclass(slots=True)
class ComposedPart:
    """The part of a batch that goes into one commit; usually the whole batch.

    ``recipients`` are those of the whole batch after the commit. ``settled`` are the people decided
    here. ``written`` counts those who get a message, by channel; ``last_written`` is the last.
    ``previews`` holds the text to push, by uid. ``is_last``: nobody in the batch is still planned.
    """

    writes: list[Write]
    recipients: Recipients
    settled: list[str] = field(default_factory=list)
    written_by: Counter[CampaignChannel] = field(default_factory=Counter)
    last_written: str = ""
    previews: dict[str, str] = field(default_factory=dict)
    is_last: bool = False

    @property
    def written(self) -> int:
        """How many people get a message."""
        return self.written_by.total()

    @property
    def state(self) -> BatchState:
        """The state of the batch after the commit."""
        if not self.is_last:
            return "planned"
        return "sent" if has_open_push(self.recipients) else "done"


NO_SHARED_CHAT = SharedChat(None, None)


@dataclass(frozen=True, slots=True)
class Sending:
    """What the people of a batch share, ``shared`` being the chat if all messages go into one.

    ``refused`` holds people whose message the store did not take, and why. ``decided``, if there
    is one, is filled with what was decided for each person, ``holders`` with who gets the SMS for a
    number. ``allowance``: the steps that their texts may take together.
    """

    campaign: Campaign
    rules: ServiceRules
    now: datetime
    gates: Sequence[Gate] = ()
    refused: Mapping[str, Exclusion] = field(default_factory=dict)
    shared: SharedChat = NO_SHARED_CHAT
    decided: dict[str, Decision | Exclusion] | None = None
    holders: dict[str, str] = field(default_factory=dict)
    allowance: Allowance | None = None


def compose(
    sending: Sending,
    batch_id: str,
    batch: StoredBatch,
    batch_update_time: datetime,
    people: Sequence[Person],
    *,
    most: int = limits.CAMPAIGN_BATCH,
) -> ComposedPart:
    """Compose messages for planned people in order, as many as fit into one commit.

    The first write is the fence. At most ``most`` people get a message. Raise ``OverAllowance`` if
    their texts take more steps than ``sending`` allows; the same call may then be made without.
    """
    part = ComposedPart(writes=[], recipients=dict(batch.recipients))
    composer = _Composer(sending)
    left = limits.COMMIT_BYTES
    reached: dict[CampaignChannel, list[Person]] = {}
    written = 0
    for person in people:
        recipient, message = composer.compose(person)
        if message is not None:
            left -= message.size
            if written == most or (left < 0 and written):
                break
            written += 1
            part.written_by[message.channel] += 1
            part.last_written = person.uid
            part.writes += message.writes
            reached.setdefault(message.channel, []).append(person)
            if message.is_pushed:
                part.previews[person.uid] = message.preview
        part.recipients[person.uid] = recipient
        part.settled.append(person.uid)
    settled = set(part.settled)
    part.is_last = all(uid in settled for uid in batch.planned)
    fence = Update(
        paths.campaign_batch(sending.campaign.id, batch_id),
        recipients_patch(
            part.recipients,
            state=part.state,
            attempt=Increment(1),
            at=SERVER_TIME,
            delete_field=DELETE_FIELD if sending.campaign.sends_sms else UNSET,
        ),
        UpdatedAt(batch_update_time),
    )
    part.writes.insert(0, fence)
    for channel, people_reached in reached.items():
        part.writes += composer.join(channel, people_reached)
    for gate in sending.gates:
        if count := gate.counted(part.written_by):
            part.writes.append(gate.pass_through(count, sending.now))
    return part


def post_shared(sending: Sending) -> list[Write]:
    """Return the commit that posts a message into the chat of all, none if it stands there.

    None either for a text that reaches nobody: each person's entry then says why.
    """
    campaign, name = sending.campaign, sending.rules.name
    context = sending.rules.context(campaign, sending.now)
    text = Decider(campaign, name, context, allowance=sending.allowance).shared_text()
    if text is None:
        return []
    writers = campaign.kind.writers(campaign, name)
    return writers["chat"].post(sending.shared, text)


def excluded_recipient(exclusion: Exclusion, now: datetime) -> dict[str, Any]:
    """Return the ledger's entry for a person who gets no message."""
    return recipient_fields(
        state=exclusion.state,
        reason=exclusion.reason,
        at=now,
        detail=exclusion.detail,
        until=exclusion.until,
    )


_NOT_SENT = frozenset({RecipientState.FAILED, RecipientState.SKIPPED, RecipientState.HELD})
"""States of an earlier SMS after which another may follow."""


@dataclass(frozen=True, slots=True)
class _Message:
    """A message to one person; ``size`` is an upper bound of its bytes in a commit."""

    channel: CampaignChannel
    writes: list[Write]
    preview: str
    is_pushed: bool
    size: int


class _Composer:
    """Turns decisions into entries of the ledger and writes; what people share is built once."""

    def __init__(self, sending: Sending) -> None:
        campaign, name = sending.campaign, sending.rules.name
        self._sending = sending
        self._now = sending.now
        self._context = sending.rules.context(campaign, sending.now)
        self._decider = Decider(campaign, name, self._context, sending.holders, sending.allowance)
        self._writers = campaign.kind.writers(campaign, name)
        self._reached = {
            channel: self._reached_by(channel, writer) for channel, writer in self._writers.items()
        }

    def compose(self, person: Person) -> tuple[dict[str, Any], _Message | None]:
        """Return the person's entry in the ledger, and their message if they get one."""
        known = self._known(person)
        if known is not None:
            return known, None
        decision = self._sending.refused.get(person.uid) or self._decider.decide(person)
        if self._sending.decided is not None:
            self._sending.decided[person.uid] = decision
        if isinstance(decision, Exclusion):
            is_last = last_channel(person.entry) is not None
            if is_last and decision.state is not RecipientState.HELD:
                return left_alone(person.entry, decision), None
            return again(person.entry, excluded_recipient(decision, self._now)), None
        recipient, is_pushed = self._recipient(decision)
        text, writer = decision.text, self._writers[decision.channel]
        writes = writer.write(person, text)
        if self._context.is_capped and person.user is not None:
            writes.append(_counted(person.user, self._context))
        said = (text.body or "") + (text.title or "")
        size = writer.size + len(said if said.isascii() else said.encode())
        message = _Message(decision.channel, writes, text.preview, is_pushed, size)
        return again(person.entry, recipient), message

    def _known(self, person: Person) -> dict[str, Any] | None:
        """Return the entry of somebody whom an earlier attempt reached, or may still reach."""
        reached = reached_before(person, self._now)
        if reached is not None or person.sms is None or last_channel(person.entry) is not None:
            return reached
        result = read_result(person.sms.fields, self._now)
        if result is None or result.state in _NOT_SENT:
            return None
        return as_before(person.entry, state=str(result.state), at=result.at or self._now)

    def join(self, channel: CampaignChannel, people: Sequence[Person]) -> list[Write]:
        """Return what the messages to these people share."""
        return self._writers[channel].join(self._sending.shared, people)

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

    def _recipient(self, decision: Decision) -> tuple[dict[str, Any], bool]:
        """Return the entry of a person who gets the message, and whether a push follows it."""
        reached = self._reached[decision.channel]
        if decision.text.until is not None:
            until = {"until": decision.text.until}
            reached = {may_push: entry | until for may_push, entry in reached.items()}
        if decision.channel not in self._sending.campaign.kind.pushed_channels:
            return reached[True], False
        no_push = decision.no_push
        if no_push is None:
            return reached[True], True
        if no_push.detail is None:
            return reached[False], False
        return reached[False] | {"detail": no_push.detail}, False


def _counted(user: Snapshot, context: RouteContext) -> Write:
    """Return the write that counts this message towards the cap, and forgets older ones.

    The record's fence makes sure that two campaigns cannot both be the last that the cap allows.
    """
    recent = user.fields.get(RECENT_CAMPAIGNS)
    kept = counted_campaigns(recent, context.cap, context) if context.cap is not None else []
    old = set(recent if isinstance(recent, Mapping) else ()) - set(kept)
    changes: dict[FieldPath, Value] = {(RECENT_CAMPAIGNS, one): DELETE_FIELD for one in old}
    changes[RECENT_CAMPAIGNS, context.source] = SERVER_TIME
    return Update(user.path, changes, UpdatedAt(user.update_time))
