"""Logs: one JSON line for each event, in the fields that Cloud Logging knows.

An event has a stable ``action`` (``message.parked``), a ``severity`` and fields; a log can be bound
to fields that every line of it carries. What people wrote and whole phone numbers never get into
a line: fields that hold such things are left out by name, numbers are cut wherever they stand.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, Self, TextIO

from pydantic import ValidationError

PRIVATE_FIELDS = frozenset(
    {"body", "data", "email", "payload", "phone", "preview", "previews", "text", "title", "token"}
)
LONGEST_TEXT = 8_000

_PHONE = re.compile(r"\+[1-9]\d{6,14}(?!\d)")
_ROOT = "parley"


class Log:
    """Writes events; cheap to make and to bind."""

    def __init__(self, logger: logging.Logger, fields: dict[str, Any]) -> None:
        self._logger = logger
        self._fields = fields

    def bind(self, **fields: Any) -> Self:
        """A log whose every line carries these fields too."""
        return type(self)(self._logger, {**self._fields, **fields})

    def debug(self, action: str, **fields: Any) -> None:
        self._write(logging.DEBUG, action, fields)

    def info(self, action: str, **fields: Any) -> None:
        self._write(logging.INFO, action, fields)

    def warning(self, action: str, **fields: Any) -> None:
        self._write(logging.WARNING, action, fields)

    def error(self, action: str, *, trace: BaseException | None = None, **fields: Any) -> None:
        """An event that somebody should look at; ``trace`` adds the error's stack trace."""
        self._write(logging.ERROR, action, fields, trace)

    def critical(self, action: str, **fields: Any) -> None:
        self._write(logging.CRITICAL, action, fields)

    def _write(
        self,
        level: int,
        action: str,
        fields: dict[str, Any],
        trace: BaseException | None = None,
    ) -> None:
        if self._logger.isEnabledFor(level):
            extra = {"fields": {**self._fields, **fields}, "trace": trace}
            self._logger.log(level, action, extra=extra)


class JsonLines(logging.Formatter):
    """Formats our events and other libraries' records alike as one JSON line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "severity": record.levelname,
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "logger": record.name,
        }
        fields = getattr(record, "fields", None)
        if fields is None:
            line["action"] = "library.log"
            line["message"] = _clean(record.getMessage())
        else:
            line["action"] = line["message"] = record.getMessage()
            for name, value in fields.items():
                if name not in PRIVATE_FIELDS:
                    line.setdefault(name, _clean(value))
        trace = getattr(record, "trace", None) or (record.exc_info and record.exc_info[1])
        if isinstance(trace, BaseException):
            line["stackTrace"] = _clean(_stack_trace(trace))
        return json.dumps(line, default=_unknown, ensure_ascii=True)


def get_log(name: str, **fields: Any) -> Log:
    """The log of a part of Parley (``workers.runner``), bound to ``fields``."""
    return Log(logging.getLogger(f"{_ROOT}.{name}"), fields)


def configure(level: str, stream: TextIO | None = None) -> None:
    """Send every log of this process to ``stream`` (standard output) as JSON lines, once."""
    # A log that cannot be written must never stop the sending.
    logging.raiseExceptions = False
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(_ROOT).setLevel(level)


def error_text(error: BaseException) -> str:
    """An error in one line, for logs and dead letters, without what people wrote."""
    if isinstance(error, ValidationError):
        # pydantic's own text quotes the input.
        wrong = error.errors(include_url=False, include_input=False, include_context=False)
        places = (".".join(str(part) for part in one["loc"]) or "payload" for one in wrong)
        text = "; ".join(f"{place}: {one['msg']}" for place, one in zip(places, wrong, strict=True))
    else:
        text = f"{type(error).__name__}: {error}"
    return masked(text)[:1_000]


def masked(text: str) -> str:
    """The text with every phone number cut to its country and its last two digits."""
    return _PHONE.sub(lambda found: f"{found[0][:3]}…{found[0][-2:]}", text)


def _stack_trace(error: BaseException) -> str:
    frames = "".join(traceback.format_tb(error.__traceback__))
    cause = error.__cause__
    below = f"{_stack_trace(cause)}\n\nwhich caused\n\n" if cause is not None else ""
    return f"{below}{frames}{error_text(error)}"


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return masked(value)[-LONGEST_TEXT:]
    if isinstance(value, dict):
        return {str(k): _clean(v) for k, v in value.items() if k not in PRIVATE_FIELDS}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(item) for item in value]
    return value


def _unknown(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else masked(str(value))
