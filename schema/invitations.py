"""``invitations/{uid}``: the invitations to groups that wait for a person's answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import Field

from schema.base import Document, MemberId, Time, present
from schema.patches import PathPatch


class Invitation(Document):
    """One invitation. ``hidden``: its person has blocked the inviter, and is told nothing."""

    by: MemberId
    at: Time
    hidden: bool | None = None


class Invitations(Document):
    """The server's own: ``pending`` by chat, and ``rang`` with when an inviter last rang."""

    pending: dict[str, Invitation] = Field(default_factory=dict)
    rang: dict[str, Time] = Field(default_factory=dict)


def invitations_fields(
    chat_id: str, *, by: str, at: Any, hidden: bool, rings: bool
) -> dict[str, Any]:
    """Return the ``Invitations`` of somebody with their first one."""
    pending = {chat_id: present(by=by, at=at, hidden=hidden or None)}
    return {"pending": pending} | ({"rang": {by: at}} if rings else {})


def invited_patch(
    chat_id: str,
    *,
    by: str,
    at: Any,
    hidden: bool,
    rings: bool,
    forgotten: Iterable[str],
    delete_field: Any,
) -> PathPatch:
    """Note one more invitation; a time may be a transform of the store.

    ``forgotten`` are inviters who rang long ago, and are removed by the store's ``delete_field``.
    """
    rang: PathPatch = {("rang", inviter): delete_field for inviter in forgotten if inviter != by}
    if rings:
        rang["rang", by] = at
    return {("pending", chat_id): present(by=by, at=at, hidden=hidden or None), **rang}


def answered_patch(chat_id: str, *, accepted: str | None, delete_field: Any) -> PathPatch:
    """Take an invitation out; ``accepted`` is the inviter, who may ring the person again."""
    patch: PathPatch = {("pending", chat_id): delete_field}
    if accepted is not None:
        patch["rang", accepted] = delete_field
    return patch
