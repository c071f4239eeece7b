"""``deadLetters/{id}``: a message taken off its queue, to be inspected and redriven."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from schema.base import Document, Lax, MaybeDouble, Time
from schema.reasons import DeadLetterCode


class DeadLetterError(Document):
    """Why it was dead-lettered."""

    code: Annotated[DeadLetterCode, Lax]
    message: str


class DeadLetter(Document):
    """``queue`` is the topic of the message; ``payload`` is its content, if readable."""

    queue: str
    service_id: str | None = None
    payload: Any
    error: DeadLetterError
    attempts: Annotated[int, Field(ge=0), MaybeDouble]
    first_at: Time
    parked_at: Time
