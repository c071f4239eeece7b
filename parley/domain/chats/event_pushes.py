"""Whom a system message rings, and how its push reads. Pure."""

from __future__ import annotations

from collections.abc import Collection

from parley.domain.delivery import push
from schema.messages import Message
from schema.reasons import SystemEvent


def rung_by_event(message: Message, members: Collection[str]) -> list[str]:
    """Return the person who was added or invited; other events ring nobody."""
    target = message.target
    if target is None:
        return []
    if message.event == SystemEvent.INVITED:
        return [target]
    return [target] if message.event == SystemEvent.JOINED and target in members else []


def event_text(message: Message, speaker_name: str, title: str | None) -> tuple[str, str]:
    """Return title and body of the push.

    An invitation is headed by the inviter's name, since a stranger may have chosen the title.
    """
    if message.event == SystemEvent.INVITED:
        return speaker_name, push.preview(f"invites you to \u201c{title or 'a group'}\u201d")
    return title or speaker_name, f"{speaker_name} added you"
