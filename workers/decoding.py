"""From the bytes of a queue message to its payload."""

from __future__ import annotations

from pydantic import ValidationError

from parley.structured_logging import error_text
from schema.reasons import DeadLetterCode
from workers.handler import P


class Undecodable(Exception):
    """The message can never be handled; ``code`` says why."""

    def __init__(self, code: DeadLetterCode, message: str) -> None:
        super().__init__(message)
        self.code = code


def decode(data: bytes, payload: type[P]) -> P:
    """The payload; raises ``Undecodable``.

    A field that is not known is ignored: a newer publisher adds it, and would have raised ``v``
    if it mattered.
    """
    try:
        return payload.model_validate_json(data, extra="ignore")
    except ValidationError as wrong:
        is_version = any(error["loc"] == ("v",) for error in wrong.errors(include_input=False))
        code = DeadLetterCode.UNKNOWN_VERSION if is_version else DeadLetterCode.MALFORMED
        raise Undecodable(code, error_text(wrong)) from None
