"""Requests for lists, and the pages that answer them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Generic, TypeVar

from pydantic import Field, Strict

from parley.domain.cursors import no_cursor_of, pack, unpack
from parley.domain.request_fields import ChatId
from schema.base import Lax, MemberId, Model, ServiceId
from schema.chats import ChatState
from schema.reasons import CampaignState

LARGEST_PAGE = 100
_LARGEST_COUNT = 1_000_000_000

T = TypeVar("T")


class Paged(Model):
    """A request for one page; ``cursor`` is the page before's ``next_cursor``."""

    limit: Annotated[int, Strict(), Field(ge=1, le=LARGEST_PAGE)] = 50
    cursor: Annotated[str, Field(max_length=2_000)] | None = None


class ListChats(Paged):
    """The rows of a member's chat list, newest first; by default the caller's own list."""

    member_id: MemberId | None = None


class ListMessages(Paged):
    """The messages of a chat, newest first."""

    chat_id: ChatId


class ListMembers(Paged):
    """The members of a chat, by id."""

    chat_id: ChatId


class ListCases(Paged):
    """The cases of a service in one state, by id."""

    service_id: ServiceId
    state: ChatState = "open"


class ListCampaigns(Paged):
    """The statuses of a service's campaigns, by id; in one state, if it is named."""

    service_id: ServiceId
    state: Annotated[CampaignState, Lax] | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Documents by id, in order. ``next_cursor`` is None on the last page."""

    items: dict[str, T]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended: the last document's id, and the time or count that its list goes by."""

    id: str
    at: datetime | None = None
    count: int | None = None


def encode_cursor(position: Position) -> str:
    """Return a position as text that is safe in a URL."""
    at = position.count if position.at is None else position.at.isoformat()
    return pack([position.id, at])


def decode_cursor(cursor: str, *, has_time: bool = False, has_count: bool = False) -> Position:
    """Return the position of a cursor; refuse a text that is no cursor of this list."""
    try:
        match unpack(cursor):
            case [str(name), None] if not has_time and not has_count and _is_id(name):
                return Position(name)
            case [str(name), int(count)] if has_count and _is_id(name) and _is_count(count):
                return Position(name, count=count)
            case [str(name), str(at)] if has_time and _is_id(name):
                time = datetime.fromisoformat(at)
                if time.tzinfo is not None:
                    return Position(name, time)
    except ValueError:
        pass
    raise no_cursor_of("this list")


def _is_id(name: str) -> bool:
    return 0 < len(name) <= 1_500 and "/" not in name


def _is_count(count: int) -> bool:
    return not isinstance(count, bool) and 0 < count <= _LARGEST_COUNT
