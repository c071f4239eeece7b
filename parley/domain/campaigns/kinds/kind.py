"""The protocol of a campaign kind. Everything else about sending is the same for all kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from parley.domain.campaigns.campaign import Campaign
from parley.store import Snapshot, Write
from schema.addressees import Addressee
from schema.campaigns import CampaignChannel, CampaignKind
from schema.reasons import RecipientState


@dataclass(frozen=True, slots=True)
class Person:
    """A recipient, loaded for sending: the service's record of them, and the chat to write into.

    ``user`` holds ``Campaign.fields_of_people``, and ``chat`` holds ``Kind.chat_fields``. Each is
    None if the document is missing. ``batch_id`` is the batch that lists the person, and ``entry``
    their entry there as it stands. In a shared chat, ``member`` is their membership and ``past``
    the record of an earlier one. ``number_holder`` is who has their phone number in the campaign,
    and ``number_claim`` a claim of it that theirs replaces. ``sms``, ``message`` and ``receipt``
    are what is known of an earlier attempt. ``has_device``: None where it does not matter.
    """

    uid: str
    user: Snapshot | None
    chat: Snapshot | None
    member: Snapshot | None = None
    batch_id: str = ""
    entry: Mapping[str, Any] = field(default_factory=dict)
    has_device: bool | None = None
    number_holder: str | None = None
    number_claim: Snapshot | None = None
    sms: Snapshot | None = None
    past: Snapshot | None = None
    message: Snapshot | None = None
    receipt: Snapshot | None = None

    @property
    def attempt(self) -> int:
        """The number of the attempt that is made now."""
        number = self.entry.get("attempt")
        return number if isinstance(number, int) else 1

    def addressee(self) -> Addressee:
        """Return the person as the router sees them."""
        stored = self.user.fields if self.user is not None else {}
        is_taken = self.number_holder not in (None, self.uid)
        return Addressee(stored, self.has_device, is_taken)


@dataclass(frozen=True, slots=True)
class SharedChat:
    """The one chat that a campaign writes into, and its message there; None if missing."""

    chat: Snapshot | None
    message: Snapshot | None


@dataclass(frozen=True, slots=True)
class MessageText:
    """What one person's message says; ``body`` is None beside attachments alone.

    ``number`` is the phone number that an SMS goes to; ``until`` when the person gets the other
    channel, unless the message was delivered by then.
    """

    body: str | None
    title: str | None
    preview: str
    number: str | None = None
    until: datetime | None = None


class MessageWriter(Protocol):
    """Writes the messages of one campaign on one channel, and builds what they share once."""

    @property
    def state(self) -> RecipientState:
        """The recipient's state once the writes are committed."""
        ...

    @property
    def size(self) -> int:
        """An upper bound of a message's bytes in a commit, without its text."""
        ...

    def post(self, shared: SharedChat, text: MessageText) -> list[Write]:
        """Return the commit that posts the message into a shared chat; none if it stands there."""
        ...

    def join(self, shared: SharedChat, people: Sequence[Person]) -> list[Write]:
        """Return what the messages of one commit to these people share."""
        ...

    def write(self, person: Person, text: MessageText) -> list[Write]:
        """Return the writes of one person's message.

        Writes into a chat carry its ``update_time``, or a must-not-exist if the person has none.
        """
        ...


class Kind(Protocol):
    """One kind of campaign. Methods are pure and derive ids only from ids."""

    @property
    def name(self) -> CampaignKind:
        """The ``kind`` of its jobs."""
        ...

    @property
    def channels(self) -> frozenset[CampaignChannel]:
        """The channels that its jobs may name."""
        ...

    @property
    def pushed_channels(self) -> frozenset[CampaignChannel]:
        """The ``channels`` whose messages are followed by a push."""
        ...

    @property
    def is_sequential(self) -> bool:
        """Whether batches go one after another, because all of them write to one chat."""
        ...

    @property
    def person_fields(self) -> tuple[str, ...]:
        """Fields to read from a ``ServiceUser``, besides consent and what the text names."""
        ...

    @property
    def chat_fields(self) -> tuple[str, ...]:
        """Fields to read from the chat that is written into."""
        ...

    def shared_chat_id(self, campaign: Campaign) -> str | None:
        """Return the one chat of the whole audience, None if each person has their own."""
        ...

    def chat_id(self, campaign_id: str, service_id: str, uid: str) -> str:
        """Return the chat that holds the person's message."""
        ...

    def message_id(self, campaign_id: str, uid: str) -> str:
        """Return the id of the person's message. It is derived, so a repeat is the same message."""
        ...

    def writers(
        self, campaign: Campaign, service_name: str
    ) -> Mapping[CampaignChannel, MessageWriter]:
        """Return a writer for each of ``channels``."""
        ...


Kinds = Mapping[str, Kind]
"""Kinds by name."""
