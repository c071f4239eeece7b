"""Decide how an answer changes a person's consents, and write each change into its history. Pure.

The history is written in the commit that changes the person, and the person's ``update_time``
fences both. An answer that says nothing new changes nothing and leaves no trace.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args

from parley.store import (
    DELETE_FIELD,
    MUST_NOT_EXIST,
    SERVER_TIME,
    Merge,
    Set,
    Snapshot,
    Update,
    UpdatedAt,
    Write,
)
from schema import paths
from schema.base import Channel, Purpose
from schema.consent_history import OPT_OUTS, ConsentSource, consent_change_fields
from schema.patches import PathPatch
from schema.push_tokens import withdrawn_patch
from schema.users import consent_fields, consents_patch

PURPOSES: Final[tuple[Purpose, ...]] = get_args(Purpose)

_WEAKER: Final[Mapping[ConsentSource, frozenset[str]]] = {
    ConsentSource.STAFF: frozenset({ConsentSource.IMPORT}),
    ConsentSource.IMPORT: frozenset(),
}
"""Sources whose equal answer is replaced by one of staff or of an import."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's answer about one purpose on one channel. ``by``: who recorded it.

    ``took``: see ``Consent``. ``code`` and ``message_sid`` are evidence for the history.
    """

    channel: Channel
    purpose: Purpose
    granted: bool
    source: ConsentSource
    by: str
    at: Any = SERVER_TIME
    took: bool | None = None
    code: str | None = None
    message_sid: str | None = None

    def entry(self) -> dict[str, Any]:
        """Return the ``Consent`` that the answer leaves."""
        return consent_fields(
            granted=self.granted, at=self.at, source=str(self.source), took=self.took
        )

    def history(self, service_id: str, uid: str, entry_id: str) -> Set:
        """Return the entry of the person's history."""
        fields = consent_change_fields(
            channel=self.channel,
            purpose=self.purpose,
            granted=self.granted,
            source=str(self.source),
            at=self.at,
            by=self.by,
            code=self.code,
            message_sid=self.message_sid,
        )
        return Set(paths.consent_history(service_id, uid, entry_id), fields, MUST_NOT_EXIST)


def consent_of(consents: object, channel: str, purpose: str) -> object:
    """Return what is stored about a purpose on a channel, readable or not; None for nothing."""
    of_channel = consents.get(channel) if isinstance(consents, Mapping) else None
    return of_channel.get(purpose) if isinstance(of_channel, Mapping) else None


def stored_entry(consents: object, channel: str, purpose: str) -> Mapping[str, Any] | None:
    """Return the stored consent, None if there is none that can be read."""
    entry = consent_of(consents, channel, purpose)
    return entry if isinstance(entry, Mapping) else None


def is_news(entry: Mapping[str, Any] | None, answer: Answer) -> bool:
    """Return whether an answer changes a stored consent.

    The same answer is news only from somebody who counts for more: a person's own replaces all
    others, one of staff that of an import, and an opt-out at the provider any other refusal.
    """
    if entry is None or entry.get("granted") is not answer.granted:
        return True
    source = entry.get("source")
    if source == answer.source:
        return False
    if answer.source in OPT_OUTS:
        return source not in OPT_OUTS
    return source in _WEAKER[answer.source] if answer.source in _WEAKER else True


def change_consents(
    person: Snapshot, service_id: str, answers: Sequence[Answer], entry_id: str
) -> list[Write]:
    """Return the person's changed consents and their history; nothing if no answer is news.

    ``entry_id`` names this event; each purpose has a history entry of its own.
    """
    consents = person.fields.get("consents")
    news = [
        answer
        for answer in answers
        if is_news(stored_entry(consents, answer.channel, answer.purpose), answer)
    ]
    if not news:
        return []
    patch = consents_patch({(one.channel, one.purpose): one.entry() for one in news})
    return [
        Update(person.path, patch, UpdatedAt(person.update_time)),
        *(
            one.history(service_id, person.id, history_id(entry_id, one.channel, one.purpose))
            for one in news
        ),
        *mirrored_pushes(service_id, person.id, consents, news),
    ]


def mirrored_pushes(
    service_id: str, uid: str, consents: object, news: Sequence[Answer]
) -> list[Write]:
    """Return the write that notes changed consents to push beside the person's devices.

    Sending reads the devices anyway, so that no push costs a read for consent. The fence is the
    person's record, in the same commit; ``consents`` are those before it.
    """
    changed: PathPatch = {}
    for answer in news:
        if answer.channel != "push":
            continue
        entry = consent_of(consents, answer.channel, answer.purpose)
        if not answer.granted:
            changed |= withdrawn_patch(service_id, answer.purpose, True)
        elif entry is not None and not (
            isinstance(entry, Mapping) and entry.get("granted") is True
        ):
            changed |= withdrawn_patch(service_id, answer.purpose, DELETE_FIELD)
    return [Merge(paths.push_tokens(uid), changed)] if changed else []


def history_id(entry_id: str, channel: str, purpose: str) -> str:
    """Return the id of a history entry, derived so that a repeat of the event adds none."""
    return f"{entry_id}-{channel}-{purpose}"
