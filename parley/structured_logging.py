"""Structured logs: one JSON line for each event, in the fields that Cloud Logging knows.

An event has a stable ``action`` (``message.parked``), a ``severity`` and fields. Message texts,
phone numbers and email addresses never reach a line: private fields are dropped by name, and
numbers and addresses are masked in every text.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from pydantic import ValidationError

# structlog loads rich and pygments if they are installed, as they are for the command line. They
# draw stack traces on terminals, and would take 4 MiB of each worker.
_left_out: dict[str, Any] = {} if "rich" in sys.modules else {"rich": None}
sys.modules.update(_left_out)
try:
    import structlog
finally:
    for _name in _left_out:
        del sys.modules[_name]

PRIVATE_FIELDS = frozenset(
    {"body", "data", "email", "payload", "phone", "preview", "previews", "text", "title", "token"}
)
MAX_TEXT = 8_000

Log = structlog.stdlib.BoundLogger
"""Writes events: ``log.info("message.parked", code=...)``; ``bind`` adds fields to every line.

``trace`` takes an error whose stack trace goes with the line.
"""

_QUOTING = (ValueError, LookupError)
"""Errors of Python whose text repeats the value that was wrong; their place is told instead."""

_PHONE = re.compile(r"\+[1-9]\d{6,14}(?!\d)")
_EMAIL = re.compile(
    r"(?<![^\s@<>\"'(),:;=/])(?P<first>[^\s@<>\"'(),:;=/])[^\s@<>\"'(),:;=/]*@(?=[^\s@]+\.)"
)
"""The name in an address, whose domain tells which mail server refuses. It begins where no such
name goes on, so that a long word without an address is looked through once."""

_ROOT = "parley"


class JsonLines(structlog.stdlib.ProcessorFormatter):
    """Formats own events and other libraries' records as one JSON line each."""

    def __init__(self) -> None:
        # ASCII alone: a lone surrogate has no bytes in UTF-8.
        dumps = structlog.processors.JSONRenderer(json.dumps, default=_as_text, ensure_ascii=True)
        super().__init__(processors=[_to_line, dumps])


def get_log(name: str, **fields: Any) -> Log:
    """Return the log of a part of Parley (``workers.runner``), bound to ``fields``."""
    log: Log = structlog.wrap_logger(
        logging.getLogger(f"{_ROOT}.{name}"),
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=Log,
        context_class=dict,
    ).bind(**fields)
    return log


def configure(level: str, stream: TextIO | None = None) -> None:
    """Send all logs of this process to ``stream`` (standard output) as JSON lines; call it once."""
    # A log that cannot be written must never stop the work.
    logging.raiseExceptions = False
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(_ROOT).setLevel(level)


def error_text(error: BaseException) -> str:
    """Return an error in one line for logs and dead letters, without what people wrote."""
    if isinstance(error, ValidationError):
        # pydantic's own text quotes the input.
        details = error.errors(include_url=False, include_input=False, include_context=False)
        text = "; ".join(
            f"{'.'.join(map(str, _known_place(one))) or 'payload'}: {one['msg']}" for one in details
        )
    elif isinstance(error, _QUOTING) and not isinstance(error, OSError):
        text = f"{type(error).__name__}{_place(error)}"
    else:
        text = f"{type(error).__name__}: {error}"
    return masked(text)[:1_000]


def _known_place(error: Mapping[str, Any]) -> tuple[int | str, ...]:
    """Return where a value is wrong; of a field that no model has, the map that holds it."""
    place: tuple[int | str, ...] = error["loc"]
    return place[:-1] if error["type"] == "extra_forbidden" else place


def _place(error: BaseException) -> str:
    """Return where an error was raised, for one whose text says nothing; empty if unknown."""
    frames = traceback.extract_tb(error.__traceback__)
    return f" in {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""


def masked(text: str) -> str:
    """Return the text with phone numbers cut to their ends, and addresses to their domain."""
    cut = _PHONE.sub(lambda found: f"{found[0][:3]}…{found[0][-2:]}", text)
    return _EMAIL.sub(r"\g<first>…@", cut)


def _to_line(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Turn an event into the fields of its line; a field never replaces one of the first four."""
    record: logging.LogRecord = event.pop("_record")
    is_own = event.pop("_from_structlog")
    message = event.pop("event") if is_own else _clean(event.pop("event"))
    line = {
        "severity": record.levelname,
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
        "logger": record.name,
        "action": message if is_own else "library.log",
        "message": message,
    }
    exc_info = event.pop("exc_info", None)
    trace = event.pop("trace", None) or (exc_info and exc_info[1])
    for name, value in event.items():
        if name not in PRIVATE_FIELDS:
            line.setdefault(name, _clean(value))
    if isinstance(trace, BaseException):
        line["stackTrace"] = _clean(_stack_trace(trace))
    return line


def _stack_trace(error: BaseException) -> str:
    frames = "".join(traceback.format_tb(error.__traceback__))
    cause = error.__cause__
    before = f"{_stack_trace(cause)}\n\nwhich caused\n\n" if cause is not None else ""
    return f"{before}{frames}{error_text(error)}"


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return masked(value)[-MAX_TEXT:]
    if isinstance(value, dict):
        return {str(k): _clean(v) for k, v in value.items() if k not in PRIVATE_FIELDS}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(item) for item in value]
    return value


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else masked(str(value))
