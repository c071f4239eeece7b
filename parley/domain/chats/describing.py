"""What a chat says of itself: title, topic, attributes, and the settings of a group. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from parley.domain.access import RefusalKind, Refused, forbidden
from parley.domain.chats.chat import Actor, Audit, SystemMessage, change_chat
from parley.domain.chats.chat_state import ChatState
from parley.domain.chats.membership import require_admin
from parley.domain.requests import UpdateChat
from parley.store import Write
from schema.chat_history import with_default_history
from schema.reasons import CallableReason, SystemEvent

_WORDS = ("title", "topic", "attributes")
"""What shows words of the person who changes it."""


def describe_chat(
    state: ChatState, actor: Actor, request: UpdateChat, now: datetime, change_id: str
) -> list[Write]:
    """Set title, topic, attributes, slow mode or what new members read; a new title is announced.

    Who is a member already goes on reading what they read. An admin who may not post changes no
    words.
    """
    require_admin(actor, "change the chat")
    _require_group(state, request.history_for, "historyFor: nobody joins")
    _require_group(state, request.slow_mode_seconds, "slowModeSeconds: nobody is slowed in")
    stored = with_default_history(state.chat.fields())
    patch = {name: value for name, value in request.wanted.items() if stored.get(name) != value}
    if not patch:
        return []
    _require_voice(actor, [name for name in _WORDS if name in patch], now)
    title = patch.get("title")
    before = {name: value for name, value in stored.items() if name in patch}
    return change_chat(
        state,
        change_id,
        actor,
        Audit("renamed" if title is not None else "described", before or None, patch),
        messages=[] if title is None else [SystemMessage(SystemEvent.RENAMED, value=title)],
        patch=patch,
        title=title,
    )


def _require_voice(actor: Actor, words: Sequence[str], now: datetime) -> None:
    """Refuse new words of somebody who is muted, or kept from posting."""
    standing = actor.standing
    if not words or standing is None or standing.may_post(now):
        return
    if standing.can_post is False:
        raise forbidden(f"{words[0]}: you may not post in this chat", "ask an owner to change it")
    assert standing.muted_until is not None
    until = standing.muted_until.isoformat()
    raise forbidden(f"{words[0]}: you are muted in this chat until {until}", "change it then")


def _require_group(state: ChatState, value: object, why: str) -> None:
    """Refuse a setting of groups for a chat of another kind; ``why`` names the field."""
    if value is not None and state.chat.kind != "group":
        raise Refused(
            RefusalKind.FAILED_PRECONDITION,
            CallableReason.WRONG_KIND,
            f"{why} a {state.chat.kind} chat",
            "set it for groups alone",
        )
