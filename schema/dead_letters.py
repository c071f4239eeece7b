"""``deadLetters/{id}``: a message taken off its queue, to be inspected and redriven."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from schema.base import Document, Lax, MaybeDouble, Time, present
from schema.patches import Patch, patch
from schema.reasons import DeadLetterCode


class DeadLetterError(Document):
    """Why it was dead-lettered."""

    code: Annotated[DeadLetterCode, Lax]
    message: str


class DeadLetter(Document):
    """``queue`` is the topic of the message; ``payload`` is its content, if readable.

    ``redriven_at`` is when the payload was last published again. A letter that is parked once more
    loses it.
    """

    queue: str
    service_id: str | None = None
    payload: Any
    error: DeadLetterError
    attempts: Annotated[int, Field(ge=0), MaybeDouble]
    first_at: Time
    parked_at: Time
    redriven_at: Time | None = None


def dead_letter_fields(
    *,
    queue: str,
    payload: Any,
    code: str,
    message: str,
    attempts: int,
    first_at: Any,
    parked_at: Any,
    service_id: str | None = None,
) -> dict[str, Any]:
    """Return a new ``DeadLetter``; the times may be transforms of the store."""
    return {
        "queue": str(queue),
        "payload": payload,
        "error": {"code": str(code), "message": message},
        "attempts": attempts,
        "firstAt": first_at,
        "parkedAt": parked_at,
        **present(service_id=service_id),
    }


def redriven_patch(*, redriven_at: Any) -> Patch:
    """Return changed fields of a ``DeadLetter`` whose payload was published again."""
    return patch(redriven_at=redriven_at)
