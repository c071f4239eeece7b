"""What staff write beside a case: private notes, and the desk of each who works on it.

No client of the chat reads either. Staff write them under the security rules.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schema import limits
from schema.base import Body, ClosedDocument, Document, DrawnId, Length, Time, Uid


class Note(Document):
    """``chats/{chatId}/notes/{noteId}``: a text for the staff of the case alone.

    ``mentions``: the staff whom it concerns.
    """

    staff_id: Uid
    body: Annotated[str, Length(1, limits.NOTE)]
    created_at: Time
    mentions: Annotated[list[Uid], Field(max_length=limits.MENTIONS)] | None = None
    edited_at: Time | None = None


class UnsentAnswer(ClosedDocument):
    """An answer whose message is not there yet; it is sent once a message has this id."""

    message_id: DrawnId
    body: Body


class Desk(Document):
    """``chats/{chatId}/desk/{staffUid}``: who looks at a case, types there, and has unsent text.

    One document holds all three, so that an open case costs one listener. ``viewed_at`` is renewed
    every 30 seconds; ``left``: the case is no longer on their screen, and a draft stays.
    ``draft_id``: the id of the message that the draft becomes. ``unsent``: what was said and has
    not arrived, oldest first. A text whose message is there was sent: the desk is cleared later.
    """

    viewed_at: Time
    typing: bool | None = None
    left: bool | None = None
    draft: Body | None = None
    draft_id: DrawnId | None = None
    unsent: Annotated[list[UnsentAnswer], Field(max_length=limits.DESK_UNSENT)] | None = None
