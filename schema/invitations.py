"""``invitations/{uid}``: the invitations to groups that wait for a person's answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import Field

from schema.base import Document, MemberId, Time, present
from schema.patches import PathPatch

Note = Literal["pending", "hidden", "rang", "declined"]
"""A map of ``Invitations``."""


class Invitation(Document):
    """One invitation, by whom and since when. It ends ``limits.INVITATION_DAYS`` later."""

    by: MemberId
    at: Time


class Invitations(Document):
    """The server's own. ``pending`` by chat: what the person has a row of.

    ``hidden`` by chat: written by people whom the person has blocked, and told to nobody. It is
    apart, so that it takes no place from what the person can see and answer.
    ``rang``: when an inviter rang last. ``declined``: whose invitation the person declined, so that
    they count for nobody else's ring.
    """

    pending: dict[str, Invitation] = Field(default_factory=dict)
    hidden: dict[str, Invitation] = Field(default_factory=dict)
    rang: dict[str, Time] = Field(default_factory=dict)
    declined: dict[str, Time] = Field(default_factory=dict)


Forgotten = Mapping[Note, Iterable[str]]
"""What no longer counts: names of each map."""


def invitations_fields(
    chat_id: str, *, by: str, at: Any, hidden: bool, rings: bool
) -> dict[str, Any]:
    """Return the ``Invitations`` of somebody with their first one."""
    noted: dict[str, Any] = {_kept_in(hidden): {chat_id: present(by=by, at=at)}}
    return noted | first_ring_fields(by, at) if rings else noted


def first_ring_fields(by: str, at: Any) -> dict[str, Any]:
    """Return the ``Invitations`` of somebody whom nobody has invited, and somebody rang."""
    return {"rang": {by: at}}


def invited_patch(
    chat_id: str,
    *,
    by: str,
    at: Any,
    hidden: bool,
    rings: bool,
    forgotten: Forgotten,
    delete_field: Any,
) -> PathPatch:
    """Note one more invitation; a time may be a transform of the store.

    The store's ``delete_field`` takes away what is ``forgotten``, and a hidden invitation to the
    same chat, once the person gets one.
    """
    noted = _without(forgotten, delete_field)
    if not hidden:
        noted["hidden", chat_id] = delete_field
    noted[_kept_in(hidden), chat_id] = present(by=by, at=at)
    if rings:
        noted["rang", by] = at
    return noted


def rang_patch(by: str, at: Any, *, forgotten: Forgotten, delete_field: Any) -> PathPatch:
    """Note that somebody rang the person by adding them."""
    return _without(forgotten, delete_field) | {("rang", by): at}


def answered_patch(
    chat_id: str,
    *,
    accepted: str | None,
    declined: str | None,
    at: Any,
    delete_field: Any,
) -> PathPatch:
    """Take an invitation out.

    ``accepted`` is the inviter, who may ring the person again; ``declined`` the inviter, who may
    not, and is in nobody's way.
    """
    patch: PathPatch = {("pending", chat_id): delete_field, ("hidden", chat_id): delete_field}
    if accepted is not None:
        patch["rang", accepted] = delete_field
    if declined is not None:
        patch["declined", declined] = at
    return patch


def _kept_in(hidden: bool) -> Note:
    return "hidden" if hidden else "pending"


def _without(forgotten: Forgotten, delete_field: Any) -> PathPatch:
    return {(note, name): delete_field for note, names in forgotten.items() for name in names}
